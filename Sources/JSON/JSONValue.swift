/// A JSON value that keeps what the sender wrote: the order of members and the text of numbers.
///
/// Equality is JSON equality as an approval binds it: the order of members and the spelling of numbers and escapes don't
/// count, everything else does; `null` is not the same as absent.
package enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    package static func integer(_ value: Int64) -> JSONValue { .number(JSONNumber(value)) }

    package var string: String? { if case .string(let value) = self { value } else { nil } }
    package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    package var integer: Int64? { if case .number(let value) = self { value.integer } else { nil } }
    package var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
    package var object: JSONObject? { if case .object(let value) = self { value } else { nil } }
    package var isNull: Bool { self == .null }

    /// The value at a path of member names, nil where a name is missing or its holder is no object.
    package subscript(path path: some Collection<String>) -> JSONValue? {
        var value = self
        for name in path {
            guard case .object(let object) = value, let member = object[name] else { return nil }
            value = member
        }
        return value
    }
}

extension JSONValue {
    /// Strings are equal byte by byte: two spellings that Unicode calls equivalent are two texts to whoever runs them.
    package static func == (lhs: JSONValue, rhs: JSONValue) -> Bool {
        switch (lhs, rhs) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.number(let a), .number(let b)): a == b
        case (.string(let a), .string(let b)): a.utf8.elementsEqual(b.utf8)
        case (.array(let a), .array(let b)): a == b
        case (.object(let a), .object(let b)): a == b
        default: false
        }
    }

    package func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .bool(let value): hasher.combine(value)
        case .number(let value): hasher.combine(value)
        case .string(let value): hasher.combine(value)
        case .array(let values): hasher.combine(values)
        case .object(let object): hasher.combine(object)
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(JSONObject(elements)) }
    package init(nilLiteral: ()) { self = .null }
}

/// The members of a JSON object in the order in which they were written; names are unique.
package struct JSONObject: Sendable {
    package private(set) var members: [(name: String, value: JSONValue)] = []

    package init() {}

    /// - Precondition: names are unique (a reader has refused duplicates before).
    package init(_ members: some Sequence<(String, JSONValue)>) {
        self.members = members.map { (name: $0.0, value: $0.1) }
    }

    package var isEmpty: Bool { members.isEmpty }
    package var count: Int { members.count }
    package var names: [String] { members.map(\.name) }

    /// Reads, replaces in place, appends, or (with nil) removes a member.
    package subscript(name: String) -> JSONValue? {
        get { members.first { $0.name == name }?.value }
        set {
            let index = members.firstIndex { $0.name == name }
            switch (index, newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append((name, value))
            case (nil, nil): break
            }
        }
    }

    /// Replaces a member in place.
    /// - Returns: whether there is one of that name.
    package mutating func replace(
        _ name: String, _ value: (JSONValue) throws(Invalid) -> JSONValue
    ) throws(Invalid) -> Bool {
        guard let index = members.firstIndex(where: { $0.name == name }) else { return false }
        members[index].value = try value(members[index].value)
        return true
    }

    /// Appends without looking for an earlier member of that name.
    package mutating func append(_ name: String, _ value: JSONValue) { members.append((name, value)) }

    /// The member whose name equals `name` ignoring ASCII case, as Graph matches names on input.
    package func member(ignoringCase name: String) -> (name: String, value: JSONValue)? {
        let wanted = name.lowercased()
        return members.first { $0.name == name } ?? members.first { $0.name.lowercased() == wanted }
    }
}

extension JSONObject: Hashable {
    package static func == (lhs: JSONObject, rhs: JSONObject) -> Bool {
        guard lhs.members.count == rhs.members.count else { return false }
        let other = Dictionary(rhs.members.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        return lhs.members.allSatisfy { member in
            other[member.name].map { $0.name.utf8.elementsEqual(member.name.utf8) && $0.value == member.value } ?? false
        }
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(Set(members.map(\.name)))
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}

/// What is wrong with an input, and where: `path` is a JSON path as a person writes it (`assignments[3]/target`), empty at
/// the top.
package struct Invalid: Error, Hashable, Sendable, CustomStringConvertible {
    package var path: String
    package var reason: String

    package init(path: String = "", reason: String) {
        self.path = path
        self.reason = reason
    }

    package var description: String { path.isEmpty ? reason : "'\(path)' \(reason)" }

    /// The same complaint seen from one member further out.
    package func inside(_ name: String) -> Invalid {
        let rest = path.isEmpty || path.hasPrefix("[") ? path : "/" + path
        return Invalid(path: name + rest, reason: reason)
    }

    package func inside(index: Int) -> Invalid { inside("[\(index)]") }
}
