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
    /// May be set at creation and never be changed afterwards.
    package static let immutable = Traits(rawValue: 16)
}

/// What the rest of the house sees of a property without knowing the type of its values.
package protocol AnyProperty: Named {
    var traits: Traits { get }
    var edm: EdmType { get }
    /// The value in canonical form.
    /// - Throws: `Invalid` that names the property.
    func canonical(_ json: JSONValue) throws(Invalid) -> JSONValue
}

/// One property of an entity or complex type: its one declaration.
package struct Property<Value: EdmValue>: AnyProperty {
    package let name: String
    package let versions: VersionForms
    package let traits: Traits
    package let edm: EdmType
    private let check: (@Sendable (Value) -> String?)?

    /// - Parameters:
    ///   - v1: how v1.0 shows it where it differs: `"state"`, `.named("state", .lower)`, `.omitted`.
    ///   - check: what is wrong with a value, as the end of a sentence that begins with the property's name.
    package init(
        _ name: String, v1: VersionForm = .same, beta: VersionForm = .same, _ traits: Traits = [],
        check: (@Sendable (Value) -> String?)? = nil
    ) {
        self.name = name
        versions = VersionForms(v1: v1, beta: beta)
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
package struct Navigation: Named {
    package let name: String
    package let versions: VersionForms
    package let target: any EntityType.Type
    package let isCollection: Bool

    package init(
        _ name: String, v1: VersionForm = .same, beta: VersionForm = .same, to target: any EntityType.Type,
        isCollection: Bool = false
    ) {
        self.name = name
        versions = VersionForms(v1: v1, beta: beta)
        self.target = target
        self.isCollection = isCollection
    }
}

extension Navigation: Hashable {
    package static func == (lhs: Navigation, rhs: Navigation) -> Bool {
        lhs.name == rhs.name && lhs.target == rhs.target && lhs.isCollection == rhs.isCollection
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// An entity or complex type: a struct of properties, of which there is one instance, never one per row.
package protocol EntityType: Sendable {
    static var schema: Self { get }
    /// Every property, inherited ones first: `static let properties = reflect(schema)`.
    static var properties: [any AnyProperty] { get }
    /// Every relationship, inherited ones first: `static let navigations = relations(schema)`, or a list.
    static var navigations: [Navigation] { get }
    /// The unqualified Graph name, such as `operationApprovalRequest`.
    static var edmName: String { get }
    /// The type that this one extends (CSDL §6.2); its properties are here too.
    static var baseType: (any EntityType.Type)? { get }
    /// The types that extend this one directly: documents of a set or a property of this type may be of any of them.
    static var derivedTypes: [any EntityType.Type] { get }
    /// Whether a document must be of a derived type (CSDL §6.4).
    static var isAbstract: Bool { get }
    /// Whether documents may hold members that aren't declared (CSDL §6.3).
    static var isOpen: Bool { get }
    /// Whether `@odata.type` is part of every representation.
    static var namesItsType: Bool { get }
}

extension EntityType {
    package static func reflect(_ schema: Self) -> [any AnyProperty] {
        (baseType?.properties ?? []) + Mirror(reflecting: schema).children.compactMap { $0.value as? any AnyProperty }
    }

    /// The relationships that are members of the schema, as properties are.
    package static func relations(_ schema: Self) -> [Navigation] {
        (baseType?.navigations ?? []) + Mirror(reflecting: schema).children.compactMap { $0.value as? Navigation }
    }

    package static var navigations: [Navigation] { [] }
    package static var baseType: (any EntityType.Type)? { nil }
    package static var derivedTypes: [any EntityType.Type] { [] }
    package static var isAbstract: Bool { false }
    package static var isOpen: Bool { false }
    package static var namesItsType: Bool { baseType != nil }

    package static var edmName: String {
        let name = String(describing: Self.self)
        return name.prefix(1).lowercased() + name.dropFirst()
    }
}
