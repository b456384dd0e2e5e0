internal import Approvals
package import Directory
package import EDM
package import JSON
package import Storage

extension Stored where Entity == DirectoryEdge {
    /// A new edge, with who wrote it and when (rule R2).
    package init(
        _ relation: EdgeRelation, to: String, from: String, _ end: EdgeEnd, writtenBy writer: Principal,
        at instant: Instant
    ) throws(Invalid) {
        let id = Kinds.edgeID(relation, to: to, from: from)
        self.init(
            Kinds.edges, id: id,
            try Document {
                $0.id = id
                $0.relation = relation
                $0.toId = to
                $0.fromId = from
                $0.fromKind = end
                $0.writtenBy = writer.text
                $0.writtenAt = instant
            })
    }
}

extension Kinds {
    /// The id of an edge, of which there is one for a relation of two objects.
    package static func edgeID(_ relation: EdgeRelation, to: String, from: String) -> String {
        "\(relation.rawValue):\(to):\(from)"
    }
}
