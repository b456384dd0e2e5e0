package import EDM
package import JSON

/// A value that lives in a document's internals only, never in what a client sees: read strictly, written losslessly.
package protocol InternalValue: EdmValue {}

extension InternalValue {
    package static var edm: EdmType { .complex(InternalForm.self) }
}

/// The Edm type that internal values name: open, and in no entity set.
package struct InternalForm: EntityType {
    package static let schema = Self(), properties = reflect(schema)
    package static let isOpen = true
}

/// Takes the members of an object one by one; what is missing, malformed or left over is an error.
package struct MemberReader {
    private var rest: JSONObject

    package init(_ json: JSONValue) throws(Invalid) {
        guard case .object(let object) = json else { throw Invalid(reason: "must be an object.") }
        rest = object
    }

    package mutating func take<Value: EdmValue>(
        _ name: String, as type: Value.Type = Value.self
    ) throws(Invalid) -> Value {
        guard let json = rest[name] else { throw Invalid(path: name, reason: "is required.") }
        rest[name] = nil
        do throws(Invalid) { return try Value(json: json) } catch { throw error.inside(name) }
    }

    /// - Throws: `Invalid` that names a member nobody took.
    package func end() throws(Invalid) {
        if let name = rest.names.first { throw Invalid(path: name, reason: "is not a member of this value.") }
    }
}
