import Approvals
import Foundation
import Testing

/// docs/rules.md against the files: a rule that isn't on the page doesn't exist, and the other way round.
@Suite("The page of rules")
struct RulesPageTests {
    private struct Row {
        let rule, kind, file, test: String
    }

    private let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private func rows() throws -> [Row] {
        let page = try String(contentsOf: root.appending(path: "docs/rules.md"), encoding: .utf8)
        return page.split(separator: "\n").filter { $0.contains("/Rules/") && $0.hasPrefix("|") }.map { line in
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            func target(_ cell: String) -> String {
                String(cell.drop { $0 != "(" }.dropFirst().prefix { $0 != ")" }.dropFirst("../".count))
            }
            return Row(rule: cells[0], kind: cells[2], file: target(cells[3]), test: target(cells[4]))
        }
    }

    private func ruleFiles() throws -> [String] {
        var files: [String] = []
        for module in try FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Sources").path) {
            let folder = "Sources/\(module)/Rules"
            let names = (try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path)) ?? []
            files += names.filter { $0.hasSuffix(".swift") }.map { "\(folder)/\($0)" }
        }
        return files.sorted()
    }

    @Test("every rule's file has exactly one row, and every row a file and a test of its name")
    func files() throws {
        let rows = try rows()
        #expect(rows.map(\.file).sorted() == (try ruleFiles()))
        for row in rows {
            #expect(row.file.hasSuffix("/Rules/\(row.rule).swift"))
            #expect(row.test.hasSuffix("/Rules/\(row.rule)Tests.swift"))
            #expect(FileManager.default.fileExists(atPath: root.appending(path: row.test).path), "\(row.test)")
            let source = try String(contentsOf: root.appending(path: row.file), encoding: .utf8)
            #expect(source.contains("enum \(row.rule)") || source.contains("struct \(row.rule)"), "\(row.rule)")
        }
    }

    @Test("every refusal is a rule's, and its kind is the one on the page")
    func refusals() throws {
        let refusing = try rows().filter { $0.kind != "–" }
        func code(_ rule: String) -> String { rule.prefix(1).lowercased() + rule.dropFirst() }
        #expect(refusing.map { code($0.rule) }.sorted() == RefusalCode.allCases.map(\.rawValue).sorted())
        let statuses: [Refusal.Kind: String] = [
            .forbidden: "403", .conflict: "409", .invalid: "400", .notFound: "404",
        ]
        for row in refusing {
            let code = try #require(RefusalCode(rawValue: code(row.rule)))
            #expect(row.kind == statuses[code.kind], "\(row.rule)")
            let source = try String(contentsOf: root.appending(path: row.file), encoding: .utf8)
            #expect(source.contains(".\(code.rawValue)"), "\(row.rule) must throw its refusal")
        }
    }
}
