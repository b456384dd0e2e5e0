internal import EDM
internal import JSON
internal import OData
internal import Storage

extension Filter {
    /// A bound filter in storage's terms.
    /// - Throws: 400 for what storage can't compare the same way on every engine.
    init(_ bound: BoundFilter) throws(ODataError) {
        switch bound {
        case .constant(let value): self = .constant(value)
        case .compare(let path, let type, let comparison, let literal):
            guard type != .complex else {
                throw .badRequest(
                    "'\(path.joined(separator: "/"))' is an object. Compare one of its properties, such as its id.")
            }
            guard type != .duration || comparison == .eq || comparison == .ne else {
                throw .badRequest("Durations can be compared with eq and ne only.")
            }
            self = .compare(Field(path: path, type: FieldType(type)), Comparison(comparison), FieldValue(literal))
        case .in(let path, let type, let literals):
            self = .isIn(Field(path: path, type: FieldType(type)), literals.map(FieldValue.init))
        case .text(let function, let path, let text, let ignoringCase):
            let field = Field(path: path, type: .text)
            switch function {
            case .equals: self = .text(.equals, field, text, ignoringCase: ignoringCase)
            case .startswith: self = .text(.startsWith, field, text, ignoringCase: ignoringCase)
            case .endswith: self = .text(.endsWith, field, text, ignoringCase: ignoringCase)
            case .contains: self = .text(.contains, field, text, ignoringCase: ignoringCase)
            }
        case .length: throw .badRequest("The function 'length' isn't supported in $filter here. Leave it out.")
        case .any(let path, let inner):
            if let inner { self = .any(path: path, try Filter(inner)) } else { self = .any(path: path, nil) }
        case .all(let path, let inner): self = .not(.any(path: path, .not(try Filter(inner))))
        case .related(let navigation, _), .anyRelated(let navigation, _), .allRelated(let navigation, _):
            throw .badRequest("$filter can't ask about '\(navigation.name)' here. Leave it out.")
        case .and(let filters): self = .and(try Self.each(filters))
        case .or(let filters): self = .or(try Self.each(filters))
        case .not(let filter): self = .not(try Filter(filter))
        }
    }

    private static func each(_ filters: [BoundFilter]) throws(ODataError) -> [Filter] {
        var bound: [Filter] = []
        for filter in filters { bound.append(try Filter(filter)) }
        return bound
    }
}

extension Filter.Comparison {
    init(_ comparison: FilterOperator) {
        switch comparison {
        case .eq: self = .equal
        case .ne: self = .notEqual
        case .lt: self = .less
        case .le: self = .lessOrEqual
        case .gt: self = .greater
        case .ge: self = .greaterOrEqual
        }
    }
}

extension FieldType {
    init(_ type: ScalarType) {
        switch type {
        case .string, .enumeration, .duration, .complex: self = .text
        case .boolean: self = .boolean
        case .integer: self = .integer
        case .instant: self = .instant
        }
    }
}

extension FieldValue {
    init(_ literal: Literal) {
        switch literal {
        case .null: self = .null
        case .string(let text): self = .text(text)
        case .bool(let value): self = .boolean(value)
        case .integer(let value): self = .integer(value)
        case .instant(let value): self = .instant(value)
        case .duration(let value): self = .text(value.json.string ?? "")
        }
    }
}
