import Approvals
import Directory
import EDM
import Testing

@Suite("Sponsors (R3)")
struct SponsorListTests {
    private let organization = ApproverNode(.organization, "contoso")

    private func entry(
        _ name: String, _ kind: ApproverNode.Kind = .user, by writer: String = "admin",
        at instant: Instant = World.longAgo,
        isEnabled: Bool = true
    ) -> SponsorList.Entry {
        SponsorList.Entry(
            edge: ApproverEdge(
                .internalSponsor, from: ApproverNode(kind, name), to: organization, writtenBy: World.user(writer),
                writtenAt: instant),
            user: kind == .user ? Decider(World.user(name), isEnabled: isEnabled) : nil)
    }

    private func resolve(_ entries: [SponsorList.Entry]) -> SetResolution {
        SponsorList.resolve(
            .internalSponsors, subject: organization, entries: entries, parties: World().parties,
            control: ControlFacts(), at: World.start)
    }

    @Test("active sponsors and sponsoring groups are named; parties and disabled users are left out")
    func named() {
        let entries = [entry("sue"), entry("g", .group), entry("ann"), entry("off", isEnabled: false)]
        #expect(
            resolve(entries)
                == .named(
                    .internalSponsors, holders: [ApproverNode(.group, "g"), ApproverNode(.user, "sue")],
                    subject: organization))
    }

    @Test("nobody left is unresolved, by a party where one named the only sponsor within 24 hours")
    func unresolved() {
        #expect(resolve([]) == .unresolved(.internalSponsors, .missing, causedByParty: false))
        let recent = entry("sue", by: "ann", at: World.start - .hours(23))
        #expect(resolve([recent]) == .unresolved(.internalSponsors, .recentlyWrittenByParty, causedByParty: true))
        #expect(resolve([entry("sue", by: "ann", at: World.start - .hours(24))]) != resolve([recent]))
    }

    @Test("a member of a sponsoring group may decide, a stranger may not")
    func decision() throws {
        var world = World()
        world.edges += [World.member("gus", of: "g"), entry("g", .group).edge, entry("sue").edge]
        let opening = StageOpening([resolve([entry("g", .group)])])
        let machine = try world.open([World.stage([.internalSponsors])], opening: opening)
        func code(_ name: String) -> RefusalCode? {
            refusal { () throws(Refusal) in try machine.eligibleDecider(world.facts(name), stage: 0) }
        }
        #expect(code("gus") == nil)
        #expect(code("sue") == .approverResolution)
        #expect(code("bob") == .approverResolution)
    }
}
