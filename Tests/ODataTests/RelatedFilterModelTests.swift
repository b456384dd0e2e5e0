import EDM
import JSON
import OData
import Testing

/// What a bound filter answers is what its text means: an evaluator of bound filters against one of filters as written,
/// on documents of all types with and without what relationships lead to.
@Suite struct RelatedFilterModelTests {
    private static let conditions = [
        "target/displayName eq 'a'", "target/displayName ne 'a'", "target/displayName eq null",
        "target/displayName ne null",
        "target/displayName in ('a','b')", "target/displayName in ('a',null)", "target/displayName gt 'a'",
        "target/manager/displayName ne 'a'", "target/manager/displayName eq null", "startswith(target/displayName,'a')",
        "tolower(target/displayName) ne 'a'", "target/microsoft.graph.userPrincipal/mail eq 'a'",
        "target/microsoft.graph.userPrincipal/mail ne 'a'", "target/microsoft.graph.userPrincipal/mail eq null",
        "target/microsoft.graph.userPrincipal/roles/any(r:r eq 'a')",
        "target/microsoft.graph.userPrincipal/roles/all(r:r eq 'a')", "approvers/any()", "approvers/$count eq 0",
        "approvers/any(x:x/displayName ne 'a')", "approvers/all(x:x/displayName eq 'a')",
        "approvers/any(x:x/manager/displayName eq null)", "approvers/all(x:isof(x,graph.userPrincipal))",
        "isof(target,graph.principal)", "isof(target,graph.userPrincipal)", "isof(microsoft.graph.grant)",
        "scope/graph.queryScope/query eq 'a'", "scope/graph.queryScope/query ne 'a'",
        "scope/graph.queryScope/query eq null",
        "isof(scope,graph.groupScope)", "isof(scope,graph.scope)", "catalogId eq 'a'", "catalogId ne 'a'",
    ]

    private func name(_ random: inout SeededGenerator) -> JSONValue {
        [.null, "a", "b"].randomElement(using: &random) ?? .null
    }

    private func principal(_ random: inout SeededGenerator, depth: Int = 0) -> JSONValue {
        var principal: JSONObject = ["id": "p", "displayName": name(&random)]
        if Bool.random(using: &random) {
            principal["@odata.type"] = "#microsoft.graph.userPrincipal"
            principal["mail"] = name(&random)
            principal["roles"] = .array((0..<Int.random(in: 0...2, using: &random)).map { _ in name(&random) })
        }
        if depth == 0, Bool.random(using: &random) { principal["manager"] = self.principal(&random, depth: 1) }
        return .object(principal)
    }

    private func document(_ random: inout SeededGenerator) -> JSONValue {
        var document: JSONObject = ["id": "1", "catalogId": name(&random)]
        if Bool.random(using: &random) { document["@odata.type"] = "#microsoft.graph.grant" }
        switch Int.random(in: 0..<3, using: &random) {
        case 0: document["scope"] = ["@odata.type": "#microsoft.graph.queryScope", "query": name(&random)]
        // Another type may hold a member of the same name.
        case 1: document["scope"] = ["@odata.type": "#microsoft.graph.groupScope", "query": name(&random)]
        default: document["scope"] = .null
        }
        if Bool.random(using: &random) { document["target"] = principal(&random) }
        document["approvers"] = .array((0..<Int.random(in: 0...2, using: &random)).map { _ in principal(&random) })
        return .object(document)
    }

    @Test("a bound filter answers what its text means", arguments: [1, 2, 3] as [UInt64])
    func agreement(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let documents = (0..<40).map { _ in document(&random) }
        var answers: Set<Bool> = []
        for round in 0..<120 {
            let pick = { (random: inout SeededGenerator) in Self.conditions.randomElement(using: &random) ?? "" }
            let one = round < Self.conditions.count ? Self.conditions[round] : pick(&random)
            let text =
                ["\(one)", "not(\(one))", "\(one) and \(pick(&random))", "\(one) or not(\(pick(&random)))"]
                .randomElement(using: &random) ?? one
            let written = try FilterExpression(text)
            let bound = try assignments(text)
            for document in documents {
                let expected = Written(document: document, variables: [:]).holds(written)
                answers.insert(expected)
                #expect(bound.holds(document) == expected, "seed \(seed): \(text) of \(document.text)")
            }
        }
        #expect(answers.count == 2)
    }
}

