package import JSON

/// A document as a client's body wants it: the one merge of every create, update and replacement.
///
/// Names match ignoring case, in a version's spelling or as declared, and come out as declared. Read-only members are the
/// server's (`fill` sets them); immutable ones and keys stay as they were created; complex values and collections are
/// replaced whole. Unknown members are kept by open types only.
package struct Draft<Entity: EntityType>: Sendable {
    package var document: Document<Entity>
    /// `name@odata.bind`: links to make, by relationship.
    package let binds: [(navigation: Navigation, urls: [String])]
    /// Values of relationships that the body holds (deep inserts): not yet read as what they lead to. A null says nothing.
    package let relations: [(navigation: Navigation, value: JSONValue)]

    /// A new document. Nullable members that the body leaves out are null, collections are empty.
    /// - Parameter fill: sets what the server decides. What can't be null can't be read there before it is set.
    /// - Throws: `Invalid` that names the member as the client spells it.
    package init(
        creating body: JSONObject, _ reader: BodyReader = BodyReader(),
        _ fill: (inout Document<Entity>) -> Void = { _ in }
    ) throws(Invalid) {
        try self.init(body, reader, over: nil, isWhole: true, fill) { _ in false }
    }

    /// The old document with the members that the body names (OData 4.01 Protocol §11.4.3, PATCH).
    package init(
        patching body: JSONObject, over old: Document<Entity>, _ reader: BodyReader = BodyReader(),
        _ fill: (inout Document<Entity>) -> Void = { _ in }
    ) throws(Invalid) {
        try self.init(body, reader, over: old, isWhole: false, fill) { _ in true }
    }

    /// A document in place of the old one, which keeps what a client can't change (OData 4.01 Protocol §11.4.3, PUT).
    package init(
        replacing old: Document<Entity>, with body: JSONObject, _ reader: BodyReader = BodyReader(),
        _ fill: (inout Document<Entity>) -> Void = { _ in }
    ) throws(Invalid) {
        let kept = Entity.type(of: old.members).properties.filter { !$0.traits.isDisjoint(with: .unchangeable) }
        let names = Set(kept.map(\.name) + ["@odata.type"])
        try self.init(body, reader, over: old, isWhole: true, fill) { names.contains($0) }
    }

    /// - Parameters:
    ///   - isWhole: whether the body stands for the whole document, so that what it leaves out is null.
    ///   - keeps: which members of the old document stay where the body doesn't name them.
    private init(
        _ body: JSONObject, _ reader: BodyReader, over old: Document<Entity>?, isWhole: Bool,
        _ fill: (inout Document<Entity>) -> Void, keeps: (String) -> Bool
    ) throws(Invalid) {
        let before = old?.members ?? JSONObject()
        let type = try Self.type(of: body, reader, over: before, isNew: old == nil)
        var members = JSONObject(before.members.filter { keeps($0.name) }.map { ($0.name, $0.value) })
        if old == nil { members["@odata.type"] = reader.annotation(of: body, type, declared: Entity.self) }
        var unchangeable: [any AnyProperty] = []
        var binds: [(Navigation, [String])] = []
        var relations: [(Navigation, JSONValue)] = []
        do throws(Invalid) {
            try reader.eachMember(of: body, as: type, over: before) { member throws(Invalid) in
                switch member {
                case .property(let property, let value)
                where property.traits.contains(.readOnly) && reader.mode != .trusted:
                    guard reader.mode == .strict else { return }
                    try Self.refuse(try property.canonical(value), of: property, unlessIn: before, "is read-only.")
                case .property(let property, let value):
                    members[property.name] = try reader.value(value, of: property)
                    if !property.traits.isDisjoint(with: .unchangeable) { unchangeable.append(property) }
                case .open(let name, let value):
                    members[name] = value
                case .bind(let navigation, let value):
                    guard let urls = navigation.urls(value) else {
                        throw Invalid(
                            path: "\(navigation.name(in: reader.version) ?? navigation.name)@odata.bind",
                            reason: navigation.isCollection ? "must be an array of URLs." : "must be one URL.")
                    }
                    binds.append((navigation, urls))
                case .relation(let navigation, let value):
                    if !value.isNull { relations.append((navigation, value)) }
                }
            }
            var draft = Document<Entity>(unchecked: members)
            fill(&draft)
            document = try Document(isWhole ? type.completed(draft.members) : draft.members)
            for property in unchangeable where old != nil && reader.mode != .trusted {
                let value = document.members[property.name] ?? .null
                try Self.refuse(value, of: property, unlessIn: before, "can't be changed.")
            }
        } catch { throw error.spelled(as: type, in: reader.version) }
        self.binds = binds
        self.relations = relations
    }

    /// The type of a new document by its body; of an old one its own, which no body changes.
    private static func type(
        of body: JSONObject, _ reader: BodyReader, over old: JSONObject, isNew: Bool
    ) throws(Invalid) -> any EntityType.Type {
        guard !isNew else { return try reader.type(of: body, declared: Entity.self) }
        let type = Entity.type(of: old)
        guard body["@odata.type"] != nil else { return type }
        guard try reader.type(of: body, declared: Entity.self) == type else {
            throw Invalid(path: "@odata.type", reason: "can't be changed: it is '\(type.typeAnnotation)'.")
        }
        return type
    }

    private static func refuse(
        _ value: JSONValue, of property: any AnyProperty, unlessIn old: JSONObject, _ reason: String
    ) throws(Invalid) {
        guard value == old[property.name] ?? .null else { throw Invalid(path: property.name, reason: reason) }
    }
}

