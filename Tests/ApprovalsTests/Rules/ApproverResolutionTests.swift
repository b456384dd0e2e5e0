import Approvals
import Directory
import EDM
import Testing

@Suite("Approver resolution (R2, R3)")
struct ApproverResolutionTests {
    private let start = World.start

    private func code(
        _ name: String, _ edges: [ApproverEdge], sets: [ApproverSet] = [.members(ofGroup: "approvers")],
        control: ControlFacts = ControlFacts(), at now: Instant = World.start + .hours(1)
    ) throws -> RefusalCode? {
        var world = World()
        world.edges = edges
        world.control = control
        let machine = try world.open(World.stage(sets))
        return refusal { () throws(Refusal) in try machine.eligibleDecider(world.facts(name, at: now), stage: 0) }
    }

    @Test("nested groups lead to an approver through any number of levels, and the path says how")
    func nested() throws {
        var world = World()
        world.edges = [
            World.member("bob", of: "a"), World.member("a", .group, of: "b"),
            World.member("b", .group, of: "approvers"),
        ]
        let decider = try world.open().eligibleDecider(world.facts("bob"), stage: 0)
        #expect(decider.paths == [ApproverPath(set: .members(ofGroup: "approvers"), edges: world.edges)])
    }

    @Test("a cycle of groups is followed once")
    func cycle() throws {
        let cycle = [
            World.member("bob", of: "a"), World.member("a", .group, of: "b"), World.member("b", .group, of: "a"),
        ]
        #expect(try code("bob", cycle) == .approverResolution)
        #expect(try code("bob", cycle + [World.member("b", .group, of: "approvers")]) == nil)
    }

    @Test("the path doesn't depend on the order in which edges were gathered")
    func order() throws {
        var world = World()
        world.edges = [
            World.member("bob", of: "b"), World.member("bob", of: "a"), World.member("a", .group, of: "approvers"),
            World.member("b", .group, of: "approvers"),
        ]
        let machine = try world.open()
        let one = try machine.eligibleDecider(world.facts("bob"), stage: 0).paths
        world.edges.reverse()
        #expect(try machine.eligibleDecider(world.facts("bob"), stage: 0).paths == one)
    }

    @Test("an edge that a party wrote after the stage began doesn't count")
    func writtenByParty() throws {
        let edge = World.member("gus", of: "approvers", by: World.user("ann"), at: start + .seconds(1))
        #expect(try code("gus", [edge]) == .approverResolution)
    }

    @Test("an edge that the decider wrote after the stage began doesn't count, nor one by the decider's application")
    func writtenByDecider() throws {
        let own = World.member("gus", of: "approvers", by: World.user("gus"), at: start + .seconds(1))
        #expect(try code("gus", [own]) == .approverResolution)
        let app = Principal(.servicePrincipal, "app")
        let byApp = World.member("gus", of: "approvers", by: app, at: start + .seconds(1))
        let control = ControlFacts(controlledBy: [app: [ControlFacts.Control(by: World.user("gus"), reason: .owner)]])
        #expect(try code("gus", [byApp]) == nil)
        #expect(try code("gus", [byApp], control: control) == .approverResolution)
    }

    @Test("an edge that somebody else wrote after the stage began counts")
    func writtenByOther() throws {
        #expect(try code("gus", [World.member("gus", of: "approvers", at: start + .seconds(1))]) == nil)
    }

    @Test("an edge of the instant at which the stage began counts, whoever wrote it")
    func boundary() throws {
        let edge = World.member("gus", of: "approvers", by: World.user("ann"), at: start)
        #expect(try code("gus", [edge]) == nil)
    }

