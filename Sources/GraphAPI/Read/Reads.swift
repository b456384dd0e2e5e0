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
            let row = try await row(of: call)
            try refuse(call.query, ["$filter": call.query.filter != nil, "$top": call.query.top != nil])
            let select = try call.query.select.map { try BoundSelect($0, on: set.kind.entity) }
            _ = try BoundExpand.bind(call.query.expand, on: set.kind.entity)
            let etag = "W/\"\(row.version)\""
            if call.request.headers["If-None-Match"] == etag {
                return GraphResponse(status: 304, headers: ["ETag": etag])
            }
            let context = "\(root(call))#\(set.path)\(selection(select))/$entity"
            return GraphResponse(
                status: 200, headers: ["Content-Type": contentType, "ETag": etag],
                body: splice(context: context, into: try project(row.document, select)))
        }
    }

    static func count(_ set: EntitySet) -> Operation {
        Operation("GET", on: .collection, access: set.list) { call in
            let count = try await call.governance.store.count(
                Query(
                    set.kind, tenant: call.caller.tenant, visibility: try await set.visibility(call),
                    filter: try filter(call)))
            return GraphResponse(status: 200, headers: ["Content-Type": "text/plain"], body: Array(String(count).utf8))
        }
    }

    static func navigate(_ navigation: NavigationBinding, isCount: Bool) -> Operation {
        Operation("GET", on: .entity, access: navigation.access) { call in
            _ = try await row(of: call)
            let keys = try await navigation.keys(call, call.id ?? "")
            if isCount {
                return GraphResponse(
                    status: 200, headers: ["Content-Type": "text/plain"], body: Array(String(keys.count).utf8))
            }
            return try await related(keys, navigation, call)
        }
    }

    /// The bound entity as the caller may see it; invisible is the same as absent.
    static func row(of call: Invocation) async throws -> ReadRow {
        let id = call.id ?? ""
        let store = call.governance.store
        if let own = call.set.own?(call.caller),
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
        _ = try BoundExpand.bind(call.query.expand, on: set.kind.entity, aliases: set.aliases)
        let select = try call.query.select.map { try BoundSelect($0, on: set.kind.entity, aliases: set.aliases) }
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
        JSONValue.string(context + selection(select)).write(into: &body)
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
            body += try project(row.document, select)
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
        JSONValue.string("\(root(call))#\(navigation.context)").write(into: &body)
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
            let select = try call.query.select.map { try BoundSelect($0, on: kind.entity) }
            body += try project(row.document, select)
        }
        body += Array("]}".utf8)
        return GraphResponse(status: 200, headers: ["Content-Type": contentType], body: body)
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

    /// The list of a projection, as contexts write it: `(id,status)`.
    private static func selection(_ select: BoundSelect?) -> String {
        guard let select, !select.all, !select.paths.isEmpty else { return "" }
        return "(" + select.paths.map { $0.joined(separator: "/") }.joined(separator: ",") + ")"
    }

    /// Puts the context before the members of a stored document.
    static func splice(context: String, into document: [UInt8]) -> [UInt8] {
        var body = Array("{\"@odata.context\":".utf8)
        JSONValue.string(context).write(into: &body)
        if document.count > 2 { body.append(UInt8(ascii: ",")) }
        body += document.dropFirst()
        return body
    }

    /// The selected members of a document; annotations stay.
    static func project(_ document: [UInt8], _ select: BoundSelect?) throws -> [UInt8] {
        guard let select, !select.all else { return document }
        let members = try JSONReader.read(document, limits: .stored).object ?? JSONObject()
        var shown = JSONObject()
        for member in members.members {
            let paths = select.paths.filter { $0.first == member.name }
            if member.name.hasPrefix("@") || paths.contains(where: { $0.count == 1 }) {
                shown.append(member.name, member.value)
            } else if !paths.isEmpty, let inner = member.value.object {
                let names = Set(paths.compactMap { $0.dropFirst().first })
                shown.append(
                    member.name,
                    .object(JSONObject(inner.members.filter { names.contains($0.name) }.map { ($0.name, $0.value) })))
            } else if !paths.isEmpty {
                shown.append(member.name, member.value)
            }
        }
        return shown.bytes
    }
}

extension StringProtocol {
    var trimmingSpaces: String {
        String(drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}
