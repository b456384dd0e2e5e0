internal import Storage
internal import Text

/// Filters as SQL that means what `Filter.matches` means, with NULL for false where nothing negates it.
///
/// SQL's logic has three values and OData's two. So `not` is driven inwards until it meets a condition, and each condition
/// is written in two ways: one that is true when it holds, and one that is true when it doesn't, NULL included. Between them
/// are only AND and OR, for which NULL is as good as false.
struct FilterSQL {
    let tenant: String
    let kind: String
    let scope: Scope

    /// SQL that is true when the filter holds, and false or NULL otherwise.
    func holds(_ filter: Filter) -> SQLText {
        switch filter {
        case .constant(let constant): constant ? .yes : .no
        case .compare(let field, let comparison, let literal): compare(field, comparison, literal)
        case .isIn(let field, let literals): isIn(field, literals)
        case .text(let function, let field, let text, let ignoringCase): match(function, field, text, ignoringCase)
        case .any(let path, let condition): any(path, condition)
        case .entry(let index, let values): entry(index, values)
        case .and(let filters): filters.map(holds).all
        case .or(let filters): filters.map(holds).any
        case .not(let filter): fails(filter)
        }
    }

    /// SQL that is true when the filter doesn't hold, and false or NULL otherwise.
    private func fails(_ filter: Filter) -> SQLText {
        switch filter {
        case .constant(let constant): return constant ? .no : .yes
        case .compare(let field, .equal, let literal): return holds(.compare(field, .notEqual, literal))
        case .compare(let field, .notEqual, let literal): return holds(.compare(field, .equal, literal))
        case .compare, .isIn, .text, .any, .entry: return "(\(holds(filter))) IS NOT TRUE"
        case .and(let filters): return filters.map(fails).any
        case .or(let filters): return filters.map(fails).all
        case .not(let filter): return holds(filter)
        }
    }

    // MARK: Comparing

    private func compare(_ field: Field, _ comparison: Filter.Comparison, _ literal: FieldValue) -> SQLText {
        let (value, isColumn) = scope.value(of: field)
        if literal == .null {
            switch comparison {
            case .equal: return "\(raw: value) IS NULL"
            case .notEqual: return "\(raw: value) IS NOT NULL"
            case .less, .lessOrEqual, .greater, .greaterOrEqual: return .no
            }
        }
        guard literal.fits(field.type) else {
            // Values of different types are unequal and neither precedes the other.
            switch comparison {
            case .equal, .less, .greater: return .no
            case .notEqual: return .yes
            case .lessOrEqual, .greaterOrEqual: return "\(raw: value) IS NOT NULL"
            }
        }
        let bound = isColumn ? literal.inColumn : literal.inDocument
        switch comparison {
        case .equal: return "\(raw: value) = \(bound)"
        case .notEqual: return "\(raw: value) IS NOT \(bound)"
        case .less: return "\(raw: value) < \(bound)"
        case .lessOrEqual: return "\(raw: value) <= \(bound)"
        case .greater: return "\(raw: value) > \(bound)"
        case .greaterOrEqual: return "\(raw: value) >= \(bound)"
        }
    }

    private func isIn(_ field: Field, _ literals: [FieldValue]) -> SQLText {
        let (value, isColumn) = scope.value(of: field)
        let fitting = literals.filter { $0.fits(field.type) }.map { isColumn ? $0.inColumn : $0.inDocument }
        var ways: [SQLText] = []
        if fitting.count == 1 { ways.append("\(raw: value) = \(fitting[0])") }
        if fitting.count > 1 { ways.append("\(raw: value) IN (\(list: fitting))") }
        if literals.contains(.null) { ways.append("\(raw: value) IS NULL") }
        return ways.any
    }

    // MARK: Text

    /// Never LIKE or GLOB, in which a person's text has a meaning.
    private func match(_ function: Filter.TextFunction, _ field: Field, _ text: String, _ ignoringCase: Bool) -> SQLText
    {
        guard field.type == .text else { return .no }
        let value = scope.value(of: field).sql
        guard !text.isEmpty || function == .equals else { return "\(raw: value) IS NOT NULL" }
        // SQLite's lower() folds ASCII only, as the house does.
        let wanted = ignoringCase ? text.asciiLowercased : text
        let actual = ignoringCase ? "lower(\(value))" : value
        let length = Int64(wanted.unicodeScalars.count)
        switch function {
        case .equals: return "\(raw: actual) = \(wanted)"
        case .contains: return "instr(\(raw: actual), \(wanted)) > 0"
        case .endsWith: return "substr(\(raw: actual), \(-length)) = \(wanted)"
        case .startsWith:
            guard !ignoringCase, let end = wanted.endOfPrefix else {
                return "substr(\(raw: actual), 1, \(length)) = \(wanted)"
            }
            return "(\(raw: actual) >= \(wanted) AND \(raw: actual) < \(end))"
        }
    }

    // MARK: Collections and entries

    private func any(_ path: [String], _ condition: Filter?) -> SQLText {
        let source = scope.json
        guard let path = Scope.path(path) else { return .no }
        let isArray = "json_type(\(source), \(path)) = 'array'"
        guard let condition else { return "(\(raw: isArray) AND json_array_length(\(raw: source), \(raw: path)) > 0)" }
        let alias = "e\(scope.depth + 1)"
        let element = FilterSQL(tenant: tenant, kind: kind, scope: .element(alias: alias, depth: scope.depth + 1))
        return """
            (\(raw: isArray) AND EXISTS (SELECT 1 FROM json_each(\(raw: source), \(raw: path)) AS \(raw: alias) \
            WHERE \(element.holds(condition))))
            """
    }

    /// A point look-up for each value; an element of a collection has no entries.
    private func entry(_ index: String, _ values: [String]) -> SQLText {
        guard case .row = scope, !values.isEmpty else { return .no }
        return """
            EXISTS (SELECT 1 FROM entries AS n WHERE n.tenant = \(tenant) AND n.idx = \(index) \
            AND n.value IN (\(list: values.map(SQLValue.text))) AND n.kind = \(kind) AND n.id = \(raw: Scope.row).id)
            """
    }

    /// The ids under the values as one set, made once.
    func entrySet(_ index: String, _ values: [String]) -> SQLText {
        """
        (SELECT n.id FROM entries AS n WHERE n.tenant = \(tenant) AND n.idx = \(index) \
        AND n.value IN (\(list: values.map(SQLValue.text))) AND n.kind = \(kind))
        """
    }
}

extension String {
    /// The first text, by its UTF-8 bytes, after all that begin with this one; nil where there is none.
    var endOfPrefix: String? {
        var scalars = Array(unicodeScalars)
        while let last = scalars.popLast() {
            // Surrogates are no scalars.
            let next = last.value == 0xD7FF ? 0xE000 : last.value + 1
            guard let scalar = Unicode.Scalar(next) else { continue }
            var end = String.UnicodeScalarView(scalars)
            end.append(scalar)
            return String(end)
        }
        return nil
    }
}
