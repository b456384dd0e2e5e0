import Approvals
import Directory
import EDM
import Testing

@Suite("Manager chains (R3)")
struct ManagerChainTests {
    private let start = World.start
    private let parties = Parties([World.user("ann"): [.requestor]])

    private func link(
        _ manager: Decider, of report: String, by writer: String = "admin", at instant: Instant = World.longAgo,
        until end: Instant? = nil
    ) -> ManagerChain.Link {
        ManagerChain.Link(
            edge: ApproverEdge(
                .manager, from: ApproverNode(.user, manager.principal.id), to: ApproverNode(.user, report),
                writtenBy: World.user(writer), writtenAt: instant, endsAt: end), manager: manager)
    }

    private func resolve(
        _ level: Int, _ links: [ManagerChain.Link], emptiedBy: Set<Principal> = []
    ) -> SetResolution {
        ManagerChain.resolve(
            level: level, of: .requestor, user: "ann", links: links, parties: parties, control: ControlFacts(),
            emptiedBy: emptiedBy, at: start)
    }

    private func unresolved(
        _ reason: SetResolution.Reason, level: Int = 1, byParty: Bool = false
    ) -> SetResolution {
        .unresolved(.manager(of: .requestor, level: level), reason, causedByParty: byParty)
    }

    private var mia: Decider { Decider(World.user("mia")) }
    private var max: Decider { Decider(World.user("max")) }

    @Test("the manager of each level is named")
    func named() {
        let links = [link(mia, of: "ann"), link(max, of: "mia")]
        let ann = ApproverNode(.user, "ann")
        #expect(
            resolve(1, links)
                == .named(.manager(of: .requestor, level: 1), holders: [ApproverNode(.user, "mia")], subject: ann))
        #expect(
            resolve(2, links)
                == .named(.manager(of: .requestor, level: 2), holders: [ApproverNode(.user, "max")], subject: ann))
    }

    @Test("a missing link is unresolved, by a party where one removed it")
    func missing() {
        #expect(resolve(1, []) == unresolved(.missing))
        #expect(resolve(2, [link(mia, of: "ann")]) == unresolved(.missing, level: 2))
        #expect(resolve(1, [], emptiedBy: [World.user("ann")]) == unresolved(.missing, byParty: true))
        #expect(resolve(1, [link(mia, of: "ann", until: start)]) == unresolved(.missing))
    }

    @Test("a chain that comes back to somebody is unresolved")
    func cycle() {
        let links = [link(mia, of: "ann"), link(max, of: "mia"), link(mia, of: "max")]
        #expect(resolve(3, links) == unresolved(.repeated, level: 3))
        #expect(resolve(1, [link(Decider(World.user("ann")), of: "ann")]) == unresolved(.repeated))
    }

    @Test("a disabled or deleted manager ends the chain")
    func inactive() {
        let disabled = Decider(World.user("mia"), isEnabled: false)
        let deleted = Decider(World.user("mia"), isDeleted: true)
        #expect(resolve(1, [link(disabled, of: "ann")]) == unresolved(.inactive))
        #expect(resolve(2, [link(deleted, of: "ann"), link(max, of: "mia")]) == unresolved(.inactive, level: 2))
    }

    @Test("a manager who is a party ends the chain")
    func party() {
        let parties = Parties([World.user("ann"): [.target], World.user("mia"): [.filer]])
        let resolution = ManagerChain.resolve(
            level: 1, of: .target, user: "ann", links: [link(mia, of: "ann")], parties: parties,
            control: ControlFacts(), at: start)
        #expect(resolution == .unresolved(.manager(of: .target, level: 1), .party, causedByParty: false))
    }

    @Test("a link that a party wrote counts only after 24 hours")
    func recentlyWritten() {
        func written(_ ago: Duration) -> SetResolution {
            resolve(1, [link(mia, of: "ann", by: "ann", at: start - ago)])
        }
        #expect(written(.hours(24) - .microseconds(1)) == unresolved(.recentlyWrittenByParty, byParty: true))
        #expect(written(.hours(24)) != unresolved(.recentlyWrittenByParty, byParty: true))
        #expect(resolve(1, [link(mia, of: "ann", by: "admin", at: start)]) != unresolved(.missing))
    }
}
