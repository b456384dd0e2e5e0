package import JSON

/// How strictly a client's body is read. Real clients send whole objects back, with read-only members and nulls under
/// names of their own; `strict` is for those who want to know.
package enum BodyMode: Hashable, Sendable {
    /// Read-only and unknown members are ignored.
    case lenient
    /// Read-only members that would change and unknown members are refused.
    case strict
    /// The body is an operator's, who writes what the server else decides (seeds): read-only members are set as given.
    case trusted
}

/// Reads a client's objects: names in any case and in a version's spelling, annotations dropped.
package struct BodyReader: Sendable {
    package var version: GraphVersion?
    package var mode: BodyMode

    /// - Parameter version: whose names count; a name as it is declared always does.
    package init(in version: GraphVersion? = nil, mode: BodyMode = .lenient) {
        self.version = version
        self.mode = mode
    }

    /// A value with the objects in it under declared names, not yet checked against their types. Read-only members of
    /// such objects are dropped, unless the body is trusted.
    /// - Throws: `Invalid` for two spellings of one member, a type that doesn't fit, and in strict mode unknown members.
    package func value(_ value: JSONValue, as type: EdmType) throws(Invalid) -> JSONValue {
        switch (type.underlying, value) {
        case (.complex(let declared), .object(let object)):
            return .object(try self.object(object, as: declared))
        case (.collection(let element), .array(var elements)):
            for (index, value) in elements.enumerated() {
                do throws(Invalid) { elements[index] = try self.value(value, as: element) } catch {
                    throw error.inside(index: index)
                }
            }
            return .array(elements)
        default:
            return value
        }
    }

    private func object(_ object: JSONObject, as declared: any EntityType.Type) throws(Invalid) -> JSONObject {
        let type = try self.type(of: object, declared: declared)
        var result = JSONObject()
        if let annotation = annotation(of: object, type, declared: declared) { result["@odata.type"] = annotation }
        try eachMember(of: object, as: type, over: JSONObject()) { member throws(Invalid) in
            switch member {
            case .property(let property, let value):
                guard mode == .trusted || !property.traits.contains(.readOnly) else { return }
                result.append(property.name, try self.value(value, of: property))
            case .open(let name, let value): result.append(name, value)
            case .bind, .relation: return
            }
        }
        return result
    }

    /// A property's value; null stands for an empty collection that needn't be given.
    func value(_ value: JSONValue, of property: any AnyProperty) throws(Invalid) -> JSONValue {
        if value.isNull, case .collection = property.edm, !property.traits.contains(.required) { return [] }
        do throws(Invalid) { return try self.value(value, as: property.edm) } catch {
            throw error.inside(property.name)
        }
    }

    // MARK: Members

    enum Member {
        case property(any AnyProperty, JSONValue)
        /// A member of an open type.
        case open(String, JSONValue)
        /// `name@odata.bind` (OData 4.01 JSON §8.5).
        case bind(Navigation, JSONValue)
        case relation(Navigation, JSONValue)

        var name: String {
            switch self {
            case .property(let property, _): property.name
            case .open(let name, _): name
            case .bind(let navigation, _): navigation.name + "@odata.bind"
            case .relation(let navigation, _): navigation.name
            }
        }
    }

    /// Hands on every member that means something, each once.
    /// - Parameter old: what members of an open type are spelled like.
    func eachMember(
        of object: JSONObject, as type: any EntityType.Type, over old: JSONObject,
        _ body: (Member) throws(Invalid) -> Void
    ) throws(Invalid) {
        var seen: [String: String] = [:]
        for (name, value) in object.members {
            guard let member = try member(name, value, of: type, over: old) else { continue }
            // An open type's own members differ by more than case.
            if let other = seen.updateValue(name, forKey: member.name.lowercased()) {
                throw Invalid(path: name, reason: "is the same member as '\(other)'. Give it once.")
            }
            try body(member)
        }
    }

    private func member(
        _ name: String, _ value: JSONValue, of type: any EntityType.Type, over old: JSONObject
    ) throws(Invalid) -> Member? {
        if name.contains("@") {
            guard let bound = name.bound else { return nil }
            guard let navigation = navigation(bound, of: type) else {
                throw Invalid(
                    path: name, reason: "names no relationship of type 'microsoft.graph.\(type.edmName)'.")
            }
            return .bind(navigation, value)
        }
        if let property = type.property(named: name, in: version) ?? type.property(named: name) {
            return .property(property, value)
        }
        if let navigation = navigation(name, of: type) { return .relation(navigation, value) }
        if type.isOpen { return .open(old.member(ignoringCase: name)?.name ?? name, value) }
        guard mode != .strict else {
            throw Invalid(path: name, reason: "does not exist on type 'microsoft.graph.\(type.edmName)'. Leave it out.")
        }
        return nil
    }

    private func navigation(_ name: String, of type: any EntityType.Type) -> Navigation? {
        type.navigation(named: name, in: version) ?? type.navigation(named: name)
    }

    // MARK: Types

    /// What a body's `@odata.type` makes of a declared type.
    /// - Throws: `Invalid` where none is given and there must be one, or where it doesn't fit.
    func type(of object: JSONObject, declared: any EntityType.Type) throws(Invalid) -> any EntityType.Type {
        let name = object["@odata.type"]?.string
        let found = name.flatMap { declared.member(ofFamily: $0) }
        if let found, !found.isAbstract { return found }
        if name == nil, !declared.isAbstract { return declared }
        let isTolerated = declared.derivedTypes.isEmpty && (mode != .strict || declared.isOpen)
        guard !isTolerated else { return declared }
        let names = declared.family.filter { !$0.isAbstract }.map { $0.typeAnnotation }.joined(separator: ", ")
        throw Invalid(
            path: "@odata.type",
            reason: (name.map { "names '\($0)', which doesn't fit here." } ?? "is required.") + " Use one of: \(names)."
        )
    }

    /// The `@odata.type` that is kept: where representations have one, and as sent where an open type may be anything.
    func annotation(
        of object: JSONObject, _ type: any EntityType.Type, declared: any EntityType.Type
    ) -> JSONValue? {
        if type.namesItsType || type != declared { return .string(type.typeAnnotation) }
        guard type.isOpen, let annotation = object["@odata.type"], annotation.string != nil else { return nil }
        return annotation
    }
}

extension String {
    /// `x` of `x@odata.bind`.
    fileprivate var bound: String? {
        let suffix = "@odata.bind"
        guard count > suffix.count, lowercased().hasSuffix(suffix) else { return nil }
        return String(dropLast(suffix.count))
    }
}
