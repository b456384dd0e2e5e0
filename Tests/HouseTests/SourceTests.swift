import Foundation
import Testing

/// What grep can tell about the house: each test reads the sources as text.
@Suite struct SourceTests {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().resolvingSymlinksInPath()

    private static let kernel = ["JSON", "EDM", "Directory", "Approvals", "MultiAdminApproval", "OData"]

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
            #expect(file.code.firstMatch(of: regex) == nil, "\(file.path) has \(pattern)")
        }
    }

    @Test("The kernel imports the standard library and itself only")
    func imports() throws {
        let allowed = Set(Self.kernel)
        for file in try Self.files(in: Self.kernel) {
            for match in file.code.matches(of: /\bimport\s+(?:struct |enum )?(\w+)/) {
                #expect(allowed.contains(String(match.1)), "\(file.path) imports \(match.1)")
            }
            #expect(!file.code.contains("async "), "\(file.path) is asynchronous")
        }
    }

    @Test("SQL is written in engines only")
    func sql() throws {
        let regex = try Regex(
            #"(?i)"\s*(select|insert into|update|delete from|create table|pragma)\b[^"]*(\s(from|set|into|values|where|table)\b|")"#
        )
        let others = try Self.targets.filter {
            !["StorageSQLite", "StoragePostgres", "CSQLite", "CLibPQ"].contains($0)
        }
        for file in try Self.files(in: others) {
            #expect(file.code.firstMatch(of: regex) == nil, "\(file.path) has SQL")
        }
    }

    @Test("Internals of documents are read by decisions and engines only")
    func internals() throws {
        for file in try Self.files(in: Self.targets) where file.code.contains("@_spi(Decisions) ") {
            let target = file.path.split(separator: "/").dropFirst().first.map(String.init) ?? ""
            #expect(["Storage", "StorageContract", "Workflows"].contains(target), "\(file.path) reads internals")
        }
    }

    @Test("Nothing is force-unwrapped, and no file is longer than 600 lines")
    func habits() throws {
        for file in try Self.files(in: Self.targets) {
            #expect(!file.code.contains("try!"), "\(file.path)")
            #expect(
                file.code.split(separator: "\n", omittingEmptySubsequences: false).count <= 600,
                "\(file.path) is too long")
        }
    }
}

@Suite struct RuleTests {
    /// The rules by file name, from the two folders that hold them.
    private static func rules() throws -> [String] {
        try ["Approvals", "MultiAdminApproval"].flatMap { target in
            try FileManager.default.contentsOfDirectory(
                atPath: SourceTests.root.appending(path: "Sources/\(target)/Rules").path())
        }.map { $0.replacing(".swift", with: "") }.sorted()
    }

    @Test("Every rule has a row in docs/rules.md and a test of the same name")
    func rows() throws {
        let page = try String(contentsOf: SourceTests.root.appending(path: "docs/rules.md"), encoding: .utf8)
        let tests = try FileManager.default.subpathsOfDirectory(
            atPath: SourceTests.root.appending(path: "Tests").path()
        )
        .compactMap { $0.split(separator: "/").last.map(String.init) }
        for rule in try Self.rules() {
            #expect(page.contains("`\(rule)`"), "docs/rules.md lacks \(rule)")
            #expect(tests.contains("\(rule)Tests.swift"), "\(rule) has no \(rule)Tests.swift")
        }
    }

    @Test("docs/rules.md names no rule that isn't there")
    func noGhosts() throws {
        let page = try String(contentsOf: SourceTests.root.appending(path: "docs/rules.md"), encoding: .utf8)
        let rules = Set(try Self.rules())
        for match in page.matches(of: /(?m)^\| `([A-Z]\w+)` \|/) {
            #expect(rules.contains(String(match.1)), "docs/rules.md has a row for \(match.1)")
        }
    }
}