    @Test("one bad edge spoils a path, and another path is found")
    func otherPath() throws {
        let bad = [
            World.member("gus", of: "a"),
            World.member("a", .group, of: "approvers", by: World.user("ann"), at: start + .seconds(1)),
        ]
        #expect(try code("gus", bad) == .approverResolution)
        #expect(
            try code("gus", bad + [World.member("gus", of: "z"), World.member("z", .group, of: "approvers")]) == nil)
    }

    @Test("a membership ends when its grant ends")
    func ends() throws {
        let now = start + .hours(1)
        let edge = World.member("gus", of: "approvers", until: now)
        #expect(try code("gus", [edge], at: now - .microseconds(1)) == nil)
        #expect(try code("gus", [edge], at: now) == .approverResolution)
    }

    @Test("a member removed between filing and decision can't decide")
    func removed() throws {
        #expect(try code("bob", []) == .approverResolution)
    }

    @Test("a named user needs no edge; holders of a role come directly or through a group")
    func usersAndRoles() throws {
        #expect(try code("gus", [], sets: [.user("gus")]) == nil)
        #expect(try code("bob", [], sets: [.user("gus")]) == .approverResolution)
        let role = ApproverNode(.role, "r")
        let direct = ApproverEdge(
            .role, from: ApproverNode(.user, "gus"), to: role, writtenBy: World.administrator, writtenAt: World.longAgo)
        let held = ApproverEdge(
            .role, from: World.group("g"), to: role, writtenBy: World.administrator, writtenAt: World.longAgo)
        #expect(try code("gus", [direct], sets: [.holders(ofRole: "r")]) == nil)
        #expect(try code("bob", [World.member("bob", of: "g"), held], sets: [.holders(ofRole: "r")]) == nil)
        #expect(try code("bob", [World.member("bob", of: "r")], sets: [.holders(ofRole: "r")]) == .approverResolution)
    }

    @Test("every group of sets has to be met")
    func conjunction() throws {
        var world = World()
        world.edges.append(World.member("bob", of: "seconds"))
        let both = ApproverRequirement(allOf: [[.members(ofGroup: "approvers")], [.members(ofGroup: "seconds")]])
        let machine = try world.open(StageDefinition(primary: both, timeout: .days(1)))
        #expect(try machine.eligibleDecider(world.facts("bob"), stage: 0).paths.count == 2)
        for name in ["cyd", "dan"] {
            #expect(
                refusal { () throws(Refusal) in try machine.eligibleDecider(world.facts(name), stage: 0) }
                    == .approverResolution)
        }
    }

    @Test("the version of the policy in force has to be met besides the snapshot")
    func inForce() throws {
        var world = World()
        world.edges.append(World.member("bob", of: "seconds"))
        let machine = try world.open()
        let now = ApproverRequirement(anyOf: [.members(ofGroup: "seconds")])
        func code(_ name: String) -> RefusalCode? {
            refusal { () throws(Refusal) in
                try machine.eligibleDecider(world.facts(World.user(name), inForce: now), stage: 0)
            }
        }
        #expect(code("bob") == nil)
        #expect(code("cyd") == .approverResolution)
        #expect(code("dan") == .approverResolution)
    }

    @Test("a manager counts only where named at the start, and only while the link exists")
    func manager() throws {
        var world = World()
        let set = ApproverSet.manager(of: .requestor, level: 2)
        let ann = ApproverNode(.user, "ann"), mia = ApproverNode(.user, "mia"), max = ApproverNode(.user, "max")
        func link(_ from: ApproverNode, _ to: ApproverNode) -> ApproverEdge {
            ApproverEdge(.manager, from: from, to: to, writtenBy: World.administrator, writtenAt: World.longAgo)
        }
        world.edges = [link(mia, ann), link(max, mia)]
        let opening = StageOpening([.named(set, holders: [max], subject: ann)])
        let machine = try world.open([World.stage([set])], opening: opening)
        func code(_ name: String, _ edges: [ApproverEdge]) -> RefusalCode? {
            var world = world
            world.edges = edges
            return refusal { () throws(Refusal) in try machine.eligibleDecider(world.facts(name), stage: 0) }
        }
        #expect(code("max", world.edges) == nil)
        #expect(code("mia", world.edges) == .approverResolution)
        #expect(code("max", [link(max, mia)]) == .approverResolution)
        #expect(code("gus", [link(mia, ann), link(ApproverNode(.user, "gus"), mia)]) == .approverResolution)
    }

    @Test("outside of a request, an approver is whom the sets lead to now")
    func admits() {
        let world = World()
        let requirement = ApproverRequirement(anyOf: [.members(ofGroup: "approvers")])
        #expect(ApproverResolution.admits(world.facts("bob"), to: requirement))
        #expect(!ApproverResolution.admits(world.facts("gus"), to: requirement))
        #expect(!ApproverResolution.admits(world.facts("bob"), to: .closed))
    }
}
