import EDM
import GraphAPI
import JSON
import Testing
import Workflows

@Suite struct LifecycleTests {
    @Test("A wipe is held, approved by a second person, run once, and refused the second time")
    func lifecycle() async throws {
        let house = try await House.demo()
        let bare = await house.call("alice", "POST", House.laptop2 + "/wipe", ["keepUserData": true])
        #expect(bare.status == 400)
        #expect(bare.message == "Header 'x-msft-approval-justification' is required to request approval")

        let code = try await house.file()
        let again = await house.call("alice", "POST", House.laptop2 + "/wipe", [:], headers: House.justification)
        #expect(again.status == 409)
        #expect(again.headers["x-msft-approval-code"] == nil)

        let resend: GraphHeaders = ["x-msft-approval-code": code]
        let early = await house.call("alice", "POST", House.laptop2 + "/wipe", ["keepUserData": true], headers: resend)
        #expect(early.status == 412)
        #expect(early.headers["x-msft-approval-code"] == code)

        let approved = await house.decide("bob", "approve", code)
        #expect(approved.status == 200, "\(approved.text)")
        #expect(approved["value"] == .string(code))
        #expect(await house.status(code) == "approved")

        let done = await house.call("alice", "POST", House.laptop2 + "/wipe", ["keepUserData": true], headers: resend)
        #expect(done.status == 204, "\(done.text)")
        #expect(await house.status(code) == "completed")
        let device = await house.call("alice", "GET", House.laptop2)
        #expect(device["deviceActionResults"]?.array?.count == 1)
        #expect(device["managementState"] == "wipePending")

        let repeated = await house.call(
            "alice", "POST", House.laptop2 + "/wipe", ["keepUserData": true], headers: resend)
        #expect(repeated.status == 409, "\(repeated.text)")
        #expect(await house.call("alice", "GET", House.laptop2)["deviceActionResults"]?.array?.count == 1)
        _ = try await house.file()
    }

    @Test("At the instant of expiry no read, list, filter, count or decision sees the old state, without any worker")
    func expiry() async throws {
        let house = try await House.demo()
        let code = try await house.file()
        house.clock.advance(by: .hours(72) - .seconds(1))
        #expect(await house.status(code) == "needsApproval")
        house.clock.advance(by: .seconds(1))
        let open = await house.call(
            "frank", "GET", House.requests + "?$filter=status%20eq%20'needsApproval'&$count=true")
        #expect(open.values.isEmpty)
        #expect(open["@odata.count"] == 0)
        let answer = await house.decide("bob", "approve", code)
        #expect(answer.status == 409)
        let read = await house.call("alice", "GET", "\(House.requests)/\(code)")
        #expect(read["status"] == "expired")
        #expect(read["lastModifiedDateTime"] == read["expirationDateTime"])
        _ = try await house.file()
    }

    @Test("A terminal request leaves Graph's paths after 30 days and stays in the records")
    func retention() async throws {
        let house = try await House.demo()
        let code = try await house.file()
        #expect(await house.decide("bob", "reject", code).status == 200)
        house.clock.advance(by: .days(30) - .seconds(1))
        #expect(await house.status(code) == "rejected")
        house.clock.advance(by: .seconds(1))
        #expect(await house.call("frank", "GET", "\(House.requests)/\(code)").status == 404)
        #expect(await house.call("frank", "GET", House.requests).ids.contains(code) == false)
    }

    @Test("What runs is what was approved: another body, query, caller or target is refused and changes nothing")
    func binding() async throws {
        let house = try await House.demo()
        let code = try await house.file()
        #expect(await house.decide("carol", "approve", code).status == 200)
        let resend: GraphHeaders = ["x-msft-approval-code": code]
        let wipe = House.laptop2 + "/wipe"
        let attempts: [(String, String, JSONValue?)] = [
            ("alice", wipe, ["keepUserData": false]), ("alice", wipe, [:]), ("alice", wipe, nil),
            ("alice", wipe, ["keepUserData": true, "x": nil]), ("alice", wipe + "?a=1", ["keepUserData": true]),
            ("bob", wipe, ["keepUserData": true]),
            (
                "alice", "/beta/deviceManagement/managedDevices/\(DemoTenant.id("managedDevices/laptop-3"))/wipe",
                ["keepUserData": true]
            ),
        ]
        for (name, path, body) in attempts {
            let answer = await house.call(name, "POST", path, body, headers: resend)
            #expect(answer.status == 403, "\(name) \(path): \(answer.text)")
        }
        #expect(await house.status(code) == "approved")
        var upper: GraphHeaders = ["x-msft-approval-code": code.uppercased()]
        upper["x-msft-approval-justification"] = "not base64"
        #expect(await house.call("alice", "POST", wipe, ["keepUserData": true], headers: upper).status == 204)
    }

    @Test(
        "Every refusal of state or right leaves exactly one event with the actor and the request, malformed input none")
    func events() async throws {
        let house = try await House.demo()
        let code = try await house.file()
        func log() async -> [JSONValue] {
            await house.call("frank", "GET", "/beta/auditLogs/directoryAudits?$top=100").values.filter {
                $0[path: ["targetResources"]]?.array?.first?[path: ["id"]]?.string == code
            }
        }
        #expect(await log().count == 1)
        #expect(await house.decide("alice", "approve", code).status == 403)
        #expect(await log().count == 2)
        let malformed = await house.call(
            "bob", "POST", "\(House.requests)/\(code)/approve", ["justification": "j", "approvalSource": "nobody"])
        #expect(malformed.status == 400)
        #expect(await log().count == 2)
        #expect(await house.decide("bob", "approve", code).status == 200)
        #expect(await house.decide("carol", "reject", code).status == 409)
        let entries = await log()
        #expect(entries.count == 4)
        let results = entries.compactMap { $0[path: ["result"]]?.string }
        #expect(results.sorted() == ["failure", "failure", "success", "success"])
    }
}

@Suite struct RefusalTallyTests {
    @Test("Equal refusals within a minute are one event, and their number is recorded when the minute has passed")
    func tally() async throws {
        let house = try await House.demo()
        let code = try await house.file()
        func failures() async -> [JSONValue] {
            await house.call("frank", "GET", "/beta/auditLogs/directoryAudits?$filter=result%20eq%20'failure'").values
        }
        for _ in 0..<5 { #expect(await house.decide("alice", "approve", code).status == 403) }
        #expect(await failures().count == 1)
        #expect(await house.decide("erin", "approve", code).status == 403)
        #expect(await failures().count == 2)
        house.clock.advance(by: .seconds(60))
        try await house.governance.recordCountedRefusals()
        let entries = await failures()
        #expect(entries.count == 3)
        #expect(await house.decide("alice", "approve", code).status == 403)
        #expect(await failures().count == 4)
    }
}
