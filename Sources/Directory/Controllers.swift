/// What the directory says about who can act as an identity, gathered by a workflow; this module only reasons over it.
///
/// An identity's *controllers* are the persons who can act as it: for a user, its person with every account of that person;
/// for an application, the persons behind its owners, followed through owners that are groups or applications, and everyone
/// who created a credential of it that is still valid.
package struct ControlFacts: Hashable, Sendable {
    /// For each user, the other accounts of the same person.
    package var accounts: [String: Set<String>]
    /// For each service principal or group, who owns it or created a credential of it, and why that gives control.
    package var controlledBy: [Principal: [Control]]

    package struct Control: Hashable, Sendable {
        package enum Reason: String, Hashable, Sendable { case owner, credentialCreator, member }
        package let by: Principal
        package let reason: Reason

        package init(by principal: Principal, reason: Reason) {
            self.by = principal
            self.reason = reason
        }
    }

    package init(accounts: [String: Set<String>] = [:], controlledBy: [Principal: [Control]] = [:]) {
        self.accounts = accounts
        self.controlledBy = controlledBy
    }

    /// The controllers of an identity as principals, itself included, with cycles of ownership followed once.
    package func controllers(of principal: Principal) -> Set<Principal> {
        var found: Set<Principal> = []
        var open = [principal]
        while let next = open.popLast() {
            guard found.insert(next).inserted else { continue }
            if next.kind == .user { open += accounts[next.id, default: []].map { Principal(.user, $0) } }
            open += controlledBy[next, default: []].map(\.by)
        }
        return found
    }
}

/// Everybody who has a stake in a request, each with the reasons why. May only grow.
package struct Parties: Hashable, Sendable {
    package enum Reason: String, Hashable, Sendable, CaseIterable { case filer, requestor, target, initiator }

    package private(set) var reasons: [Principal: Set<Reason>]

    package init(_ reasons: [Principal: Set<Reason>] = [:]) { self.reasons = reasons }

    package var principals: Set<Principal> { Set(reasons.keys) }

    package mutating func add(_ principals: some Sequence<Principal>, as reason: Reason) {
        for principal in principals { reasons[principal, default: []].insert(reason) }
    }

    package func union(_ other: Parties) -> Parties {
        Parties(reasons.merging(other.reasons) { $0.union($1) })
    }

    package func contains(_ principal: Principal) -> Bool { reasons[principal] != nil }

    /// The parties among some controllers, in a fixed order.
    package func shared(with controllers: Set<Principal>) -> [Principal] {
        principals.intersection(controllers).sorted()
    }
}
