import Approvals
import Directory
import EDM
import Testing

/// The approval of an activation as Entra has it ("Approve or deny requests for Microsoft Entra roles in Privileged
/// Identity Management"): one stage, 24 hours, a justification, the default approvers where none are configured.
@Suite("Approvals of role activations")
struct PrivilegedRolesApprovalTests {
    private let administrators = ApproverRequirement(
        anyOf: [.holders(ofRole: "privilegedRoleAdministrator"), .holders(ofRole: "globalAdministrator")])

    private var world: World {
        var world = World()
        world.edges.append(
            ApproverEdge(
                .role, from: ApproverNode(.user, "pra"), to: ApproverNode(.role, "privilegedRoleAdministrator"),
                writtenBy: World.administrator, writtenAt: World.longAgo))
        return world
    }

    private func activation(approvers: [ApproverSet] = [.user("bob")]) throws -> ApprovalMachine {
        try world.open(
            StageDefinition(
                primary: ZeroApprovers.requirement(
                    ConfiguredApprovers(anyOf: approvers), documentedDefault: administrators),
                timeout: .days(1), isJustificationRequired: true))
    }

    @Test("P1: the step begins at once, for 24 hours")
    func begins() throws {
        let machine = try activation()
        #expect(machine.current?.index == 0)
        #expect(machine.nextTimer == World.start + .hours(24))
    }

    @Test(
        "P2, P3: an approver approves or denies",
        arguments: [(DecisionChoice.approve, ApprovalState.approved), (.deny, .denied)])
    func decides(choice: DecisionChoice, state: ApprovalState) throws {
        var machine = try activation()
        _ = try world.decide(&machine, "bob", choice)
        #expect(machine.state == state)
    }

    @Test("P4: after 24 hours the step expires, and a decision is refused with 409 (tests 97, 98)")
    func expires() throws {
        var machine = try activation()
        var inTime = machine
        #expect(try world.decide(&inTime, "bob", at: World.start + .hours(24) - .seconds(1)).last == .approved)
        #expect(machine.advance(to: World.start + .hours(24)) == [.stageClosed(0, .timedOut), .timedOut])
        let code = refusal { () throws(Refusal) in try world.decide(&machine, "bob", at: World.start + .hours(24)) }
        #expect(code?.kind == .conflict)
    }

    @Test("P5: a cancelled request closes the step")
    func cancelled() throws {
        var machine = try activation()
        #expect(try machine.cancel(at: World.start + .hours(1)) == [.stageClosed(0, .cancelled), .cancelled])
    }

    @Test("P6: a decision on a decided step is refused with 409")
    func repeated() throws {
        var machine = try activation(approvers: [.members(ofGroup: "approvers")])
        _ = try world.decide(&machine, "bob")
        #expect(refusal { () throws(Refusal) in try world.decide(&machine, "cyd", .deny) }?.kind == .conflict)
    }

    @Test("the requestor is refused with 403, even as a configured approver (test 89)")
    func ownRequest() throws {
        var machine = try activation(approvers: [.user("ann"), .user("bob")])
        #expect(refusal { () throws(Refusal) in try world.decide(&machine, "ann") }?.kind == .forbidden)
    }

    @Test("somebody else is refused with 403 (test 90), and a missing justification with 400 (test 93)")
    func others() throws {
        var machine = try activation()
        #expect(refusal { () throws(Refusal) in try world.decide(&machine, "cyd") }?.kind == .forbidden)
        #expect(
            refusal { () throws(Refusal) in try world.decide(&machine, "bob", justification: nil) }?.kind == .invalid)
    }

    @Test("without configured approvers the administrators of the default decide, and others don't (test 96)")
    func defaultApprovers() throws {
        var machine = try activation(approvers: [])
        #expect(refusal { () throws(Refusal) in try world.decide(&machine, "bob") }?.kind == .forbidden)
        #expect(try world.decide(&machine, "pra").last == .approved)
    }
}
