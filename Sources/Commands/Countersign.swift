package import ArgumentParser
package import Composition
internal import Workflows

/// One binary with two halves: the operator's commands, which open the database, and the person's, which go over HTTP as
/// everybody does.
package struct Countersign: AsyncParsableCommand {
    static let version = "0.1.0"

    /// What is served, examined and made a demo of: a test's executable may name other workloads.
    @TaskLocal package static var composition = Registration.all

    static var workloads: Workloads { Workloads(composition.map(\.workload)) }

    package static let configuration = CommandConfiguration(
        commandName: "countersign", abstract: "Approvals of dangerous operations, over Microsoft Graph's API.",
        version: version,
        subcommands: [
            Serve.self, Token.self, Migrate.self, Doctor.self, ConfirmTime.self, Tenant.self, BreakGlass.self,
            Status.self, Request.self,
            Approve.self,
            Deny.self, Describe.self,
        ])

    package init() {}

    /// Runs a command. Whatever fails is one line on standard error; wrong usage ends with 2 and not with the library's 64.
    package static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let failure as CommandFailure {
            Standard.error("error: \(failure.message)\n")
            exit(withCode: failure.code)
        } catch {
            switch exitCode(for: error) {
            case .success:
                Standard.output(fullMessage(for: error) + "\n")
                exit(withCode: .success)
            case .validationFailure:
                Standard.error(fullMessage(for: error) + "\n")
                exit(withCode: .usage)
            case let code where error is ExitCode: exit(withCode: code)
            default:
                Standard.error("error: \(CommandFailure.line(error))\n")
                exit(withCode: .failure)
            }
        }
    }

    private static func exit(withCode code: ExitCode) -> Never { exit(withError: code) }
}
