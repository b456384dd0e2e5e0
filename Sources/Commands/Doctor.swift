internal import ArgumentParser
internal import Storage
internal import Workflows

/// Looks at a database and says what is wrong; changes nothing.
struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Examines a database.", discussion: "Ends with 0 when all is well, and with 1 otherwise.")

    @Flag(help: "Check every invariant that the database can tell, by reading all of it.")
    var deep = false
    @OptionGroup var database: DatabaseOption

    func run() async throws {
        let engine = try await database.location.inspect(remedy: "Name another one with --database.")
        let result: Result<[DoctorFinding], any Error>
        do {
            result = .success(try await Governance(engine, workloads: Countersign.workloads).doctor(deep: deep))
        } catch { result = .failure(error) }
        await engine.close()
        let findings = try result.get()
        Standard.output(Self.table(findings))
        guard findings.allSatisfy(\.isFine) else { throw ExitCode.failure }
    }

    static func table(_ findings: [DoctorFinding]) -> String {
        let rows =
            [("CHECK", "", "WHAT", "FOUND")]
            + findings.map { ($0.check, $0.isFine ? "ok" : "WRONG", $0.title, Standard.escaped($0.detail)) }
        let widths = (
            rows.map(\.0.count).max() ?? 0, rows.map(\.1.count).max() ?? 0, rows.map(\.2.count).max() ?? 0
        )
        func padded(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(0, width - text.count))
        }
        return rows.map { row in
            "\(padded(row.0, widths.0))  \(padded(row.1, widths.1))  \(padded(row.2, widths.2))  \(row.3)\n"
        }.joined()
    }
}
