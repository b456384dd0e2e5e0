internal import Approvals
internal import ArgumentParser
internal import Directory
internal import EDM
internal import Storage
internal import Workflows

/// What one person may do alone in an emergency, from the machine that has the database (security rule R10).
struct BreakGlass: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "break-glass",
        abstract: "Does alone, in an emergency, what takes two.",
        discussion:
            "Opens the database itself; with SQLite the server must be stopped. It is loud: an event of its own, word to "
            + "everybody whom it concerns, and 'countersign doctor' ends with 1 until another person has reviewed it with "
            + "'break-glass close'. One can be open at a time.",
        subcommands: [Approve.self, Suspend.self, Close.self])

    /// Who does it and why.
    struct Person: ParsableArguments {
        @Option(name: .customLong("as"), help: "The person who answers for it: a principal name or an id.") var user:
            String
        @Option(help: "Why. It goes into the log.") var reason: String
        @Option(help: "The tenant's id. Default: the only one.") var tenant: String?
        @OptionGroup var database: DatabaseOption

        /// Runs on the opened database as that person.
        func run(
            _ body: (Governance, _ tenant: String, _ user: String) async throws -> String
        ) async throws {
            let engine = try await database.location.change(remedy: "Name another one with --database.")
            let result: Result<String, any Error>
            do {
                let governance = Governance(engine, workloads: Countersign.workloads)
                let tenant = try await governance.tenant(tenant)
                guard let user = try await governance.user(user, in: tenant)?.id else {
                    throw CommandFailure(
                        "There is no user '\(user)' in the tenant. Name a principal name or an id with --as.")
                }
                result = .success(try await body(governance, tenant, user))
            } catch let refused as Refused {
                result = .failure(CommandFailure(refused.refusal.reason))
            } catch let refusal as Refusal {
                result = .failure(CommandFailure(refusal.reason))
            } catch let missing as ResourceNotFound {
                result = .failure(CommandFailure("There is no '\(missing.id)' in the tenant."))
            } catch { result = .failure(error) }
            await engine.close()
            Standard.output(try result.get() + "\n")
        }
    }

    struct Approve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Approves one waiting request.", discussion: "The person must not be a party to it.")

        @Argument(help: "The request's full id.") var id: GUIDArgument
        @OptionGroup var person: Person

        func run() async throws {
            try await person.run { governance, tenant, user in
                try await governance.breakGlass(approving: id.text, as: user, reason: person.reason, in: tenant)
                return "approved. It must be reviewed: countersign break-glass close --as SOMEBODY_ELSE --reason WHY"
            }
        }
    }

    struct Suspend: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Suspends one access policy for at most an hour.",
            discussion: "Until then what it guards runs at once.")

        @Argument(help: "The policy's full id.") var id: GUIDArgument
        @Option(name: .customLong("for"), help: "How long: 15m, 60m, or ISO 8601.") var duration = Lifetime(
            .seconds(3600))
        @OptionGroup var person: Person

        func run() async throws {
            try await person.run { governance, tenant, user in
                let until = try await governance.breakGlass(
                    suspending: id.text, for: duration.duration, as: user, reason: person.reason, in: tenant)
                return
                    "suspended until \(until). It must be reviewed: countersign break-glass close --as SOMEBODY_ELSE "
                    + "--reason WHY"
            }
        }
    }

    struct Close: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ends the open break-glass with another person's review.",
            discussion: "A policy that is suspended is in force again.")

        @OptionGroup var person: Person

        func run() async throws {
            try await person.run { governance, tenant, user in
                try await governance.closeBreakGlass(as: user, conclusion: person.reason, in: tenant)
                return "closed"
            }
        }
    }
}
