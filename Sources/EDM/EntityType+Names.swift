package import JSON

extension EntityType {
    /// The declared property of that name, ignoring case as Graph does.
    /// - Parameter version: whose names count; nil for the declared ones.
    package static func property(named name: String, in version: GraphVersion? = nil) -> (any AnyProperty)? {
        let wanted = name.lowercased()
        return properties.first { $0.name(in: version)?.lowercased() == wanted }
    }

    /// The declared relationship of that name, ignoring case.
    package static func navigation(named name: String, in version: GraphVersion? = nil) -> Navigation? {
        let wanted = name.lowercased()
        return navigations.first { $0.name(in: version)?.lowercased() == wanted }
    }

    /// The declared path in canonical spelling and its type, for `$filter`, `$orderby`, `$select` and columns.
    /// - Throws: `Invalid` in Graph's words where a segment isn't declared.
    package static func resolve(
        _ path: ArraySlice<String>, in version: GraphVersion? = nil
    ) throws(Invalid) -> (path: [String], type: EdmType) {
        guard let first = path.first, let property = property(named: first, in: version) else {
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
        let resolved = try inner.resolve(rest, in: version)
        return ([property.name] + resolved.path, resolved.type)
    }
}

extension EntityType {
    /// A declared path in the spelling of a version; segments that aren't declared stay as they are.
    package static func spelled(_ path: ArraySlice<String>, in version: GraphVersion?) -> [String] {
        guard let first = path.first else { return [] }
        let rest = path.dropFirst()
        if let property = properties.first(where: { $0.name == first }) {
            let name = property.name(in: version) ?? first
            guard case .complex(let inner) = property.edm.element else { return [name] + rest }
            return [name] + inner.spelled(rest, in: version)
        }
        if let navigation = navigations.first(where: { $0.name == first }) {
            return [navigation.name(in: version) ?? first] + navigation.target.spelled(rest, in: version)
        }
        return Array(path)
    }
}

// MARK: Derived types

extension EntityType {
    /// What `@odata.type` says of a document of this type.
    package static var typeAnnotation: String { "#microsoft.graph.\(edmName)" }

    /// Itself and everything that extends it.
    package static var family: [any EntityType.Type] { [Self.self] + derivedTypes.flatMap { $0.family } }

    /// Whether every document of this type is one of another, too: it is the same or extends it.
    package static func isKind(of other: any EntityType.Type) -> Bool {
        Self.self == other || baseType?.isKind(of: other) == true
    }

    /// The member of the family with that name, whatever its case, `#` and namespace.
    package static func member(ofFamily name: String) -> (any EntityType.Type)? {
        let wanted = (name.split(whereSeparator: { $0 == "." || $0 == "#" }).last ?? "").lowercased()
        return family.first { $0.edmName.lowercased() == wanted }
    }

    /// The member of the family that a document says it is; this type where it says nothing or nothing known.
    package static func type(of document: JSONObject) -> any EntityType.Type {
        guard !derivedTypes.isEmpty, let name = document["@odata.type"]?.string else { return Self.self }
        return member(ofFamily: name) ?? Self.self
    }
}
