import Directory
import EDM
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
        let service = GraphService(
            house.governance, .tested, publicURL: "http://127.0.0.1:8080",
            wallClock: { Instant(microseconds: 1_800_000_000_000_000) }
        ) { lines.add($0, $1) }
        await house.governance.store.engine.close()
        let request = GraphRequest("GET", House.requests, headers: GraphHeaders(), body: [], requestID: "id-1")
        let answer = Answer(await service.respond(to: request, as: house.caller("bob")))
        #expect(answer.status == 503)
        #expect(answer.json?[path: ["error", "innerError", "date"]] == "2027-01-15T08:00:00")
        #expect(answer.message == "The store can't be used at the moment. Nothing has happened; try again.")
        #expect(lines.all == ["id-1: The store is closed."])
    }

    @Test(
        "What a caller asked wrongly, or for what isn't served, is nothing for the log",
        arguments: [
            ("GET", House.requests + "/nothing", "", 404),
            ("POST", "/beta/deviceManagement/managedDevices/executeAction", #"{"actionName":"rebootNow"}"#, 501),
        ])
    func mistake(method: String, target: String, body: String, status: Int) async throws {
        let house = try await House.demo()
        let lines = Log()
        let service = GraphService(
            house.governance, .tested, publicURL: "http://127.0.0.1:8080", log: { lines.add($0, $1) })
        let request = GraphRequest(
            method, target, headers: ["Content-Type": "application/json"], body: Array(body.utf8), requestID: "id-1")
        #expect(await service.respond(to: request, as: house.caller("alice")).status == status)
        #expect(lines.all == [])
    }

    private final class Log: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func add(_ id: String, _ cause: String) { lines.withLock { $0.append("\(id): \(cause)") } }
    }
}
