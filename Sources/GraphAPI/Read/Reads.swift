internal import Directory
internal import EDM
internal import JSON
internal import OData
internal import Storage
internal import Workflows

/// The generic reads of every entity set. Stored bytes pass through without being decoded unless `$select` or `$expand` ask
/// for a part of them.
enum Reads {
    static func list(_ set: EntitySet) -> Operation {
        Operation("GET", on: .collection, access: set.list) { call in
            try await page(call, visibility: try await set.visibility(call), context: context(call))
        }
    }

    static func get(_ set: EntitySet) -> Operation {
        Operation("GET", on: .entity, access: set.get) { call in
            try shown(try await row(of: call), call) { "\(root(call))#\(set.path)\($0.selection)/$entity" }
        }
    }

    /// One entity by its id, as a function answers it.
    static func one(_ call: Invocation, id: String, visibility: Visibility, context: String) async throws
        -> GraphResponse
    {
        guard
            let row = try await call.governance.store.read(
                call.set.kind, id, tenant: call.caller.tenant, visibility: visibility)
        else { throw ResourceNotFound(id: id) }
        return try shown(row, call) { _ in context }
    }

    private static func shown(
        _ row: ReadRow, _ call: Invocation, context: (View) -> String
    ) throws -> GraphResponse {
        try refuse(call.query, of: call.query.readOptions)
        let view = try View(call)
        let etag = "W/\"\(row.version)\""
        if call.request.headers["If-None-Match"] == etag {
            return GraphResponse(status: 304, headers: ["ETag": etag])
        }
        return GraphResponse(
            status: 200, headers: ["Content-Type": contentType, "ETag": etag],
            body: splice(context: context(view), into: try view.project(row.document)))
    }

    static func count(_ set: EntitySet) -> Operation {
        Operation("GET", on: .collection, access: set.list) { call in
            try refuse(call.query, of: call.query.readOptions.filter { $0.key != "$filter" })
            let count = try await call.governance.store.count(
                Query(
                    set.kind, tenant: call.caller.tenant, visibility: try await set.visibility(call),
                    filter: try filter(call)))
            return GraphResponse(status: 200, headers: ["Content-Type": "text/plain"], body: Array(String(count).utf8))
        }
    }

    static func navigate(_ navigation: NavigationBinding, isCount: Bool) -> Operation {
        Operation("GET", on: .entity, access: navigation.access) { call in
            let row = try await row(of: call)
            if isCount { try refuse(call.query, of: call.query.readOptions) }
            let count: Int
            switch navigation.elements {
            case .documents(let keys):
                let keys = try await keys(call, call.id ?? "")
                guard isCount else { return try await related(keys, navigation, call) }
                count = keys.count
            case .embedded(let member):
                let elements = try JSONReader.read(row.document, limits: .stored).object?[member]?.array ?? []
                guard isCount else {
                    return try values(elements, context: context(navigation, call), call)
                }
                count = elements.count
            }
            return GraphResponse(status: 200, headers: ["Content-Type": "text/plain"], body: Array(String(count).utf8))
        }
    }

    /// The bound entity as the caller may see it; invisible is the same as absent.
    static func row(of call: Invocation) async throws -> ReadRow {
        let id = call.id ?? ""
        let store = call.governance.store
        if let own = call.set.own?(call.caller), !call.governance.knowsFacts(of: call.caller),
            let row = try await store.read(call.set.kind, id, tenant: call.caller.tenant, visibility: own)
        {
            return row
        }
        let visibility = try await call.set.visibility(call)
        if let row = try await store.read(call.set.kind, id, tenant: call.caller.tenant, visibility: visibility) {
            return row
        }
        if let key = call.set.alternateKey {
            let field = Field(path: [key], type: .text)
            let query = Query(
                call.set.kind, tenant: call.caller.tenant, visibility: visibility,
                filter: .compare(field, .equal, .text(id)), limit: 1)
            if let row = try await store.read(query).first { return row }
        }
        throw ODataError(
            status: 404, code: call.set.isDirectory ? "Request_ResourceNotFound" : "ResourceNotFound",
            message: "Resource '\(id)' does not exist or one of its queried reference-property objects are not present."
        )
    }

