internal import ArgumentParser
internal import Storage
internal import Workflows

/// Tenants of a production database.
struct Tenant: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Creates tenants.", subcommands: [Create.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Creates a tenant with its first administrators.",
            discussion:
                "Prints a console token: within 24 hours one administrator makes the first access policy with it, without "
                + "an approval (header x-countersign-console-token). After that every change of a policy takes two. With "
                + "SQLite the server must be stopped.")

        @Option(help: "The tenant's id, a GUID, as the configuration's 'tenants' names it.") var id: GUIDArgument
        @Option(help: "What people call it.") var name: String
        @Option(help: "Its domain, such as contoso.example.") var domain: String
        @Option(
            help: ArgumentHelp(
                "A first administrator; at least two are needed, or nobody could approve anything.",
                valueName: "ID,PRINCIPAL-NAME,NAME"))
        var administrator: [AdministratorOption]
        @OptionGroup var database: DatabaseOption

        func validate() throws {
            let texts = [name, domain] + administrator.flatMap { [$0.value.userPrincipalName, $0.value.displayName] }
            guard texts.allSatisfy({ $0.contains { !$0.isWhitespace } }) else {
                throw ValidationError("Neither the tenant nor an administrator can go without a name.")
            }
            guard Set(administrator.map(\.value.id)).count >= 2 else {
                throw ValidationError("Name two administrators at least: what one asks for, another approves.")
            }
            let names = Dictionary(grouping: administrator, by: { $0.value.userPrincipalName.lowercased() })
            if let shared = names.first(where: { $0.value.count > 1 }) {
                throw ValidationError(
                    "Two administrators have the principal name '\(shared.key)'. Each needs their own: what one asks for, "
                        + "another approves.")
            }
        }

        func run() async throws {
            let engine = try await database.location.migrate()
            let result: Result<Governance.NewTenant, any Error>
            do {
                result = .success(
                    try await Governance(engine, workloads: Countersign.workloads).createTenant(
                        id.text, displayName: name, domain: domain, administrators: administrator.map(\.value)))
            } catch { result = .failure(error) }
            await engine.close()
            let tenant = try result.get()
            Standard.output(
                "tenant                \(tenant.id)\nadministrators group  \(tenant.group)\n"
                    + "console token         \(tenant.consoleToken)\n"
            )
            Standard.error("The console token is shown once and ends in 24 hours.\n")
        }
    }
}

/// `ID,PRINCIPAL-NAME,NAME`.
struct AdministratorOption: ExpressibleByArgument {
    let value: Governance.Administrator

    init?(argument: String) {
        let parts = argument.split(separator: ",", maxSplits: 2).map(String.init)
        guard parts.count == 3, let id = GUIDArgument(argument: parts[0]) else { return nil }
        value = Governance.Administrator(id: id.text, userPrincipalName: parts[1], displayName: parts[2])
    }
}
