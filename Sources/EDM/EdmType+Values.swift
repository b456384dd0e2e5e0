package import JSON

extension EdmType {
    /// A value in canonical form, where only the schema tells its type: parameters of functions and actions.
    /// - Throws: `Invalid` that says what the value must be.
    package func canonical(_ json: JSONValue) throws(Invalid) -> JSONValue {
        switch self {
        case .primitive(.string): return try String.canonical(json)
        case .primitive(.boolean): return try Bool.canonical(json)
        case .primitive(.int32): return try Int32.canonical(json)
        case .primitive(.int64): return try Int64.canonical(json)
        case .primitive(.dateTimeOffset): return try Instant.canonical(json)
        case .primitive(.duration): return try Duration.canonical(json)
        case .enumeration(let name, let members, _):
            guard case .string(let text) = json else { throw Self.noMember(of: name) }
            guard let member = member(named: text) else { throw Self.noMember(text, of: name, members) }
            return .string(member)
        case .complex(let type): return try type.canonical(json)
        case .nullable(let wrapped): return json.isNull ? json : try wrapped.canonical(json)
        case .collection(let element):
            guard case .array(var values) = json else { throw Invalid(reason: "must be an array.") }
            for (index, value) in values.enumerated() {
                do throws(Invalid) { values[index] = try element.canonical(value) } catch {
                    throw error.inside(index: index)
                }
            }
            return .array(values)
        }
    }

    /// The canonical spelling of an enumeration's member, or of several flags with commas between them; nil for any
    /// other text, for `unknownFutureValue`, and where the type is no enumeration.
    package func member(named text: String) -> String? {
        guard case .enumeration(_, let members, let isFlags) = underlying else { return nil }
        let lower = members.map { $0.lowercased() }
        let names = isFlags ? text.split(separator: ",").map { $0.filter { $0 != " " } } : [text]
        let found = names.compactMap { name in
            lower.firstIndex(of: name.lowercased()).flatMap { members[$0] == Self.sentinel ? nil : $0 }
        }
        guard !found.isEmpty, found.count == names.count else { return nil }
        // Several flags are stored in the order of their declaration; the first member is the absence of all.
        let flags = found.count > 1 ? Set(found).subtracting([0]).sorted() : found
        return (flags.isEmpty ? [0] : flags).map { members[$0] }.joined(separator: ",")
    }

    /// Stands for members that a client doesn't know yet (Graph: "Handling future members in evolvable enumerations").
    static let sentinel = "unknownFutureValue"

    static func noMember(of name: String) -> Invalid { Invalid(reason: "must be the name of a member of \(name).") }

    static func noMember(_ text: String, of name: String, _ members: [String]) -> Invalid {
        let names = members.filter { $0 != sentinel }.joined(separator: ", ")
        return Invalid(reason: "has the value '\(text)', which is not a member of \(name). Use one of: \(names).")
    }
}

extension EntityType {
    fileprivate static func canonical(_ json: JSONValue) throws(Invalid) -> JSONValue {
        try Document<Self>.canonical(json)
    }
}
