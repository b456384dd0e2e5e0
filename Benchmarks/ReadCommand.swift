internal import ArgumentParser
internal import Authentication
internal import Composition
internal import Directory
internal import EDM
internal import GraphAPI
internal import HTTPServer
internal import JSON
internal import Storage
internal import Workflows

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Where the time of an authenticated point read goes, on one task and without a socket.
struct ReadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "read", abstract: "The time of each step of a point read, in microseconds.")

    @Argument(help: "A path for SQLite.") var database: String
    @Argument(help: "A file with ids of requests, one to a line.") var ids: String
    @Option(help: "Reads of each step.") var operations = 50_000

    func run() async throws {
        // As the server opens it: beside one, every look at the clock would be a read of its own.
        try await withEngine(database) { try await run(on: $0) }
    }

    private func run(on engine: any Engine) async throws {
        let ids = try String(contentsOfFile: ids, encoding: .utf8).split(separator: "\n").map(String.init)
        let governance = Governance(engine, workloads: Registration.workloads)
        guard let issuer = try await governance.developmentIssuer(creating: false) else {
            throw ValidationError("The database has no development issuer. Start a demo on it first.")
        }
        let url = "http://127.0.0.1:8080"
        let token = "Bearer " + (try await DemoTokens(governance, issuer: issuer).token(user: "alice"))
        let authenticator = Authenticator(
            issuers: [issuer.issuer(keys: governance.developmentKeySource())], origins: [url])
        let caller = try await authenticator.caller(authorization: token, remoteAddress: "127.0.0.1")
        let service = GraphService(governance, publicURL: url)
        let kind = Kinds.operationApprovalRequests
        let own = OperationApprovalRequests.own(caller)

        let path = "/beta/deviceManagement/operationApprovalRequests/"
        print("step                                      us")
        try await step("authenticate (a token that is known)") { _ in
            _ = try await authenticator.caller(authorization: token, remoteAddress: "127.0.0.1")
        }
        try await step("store: one primary-key look-up") { index in
            _ = try await engine.get(Key(kind.name, ids[index % ids.count]), tenant: caller.tenant)
        }
        try await step("governance: is the account active") { _ in _ = try await governance.isActive(caller) }
        try await step("store: the request, if it is the caller's") { index in
            _ = try await governance.store.read(
                kind, ids[index % ids.count], tenant: caller.tenant, visibility: own)
        }
        try await step("Graph: all of respond(to:as:)") { index in
            let answer = await service.respond(
                to: GraphRequest(
                    "GET", path + ids[index % ids.count], headers: GraphHeaders(), body: [], requestID: "r"), as: caller
            )
            guard answer.status == 200 else { throw ValidationError("answered \(answer.status)") }
        }
    }

    private func step(_ name: String, _ body: @escaping @Sendable (Int) async throws -> Void) async throws {
        for index in 0..<operations / 10 { try await body(index) }
        let start = ContinuousClock.now
        for index in 0..<operations { try await body(index) }
        let each = Double((ContinuousClock.now - start).microseconds) / Double(operations)
        print(name.padding(toLength: 42) + padded(rounded(each, 1), 6))
    }
}

extension String {
    fileprivate func padding(toLength length: Int) -> String {
        self + String(repeating: " ", count: max(0, length - count))
    }
}
