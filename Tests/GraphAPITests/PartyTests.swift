import Directory
import EDM
import GraphAPI
import JSON
import Testing
import Workflows

/// Who is a party by any route doesn't decide (security rules R1, R2, R5, R6, R34).
@Suite struct PartyTests {
    private let approvers = DemoTenant.id("groups/operation-approvers")

    @Test("Nobody decides an own request, approver or administrator or not", arguments: ["approve", "reject"])
    func own(action: String) async throws {
        let house = try await House.demo()
        let code = try await house.file("bob")
        #expect(await house.decide("bob", action, code).status == 403)
        #expect(await house.status(code) == "needsApproval")
        #expect(await house.decide("carol", action, code).status == 200)
    }

    @Test("The owner of an application doesn't decide what it files, not even after giving up ownership")
    func owner() async throws {
        let house = try await House.demo()
        let code = try await house.file("automation")
        #expect(await house.decide("bob", "approve", code).status == 403)
        try await house.unlink(
            .owner, to: DemoTenant.id("servicePrincipals/automation"), from: DemoTenant.id("users/bob"))
        #expect(await house.decide("bob", "approve", code).status == 403)
        #expect(await house.decide("carol", "approve", code).status == 200)
    }

    @Test("Who created a credential of the application controls it, as does an owner through a group")
    func controllers() async throws {
        let house = try await House.demo()
        let automation = DemoTenant.id("servicePrincipals/automation")
        let group = DemoTenant.id("groups/sales-tools")
        try await house.link(.credential, to: automation, from: DemoTenant.id("users/carol"))
        let code = try await house.file("automation")
        #expect(await house.decide("carol", "approve", code).status == 403)

        let other = try await House.demo()
        try await other.link(.owner, to: automation, from: group, .group)
        try await other.link(.member, to: group, from: DemoTenant.id("users/carol"))
        let filed = try await other.file("automation")
        #expect(await other.decide("carol", "approve", filed).status == 403)
    }

    @Test("A second account of one person is that person, by employee id or by a written link")
    func secondAccount() async throws {
        let house = try await House.demo()
        try await house.change("alice") { $0.employeeId = "4711" }
        try await house.change("carol") { $0.employeeId = "4711" }
        let code = try await house.file()
        #expect(await house.decide("carol", "approve", code).status == 403)
        try await house.change("carol") { $0.employeeId = nil }
        #expect(await house.decide("carol", "approve", code).status == 403)

        let other = try await House.demo()
        try await other.link(.person, to: DemoTenant.id("users/carol"), from: DemoTenant.id("users/alice"))
        let filed = try await other.file()
        #expect(await other.decide("carol", "approve", filed).status == 403)
    }

    @Test("Membership counts as it is now: who has left doesn't decide, whom a party let in later doesn't either")
    func membership() async throws {
        let house = try await House.demo()
        let code = try await house.file()
        try await house.unlink(.member, to: approvers, from: DemoTenant.id("users/carol"))
        #expect(await house.decide("carol", "approve", code).status == 404)
        house.clock.advance(by: .seconds(60))
        try await house.link(
            .member, to: approvers, from: DemoTenant.id("users/grace"),
            writtenBy: "user:" + DemoTenant.id("users/alice"))
        #expect(await house.decide("grace", "approve", code).status == 403)
        try await house.link(
            .member, to: approvers, from: DemoTenant.id("users/dave"), writtenBy: "user:" + DemoTenant.id("users/erin"))
        #expect(await house.decide("dave", "approve", code).status == 200)
    }

    @Test("Approvers are found through nested groups and cycles, a disabled one is nobody")
    func nesting() async throws {
        let house = try await House.demo()
        let inner = DemoTenant.id("groups/partners")
        try await house.link(.member, to: approvers, from: inner, .group)
        try await house.link(.member, to: inner, from: approvers, .group)
        try await house.link(.member, to: inner, from: DemoTenant.id("users/grace"))
        let code = try await house.file()
        try await house.change("grace") { $0.accountEnabled = false }
        #expect(await house.decide("grace", "approve", code).status == 401)
        try await house.change("grace") { $0.accountEnabled = true }
        #expect(await house.decide("grace", "approve", code).status == 200)
    }

    @Test(
        "An application decides nothing, a reader decides nothing, an administrator outside the group decides nothing")
    func outsiders() async throws {
        let house = try await House.demo()
        let code = try await house.file()
        for name in ["automation", "frank", "erin"] {
            let answer = await house.decide(name, "approve", code)
            #expect(answer.status == 403, "\(name): \(answer.text)")
        }
        for name in ["dave", "grace", "heidi"] { #expect(await house.decide(name, "approve", code).status == 404) }
        #expect(await house.status(code) == "needsApproval")
    }

    @Test("A gated write needs the role besides the permission")
    func role() async throws {
        let house = try await House.demo()
        for name in ["dave", "carol", "frank"] {
            let answer = await house.call(name, "POST", House.laptop2 + "/wipe", [:], headers: House.justification)
            #expect(answer.status == 403)
        }
        let answer = await house.call(
            "alice", "POST", House.laptop2 + "/wipe", [:], headers: House.justification, scopes: ["User.Read"])
        #expect(answer.status == 403)
        #expect(answer.message.contains("DeviceManagementManagedDevices.PrivilegedOperations.All"))
    }
}
