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
    private let version: GraphVersion?
    /// Embedded relationships that weren't asked for.
    private let hidden: [String]
    private let expanded: [Expansion]
    /// Names of `$select` that no type declares: some document has to have each.
    let undeclared: Set<String>

    /// A relationship that is shown with each document.
    private struct Expansion {
        let relation: Relation
        let asked: BoundExpand
    }

    /// The shape of a call on its own resource.
    /// - Returns: nil where stored bytes pass through as they are.
    init?(of call: Invocation) throws(ODataError) {
        guard let kind = call.resource.kind else { return nil }
        try self.init(of: call, on: kind.entity, resource: call.resource)
        guard changesNothing else { return }
        return nil
    }

    /// The shape of what a relationship leads to.
    init(of call: Invocation, on type: any EntityType.Type, resource: Resource?) throws(ODataError) {
        let (query, version) = (call.query, call.version.graph)
        let aliases = resource?.aliases ?? [:]
        // Who binds says what isn't declared; a box, because closures that escape nothing still can't throw and keep.
        var undeclared: Set<String> = []
        let select = try query.select.map { items throws(ODataError) in
            try BoundSelect(items, on: type, in: version, aliases: aliases) { name in
                guard type.isOpen else { return nil }
                if let known = resource?.members?.name(of: name) { return known }
                undeclared.insert(name)
                return name
            }
        }
        let expand = try BoundExpand.bind(query.expand, on: type, in: version, aliases: aliases) { type, name in
            type.isOpen ? name : nil
        }
        try self.init(
            type, resource, call.version, select: select, expand: expand, undeclared: undeclared,
            isStar: { name in !query.expand.contains { $0.name.equalsIgnoringCase(name) } })
    }

    private init(
        _ type: any EntityType.Type, _ resource: Resource?, _ version: Version, select: BoundSelect?,
        expand: [BoundExpand], undeclared: Set<String> = [], isStar: (String) -> Bool = { _ in false }
    ) throws(ODataError) {
        self.type = type
        self.resource = resource
        self.version = version.graph
        self.select = select
        self.undeclared = undeclared
        names = version.graph.flatMap { VersionNames(type, in: $0) }
        let relations = resource?.relations ?? []
        var expanded: [Expansion] = []
        for asked in expand {
            let name = asked.navigation.name
            guard let relation = relations.first(where: { $0.name == name }) else {
                // `*` asks for what there is.
                if isStar(name) { continue }
                throw .badRequest("$expand=\(name) isn't supported here. Leave it out.")
            }
            expanded.append(Expansion(relation: relation, asked: asked))
        }
        self.expanded = expanded
        let asked = expanded.map(\.relation.name)
        hidden = relations.filter(\.isEmbedded).map(\.name).filter { !asked.contains($0) }
    }

    private var changesNothing: Bool {
        select == nil && names == nil && hidden.isEmpty && expanded.isEmpty && resource?.overlay == nil
            && resource?.members?.changesAnswers != true
    }

    /// The list of a projection, as contexts write it: `(id,status)`.
    var selection: String {
        guard let select, !select.all, !select.paths.isEmpty else { return "" }
        let paths = select.paths.map { type.spelled($0[...], in: version).joined(separator: "/") }
        return "(\(paths.joined(separator: ",")))"
    }

    /// - Throws: 400 where `$select` names what no type declares and none of the documents has.
    func check(_ documents: [[UInt8]]) throws {
        guard !undeclared.isEmpty else { return }
        var missing = undeclared
        for document in documents where !missing.isEmpty {
            let members = try JSONReader.read(document, limits: .stored).object
            missing = missing.filter { members?.member(ignoringCase: $0) == nil }
        }
        guard let name = missing.min() else { return }
        throw ODataError.badRequest(
            "Could not find a property named '\(name)' on type 'microsoft.graph.\(type.edmName)'.")
    }

    /// A stored document as the call wants it.
    /// - Parameters:
    ///   - isReference: whether only type and id may be shown.
    ///   - isTyped: whether the type must be told, because others stand beside it.
    func shown(
        _ document: [UInt8], _ call: Invocation, relation isReference: Bool = false, isTyped: Bool = false
    ) async throws -> [UInt8] {
        if changesNothing, !isReference, !isTyped || type.namesItsType { return document }
        let members = try JSONReader.read(document, limits: .stored).object ?? JSONObject()
        return try await shown(members, call, isReference: isReference, isTyped: isTyped).bytes
    }

    private func shown(
        _ whole: JSONObject, _ call: Invocation, isReference: Bool, isTyped: Bool
    ) async throws -> JSONObject {
        var members = whole
        if let overlay = resource?.overlay { try await overlay(call, &members) }
        resource?.members?.complete(&members)
        if isTyped, members["@odata.type"] == nil {
            members = JSONObject(
                [("@odata.type", .string(type.typeAnnotation))] + members.members.map { ($0.name, $0.value) })
        }
        if isReference { return members.only(["@odata.type", "id"]) }
        var shown = selected(members)
        if let names { shown = names.shown(shown) }
        let from = Relation.Related(id: whole["id"]?.string ?? "", document: whole)
        for expansion in expanded {
            let name = type.spelled([expansion.relation.name], in: version).first ?? expansion.relation.name
            let (value, count) = try await self.value(of: expansion, from, call)
            if let count { shown["\(name)@odata.count"] = .integer(Int64(count)) }
            shown[name] = value
        }
        return shown
    }

    /// The members that are wanted, null where the document has no value; annotations stay.
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
        for name in select?.paths.compactMap(\.first) ?? [] where members[name] == nil && selected[name] == nil {
            // One that only other types of the family declare isn't this document's to show.
            if let spelled = members.member(ignoringCase: name) {
                selected.append(spelled.name, spelled.value)
            } else if type.type(of: members).property(named: name) != nil || resource?.members?.name(of: name) != nil {
                selected.append(name, .null)
            }
        }
        return selected
    }

    // MARK: Expanding

    private func value(
        of expansion: Expansion, _ from: Relation.Related, _ call: Invocation
    ) async throws -> (value: JSONValue, count: Int?) {
        let (relation, asked) = (expansion.relation, expansion.asked)
        guard case .documents(let keys) = relation.elements else {
            return (from.document[relation.name] ?? [], nil)
        }
        var rows: [RelatedRow] = []
        for key in try await keys(call, from) {
            if let row = try await RelatedRow(key, call) { rows.append(row) }
        }
        rows = try RelatedRow.asked(rows, asked.filter.map { try Filter($0) }, asked.orderBy)
        let limit = min(asked.top ?? .max, call.dialect.maximumExpanded)
        var values: [JSONValue] = []
        for row in rows.dropFirst(asked.skip ?? 0).prefix(relation.isCollection ? limit : 1) {
            let shape = try Shape(
                row.kind.entity, row.home?.place.resource, call.version, select: asked.select, expand: asked.expand)
            let members = try JSONReader.read(row.row.document, limits: .stored).object ?? JSONObject()
            values.append(
                .object(
                    try await shape.shown(
                        members, call, isReference: row.isReference, isTyped: relation.isPolymorphic)))
        }
        guard relation.isCollection else { return (values.first ?? .null, nil) }
        return (.array(values), asked.count ? rows.count : nil)
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
