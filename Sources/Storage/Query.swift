package import EDM
package import JSON
internal import Text

/// A property as a query names it.
package struct Field: Hashable, Sendable {
    package let path: [String]
    package let type: FieldType

    package init(path: [String], type: FieldType) {
        self.path = path
        self.type = type
    }

    /// The key, which every document has.
    package static let id = Field(path: ["id"], type: .text)

    package func value(in document: JSONObject) -> FieldValue {
        guard let json = JSONValue.object(document)[path: path] else { return .null }
        return value(of: json)
    }

    package func value(of json: JSONValue) -> FieldValue {
        switch (type, json) {
        case (.text, .string(let text)): .text(text)
        case (.integer, .number(let number)): number.integer.map(FieldValue.integer) ?? .null
        case (.boolean, .bool(let value)): .boolean(value)
        case (.instant, .string(let text)): (try? Instant(text)).map(FieldValue.instant) ?? .null
        default: .null
        }
    }

    func columnValue(in document: JSONObject) -> SQLValue { value(in: document).inColumn }
}

/// A value in a query.
package enum FieldValue: Hashable, Sendable {
    case null
    case text(String)
    case integer(Int64)
    case boolean(Bool)
    case instant(Instant)

    package static func == (lhs: FieldValue, rhs: FieldValue) -> Bool {
        switch (lhs, rhs) {
        case (.null, .null): true
        case (.text(let a), .text(let b)): a.isExactly(b)
        case (.integer(let a), .integer(let b)): a == b
        case (.boolean(let a), .boolean(let b)): a == b
        case (.instant(let a), .instant(let b)): a == b
        default: false
        }
    }

    package func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .text(let value): value.hashExactly(into: &hasher)
        case .integer(let value): hasher.combine(value)
        case .boolean(let value): hasher.combine(value)
        case .instant(let value): hasher.combine(value)
        }
    }

    /// The value as a real column holds it.
    package var inColumn: SQLValue {
        switch self {
        case .null: .null
        case .text(let value): .text(value)
        case .integer(let value): .integer(value)
        case .boolean(let value): .integer(value ? 1 : 0)
        case .instant(let value): .integer(value.microseconds)
        }
    }

    /// The value as it stands in a document's JSON, where an instant is its fixed-width text.
    package var inDocument: SQLValue {
        if case .instant(let value) = self { .text(value.description) } else { inColumn }
    }

    /// The order of every engine: null first, text by its UTF-8 bytes, false before true.
    package func precedes(_ other: FieldValue) -> Bool {
        switch (self, other) {
        case (.null, .null): false
        case (.null, _): true
        case (_, .null): false
        case (.text(let a), .text(let b)): a.precedesExactly(b)
        case (.integer(let a), .integer(let b)): a < b
        case (.boolean(let a), .boolean(let b)): !a && b
        case (.instant(let a), .instant(let b)): a < b
        default: false
        }
    }
}

/// A condition in two-valued logic, as OData has it: comparing null with `eq` and `ne` gives true or false, ordering
/// comparisons with null are false, and so `not` of them is true (OData 4.01 URL Conventions §5.1.1.1).
package indirect enum Filter: Hashable, Sendable {
    case constant(Bool)
    case compare(Field, Comparison, FieldValue)
    case isIn(Field, [FieldValue])
    case text(TextFunction, Field, String, ignoringCase: Bool)
    /// Some element of a collection meets the condition, whose fields are relative to the element (an empty path is the
    /// element itself); nil: the collection isn't empty.
    case any(path: [String], Filter?)
    /// The document has an entry under one of the values of a multi-valued index.
    case entry(index: String, values: [String])
    case and([Filter])
    case or([Filter])
    case not(Filter)

    package enum Comparison: Hashable, Sendable { case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual }
    /// Case folding is ASCII's only, on every engine.
    package enum TextFunction: Hashable, Sendable { case equals, startsWith, endsWith, contains }

    /// The reference semantics, against which every engine is tested.
    package func matches(_ value: JSONValue, entries: Set<IndexValue>) -> Bool {
        func read(_ field: Field) -> FieldValue {
            value[path: field.path].map { field.value(of: $0) } ?? .null
        }
        switch self {
        case .constant(let constant): return constant
        case .compare(let field, let comparison, let literal):
            let actual = read(field)
            switch comparison {
            case .equal: return actual == literal
            case .notEqual: return actual != literal
            case .less, .lessOrEqual, .greater, .greaterOrEqual:
                guard actual != .null, literal != .null else { return false }
                switch comparison {
                case .less: return actual.precedes(literal)
                case .lessOrEqual: return !literal.precedes(actual)
                case .greater: return literal.precedes(actual)
                default: return !actual.precedes(literal)
                }
            }
        case .isIn(let field, let literals): return literals.contains(read(field))
        case .text(let function, let field, let wanted, let ignoringCase):
            guard case .text(let actual) = read(field) else { return false }
            let text = Array(ignoringCase ? actual.asciiLowercased.utf8 : actual.utf8)
            let part = Array(ignoringCase ? wanted.asciiLowercased.utf8 : wanted.utf8)
            switch function {
            case .equals: return text == part
            case .startsWith: return text.starts(with: part)
            case .endsWith: return text.reversed().starts(with: part.reversed())
            case .contains: return part.isEmpty || text.indices.contains { text[$0...].starts(with: part) }
            }
        case .any(let path, let condition):
            guard let elements = value[path: path]?.array else { return false }
            guard let condition else { return !elements.isEmpty }
            return elements.contains { condition.matches($0, entries: []) }
        case .entry(let index, let values): return values.contains { entries.contains(IndexValue(index, $0)) }
        case .and(let filters): return filters.allSatisfy { $0.matches(value, entries: entries) }
        case .or(let filters): return filters.contains { $0.matches(value, entries: entries) }
        case .not(let filter): return !filter.matches(value, entries: entries)
        }
    }
}

