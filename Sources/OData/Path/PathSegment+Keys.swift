package import EDM
internal import Text

extension PathSegment {
    /// The values in parentheses that name one entity of a set, by declared name: `('x')`, `(uniqueName='x')`,
    /// `(a='x',b='y')`.
    /// - Parameter keys: the properties of each key of the type, the primary key first. A value without a name is the
    ///   primary key's only property.
    /// - Returns: nil where the segment has no parentheses.
    /// - Throws: 400 for too few or too many values, unknown names and null.
    package func key(_ keys: [[String]], in query: ODataQuery) throws(ODataError) -> [String: String]? {
        guard let arguments else { return nil }
        var values: [String: String] = [:]
        if arguments.count == 1, arguments[0].name == nil, let primary = keys.first, primary.count == 1 {
            values[primary[0]] = key(in: query)
        } else {
            var names: [String] = []
            for name in keys.joined() where !names.contains(name) { names.append(name) }
            guard arguments.allSatisfy({ $0.name != nil }), !arguments.isEmpty else { throw unknownKey(keys) }
            values = try parameters(names, in: query)
        }
        guard values.count == arguments.count, keys.contains(where: { Set($0) == Set(values.keys) }) else {
            throw unknownKey(keys)
        }
        return values
    }

    private func unknownKey(_ keys: [[String]]) -> ODataError {
        let forms = keys.map { "\(name)(\($0.map { "\($0)='…'" }.joined(separator: ",")))" }
        return .badRequest("'\(text)' is no key of '\(name)'. Write \(forms.joined(separator: " or ")).")
    }

    /// The type that the segment casts to (OData 4.01 URL conventions §4.11); nil where it has no namespace.
    /// - Throws: 400 where it names none that extends the type or that the type extends.
    package func cast(from type: any EntityType.Type) throws(ODataError) -> (any EntityType.Type)? {
        guard isQualified else { return nil }
        guard arguments == nil, let wanted = type.relative(named: name) else {
            let names = type.family.map { "microsoft.graph.\($0.edmName)" }.joined(separator: ", ")
            throw .badRequest("Nothing here can be cast to '\(text)'. Known are: \(names).")
        }
        return wanted
    }

    /// OData's own segments (OData 4.01 URL conventions §4.6, §4.7, §4.8).
    package enum SystemResource: String, Sendable {
        case count = "$count"
        case reference = "$ref"
        case value = "$value"
    }

    /// Which of OData's own segments it is, in any case; nil for any other.
    package var system: SystemResource? {
        guard text.utf8.first == UInt8(ascii: "$") else { return nil }
        return SystemResource(rawValue: text.asciiLowercased)
    }
}