    // MARK: Collections

    /// A page of a set: filtered, ordered, counted, with an absolute next link.
    static func page(_ call: Invocation, visibility: Visibility, context: String) async throws -> GraphResponse {
        let set = call.set
        try refuse(call.query, ["$search": call.query.search != nil, "$deltatoken": call.query.deltaToken != nil])
        let view = try View(call)
        let ordered = try BoundOrder.bind(call.query.orderBy, on: set.kind.entity, aliases: set.aliases)
            .map { Query.Order(Field(path: $0.path, type: FieldType($0.type)), descending: $0.descending) }
        let order = ordered.isEmpty ? set.order : ordered
        let filter = try filter(call)
        let size = pageSize(call)
        let token = try await PageToken.open(call)
        let total = Query(set.kind, tenant: call.caller.tenant, visibility: visibility, filter: filter)
        var query = Query(
            set.kind, tenant: call.caller.tenant, visibility: visibility, filter: filter, order: order,
            after: token?.after,
            limit: size + 1)
        if token == nil { query.skip = call.query.skip ?? 0 }
        let store = call.governance.store
        let rows = size == 0 ? [] : try await store.read(query)
        let shown = rows.prefix(size)

        var body = Array("{\"@odata.context\":".utf8)
        JSONValue.string(context + view.selection).write(into: &body)
        if call.query.count {
            body += Array(",\"@odata.count\":\(try await store.count(total))".utf8)
        }
        if rows.count > size, let last = shown.last {
            let next = try await PageToken(after: try position(of: last, in: query.order)).link(call)
            body += Array(",\"@odata.nextLink\":".utf8)
            JSONValue.string(next).write(into: &body)
        }
        body += Array(",\"value\":[".utf8)
        for (index, row) in shown.enumerated() {
            if index > 0 { body.append(UInt8(ascii: ",")) }
            body += try view.project(row.document)
        }
        body += Array("]}".utf8)
        var headers: GraphHeaders = ["Content-Type": contentType]
        if preferredPageSize(call) != nil { headers["Preference-Applied"] = "odata.maxpagesize=\(size)" }
        return GraphResponse(status: 200, headers: headers, body: body)
    }

    private static func position(of row: ReadRow, in order: [Query.Order]) throws -> [FieldValue] {
        let document = try JSONReader.read(row.document, limits: .stored).object ?? JSONObject()
        return order.map { $0.field.value(in: document) }
    }

    static func filter(_ call: Invocation) throws -> Filter {
        guard let expression = call.query.filter else { return .constant(true) }
        return try Filter(BoundFilter(expression, on: call.set.kind.entity, aliases: call.set.aliases))
    }

    private static func pageSize(_ call: Invocation) -> Int {
        let wanted = call.query.top ?? preferredPageSize(call) ?? EntitySet.defaultPageSize
        return min(wanted, preferredPageSize(call) ?? wanted, call.set.maximumPageSize)
    }

    /// `Prefer: odata.maxpagesize=N` (OData 4.01 Protocol §8.2.8.6).
    private static func preferredPageSize(_ call: Invocation) -> Int? {
        for part in call.request.headers.all("Prefer").flatMap({ $0.split(separator: ",") }) {
            let pair = part.split(separator: "=").map { $0.trimmingSpaces.lowercased() }
            if pair.count == 2, ["odata.maxpagesize", "maxpagesize"].contains(pair[0]), let size = Int(pair[1]),
                size > 0
            {
                return size
            }
        }
        return nil
    }

