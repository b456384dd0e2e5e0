package import JSON

/// One document: ordered JSON members, every declared one checked and in canonical form. Members that the type doesn't
/// declare are kept as they are.
@dynamicMemberLookup
package struct Document<Entity: EntityType>: EdmValue {
    package private(set) var members: JSONObject

    package static var edm: EdmType { .complex(Entity.self) }
    package var json: JSONValue { .object(members) }

    /// Checks every declared member once, so that getters can't fail later.
    /// - Throws: `Invalid` that names the member.
    package init(json: JSONValue) throws(Invalid) {
        guard case .object(let object) = json else { throw Invalid(reason: "must be an object.") }
        try self.init(object)
    }

    package init(_ object: JSONObject) throws(Invalid) {
        var object = object
        for property in Entity.type(of: object).properties {
            let name = property.name
            let isThere = try object.replace(name) { value throws(Invalid) in try property.canonical(value) }
            guard isThere || !property.traits.contains(.required) else {
                throw Invalid(path: name, reason: "is required.")
            }
        }
        members = object
    }

    /// Reads what the house has stored.
    /// - Throws: `Invalid` where the bytes are no such document.
    package init(stored bytes: some Collection<UInt8>) throws(Invalid) {
        try self.init(json: try JSONReader.read(bytes, limits: .stored))
    }

    package init(checked json: JSONValue) {
        guard case .object(let object) = json else { preconditionFailure("was checked to be an object") }
        self.init(unchecked: object)
    }

    package static func canonical(_ json: JSONValue) throws(Invalid) -> JSONValue {
        guard case .object(let object) = json else { return try Self(json: json).json }
        return .object(try Self(object).members)
    }

    package subscript<Value>(dynamicMember path: KeyPath<Entity, Property<Value>>) -> Value {
        get {
            let property = Entity.schema[keyPath: path]
            return Value(checked: members[property.name] ?? Self.absent(property.edm))
        }
        set { members[Entity.schema[keyPath: path].name] = newValue.json }
    }

    /// What a member that isn't there reads as: an empty collection, or null.
    private static func absent(_ type: EdmType) -> JSONValue {
        if case .collection = type { .array([]) } else { .null }
    }

    /// A member that the type doesn't declare (annotations, members of open types).
    package subscript(open name: String) -> JSONValue? {
        get { members[name] }
        set { members[name] = newValue }
    }
}

extension Document {
    /// A new document: declared nullable properties that `fill` doesn't set are written as null, as Graph shows them.
    ///
    /// - Throws: `Invalid` where `fill` leaves out a property that can't be null.
    package init(_ fill: (inout Document) -> Void) throws(Invalid) {
        var empty = Document(unchecked: JSONObject())
        if Entity.namesItsType { empty.members["@odata.type"] = .string(Entity.typeAnnotation) }
        for property in Entity.properties {
            if case .nullable = property.edm { empty.members.append(property.name, .null) }
            if case .collection = property.edm { empty.members.append(property.name, .array([])) }
        }
        fill(&empty)
        try self.init(Entity.inDeclaredOrder(empty.members))
    }

    init(unchecked members: JSONObject) { self.members = members }

    /// The same document as one of a type that it extends, or of one that `@odata.type` says it is.
    package func cast<Other: EntityType>(to other: Other.Type) -> Document<Other>? {
        guard Entity.type(of: members).isKind(of: other) else { return nil }
        return Document<Other>(unchecked: members)
    }
}

extension EntityType {
    /// The type, then declared members as they are declared, then all others as they come.
    static func inDeclaredOrder(_ members: JSONObject) -> JSONObject {
        var ordered = JSONObject()
        for name in ["@odata.type"] + type(of: members).properties.map(\.name) {
            if let value = members[name] { ordered.append(name, value) }
        }
        for member in members.members where ordered[member.name] == nil { ordered.append(member.name, member.value) }
        return ordered
    }
}
