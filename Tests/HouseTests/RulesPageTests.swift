import Foundation
import Testing

/// docs/rules.md against the files: a rule, a refusal or a number that isn't on the page doesn't exist, and the other way
/// round.
@Suite("The page of rules")
struct RulesPageTests {
    /// A row with a link to its file is a rule's; its refusal has its name. One whose first cell is a name in backticks is a
    /// refusal without a rule.
    private struct Row {
        let name, kind, file, test: String
        var isRule: Bool { !file.isEmpty }
        var code: String { name.prefix(1).lowercased() + name.dropFirst() }
    }

    /// A declared refusal: `RefusalCode("noSelfDecision", .forbidden)`, with the status that it has on the wire.
    private struct Code {
        let name, status, path: String
    }

    private static let statuses = ["forbidden": "403", "conflict": "409", "invalid": "400", "notFound": "404"]

    private static func page() throws -> String {
        try String(contentsOf: SourceTests.root.appending(path: "docs/rules.md"), encoding: .utf8)
    }

    /// Every text with its path from the root.
    private static func texts() throws -> [(path: String, text: String)] {
        try SourceTests.texts().map { (String($0.path.drop { $0 == "/" }), $0.text) }
    }

    private static func rows(of page: String) -> [Row] {
        page.split(separator: "\n").filter { $0.hasPrefix("|") }.compactMap { line in
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            func target(_ cell: String) -> String { String(cell.firstMatch(of: /\(\.\.\/([^)]*)\)/)?.1 ?? "") }
            if cells.count == 6, cells[3].contains("/Rules/") {
                return Row(name: cells[0], kind: cells[2], file: target(cells[3]), test: target(cells[4]))
            }
            guard let name = cells[0].wholeMatch(of: /`(\w+)`/) else { return nil }
            return Row(name: String(name.1), kind: cells[2], file: "", test: "")
        }
    }

    /// Sources of the product and of what tests build in its place, without the tests themselves.
    private static func sources() throws -> [(path: String, text: String)] {
        try texts().filter { $0.path.hasSuffix(".swift") && !$0.path.hasSuffix("Tests.swift") }
    }

    private static func codes(in sources: [(path: String, text: String)]) -> [Code] {
        sources.flatMap { path, text in
            text.matches(of: /RefusalCode\(\s*"(\w+)",\s*\.(\w+)(?:,\s*wire:\s*\((\d+))?/).map {
                Code(
                    name: String($0.1), status: ($0.3 ?? Substring(statuses[String($0.2)] ?? "")).description,
                    path: path)
            }
        }
    }

    /// What is wrong between the declared refusals and the page.
    private static func faults(_ codes: [Code], _ rows: [Row]) -> [String] {
        var faults = Dictionary(grouping: codes, by: \.name).filter { $0.value.count > 1 }.map {
            "\($0.key) is declared twice"
        }
        let refusing = Dictionary(rows.filter { $0.kind != "–" }.map { ($0.code, $0) }) { first, _ in first }
        for code in codes {
            guard let row = refusing[code.name] else {
                faults.append("\(code.name) has no row")
                continue
            }
            if row.kind != code.status { faults.append("\(code.name) isn't \(row.kind)") }
            if row.isRule, row.file != code.path { faults.append("\(code.name) isn't declared in \(row.file)") }
        }
        faults += Set(refusing.keys).subtracting(codes.map(\.name)).map { "\($0) is thrown by nobody" }
        return faults.sorted()
    }

    @Test("every rule's file has exactly one row, and every row a file and a test of its name")
    func files() throws {
        let rows = Self.rows(of: try Self.page()).filter(\.isRule)
        let sources = try Self.sources()
        let files = sources.map(\.path).filter { $0.contains("/Rules/") }
        #expect(!files.isEmpty)
        #expect(rows.map(\.file).sorted() == files.sorted())
        for row in rows {
            #expect(row.file.hasSuffix("/Rules/\(row.name).swift"))
            #expect(row.test.hasSuffix("/\(row.name)Tests.swift"))
            #expect(
                FileManager.default.fileExists(atPath: SourceTests.root.appending(path: row.test).path()), "\(row.test)"
            )
            let text = sources.first { $0.path == row.file }?.text ?? ""
            #expect(text.contains("enum \(row.name)") || text.contains("struct \(row.name)"), "\(row.name)")
        }
    }

    private static func hasCondition(_ code: String) -> Bool {
        code.contains(/\b(guard|if|switch|where)\b|\?|&&|\|\|/)
    }

    @Test("a rule's file holds its condition; one that only has words is found")
    func conditions() throws {
        for file in try SourceTests.files(in: SourceTests.targets) where file.path.contains("/Rules/") {
            #expect(Self.hasCondition(file.code), "\(file.path) only has words")
        }
        #expect(!Self.hasCondition(#"static let refusal = Refusal(.planted, "No. Ask somebody else.")"#))
    }

    @Test("every refusal has a row with its kind, every row a refusal, and a rule throws its own")
    func refusals() throws {
        let codes = Self.codes(in: try Self.sources())
        #expect(!codes.isEmpty)
        #expect(try Self.faults(codes, Self.rows(of: Self.page())) == [])
    }

    @Test("a refusal without a row is found, and one of another kind, elsewhere, declared twice or never thrown")
    func plantedRefusals() throws {
        let path = "Sources/Approvals/Rules/NoSelfDecision.swift"
        let rows = Self.rows(
            of: """
                | NoSelfDecision | – | 403 | [file](../\(path)) | [test](../Tests/NoSelfDecisionTests.swift) | R1 |
                | `requestNotFound` | – | 404 | – |
                """)
        func faults(_ declarations: (String, String)...) -> [String] {
            Self.faults(Self.codes(in: declarations.map { (path: $0.0, text: $0.1) }), rows)
        }
        let own = (path, #"RefusalCode("noSelfDecision", .forbidden)"#)
        let other = ("Sources/X.swift", #"RefusalCode("requestNotFound", .notFound)"#)
        #expect(faults(own, other) == [])
        #expect(faults(own, other, ("X.swift", "RefusalCode(\n \"planted\", .invalid)")) == ["planted has no row"])
        #expect(faults(own, other, own) == ["noSelfDecision is declared twice"])
        #expect(faults(own) == ["requestNotFound is thrown by nobody"])
        #expect(faults((path, #"RefusalCode("noSelfDecision", .invalid)"#), other) == ["noSelfDecision isn't 403"])
        #expect(faults((path, #"RefusalCode("noSelfDecision", .invalid, wire: (403, "Own"))"#), other) == [])
        #expect(faults(("X.swift", own.1), other) == ["noSelfDecision isn't declared in \(path)"])
    }

    /// R, V and M numbers in a text; a definition on the page is a row that begins with one.
    private static func numbers(in text: String) -> Set<String> {
        Set(text.matches(of: /\b[RVM][1-9][0-9]?\b/).map { String($0.output) })
    }

    /// Numbers that the sources, tests and pages cite, with the places.
    private static func cited(in texts: [(path: String, text: String)]) -> [String: String] {
        var cited: [String: String] = [:]
        for file in texts where file.path.contains(/^(Sources|Tests|docs|Benchmarks|README)/) {
            for number in numbers(in: file.text) { cited[number] = file.path }
        }
        return cited
    }

    @Test("every R, V and M number that is cited is defined on the page, once")
    func numbers() throws {
        let defined = try Self.page().split(separator: "\n").compactMap {
            $0.firstMatch(of: /^\| ([RVM]\d+) \|/).map { String($0.1) }
        }
        #expect(Set(defined).count == defined.count)
        let cited = Self.cited(in: try Self.texts())
        #expect(cited.count > 40)
        for (number, path) in cited where !defined.contains(number) {
            Issue.record("\(path) cites \(number), which docs/rules.md doesn't define")
        }
    }

    @Test("a number is found in comments, in words and in lists, and not within other words")
    func plantedNumbers() {
        // Put together here, so that this file cites nothing.
        let planted = ["V", "R", "M"].map { $0 + "99" }
        let text =
            "// as \(planted[0]) says (\(planted[1]), \(planted[2])), not ARM64, R, \(planted[0])x or 4\(planted[1])"
        #expect(Self.numbers(in: text) == Set(planted))
        let cited = Self.cited(in: [("Sources/X/Y.swift", "\(planted[0])"), ("script/z", "\(planted[1])")])
        #expect(cited == [planted[0]: "Sources/X/Y.swift"])
    }
}
