import Foundation

/// One case of OASIS's "OData ABNF Test Cases 4.01": a text, the grammar rule that it is meant for, and where it
/// breaks.
struct ConformanceCase: CustomStringConvertible {
    var name = ""
    var rule = ""
    var input = ""
    var failAt: String?

    var description: String { "\(rule) \(input)" }

    /// The file, from `COUNTERSIGN_SHARED` or the folder `shared` beside the repository; nil where neither has it.
    static let file: URL? = {
        let path = "conformance/odata-abnf-testcases.yaml"
        var candidates: [URL] = []
        if let shared = ProcessInfo.processInfo.environment["COUNTERSIGN_SHARED"] {
            candidates.append(URL(filePath: shared))
        }
        var folder = URL(filePath: #filePath)
        while folder.pathComponents.count > 1 {
            folder.deleteLastPathComponent()
            candidates.append(folder.appending(path: "shared"))
        }
        return candidates.map { $0.appending(path: path) }.first { FileManager.default.fileExists(atPath: $0.path) }
    }()

    /// The cases of the file. Reads as much of YAML as it uses: plain, single-quoted and double-quoted scalars, folded
    /// lines.
    static func all() throws -> [ConformanceCase] {
        guard let file else { return [] }
        var cases: [ConformanceCase] = []
        var key = ""
        var scalar: [String] = []
        func flush() {
            guard !cases.isEmpty, !key.isEmpty else { return }
            let value = unquoted(scalar)
            switch key {
            case "Name": cases[cases.count - 1].name = value
            case "Rule": cases[cases.count - 1].rule = value
            case "Input": cases[cases.count - 1].input = value
            case "FailAt": cases[cases.count - 1].failAt = value
            default: break
            }
            (key, scalar) = ("", [])
        }
        var isInCases = false
        for line in try String(contentsOf: file, encoding: .utf8).split(
            separator: "\n", omittingEmptySubsequences: false)
        {
            if line == "TestCases:" { isInCases = true }
            guard isInCases, line.first != "#" else { continue }
            let indent = line.prefix { $0 == " " }.count
            let isStart = line.hasPrefix("  - ")
            if isStart || (indent == 4 && !line.isEmpty) {
                flush()
                if isStart { cases.append(ConformanceCase()) }
                let pieces = line.dropFirst(4).split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                key = String(pieces[0])
                scalar = [pieces.count > 1 ? String(pieces[1]).trimmingCharacters(in: .whitespaces) : ""]
            } else if !line.isEmpty {
                scalar.append(line.trimmingCharacters(in: .whitespaces))
            }
        }
        flush()
        return cases
    }

    private static func unquoted(_ lines: [String]) -> String {
        var text = ""
        for line in lines where !line.isEmpty {
            if text.hasSuffix("\\") { text.removeLast() } else if !text.isEmpty { text += " " }
            text += line
        }
        if text.count > 1, text.hasPrefix("'"), text.hasSuffix("'") {
            return text.dropFirst().dropLast().replacingOccurrences(of: "''", with: "'")
        }
        guard text.count > 1, text.hasPrefix("\""), text.hasSuffix("\"") else { return text }
        let escapes = [("\\\"", "\""), ("\\t", "\t"), ("\\r", "\r"), ("\\n", "\n"), ("\\\\", "\\")]
        return escapes.reduce(String(text.dropFirst().dropLast())) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
    }
}
