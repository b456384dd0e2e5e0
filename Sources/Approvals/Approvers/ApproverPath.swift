internal import EDM
package import JSON

/// Why somebody is an approver: the configured set, and the edges from the decider up to it (none for a named user).
/// Goes into the decision's event (V2).
package struct ApproverPath: Hashable, Sendable {
    package let set: ApproverSet
    package let edges: [ApproverEdge]

    package init(set: ApproverSet, edges: [ApproverEdge]) {
        self.set = set
        self.edges = edges
    }
}

extension ApproverPath: InternalValue {
    package init(json: JSONValue) throws(Invalid) {
        var members = try MemberReader(json)
        self.init(set: try members.take("set"), edges: try members.take("edges"))
        try members.end()
    }
    package var json: JSONValue { ["set": set.json, "edges": edges.json] }
}