extension BoundFilter {
    fileprivate func holds(_ document: JSONValue) -> Bool {
        switch self {
        case .constant(let value): return value
        case .compare(let path, _, let comparison, let literal):
            return comparison.holds(document[path: path] ?? .null, literal.value)
        case .in(let path, _, let literals):
            return literals.contains { $0.value == document[path: path] ?? .null }
        case .text(let function, let path, let text, let ignoringCase):
            guard let value = document[path: path]?.string else { return false }
            return function.holds(ignoringCase ? value.lowercased() : value, ignoringCase ? text.lowercased() : text)
        case .length: return false
        case .any(let path, let inner):
            return document[path: path]?.array?.contains { inner?.holds($0) ?? true } ?? false
        case .all(let path, let inner): return document[path: path]?.array?.allSatisfy(inner.holds) ?? true
        case .related(let navigation, let inner): return document[path: [navigation.name]].map(inner.holds) ?? false
        case .anyRelated(let navigation, let inner):
            return document[path: [navigation.name]]?.array?.contains { inner?.holds($0) ?? true } ?? false
        case .allRelated(let navigation, let inner):
            return document[path: [navigation.name]]?.array?.allSatisfy(inner.holds) ?? true
        case .and(let filters): return filters.allSatisfy { $0.holds(document) }
        case .or(let filters): return filters.contains { $0.holds(document) }
        case .not(let filter): return !filter.holds(document)
        }
    }
}

extension FilterOperator {
    fileprivate func holds(_ left: JSONValue, _ right: JSONValue) -> Bool {
        switch self {
        case .eq: left == right
        case .ne: left != right
        case .gt: (left.string ?? "") > (right.string ?? "") && !left.isNull
        case .ge, .lt, .le: false
        }
    }
}

extension BoundFilter.TextFunction {
    fileprivate func holds(_ value: String, _ text: String) -> Bool {
        switch self {
        case .equals: value == text
        case .startswith: value.hasPrefix(text)
        case .endswith: value.hasSuffix(text)
        case .contains: value.contains(text)
        }
    }
}

extension Literal {
    fileprivate var value: JSONValue { if case .string(let text) = self { .string(text) } else { .null } }
}

/// A filter as written, evaluated by what OData says of paths: whatever isn't there is null, so is what a cast doesn't fit.
private struct Written {
    let document: JSONValue
    var variables: [String: JSONValue]

    func holds(_ expression: FilterExpression) -> Bool {
        switch expression {
        case .compare(let left, let comparison, let right):
            if case .path(let path) = left, path.last == "$count" {
                return (value(path.dropLast()).array?.count ?? 0) == 0
            }
            return comparison.holds(value(left), value(right))
        case .in(let operand, let literals): return literals.contains { value(.literal($0)) == value(operand) }
        case .call(_, let arguments):
            return value(arguments[0]).string.map { $0.hasPrefix(value(arguments[1]).string ?? "-") } ?? false
        case .isOf(let path, let type): return Self.isOf(value((path ?? [])[...]), type)
        case .any(let path, let variable, let body):
            return value(path[...]).array?.contains { element in body.map { inner(variable, element).holds($0) } ?? true
            }
                ?? false
        case .all(let path, let variable, let body):
            return value(path[...]).array?.allSatisfy { inner(variable, $0).holds(body) } ?? true
        case .not(let operand): return !holds(operand)
        case .and(let operands): return operands.allSatisfy(holds)
        case .or(let operands): return operands.contains(where: holds)
        case .literal, .path, .has: return false
        }
    }

    private func inner(_ variable: String?, _ element: JSONValue) -> Written {
        var inner = self
        inner.variables[variable ?? ""] = element
        return inner
    }

    private func value(_ expression: FilterExpression) -> JSONValue {
        switch expression {
        case .path(let path): value(path[...])
        case .literal(.string(let text)): .string(text)
        case .call(_, let arguments): value(arguments[0]).string.map { .string($0.lowercased()) } ?? .null
        default: .null
        }
    }

    private func value(_ path: ArraySlice<String>) -> JSONValue {
        var (value, rest) = (document, path)
        if let first = rest.first, let element = variables[first] { (value, rest) = (element, rest.dropFirst()) }
        for segment in rest {
            if segment.contains(".") {
                if !Self.isOf(value, segment) { value = .null }
            } else {
                value = value.object?[segment] ?? .null
            }
        }
        return value
    }

    private static func isOf(_ value: JSONValue, _ type: String) -> Bool {
        guard let object = value.object else { return false }
        let name = type.split(separator: ".").last.map(String.init) ?? ""
        // Base types, of which everything at their place is.
        guard !["principal", "scope", "assignment"].contains(name) else { return true }
        return object["@odata.type"] == .string("#microsoft.graph.\(name)")
    }
}