    private static func related(
        _ keys: [Key], _ navigation: NavigationBinding, _ call: Invocation
    ) async throws -> GraphResponse {
        try refuse(
            call.query,
            [
                "$filter": call.query.filter != nil, "$orderby": !call.query.orderBy.isEmpty,
                "$search": call.query.search != nil,
            ])
        var body = Array("{\"@odata.context\":".utf8)
        JSONValue.string(context(navigation, call)).write(into: &body)
        if call.query.count { body += Array(",\"@odata.count\":\(keys.count)".utf8) }
        body += Array(",\"value\":[".utf8)
        var isFirst = true
        let page = keys.dropFirst(call.query.skip ?? 0).prefix(call.query.top ?? call.set.maximumPageSize)
        for key in page {
            guard let kind = Kinds.catalog[key.kind],
                let row = try await call.governance.store.read(
                    kind, key.id, tenant: call.caller.tenant, visibility: .all)
            else { continue }
            if !isFirst { body.append(UInt8(ascii: ",")) }
            isFirst = false
            body += try View(call, of: kind.entity, isReference: !mayRead(key.kind, call)).project(row.document)
        }
        body += Array("]}".utf8)
        return GraphResponse(status: 200, headers: ["Content-Type": contentType], body: body)
    }

    /// Whether the caller may read entities of a kind by themselves: who may walk to them sees no more than that they are.
    private static func mayRead(_ kind: String, _ call: Invocation) -> Bool {
        call.service.model.sets.contains { $0.kind.name == kind && $0.get.admits(call.caller) }
    }

    /// A collection that isn't stored as documents of its own: `$filter`, `$skip`, `$top` and `$count` apply to what is
    /// given.
    /// - Parameter entity: the type of the elements, for `$filter`; nil where they can't be filtered.
    static func values(
        _ elements: [JSONValue], context: String, of entity: (any EntityType.Type)? = nil, _ call: Invocation
    ) throws -> GraphResponse {
        try refuse(
            call.query,
            [
                "$orderby": !call.query.orderBy.isEmpty, "$search": call.query.search != nil,
                "$expand": !call.query.expand.isEmpty, "$select": call.query.select != nil,
                "$filter": entity == nil && call.query.filter != nil,
            ])
        var found = elements
        if let entity, let expression = call.query.filter {
            let filter = try Filter(BoundFilter(expression, on: entity))
            found = elements.filter { filter.matches($0, entries: []) }
        }
        var body: JSONObject = ["@odata.context": .string(context)]
        if call.query.count { body["@odata.count"] = .integer(Int64(found.count)) }
        let page = found.dropFirst(call.query.skip ?? 0).prefix(call.query.top ?? found.count)
        body["value"] = .array(Array(page))
        return GraphResponse(status: 200, headers: ["Content-Type": contentType], body: body.bytes)
    }

    static func refuse(_ query: ODataQuery, of options: [String: Bool]) throws(ODataError) {
        try refuse(query, options)
    }

    /// Options that a resource doesn't take are refused, never ignored.
    private static func refuse(_ query: ODataQuery, _ options: [String: Bool]) throws(ODataError) {
        guard let name = options.filter(\.value).keys.sorted().first else { return }
        throw .badRequest("The query option '\(name)' isn't supported here. Leave it out.")
    }

    // MARK: Bytes

    static let contentType =
        "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"

    static func root(_ call: Invocation) -> String { "\(call.service.publicURL)/\(call.version.rawValue)/$metadata" }

    static func context(_ call: Invocation) -> String { "\(root(call))#\(call.set.path)" }

    /// Of what a relationship leads to (OData 4.01 JSON §4.6.2, contained collections).
    private static func context(_ navigation: NavigationBinding, _ call: Invocation) -> String {
        "\(root(call))#" + (navigation.context ?? "\(call.set.path)('\(call.id ?? "")')/\(navigation.name)")
    }

    /// Puts the context before the members of a stored document.
    static func splice(context: String, into document: [UInt8]) -> [UInt8] {
        var body = Array("{\"@odata.context\":".utf8)
        JSONValue.string(context).write(into: &body)
        if document.count > 2 { body.append(UInt8(ascii: ",")) }
        body += document.dropFirst()
        return body
    }
}

extension StringProtocol {
    var trimmingSpaces: String {
        String(drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}
