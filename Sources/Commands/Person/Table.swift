internal import ArgumentParser
internal import JSON

/// How a command shows what it found.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case table, json
}

/// The option of every command that lists or shows.
struct OutputOption: ParsableArguments {
    @Option(name: [.customShort("o"), .customLong("output")], help: "table or json.")
    var format = OutputFormat.table

    /// Prints a value: as JSON, or what `table` makes of it.
    func print(_ value: JSONValue, table: () -> String) {
        switch format {
        case .json: Standard.output(value.text + "\n")
        case .table: Standard.output(table())
        }
    }
}

/// Columns of text under headings, and a hint below them. Cells are escaped: they hold what other people wrote.
struct TextTable {
    let headings: [String]
    var rows: [[String]] = []
    /// What to do next.
    var hint = ""

    var text: String {
        let cells = [headings] + rows.map { $0.map(Standard.escaped) }
        let widths = headings.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
        let lines = cells.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                line +=
                    column == row.count - 1
                    ? cell : cell + String(repeating: " ", count: widths[column] + 2 - cell.count)
            }
            return line + "\n"
        }
        return lines.joined() + (hint.isEmpty ? "" : "\n\(hint)\n")
    }
}

extension JSONValue {
    /// The text at a path; empty where there is none.
    func text(_ path: String...) -> String { self[path: path]?.string ?? "" }
}
