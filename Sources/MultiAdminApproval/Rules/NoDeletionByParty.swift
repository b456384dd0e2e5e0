package import Approvals
package import Directory

/// No party removes the trace of its own request (R36).
package enum NoDeletionByParty {
    package static func check(_ caller: Principal, control: ControlFacts, parties: Parties) throws(Refusal) {
        guard !parties.shared(with: control.controllers(of: caller)).isEmpty else { return }
        throw Refusal(
            .noDeletionByParty,
            "A party to a request can't delete it. To withdraw it, use cancelMyRequest; it is removed from view when "
                + "its retention ends.")
    }
}

extension RefusalCode {
    package static let noDeletionByParty = RefusalCode("noDeletionByParty", .forbidden)
}
