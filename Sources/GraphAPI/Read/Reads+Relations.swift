internal import Directory
internal import EDM
internal import JSON
internal import OData
internal import Storage
internal import Workflows

// What relationships lead to, by path.
extension Reads {
    /// A relationship of the bound entity: its elements, those of a type where the path casts them, or their number.
    static func navigate(
        _ relation: Relation, as type: String?, _ call: Invocation
    ) async throws -> GraphResponse {
        if call.endpoint.countsOnly { try refuse(call.query, but: [.filter]) }
        let row = try await row(of: call)
        let document = try JSONReader.read(row.document, limits: .stored).object ?? JSONObject()
        let fragment = relation.context ?? "\(call.place.path(call.keys.dropLast()))('\(row.id)')/\(relation.name)"
        switch relation.elements {
        case .embedded:
            let elements = document[relation.name]?.array ?? []
            return try await values(elements, context: fragment, call)
        case .documents(let keys):
            let found = try await keys(call, Relation.Related(id: row.id, document: document))
            return try await collection(found, relation, as: type, context: fragment, call)
        }
    }

    /// One of a relationship's elements by its key: `…/members/{id}`.
    static func related(_ relation: Relation, call: Invocation) async throws -> GraphResponse {
        try refuse(call.query, but: [.select, .expand])
        guard case .documents(let keys) = relation.elements, let wanted = call.keys.last else { throw notFound(call) }
        let row = try await row(of: call.bound(to: call.place, keys: call.keys.dropLast()))
        let document = try JSONReader.read(row.document, limits: .stored).object ?? JSONObject()
        let found = try await keys(call, Relation.Related(id: row.id, document: document)).first { $0.id == wanted }
        guard let found, let other = try await RelatedRow(found, call) else { throw notFound(call) }
        let shape = try Shape(of: call, on: other.kind.entity, resource: other.home?.place.resource)
        let context =
            "\(Contexts.root(call))#\(relation.context ?? call.place.path(call.keys))\(shape.selection)/$entity"
        let body = try await shape.shown(
            other.row.document, call, relation: other.isReference, isTyped: relation.isPolymorphic)
        return GraphResponse(
            status: 200, headers: ["Content-Type": contentType, "ETag": "W/\"\(other.row.version)\""],
            body: splice(context: context, into: body))
    }

    private static func collection(
        _ keys: [Key], _ relation: Relation, as type: String?, context: String, _ call: Invocation
    ) async throws -> GraphResponse {
        var rows: [RelatedRow] = []
        for key in keys {
            if let type, call.service.governance.kind(key.kind)?.entity.edmName != type { continue }
            if let row = try await RelatedRow(key, call) { rows.append(row) }
        }
        guard relation.isCollection else {
            try refuse(call.query, but: [.select, .expand])
            guard let row = rows.first else { throw notFound(call) }
            return try await one(row, relation, call)
        }
        let taken: Options = [.select, .expand, .top, .skip, .count]
        try refuse(call.query, but: relation.isPolymorphic && type == nil ? taken : taken.union([.filter, .orderby]))
        // Of a type of which there is none nothing can be asked.
        let target = relation.isPolymorphic || type != nil ? nil : rows.first?.kind.entity
        if let target = relation.casts.first(where: { $0.edmName == type }) ?? target {
            let filter = try call.query.filter.map { try Filter(BoundFilter($0, on: target, in: call.version.graph)) }
            rows = try RelatedRow.asked(
                rows, filter, try BoundOrder.bind(call.query.orderBy, on: target, in: call.version.graph))
        }
        if call.endpoint.countsOnly { return number(rows.count) }
        var body = PageBody(
            context: "\(Contexts.root(call))#\(type.map { "\(context)/microsoft.graph.\($0)" } ?? context)",
            selection: nil)
        if call.query.count { body.count = rows.count }
        let page = try await part(of: rows, call) { $0.row.id }
        body.next = page.next
        for row in page.elements {
            let shape = try Shape(of: call, on: row.kind.entity, resource: row.home?.place.resource)
            body.add(
                try await shape.shown(
                    row.row.document, call, relation: row.isReference, isTyped: relation.isPolymorphic))
        }
        return GraphResponse(status: 200, headers: page.headers, body: body.bytes)
    }

    private static func one(_ row: RelatedRow, _ relation: Relation, _ call: Invocation) async throws -> GraphResponse {
        let shape = try Shape(of: call, on: row.kind.entity, resource: row.home?.place.resource)
        let place = row.home?.place.path([]) ?? relation.name
        let body = try await shape.shown(row.row.document, call, relation: row.isReference, isTyped: false)
        return GraphResponse(
            status: 200, headers: ["Content-Type": contentType, "ETag": "W/\"\(row.row.version)\""],
            body: splice(context: "\(Contexts.root(call))#\(place)\(shape.selection)/$entity", into: body))
    }
}

/// What a relationship leads to, as far as the caller may see it: where its kind is at home, and no more than that it is
/// there where the token can't read it by itself.
struct RelatedRow {
    let row: ReadRow
    let kind: any AnyKind
    let home: GraphModel.Home?
    let isReference: Bool

    /// - Returns: nil where the caller sees no such document.
    init?(_ key: Key, _ call: Invocation) async throws {
        guard let kind = call.governance.kind(key.kind), let home = call.service.model.home(of: key.kind) else {
            return nil
        }
        let visibility = try await home.place.resource.visibility(call.bound(to: home.place, keys: [key.id]))
        guard
            let row = try await call.governance.store.read(
                kind, key.id, tenant: call.caller.tenant, visibility: visibility)
        else { return nil }
        self.row = row
        self.kind = kind
        self.home = home
        isReference = !home.access.admits(call.caller)
    }

    /// The rows that `$filter` keeps, in the order of `$orderby`. What the caller may not read can't be asked about.
    static func asked(
        _ rows: [RelatedRow], _ filter: Filter?, _ order: [BoundOrder]
    ) throws -> [RelatedRow] {
        guard filter != nil || !order.isEmpty else { return rows }
        var found: [(row: RelatedRow, values: [FieldValue])] = []
        for row in rows where !row.isReference {
            let document = try JSONReader.read(row.row.document, limits: .stored)
            guard filter?.matches(document, entries: []) ?? true else { continue }
            let members = document.object ?? JSONObject()
            found.append(
                (row, order.map { Field(path: $0.path, type: FieldType($0.type)).value(in: members) }))
        }
        guard !order.isEmpty else { return found.map(\.row) }
        return found.sorted { a, b in
            for (index, term) in order.enumerated() where a.values[index] != b.values[index] {
                return a.values[index].precedes(b.values[index]) != term.descending
            }
            return a.row.row.id.precedesExactly(b.row.row.id)
        }.map(\.row)
    }
}

extension Relation {
    /// Whether its elements are of several types, each of which says its own.
    var isPolymorphic: Bool { casts.count > 1 }
}
