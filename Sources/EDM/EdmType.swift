package import JSON

/// A type of the Entity Data Model (OData CSDL 4.01 §4), as far as Graph uses it.
package indirect enum EdmType: Sendable {
    /// A primitive type by its full name, such as `Edm.DateTimeOffset`.
    case primitive(Primitive)
    /// An enumeration by its unqualified name, with its members in declared order.
    case enumeration(String, members: [String], isFlags: Bool)
    case complex(any EntityType.Type)
    case collection(EdmType)
    case nullable(EdmType)

    package enum Primitive: String, Sendable {
        case string = "Edm.String"
        case boolean = "Edm.Boolean"
        case int32 = "Edm.Int32"
        case int64 = "Edm.Int64"
        case dateTimeOffset = "Edm.DateTimeOffset"
        case duration = "Edm.Duration"
    }

    /// The type without its nullability.
    package var underlying: EdmType {
        if case .nullable(let wrapped) = self { wrapped.underlying } else { self }
    }

    /// The type of a collection's elements, of any other type itself; without nullability.
    package var element: EdmType {
        if case .collection(let element) = underlying { element.element } else { underlying }
    }
}

/// A Swift type that stands for an Edm type: tolerant of the spellings that real clients send, canonical in what it emits.
package protocol EdmValue: Hashable, Sendable {
    /// The type in `$metadata`, of a filter's literal and of a column.
    static var edm: EdmType { get }
    init(json: JSONValue) throws(Invalid)
    var json: JSONValue { get }
    /// The value of canonical JSON: of a member of a document, whose check was its `init`.
    init(checked json: JSONValue)
    /// What `init` and then `json` make of a value. Every document that is read goes through here, so types answer at once
    /// for what is canonical already.
    static func canonical(_ json: JSONValue) throws(Invalid) -> JSONValue
}

extension EdmValue {
    package init(checked json: JSONValue) {
        do { self = try Self(json: json) } catch { preconditionFailure("was checked before: \(error)") }
    }

    package static func canonical(_ json: JSONValue) throws(Invalid) -> JSONValue { try Self(json: json).json }
}

extension String: EdmValue {
    package static var edm: EdmType { .primitive(.string) }
    package init(json: JSONValue) throws(Invalid) {
        guard case .string(let value) = json else { throw Invalid(reason: "must be a string.") }
        self = value
    }
    package var json: JSONValue { .string(self) }
    package static func canonical(_ json: JSONValue) throws(Invalid) -> JSONValue {
        if case .string = json { json } else { try String(json: json).json }
    }
}

extension Bool: EdmValue {
    package static var edm: EdmType { .primitive(.boolean) }
    package init(json: JSONValue) throws(Invalid) {
        guard case .bool(let value) = json else { throw Invalid(reason: "must be true or false.") }
        self = value
    }
    package var json: JSONValue { .bool(self) }
    package static func canonical(_ json: JSONValue) throws(Invalid) -> JSONValue {
        if case .bool = json { json } else { try Bool(json: json).json }
    }
}

extension Int32: EdmValue {
    package static var edm: EdmType { .primitive(.int32) }
    package init(json: JSONValue) throws(Invalid) {
        guard let number = json.integer, let value = Int32(exactly: number) else {
            throw Invalid(reason: "must be a whole number of 32 bits.")
        }
        self = value
    }
    package var json: JSONValue { .integer(Int64(self)) }
}

extension Int64: EdmValue {
    package static var edm: EdmType { .primitive(.int64) }
    package init(json: JSONValue) throws(Invalid) {
        guard let value = json.integer else { throw Invalid(reason: "must be a whole number of 64 bits.") }
        self = value
    }
    package var json: JSONValue { .integer(self) }
}

extension Optional: EdmValue where Wrapped: EdmValue {
    package static var edm: EdmType { .nullable(Wrapped.edm) }
    package init(json: JSONValue) throws(Invalid) {
        if json.isNull { self = .none } else { self = .some(try Wrapped(json: json)) }
    }
    package init(checked json: JSONValue) {
        if case .null = json { self = .none } else { self = .some(Wrapped(checked: json)) }
    }
    package var json: JSONValue { self?.json ?? .null }
    package static func canonical(_ json: JSONValue) throws(Invalid) -> JSONValue {
        if case .null = json { json } else { try Wrapped.canonical(json) }
    }
}

extension Array: EdmValue where Element: EdmValue {
    package static var edm: EdmType { .collection(Element.edm) }
    package init(json: JSONValue) throws(Invalid) {
        guard case .array(let values) = json else { throw Invalid(reason: "must be an array.") }
        self = []
        for (index, value) in values.enumerated() {
            do throws(Invalid) { append(try Element(json: value)) } catch { throw error.inside(index: index) }
        }
    }
    package init(checked json: JSONValue) {
        guard case .array(let values) = json else { preconditionFailure("was checked to be an array") }
        self = values.map { Element(checked: $0) }
    }
    package var json: JSONValue { .array(map { $0.json }) }
    package static func canonical(_ json: JSONValue) throws(Invalid) -> JSONValue {
        guard case .array(var values) = json else { return try Self(json: json).json }
        for (index, value) in values.enumerated() {
            do throws(Invalid) { values[index] = try Element.canonical(value) } catch {
                throw error.inside(index: index)
            }
        }
        return .array(values)
    }
}

/// An enumeration of string members. Input is matched ignoring case (a live client sends `AdminConsole`); numbers and
/// `unknownFutureValue` are never accepted; output is the member's real name.
package protocol EdmEnumeration: EdmValue, RawRepresentable<String>, CaseIterable {}

extension EdmEnumeration {
    package static var edm: EdmType {
        .enumeration(edmName, members: allCases.map(\.rawValue), isFlags: false)
    }

    /// Graph's name of the type: the Swift name with a lower-case first letter.
    package static var edmName: String {
        let name = String(describing: Self.self)
        return name.prefix(1).lowercased() + name.dropFirst()
    }

    package init(json: JSONValue) throws(Invalid) {
        guard case .string(let text) = json else { throw EdmType.noMember(of: Self.edmName) }
        self = try Self.member(named: text)
    }

    package static func member(named text: String) throws(Invalid) -> Self {
        if let member = Self(rawValue: text), text != EdmType.sentinel { return member }
        let wanted = text.lowercased()
        guard let member = allCases.first(where: { $0.rawValue.lowercased() == wanted }),
            member.rawValue != EdmType.sentinel
        else { throw EdmType.noMember(text, of: Self.edmName, allCases.map(\.rawValue)) }
        return member
    }

    package var json: JSONValue { .string(rawValue) }
}
