package import JSON

/// What is said of a property besides its type.
package struct Traits: OptionSet, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }

    package static let key = Traits(rawValue: 1)
    /// Set by the server; a client's value is ignored, or refused in strict mode.
    package static let readOnly = Traits(rawValue: 2)
    /// Must be present in every document.
    package static let required = Traits(rawValue: 4)
    /// Graph doesn't document it, but real clients read it.
    package static let undocumented = Traits(rawValue: 8)
}

/// What the rest of the house sees of a property without knowing the type of its values.
package protocol AnyProperty: Sendable {
    var name: String { get }
    /// The name in v1.0 where it differs from beta's.
    var v1: String? { get }
    var traits: Traits { get }
    var edm: EdmType { get }
    /// The value in canonical form.
    /// - Throws: `Invalid` that names the property.
    func canonical(_ json: JSONValue) throws(Invalid) -> JSONValue
}

/// One property of an entity or complex type: its one declaration.
package struct Property<Value: EdmValue>: AnyProperty {
    package let name: String
    package let v1: String?
    package let traits: Traits
    package let edm: EdmType
    private let check: (@Sendable (Value) -> String?)?

    /// - Parameter check: what is wrong with a value, as the end of a sentence that begins with the property's name.
    package init(
        _ name: String, v1: String? = nil, _ traits: Traits = [],
        check: (@Sendable (Value) -> String?)? = nil
    ) {
        self.name = name
        self.v1 = v1
        self.traits = traits
        self.check = check
        edm = Value.edm
    }

    package func canonical(_ json: JSONValue) throws(Invalid) -> JSONValue {
        do throws(Invalid) {
            guard let check else { return try Value.canonical(json) }
            let value = try Value(json: json)
            if let reason = check(value) { throw Invalid(reason: reason) }
            return value.json
        } catch { throw error.inside(name) }
    }
}

/// A relationship to other entities (CSDL §8); absent from documents, reachable by path and `$expand`.
package struct Navigation: Sendable {
    package let name: String
    package let target: any EntityType.Type
    package let isCollection: Bool

    package init(_ name: String, to target: any EntityType.Type, isCollection: Bool = false) {
        self.name = name
        self.target = target
        self.isCollection = isCollection
    }
}

/// An entity or complex type: a struct of properties, of which there is one instance, never one per row.
package protocol EntityType: Sendable {
    static var schema: Self { get }
    /// Every property in declared order: `static let properties = reflect(schema)`.
    static var properties: [any AnyProperty] { get }
    static var navigations: [Navigation] { get }
    /// The unqualified Graph name, such as `operationApprovalRequest`.
    static var edmName: String { get }
    /// Whether documents may hold members that aren't declared (CSDL §6.3).
    static var isOpen: Bool { get }
    /// Whether `@odata.type` is part of every representation.
    static var namesItsType: Bool { get }
}

extension EntityType {
    package static func reflect(_ schema: Self) -> [any AnyProperty] {
        Mirror(reflecting: schema).children.compactMap { $0.value as? any AnyProperty }
    }

    package static var navigations: [Navigation] { [] }
    package static var isOpen: Bool { false }
    package static var namesItsType: Bool { false }

    package static var edmName: String {
        let name = String(describing: Self.self)
        return name.prefix(1).lowercased() + name.dropFirst()
    }

    /// The declared property of that name, ignoring case as Graph does.
    package static func property(named name: String) -> (any AnyProperty)? {
        let wanted = name.lowercased()
        return properties.first { $0.name.lowercased() == wanted }
    }

    /// The declared path in canonical spelling and its type, for `$filter`, `$orderby`, `$select` and columns.
    /// - Throws: `Invalid` in Graph's words where a segment isn't declared.
    package static func resolve(_ path: ArraySlice<String>) throws(Invalid) -> (path: [String], type: EdmType) {
        guard let first = path.first, let property = property(named: first) else {
            throw Invalid(
                reason: "Could not find a property named '\(path.first ?? "")' on type 'microsoft.graph.\(edmName)'.")
        }
        let rest = path.dropFirst()
        guard !rest.isEmpty else { return ([property.name], property.edm) }
        guard case .complex(let inner) = property.edm.underlying else {
            throw Invalid(
                reason:
                    "Could not find a property named '\(rest.first ?? "")' on '\(property.name)', which has no properties."
            )
        }
        let resolved = try inner.resolve(rest)
        return ([property.name] + resolved.path, resolved.type)
    }
}

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
        for property in Entity.properties {
            let name = property.name
            let isThere = try object.replace(name) { value throws(Invalid) in try property.canonical(value) }
            guard isThere || !property.traits.contains(.required) else {
                throw Invalid(path: name, reason: "is required.")
            }
        }
        members = object
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
        if Entity.namesItsType { empty.members["@odata.type"] = .string("#microsoft.graph.\(Entity.edmName)") }
        for property in Entity.properties {
            if case .nullable = property.edm { empty.members.append(property.name, .null) }
            if case .collection = property.edm { empty.members.append(property.name, .array([])) }
        }
        fill(&empty)
        var ordered = JSONObject()
        for name in ["@odata.type"] + Entity.properties.map(\.name) {
            if let value = empty.members[name] { ordered.append(name, value) }
        }
        for member in empty.members.members where ordered[member.name] == nil {
            ordered.append(member.name, member.value)
        }
        try self.init(ordered)
    }

    private init(unchecked members: JSONObject) { self.members = members }
}
