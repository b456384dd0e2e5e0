package import EDM
package import JSON
internal import Text

/// A declared parameter of a function or an action (CSDL §12.8).
package struct Parameter: Sendable {
    package let name: String
    package let type: EdmType
    /// Whether a call may leave it out; one that may be null can be left out too.
    package let isOptional: Bool

    package init(_ name: String, _ type: EdmType, isOptional: Bool = false) {
        self.name = name
        self.type = type
        self.isOptional = isOptional
    }

    fileprivate var isNeeded: Bool {
        if case .nullable = type { false } else { !isOptional }
    }

    /// Reads a value as a URL writes it: without the quotes, collections and objects as JSON (OData 4.01 URL conventions
    /// §5.1.1.14).
    /// - Throws: `Invalid` that says what it must be.
    func value(_ text: String, _ reader: BodyReader) throws(Invalid) -> JSONValue {
        let json: JSONValue
        switch type.underlying {
        case .primitive(.boolean):
            switch text.asciiLowercased {
            case "true": json = true
            case "false": json = false
            default: json = .string(text)
            }
        case .primitive(.int32), .primitive(.int64): json = Int64(text).map(JSONValue.integer) ?? .string(text)
        case .collection, .complex: json = try JSONReader.read(Array(text.utf8))
        case .primitive, .enumeration, .nullable: json = .string(text)
        }
        return try type.canonical(try reader.value(json, as: type))
    }
}

extension PathSegment {
    /// The values of a function's parameters, by declared name and in canonical form.
    /// - Throws: 400 as `parameters(_:in:)` does, for values that don't fit and for parameters that are missing.
    package func values(
        of parameters: [Parameter], in query: ODataQuery, _ reader: BodyReader = BodyReader()
    ) throws(ODataError) -> [String: JSONValue] {
        let names = parameters.map(\.name)
        let texts = try self.parameters(names, in: query)
        var values: [String: JSONValue] = [:]
        for parameter in parameters {
            guard let text = texts[parameter.name] else {
                guard !parameter.isNeeded else {
                    throw .badRequest(
                        "'\(name)' needs the parameter '\(parameter.name)'. \(Self.call(name, with: names))")
                }
                continue
            }
            do throws(Invalid) { values[parameter.name] = try parameter.value(text, reader) } catch {
                let invalid = error.inside(parameter.name)
                throw .badRequest("The parameter '\(invalid.path)' of '\(name)' \(invalid.reason)")
            }
        }
        return values
    }
}

extension [Parameter] {
    /// The values of an action's parameters, by declared name and in canonical form. Annotations are ignored, a null
    /// counts as absent.
    /// - Throws: 400 for unknown names, so that a misspelt parameter never counts as left out, for names that come twice,
    ///   values that don't fit and parameters that are missing.
    package func values(
        of body: JSONObject, _ reader: BodyReader = BodyReader()
    ) throws(ODataError) -> [String: JSONValue] {
        var values: [String: JSONValue] = [:]
        var seen: Set<String> = []
        for (name, value) in body.members where !name.contains("@") {
            guard let parameter = first(where: { $0.name.equalsIgnoringCase(name) }) else {
                let known = isEmpty ? "There are none." : "Known are: \(map(\.name).joined(separator: ", "))."
                throw .badRequest("The parameter '\(name)' isn't known. \(known)")
            }
            guard seen.insert(parameter.name).inserted else {
                throw .badRequest("The parameter '\(parameter.name)' is given more than once. Give it once.")
            }
            guard !value.isNull else { continue }
            do throws(Invalid) {
                values[parameter.name] = try parameter.type.canonical(try reader.value(value, as: parameter.type))
            } catch { throw .badRequest(error.inside(parameter.name).description) }
        }
        if let missing = first(where: { $0.isNeeded && values[$0.name] == nil }) {
            throw .badRequest("'\(missing.name)' is required.")
        }
        return values
    }
}
