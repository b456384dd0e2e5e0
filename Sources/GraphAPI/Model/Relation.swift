package import EDM
package import JSON
package import Storage

/// A relationship that can be walked from an entity, by path and by `$expand`.
package struct Relation: Sendable {
    package let name: String
    package let isCollection: Bool
    /// Where its elements are.
    let elements: Elements
    /// Types to which its elements can be cast: `…/members/graph.user`.
    let casts: [any EntityType.Type]
    /// Names of further types of Graph's that its elements may have, of which there is none here: such a cast is empty.
    let emptyCasts: [String]
    /// What a collection lies in, for `@odata.context`; nil where it is contained in the entity.
    let context: String?
    /// Where a single one's key stands in the entity, and of which kind it is.
    let reference: (member: [String], kind: any AnyKind)?
    /// How links of it are added and removed; nil where they can't be.
    let links: Links?

    /// The keys of what an entity is related to, in their order.
    package typealias Keys = @Sendable (Invocation, _ from: Related) async throws -> [Key]

    enum Elements: Sendable {
        /// Documents of their own. They are shown as far as the caller may see them where they live.
        case documents(Keys)
        /// Elements of a member of the document, which is shown only by this path and where `$expand` names it.
        case embedded
    }

    /// The entity at the beginning of a relationship.
    package struct Related: Sendable {
        package let id: String
        package let document: JSONObject
    }

    /// The writes of a relationship's links (OData 4.01 Protocol §11.4.6): `…/$ref`.
    package struct Links: Sendable {
        package typealias Change = @Sendable (Invocation, _ id: String, _ target: String) async throws -> Void
        /// The entity sets in which a link may lead, such as `directoryObjects`.
        let sets: [String]
        let add: Change
        let remove: Change

        package init(into sets: [String], add: @escaping Change, remove: @escaping Change) {
            self.sets = sets
            self.add = add
            self.remove = remove
        }
    }

    /// Documents of their own, one or many.
    package static func documents(
        _ name: String, isCollection: Bool = true, casts: [any EntityType.Type] = [], emptyCasts: [String] = [],
        context: String? = nil, links: Links? = nil, keys: @escaping Keys
    ) -> Relation {
        Relation(
            name: name, isCollection: isCollection, elements: .documents(keys), casts: casts, emptyCasts: emptyCasts,
            context: context,
            reference: nil, links: links)
    }

    /// One document, whose id is a member of the entity: `principal` by `principalId`.
    package static func reference(_ name: String, by member: [String], in kind: any AnyKind) -> Relation {
        let keys: Keys = { _, from in
            JSONValue.object(from.document)[path: member]?.string.map { [Key(kind.name, $0)] } ?? []
        }
        return Relation(
            name: name, isCollection: false, elements: .documents(keys), casts: [], emptyCasts: [], context: nil,
            reference: (member, kind), links: nil)
    }

    /// Elements of the member of the relationship's name.
    package static func embedded(_ name: String) -> Relation {
        Relation(
            name: name, isCollection: true, elements: .embedded, casts: [], emptyCasts: [], context: nil,
            reference: nil,
            links: nil)
    }
}
