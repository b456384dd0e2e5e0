import Approvals
import Directory
import EDM
import MultiAdminApproval
import Testing

@Suite("All required types")
struct AllRequiredTypesTests {
    static func policy(
        _ id: String, _ type: OperationApprovalPolicyType, _ groups: [String]
    ) throws -> Document<PolicySnapshot> {
        try Document {
            $0.policyId = id
            $0.version = "1"
            $0.policyType = type
            $0.approverGroupIds = groups
        }
    }

    @Test("any group of a policy will do, and each policy is required, of one type or of several")
    func requirement() throws {
        let policies = try [
            Self.policy("1", .script, ["A", "b"]), Self.policy("2", .app, ["c"]),
            Self.policy("3", .script, ["b", "d"]),
        ]
        #expect(
            AllRequiredTypes.requirement(policies)
                == ApproverRequirement(allOf: [
                    [.members(ofGroup: "a"), .members(ofGroup: "b")], [.members(ofGroup: "c")],
                    [.members(ofGroup: "b"), .members(ofGroup: "d")],
                ]))
        #expect(AllRequiredTypes.requirement([]).isClosed)
        #expect(AllRequiredTypes.requirement([try Self.policy("1", .script, [])]).isClosed)
    }

    @Test("49: who is eligible for one of two types is refused")
    func bothTypes() throws {
        var fixture = try Fixture()
        fixture.filing.requirement = AllRequiredTypes.requirement([
            try Self.policy("1", .script, [Fixture.approvers]), try Self.policy("2", .deviceWipe, [Fixture.others]),
        ])
        fixture.edges.append(Fixture.member("bea", of: Fixture.others))
        var machine = try fixture.file()
        #expect(refusal { () throws(Refusal) in try fixture.decide(&machine) } == .approverResolution)
        #expect(refusal { () throws(Refusal) in try fixture.decide(&machine, by: Fixture.user("bea")) } == nil)
    }

    @Test("R6: a decider satisfies the snapshot and the version in force; a deleted policy frees nothing")
    func inForce() throws {
        var fixture = try Fixture()
        fixture.edges += [Fixture.member("bea", of: Fixture.others), Fixture.member("new", of: Fixture.others)]
        let machine = try fixture.file()
        func code(_ name: String, _ policies: [Document<PolicySnapshot>]) -> RefusalCode? {
            var facts = fixture.facts(Fixture.user(name))
            facts.inForce = AllRequiredTypes.inForce(policies, types: [.script])
            return refusal { () throws(Refusal) in try machine.eligibleDecider(facts) }
        }
        let changed = try [Self.policy("1", .script, [Fixture.others]), Self.policy("2", .app, ["x"])]
        #expect(code("bea", changed) == nil)
        #expect(code("abe", changed) == .approverResolution)
        #expect(code("new", changed) == .approverResolution)
        #expect(code("abe", []) == nil)
        #expect(code("new", []) == .approverResolution)
        #expect(code("bea", [try Self.policy("1", .script, [])]) == .zeroApprovers)
    }

    @Test("equal snapshots have equal digests, whatever the order of policies")
    func hashInput() throws {
        let one = try Self.policy("1", .script, ["a"]), two = try Self.policy("2", .app, ["b"])
        #expect(PolicySnapshot.hashInput([one, two]) == PolicySnapshot.hashInput([two, one]))
        #expect(PolicySnapshot.hashInput([one]) != PolicySnapshot.hashInput([two]))
    }
}