extension Navigation {
    /// One URL, or for a relationship to many an array of them; nil for anything else.
    fileprivate func urls(_ value: JSONValue) -> [String]? {
        guard isCollection else { return value.string.map { [$0] } }
        let urls = value.array?.compactMap(\.string)
        return urls?.count == value.array?.count ? urls : nil
    }
}

extension Document {
    /// A new document of a body that holds no relationships.
    /// - Throws: `Invalid` as `Draft` does, and for relationships.
    package init(
        creating body: JSONObject, _ reader: BodyReader = BodyReader(), _ fill: (inout Document) -> Void = { _ in }
    ) throws(Invalid) {
        self = try Draft(creating: body, reader, fill).alone(reader)
    }

    /// The old document with the members of a body that holds no relationships.
    /// - Throws: `Invalid` as `Draft` does, and for relationships.
    package init(
        patching body: JSONObject, over old: Document, _ reader: BodyReader = BodyReader(),
        _ fill: (inout Document) -> Void = { _ in }
    ) throws(Invalid) {
        self = try Draft(patching: body, over: old, reader, fill).alone(reader)
    }
}

extension Draft {
    /// The document of a body that must hold no relationships.
    fileprivate func alone(_ reader: BodyReader) throws(Invalid) -> Document<Entity> {
        guard let navigation = relations.first?.navigation ?? binds.first?.navigation else { return document }
        throw Invalid(
            path: navigation.name(in: reader.version) ?? navigation.name,
            reason: "is a relationship, which can't be set here. Leave it out.")
    }
}

extension Traits {
    /// What a client can't change in a document that is there.
    fileprivate static let unchangeable: Traits = [.key, .readOnly, .immutable]
}

extension EntityType {
    /// With null for every nullable member and an empty collection for every collection that may be left out.
    fileprivate static func completed(_ members: JSONObject) -> JSONObject {
        var members = members
        for property in properties where members[property.name] == nil && !property.traits.contains(.required) {
            switch property.edm {
            case .nullable: members.append(property.name, .null)
            case .collection: members.append(property.name, [])
            default: break
            }
        }
        return inDeclaredOrder(members)
    }
}

extension Invalid {
    /// The same complaint with its path in a version's spelling.
    fileprivate func spelled(as type: any EntityType.Type, in version: GraphVersion?) -> Invalid {
        let steps = path.split(separator: "/").map { $0.split(separator: "[", maxSplits: 1) }
        let names = type.spelled(steps.map { String($0.first ?? "") }[...], in: version)
        let path = zip(names, steps).map { $0 + ($1.count > 1 ? "[\($1[1])" : "") }.joined(separator: "/")
        return Invalid(path: path, reason: reason)
    }
}
