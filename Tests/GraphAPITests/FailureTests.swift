import Directory
import GraphAPI
import JSON
import Storage
import Synchronization
import Testing
import Workflows

@Suite struct FailureTests {
    @Test("A store that fails is 503 in words of ours; what was wrong goes to the log, under the request's id")
    func store() async throws {
        let house = try await House.demo()
        let lines = Log()
        let service = GraphService(house.governance, publicURL: "http://127.0.0.1:8080") { lines.add($0, $1) }
        await house.governance.store.engine.close()
        let request = GraphRequest("GET", House.requests, headers: GraphHeaders(), body: [], requestID: "id-1")
        let answer = Answer(await service.respond(to: request, as: house.caller("bob")))
        #expect(answer.status == 503)
        #expect(answer.message == "The store can't be used at the moment. Nothing has happened; try again.")
        #expect(lines.all == ["id-1: The store is closed."])
    }

    @Test("A caller's own mistake is nothing for the log")
    func mistake() async throws {
        let house = try await House.demo()
        let lines = Log()
        let service = GraphService(house.governance, publicURL: "http://127.0.0.1:8080") { lines.add($0, $1) }
        let request = GraphRequest(
            "GET", House.requests + "/nothing", headers: GraphHeaders(), body: [], requestID: "id-1")
        #expect(await service.respond(to: request, as: house.caller("bob")).status == 404)
        #expect(lines.all == [])
    }

    private final class Log: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func add(_ id: String, _ cause: String) { lines.withLock { $0.append("\(id): \(cause)") } }
    }
}
