internal import EDM
internal import JSON
internal import OData
internal import Storage
internal import Workflows

/// What a call wants to see of each document: `$select`, `$expand`, a version's names, and what depends on the reader.
struct Shape {
    private let type: any EntityType.Type
    private let resource: Resource?
    private let select: BoundSelect?
    private let names: VersionNames?
    /// Embedded relationships that weren't asked for.
    private let hidden: [String]
    private let expanded: [Expansion]
    private let version: GraphVersion?

    /// A relationship that is shown with each document.
    private struct Expansion {
        let relation: Relation
        let query: ODataQuery
    }

    /// The shape of a call on its own resource.
    /// - Returns: nil where stored bytes pass through as they are.
    init?(of call: Invocation) throws(ODataError) {
        guard let kind = call.resource.kind else { return nil }
        let resource = call.resource
        try self.init(call.query, on: kind.entity, resource, call.version)
        guard select != nil || names != nil || !hidden.isEmpty || !expanded.isEmpty || resource.overlay != nil else {
            return nil
        }
    }

    /// The shape of what a relationship leads to.
    init(of call: Invocation, on type: any EntityType.Type, resource: Resource?) throws(ODataError) {
        try self.init(call.query, on: type, resource, call.version)
    }

    private init(
        _ query: ODataQuery, on type: any EntityType.Type, _ resource: Resource?, _ version: Version
    ) throws(ODataError) {
        self.type = type
        self.resource = resource
        self.version = version.graph
        names = version.graph.flatMap { VersionNames(type, in: $0) }
        let relations = resource?.relations ?? []
        let embedded = relations.filter(\.isEmbedded).map(\.name)
        var expanded: [Expansion] = []
        for item in try BoundExpand.bind(query.expand, on: type, aliases: resource?.aliases ?? [:]) {
            let name = item.navigation.name
            guard let relation = relations.first(where: { $0.name == name }) else {
                // `*` asks for what there is.
                guard query.expand.contains(where: { $0.name.equalsIgnoringCase(name) }) else { continue }
                throw .badRequest("$expand=\(name) isn't supported here. Leave it out.")
            }
            expanded.append(Expansion(relation: relation, query: item.query))
        }
        self.expanded = expanded
        let asked = expanded.map(\.relation.name)
        hidden = embedded.filter { !asked.contains($0) }
        select = try query.select.map { items throws(ODataError) in
            try BoundSelect(items, on: type, aliases: resource?.aliases ?? [:])
        }
    }

    /// The list of a projection, as contexts write it: `(id,status)`.
    var selection: String {
        guard let select, !select.all, !select.paths.isEmpty else { return "" }
        return "("
            + select.paths.map { type.spelled($0[...], in: version).joined(separator: "/") }.joined(separator: ",")
            + ")"
    }

    /// A stored document as the call wants it.
    /// - Parameters:
    ///   - isReference: whether only type and id may be shown.
    ///   - isTyped: whether the type must be told, because others stand beside it.
    func shown(
        _ document: [UInt8], _ call: Invocation, relation isReference: Bool = false, isTyped: Bool = false
    ) async throws -> [UInt8] {
        if select == nil, names == nil, hidden.isEmpty, expanded.isEmpty, resource?.overlay == nil, !isReference,
            !isTyped || type.namesItsType
        {
            return document
        }
        let members = try JSONReader.read(document, limits: .stored).object ?? JSONObject()
        return try await shown(members, call, isReference: isReference, isTyped: isTyped).bytes
    }

    private func shown(
        _ members: JSONObject, _ call: Invocation, isReference: Bool, isTyped: Bool
    ) async throws -> JSONObject {
        var members = members
        let id = members["id"]?.string ?? ""
        let whole = members
        if let overlay = resource?.overlay { try await overlay(call, &members) }
        if isTyped, members["@odata.type"] == nil {
            members = JSONObject(
                [("@odata.type", .string(type.typeAnnotation))] + members.members.map { ($0.name, $0.value) })
        }
        if isReference { members = members.only(["@odata.type", "id"]) }
        var shown = selected(members)
        if let names { shown = names.shown(shown) }
        for expansion in isReference ? [] : expanded {
            let value = try await value(of: expansion, Relation.Related(id: id, document: whole), call)
            let name = type.spelled([expansion.relation.name], in: version).first ?? expansion.relation.name
            shown[name] = value
        }
        return shown
    }

    /// The members that are wanted; annotations stay.
    private func selected(_ members: JSONObject) -> JSONObject {
        let isWhole = select?.all ?? true
        guard !isWhole || !hidden.isEmpty else { return members }
        let asked = Set(expanded.map(\.relation.name))
        var selected = JSONObject()
        for member in members.members where !hidden.contains(member.name) {
            let paths = select?.paths.filter { $0.first == member.name } ?? []
            if isWhole || member.name.hasPrefix("@") || asked.contains(member.name)
                || paths.contains(where: { $0.count == 1 })
            {
                selected.append(member.name, member.value)
            } else if !paths.isEmpty, let inner = member.value.object {
                selected.append(member.name, .object(inner.only(Set(paths.compactMap { $0.dropFirst().first }))))
            } else if !paths.isEmpty {
                selected.append(member.name, member.value)
            }
        }
        return selected
    }

    // MARK: Expanding

    private func value(
        of expansion: Expansion, _ from: Relation.Related, _ call: Invocation
    ) async throws -> JSONValue {
        let relation = expansion.relation
        switch relation.elements {
        case .embedded: return from.document[relation.name] ?? []
        case .documents(let keys):
            var rows: [RelatedRow] = []
            for key in try await keys(call, from) {
                if let row = try await RelatedRow(key, call) { rows.append(row) }
            }
            if !relation.isPolymorphic, let type = rows.first?.kind.entity {
                rows = try RelatedRow.asked(rows, expansion.query, on: type)
            }
            let limit = min(expansion.query.top ?? .max, call.dialect.maximumExpanded)
            var values: [JSONValue] = []
            for row in rows.dropFirst(expansion.query.skip ?? 0).prefix(relation.isCollection ? limit : 1) {
                let shape = try Shape(expansion.query, on: row.kind.entity, row.home?.place.resource, call.version)
                let members = try JSONReader.read(row.row.document, limits: .stored).object ?? JSONObject()
                values.append(
                    .object(
                        try await shape.shown(
                            members, call, isReference: row.isReference, isTyped: relation.isPolymorphic)))
            }
            return relation.isCollection ? .array(values) : values.first ?? .null
        }
    }
}

extension Relation {
    fileprivate var isEmbedded: Bool { if case .embedded = elements { true } else { false } }
}

extension Version {
    /// Graph's version whose names count; none for what Graph has no words for.
    var graph: GraphVersion? {
        switch self {
        case .v1: .v1
        case .beta: .beta
        case .countersign: nil
        }
    }
}

extension JSONObject {
    fileprivate func only(_ names: Set<String>) -> JSONObject {
        JSONObject(members.filter { names.contains($0.name) }.map { ($0.name, $0.value) })
    }
}
