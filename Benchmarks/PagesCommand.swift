internal import ArgumentParser
internal import Composition
internal import Directory
internal import GraphAPI
internal import Storage
internal import Workflows

/// A filtered page of 20 where there are many requests, against the same where there are few.
struct PagesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pages",
        abstract: "The time of a filtered page among few and among many requests, in microseconds.")

    @Argument(help: "A path for SQLite with few requests.") var few: String
    @Argument(help: "A path for SQLite with many.") var many: String
    @Option(help: "Pages of each.") var operations = 2000

    private static let page =
        "/beta/deviceManagement/operationApprovalRequests?$filter=status%20eq%20'needsApproval'"
        + "&$orderby=requestDateTime%20desc&$top=20"

    func run() async throws {
        print("page of 20 waiting requests           few us   many us    ratio")
        for (name, who) in [("frank", "for one who reads everything"), ("carol", "for an approver")] {
            let few = try await time(of: self.few, as: name)
            let many = try await time(of: self.many, as: name)
            print(
                who + String(repeating: " ", count: 34 - who.count) + padded(rounded(few), 10)
                    + padded(rounded(many), 10)
                    + padded(rounded(many / few, 2), 9))
        }
    }

    /// The median of a page.
    private func time(of database: String, as name: String) async throws -> Double {
        var median = 0.0
        try await withEngine(database) { engine in
            let service = GraphService(
                Governance(engine, workloads: Registration.all.workloads), try Registration.all.model(),
                publicURL: "http://127.0.0.1:8080")
            let caller = Caller(
                tenant: DemoTenant.tenant, principal: Principal(.user, DemoTenant.id("users/\(name)")),
                permissions: Set(DemoTenant.scopes))
            @Sendable func page() async throws {
                let answer = await service.respond(
                    to: GraphRequest("GET", Self.page, headers: GraphHeaders(), body: [], requestID: "r"), as: caller)
                guard answer.status == 200 else { throw ValidationError("answered \(answer.status)") }
            }
            for _ in 0..<operations / 10 { try await page() }
            median = try await measure(operations, clients: 1) { _ in try await page() }.median * 1000
        }
        return median
    }
}

/// File, approve, complete: whole lives of requests.
struct CyclesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cycles", abstract: "Requests filed, approved and completed, per second.")

    @Argument(help: "A path for SQLite or a postgres:// URL.") var database: String
    @Option(help: "Cycles per row.") var operations = 1000
    @Option(parsing: .upToNextOption, help: "Clients at once, one row each.") var clients = [1, 8, 32]

    func run() async throws {
        try await withEngine(database) { engine in
            let filling = Filling(engine: engine)
            _ = try await filling.run(count: 1, sample: 1)
            @Sendable func cycle(_ index: Int) async throws {
                let id = try await filling.file(index)
                try await Filling.approve(id, filling.governance)
                try await filling.complete(index, id)
            }
            _ = try await measure(operations / 10, clients: clients.last ?? 1, cycle)
            print("clients  cycles/s    p50 ms    p99 ms    cpu us")
            for count in clients {
                let found = try await measure(operations, clients: count, cycle)
                print(
                    padded("\(count)", 7) + padded(rounded(found.rate), 10) + padded(rounded(found.median, 2), 10)
                        + padded(rounded(found.p99, 2), 10) + padded(rounded(found.cpu), 10))
            }
        }
    }
}
