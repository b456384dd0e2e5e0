import Foundation
import Testing

/// What grep can tell about the house: each test reads the sources as text.
@Suite struct SourceTests {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().resolvingSymlinksInPath()

    private static let kernel = ["Text", "JSON", "EDM", "Directory", "Approvals", "MultiAdminApproval", "OData"]

    /// Every Swift file under some folders of `Sources`, with comments taken out.
    static func files(in targets: [String]) throws -> [(path: String, code: String)] {
        try targets.flatMap { target in
            let folder = root.appending(path: "Sources/\(target)")
            let paths =
                FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL }
                ?? []
            return try paths.filter { $0.pathExtension == "swift" }.map { url in
                let text = try String(contentsOf: url, encoding: .utf8)
                let code = text.split(separator: "\n", omittingEmptySubsequences: false)
                    .map { line in line.range(of: "//").map { String(line[..<$0.lowerBound]) } ?? String(line) }
                    .joined(separator: "\n")
                return (url.path().replacing(root.path(), with: ""), code)
            }
        }
    }

    /// Every source, page and script of the repository. Hidden folders but `.ci` hold what others made.
    static func texts() throws -> [(path: String, text: String)] {
        let names = try FileManager.default.contentsOfDirectory(atPath: root.path())
        return try names.filter { !$0.hasPrefix(".") || $0 == ".ci" }.flatMap { name in
            let top = root.appending(path: name)
            let below =
                FileManager.default.enumerator(at: top, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL }
                ?? []
            return try ([top] + below).filter { url in
                let isText = ["swift", "py", "md", "sh"].contains(url.pathExtension)
                let isScript = ["script", ".ci"].contains(url.deletingLastPathComponent().lastPathComponent)
                return (isText || isScript) && !url.path().replacing(top.path(), with: "").contains("/.")
            }.map { url in
                (url.path().replacing(root.path(), with: ""), try String(contentsOf: url, encoding: .utf8))
            }
        }
    }

    static var targets: [String] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Sources").path()).sorted()
        }
    }

    @Test(
        "Kernel and workflows make no time, no ids and no tasks of their own",
        arguments: [
            #"\bDate\("#, #"\bUUID\("#, #"\bTask\s*\{"#, #"\bTask\.detached"#, #"ContinuousClock"#, #"SystemRandom"#,
        ])
    func purity(pattern: String) throws {
        let regex = try Regex(pattern)
        for file in try Self.files(in: Self.kernel + ["Workflows"]) {
            let isFound = file.code.firstMatch(of: regex) != nil
            #expect(!isFound, "\(file.path) has \(pattern)")
        }
    }

    @Test("The kernel imports the standard library and itself only")
    func imports() throws {
        let allowed = Set(Self.kernel)
        for file in try Self.files(in: Self.kernel) {
            for match in file.code.matches(of: /\bimport\s+(?:struct |enum )?(\w+)/) {
                #expect(allowed.contains(String(match.1)), "\(file.path) imports \(match.1)")
            }
            let isAsynchronous = file.code.contains("async ")
            #expect(!isAsynchronous, "\(file.path) is asynchronous")
        }
    }

    @Test("SQL is written in engines only")
    func sql() throws {
        let regex = try Regex(#""\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE TABLE|PRAGMA)\s"#)
        let others = try Self.targets.filter {
            !["StorageSQLite", "StoragePostgres", "CSQLite", "CLibPQ"].contains($0)
        }
        for file in try Self.files(in: others) {
            let hasSQL = file.code.firstMatch(of: regex) != nil
            #expect(!hasSQL, "\(file.path) has SQL")
        }
    }

    @Test("Internals of documents are read by decisions and engines only")
    func internals() throws {
        for file in try Self.files(in: Self.targets) where file.code.contains("@_spi(Decisions) ") {
            let target = file.path.split(separator: "/").dropFirst().first.map(String.init) ?? ""
            #expect(["Storage", "StorageContract", "Workflows"].contains(target), "\(file.path) reads internals")
        }
    }

    @Test("A workload is named in its own folders only, and events are made of activities")
    func workloads() throws {
        let own = ["MultiAdminApproval", "DeviceManagement"]
        for file in try Self.files(in: ["Workflows"]) {
            let makesEvents = file.code.firstMatch(of: /[^\w]Event\(/) != nil
            #expect(!makesEvents || file.path.hasSuffix("AuditEntry.swift"), "\(file.path) makes an event")
            guard !own.contains(where: { file.path.contains("Workflows/\($0)/") }) else { continue }
            let namesOne = file.code.contains("import MultiAdminApproval") || file.code.contains("perationApproval")
            #expect(!namesOne, "\(file.path) names a workload")
        }
    }

    @Test("Nothing is force-unwrapped, and no file is longer than 600 lines")
    func habits() throws {
        for file in try Self.files(in: Self.targets) {
            let hasForcedTry = file.code.contains("try!")
            #expect(!hasForcedTry, "\(file.path)")
            #expect(
                file.code.split(separator: "\n", omittingEmptySubsequences: false).count <= 600,
                "\(file.path) is too long")
        }
    }

    @Test("Every page that a comment or text names is in the repository")
    func pages() throws {
        let texts = try Self.texts()
        let pages = Set(texts.map { String($0.path.split(separator: "/").last ?? "") })
        for file in texts where file.text.contains(".md") {
            for line in file.text.split(separator: "\n") where line.contains(".md") {
                let text = String(line).replacing(/https?:\/\/\S+/, with: "")
                for match in text.matches(of: /[A-Za-z_-]+\.md/) {
                    #expect(pages.contains(String(match.output)), "\(file.path) names \(match.output)")
                }
            }
        }
    }
}