/// What a caller may see of a kind: a required argument of every read.
package enum Visibility: Hashable, Sendable {
    case all
    case none
    /// A document that meets one of the terms. Engines may run one index range per term and unite them.
    case union([Term])

    package enum Term: Hashable, Sendable {
        /// A real column has one of the values.
        case column(Field, in: [FieldValue])
        /// The document has an entry under one of the values of a multi-valued index.
        case entry(index: String, values: [String])
    }

    package var filter: Filter {
        switch self {
        case .all: .constant(true)
        case .none: .constant(false)
        case .union(let terms):
            .or(
                terms.map { term in
                    switch term {
                    case .column(let field, let values): .isIn(field, values)
                    case .entry(let index, let values): .entry(index: index, values: values)
                    }
                })
        }
    }
}

/// A question of a reader. Its results can't reach a change set.
package struct Query: Sendable {
    package struct Order: Hashable, Sendable {
        package let field: Field
        package let isDescending: Bool

        package init(_ field: Field, descending: Bool = false) {
            self.field = field
            isDescending = descending
        }
    }

    package let kind: any AnyKind
    package let tenant: String
    package let visibility: Visibility
    package var filter: Filter
    /// Null first ascending, last descending; the id ends every order.
    package private(set) var order: [Order]
    package var skip: Int
    package var limit: Int

    /// - Parameter after: the last row of the page before: a value for each term of `order` and its id.
    package init(
        _ kind: any AnyKind, tenant: String, visibility: Visibility, filter: Filter = .constant(true),
        order: [Order] = [],
        after: [FieldValue]? = nil, skip: Int = 0, limit: Int = .max
    ) {
        self.kind = kind
        self.tenant = tenant
        self.visibility = visibility
        self.skip = skip
        self.limit = limit
        self.order = order.contains { $0.field.path == Field.id.path } ? order : order + [Order(.id)]
        self.filter = filter
        if let after { self.filter = .and([filter, Self.following(after, self.order)]) }
    }

    /// What comes after a row, written so that the leading term bounds an index range.
    private static func following(_ values: [FieldValue], _ order: [Order]) -> Filter {
        guard let term = order.first, let value = values.first else { return .constant(false) }
        let rest = following(Array(values.dropFirst()), Array(order.dropFirst()))
        let same = rest == .constant(false) ? rest : .and([.compare(term.field, .equal, value), rest])
        switch (value, term.isDescending) {
        case (.null, false): return .or([.compare(term.field, .notEqual, .null), same])
        case (.null, true): return same
        case (_, false):
            return .and([
                .compare(term.field, .greaterOrEqual, value), .or([.compare(term.field, .greater, value), same]),
            ])
        case (_, true):
            return .or([
                .and([.compare(term.field, .lessOrEqual, value), .or([.compare(term.field, .less, value), same])]),
                .compare(term.field, .equal, .null),
            ])
        }
    }
}

/// A document as a reader gets it: the bytes that every reader may see.
package struct ReadRow: Hashable, Sendable {
    package let id: String
    package let version: String
    package let document: [UInt8]
    /// When the document changes by itself.
    package let settlesAt: Instant?

    package init(id: String, version: String, document: [UInt8], settlesAt: Instant?) {
        self.id = id
        self.version = version
        self.document = document
        self.settlesAt = settlesAt
    }
}
