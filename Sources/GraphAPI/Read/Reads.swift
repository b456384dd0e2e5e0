internal import Directory
package import EDM
package import JSON
internal import OData
package import Storage
internal import Workflows

/// The generic reads of every resource. Stored bytes pass through without being decoded unless something about them is
/// asked for.
package enum Reads {
    // MARK: One entity

    static let get: Operation.Run = { call in
        let row = try await row(of: call)
        return try await shown(row, call, context: "/$entity")
    }

    /// One entity by its id, as a function answers it.
    package static func one(
        _ call: Invocation, id: String, visibility: Visibility, context: String
    ) async throws -> GraphResponse {
        guard
            let row = try await call.governance.store.read(
                call.kind, id, tenant: call.caller.tenant, visibility: visibility)
        else { throw ResourceNotFound(id: id) }
        return try await shown(row, call, function: context)
    }

    /// - Parameters:
    ///   - call: bound to the resource whose shape the row has.
    ///   - outer: the call that is answered, where that is another.
    ///   - context: the end of the resource's own context.
    ///   - function: the whole fragment of the context instead.
    static func shown(
        _ row: ReadRow, _ call: Invocation, on outer: Invocation? = nil, context: String = "", function: String? = nil,
        _ finished: ([UInt8]) -> [UInt8] = { $0 }
    ) async throws -> GraphResponse {
        try refuse(call.query, but: [.select, .expand])
        let shape = try Shape(of: call)
        try shape?.check([row.document])
        let etag = "W/\"\(row.version)\""
        if call.request.headers["If-None-Match"] == etag {
            return GraphResponse(status: 304, headers: ["ETag": etag])
        }
        let context =
            function.map { "\(Contexts.root(call))#\($0)" }
            ?? "\(Contexts.resource(outer ?? call))\(shape?.selection ?? "")\(context)"
        let body = try await shape?.shown(row.document, call) ?? row.document
        return GraphResponse(
            status: 200, headers: ["Content-Type": contentType, "ETag": etag],
            body: splice(context: context, into: finished(body)))
    }

    /// The bound entity as the caller may see it; invisible is the same as absent.
    package static func row(of call: Invocation) async throws -> ReadRow {
        let id = call.id ?? ""
        let (store, tenant, resource) = (call.governance.store, call.caller.tenant, call.resource)
        if resource.parent == nil, call.keyProperty == nil, resource.predicate == .constant(true) {
            if let own = resource.own?(call.caller), !call.governance.knowsFacts(of: call.caller),
                let row = try await store.read(call.kind, id, tenant: tenant, visibility: own)
            {
                return row
            }
            let visibility = try await resource.visibility(call)
            if let row = try await store.read(call.kind, id, tenant: tenant, visibility: visibility) { return row }
            if let key = resource.alternateKey, let row = try await row(of: call, by: key, visibility) { return row }
            throw notFound(call)
        }
        let visibility = try await resource.visibility(call)
        if let row = try await row(of: call, by: call.keyProperty ?? "id", visibility) { return row }
        throw notFound(call)
    }

    /// The bound entity by the value of a property, in the part of its kind that the resource shows.
    private static func row(
        of call: Invocation, by property: String, _ visibility: Visibility
    ) async throws -> ReadRow? {
        let query = Query(
            call.kind, tenant: call.caller.tenant, visibility: visibility,
            filter: .and([
                .compare(Field(path: [property], type: .text), .equal, .text(call.id ?? "")), part(of: call),
            ]), limit: 1)
        return try await call.governance.store.read(query).first
    }

    static func notFound(_ call: Invocation) -> ODataError {
        ODataError(
            status: 404, code: call.dialect.notFound,
            message:
                "Resource '\(call.id ?? "")' does not exist or one of its queried reference-property objects are not "
                + "present.")
    }

    /// The part of a kind that a resource shows: by its predicate, and of a contained set what the entity above contains.
    /// - Precondition: what contains it has been found visible (`checkParents`).
    static func part(of call: Invocation, isList: Bool = false) -> Filter {
        guard let parent = call.resource.parent else { return call.resource.predicate }
        let key = isList ? call.keys.last : call.keys.dropLast().last
        return .and([call.resource.predicate, .compare(Field(path: [parent], type: .text), .equal, .text(key ?? ""))])
    }

    /// Every entity that contains what is asked for must be there for the caller.
    static func checkParents(_ call: Invocation, isList: Bool) async throws {
        var place = call.place.parent
        var keys = isList ? call.keys[...] : call.keys.dropLast()
        while let here = place, here.resource.kind != nil, !keys.isEmpty {
            _ = try await row(of: call.bound(to: here, keys: Array(keys)))
            keys = keys.dropLast()
            place = here.parent
        }
    }

    // MARK: Collections

    static let list: Operation.Run = { call in
        if call.resource.parent != nil { try await checkParents(call, isList: true) }
        return try await page(call, visibility: try await call.resource.visibility(call))
    }

    static let count: Operation.Run = { call in
        try refuse(call.query, but: [.filter])
        if call.resource.parent != nil { try await checkParents(call, isList: true) }
        return number(try await total(call, visibility: try await call.resource.visibility(call)))
    }

    private static func total(_ call: Invocation, visibility: Visibility) async throws -> Int {
        try await call.governance.store.count(
            Query(
                call.kind, tenant: call.caller.tenant, visibility: visibility,
                filter: .and([try await filter(call), part(of: call, isList: true)])))
    }

    static func number(_ count: Int) -> GraphResponse {
        GraphResponse(status: 200, headers: ["Content-Type": "text/plain"], body: Array(String(count).utf8))
    }

    /// A page of a resource's kind: filtered, ordered, counted, with an absolute next link. Behind a function, `/$count`
    /// answers the number alone.
    /// - Parameter function: the fragment of a function's context; nil for the resource's own.
    package static func page(
        _ call: Invocation, visibility: Visibility, function: String? = nil
    ) async throws -> GraphResponse {
        if call.endpoint.countsOnly {
            try refuse(call.query, but: [.filter])
            return number(try await total(call, visibility: visibility))
        }
        try refuse(call.query, but: [.select, .expand, .filter, .orderby, .top, .skip, .count])
        let shape = try Shape(of: call)
        let filter = try await filter(call)
        let token = try await PageToken.open(call)
        let size = PageSize(call, token)
        var query = Query(
            call.kind, tenant: call.caller.tenant, visibility: visibility,
            filter: .and([filter, part(of: call, isList: true)]), order: try order(call),
            after: token?.after, limit: size.rows + 1)
        if token == nil { query.skip = call.query.skip ?? 0 }
        let rows = size.rows == 0 ? [] : try await call.governance.store.read(query)
        var body = PageBody(
            context: function.map { "\(Contexts.root(call))#\($0)" } ?? Contexts.resource(call),
            selection: shape?.selection)
        if call.query.count { body.count = try await total(call, visibility: visibility) }
        if rows.count > size.rows, let last = rows.prefix(size.rows).last {
            body.next = try await PageToken(
                after: try position(of: last, in: query.order), pageSize: size.preferred
            ).link(call)
        }
        try shape?.check(rows.prefix(size.rows).map(\.document))
        for row in rows.prefix(size.rows) { body.add(try await shape?.shown(row.document, call) ?? row.document) }
        return GraphResponse(status: 200, headers: size.headers, body: body.bytes)
    }

    /// `$orderby` in storage's terms; without it the resource's own order.
    static func order(_ call: Invocation) throws -> [Query.Order] {
        let ordered = try BoundOrder.bind(
            call.query.orderBy, on: call.kind.entity, in: call.version.graph, aliases: call.resource.aliases
        ).map { Query.Order(Field(path: $0.path, type: FieldType($0.type)), descending: $0.descending) }
        return ordered.isEmpty ? call.resource.order : ordered
    }

    static func position(of row: ReadRow, in order: [Query.Order]) throws -> [FieldValue] {
        let document = try JSONReader.read(row.document, limits: .stored).object ?? JSONObject()
        return order.map { $0.field.value(in: document) }
    }

    /// `$filter` in storage's terms.
    static func filter(_ call: Invocation) async throws -> Filter {
        guard let expression = call.query.filter else {
            try RequiredFilter.check(call.resource, nil)
            return .constant(true)
        }
        let bound = try BoundFilter(
            expression, on: call.kind.entity, in: call.version.graph, aliases: call.resource.aliases)
        try RequiredFilter.check(call.resource, bound)
        return try await filter(bound, call)
    }

    /// A collection that isn't stored as documents of its own: `$filter`, `$skip`, `$top` and `$count` apply to what is
    /// given.
    /// - Parameters:
    ///   - context: the context's fragment.
    ///   - entity: the type of the elements, for `$filter`; nil where they can't be filtered.
    package static func values(
        _ elements: [JSONValue], context: String, of entity: (any EntityType.Type)? = nil, _ call: Invocation
    ) async throws -> GraphResponse {
        try refuse(call.query, but: entity == nil ? [.top, .skip, .count] : [.filter, .top, .skip, .count])
        var found = elements
        if let entity, let expression = call.query.filter {
            let filter = try Filter(BoundFilter(expression, on: entity, in: call.version.graph))
            found = elements.filter { filter.matches($0, entries: []) }
        }
        if call.endpoint.countsOnly { return number(found.count) }
        var body = PageBody(context: "\(Contexts.root(call))#\(context)", selection: nil)
        if call.query.count { body.count = found.count }
        let page = try await part(of: found, call) { $0[path: ["id"]]?.string ?? "" }
        body.next = page.next
        for element in page.elements { body.add(element.bytes) }
        return GraphResponse(status: 200, headers: page.headers, body: body.bytes)
    }

    /// The page that a call asks for of a collection that is at hand whole.
    /// - Parameter id: what an element is found again by where those before it have changed; its index stands in for an
    ///   element that is gone or has none.
    static func part<Element>(
        of all: [Element], _ call: Invocation, id: (Element) -> String
    ) async throws -> (elements: ArraySlice<Element>, next: String?, headers: GraphHeaders) {
        let token = try await PageToken.open(call)
        let size = PageSize(call, token)
        var start = token == nil ? call.query.skip ?? 0 : 0
        if let token, case .text(let last)? = token.after.first, case .integer(let index)? = token.after.last {
            start = (last.isEmpty ? nil : all.firstIndex { id($0) == last }.map { $0 + 1 }) ?? Int(index)
        }
        let elements = all.dropFirst(start).prefix(size.rows)
        guard elements.endIndex < all.endIndex, let last = elements.last else { return (elements, nil, size.headers) }
        let next = PageToken(
            after: [.text(id(last)), .integer(Int64(elements.endIndex))], pageSize: size.preferred)
        return (elements, try await next.link(call), size.headers)
    }

    // MARK: Options

    /// The options that a read may take.
    struct Options: OptionSet {
        let rawValue: Int
        static let select = Options(rawValue: 1), expand = Options(rawValue: 2), filter = Options(rawValue: 4)
        static let orderby = Options(rawValue: 8), top = Options(rawValue: 16), skip = Options(rawValue: 32)
        static let count = Options(rawValue: 64)
    }

    /// Options that a resource doesn't take are refused, never ignored.
    static func refuse(_ query: ODataQuery, but taken: Options) throws(ODataError) {
        guard !query.text.isEmpty else { return }
        // In the order of their names: the first one is told.
        let given: [(name: String, option: Options, isGiven: Bool)] = [
            ("$count", .count, query.count), ("$deltatoken", [], query.deltaToken != nil),
            ("$expand", .expand, !query.expand.isEmpty), ("$filter", .filter, query.filter != nil),
            ("$orderby", .orderby, !query.orderBy.isEmpty), ("$search", [], query.search != nil),
            ("$select", .select, query.select != nil), ("$skip", .skip, query.skip != nil),
            ("$top", .top, query.top != nil),
        ]
        for (name, option, isGiven) in given where isGiven && (option.isEmpty || !taken.contains(option)) {
            throw .badRequest("The query option '\(name)' isn't supported here. Leave it out.")
        }
    }

    // MARK: Bytes

    package static let contentType =
        "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"

    /// Puts the context before the members of a stored document.
    package static func splice(context: String, into document: [UInt8]) -> [UInt8] {
        var body: [UInt8] = []
        body.reserveCapacity(context.utf8.count + document.count + 32)
        body += "{\"@odata.context\":".utf8
        JSONValue.string(context).write(into: &body)
        if document.count > 2 { body.append(UInt8(ascii: ",")) }
        body += document.dropFirst()
        return body
    }
}

/// The fragments of `@odata.context` (OData 4.01 §10).
enum Contexts {
    static func root(_ call: Invocation) -> String { "\(call.service.publicURL)/\(call.version.rawValue)/$metadata" }

    static func resource(_ call: Invocation) -> String { "\(root(call))#\(call.place.path(call.keys))" }
}

/// How many rows a page has, and what says so.
struct PageSize {
    let rows: Int
    let headers: GraphHeaders

    /// What the client prefers (`Prefer: odata.maxpagesize=N`, OData 4.01 Protocol §8.2.8.6).
    let preferred: Int?

    init(_ call: Invocation, _ token: PageToken?) {
        let stated = Preferences(call.request.headers.all("Prefer")).maxPageSize
        preferred = stated ?? token?.pageSize
        let wanted = call.query.top ?? preferred ?? Resource.defaultPageSize
        rows = min(wanted, preferred ?? wanted, call.dialect.maximumPageSize)
        var headers: GraphHeaders = ["Content-Type": Reads.contentType]
        if stated != nil { headers["Preference-Applied"] = "odata.maxpagesize=\(rows)" }
        self.headers = headers
    }
}

/// A collection's representation (OData 4.01 JSON §12) being written.
struct PageBody {
    private let context: String
    var count: Int?
    var next: String?
    private var rows: [UInt8] = []

    init(context: String, selection: String?) { self.context = context + (selection ?? "") }

    mutating func add(_ row: [UInt8]) {
        if !rows.isEmpty { rows.append(UInt8(ascii: ",")) }
        rows += row
    }

    var bytes: [UInt8] {
        var body: [UInt8] = []
        body.reserveCapacity(rows.count + context.utf8.count + (next?.utf8.count ?? 0) + 96)
        body += "{\"@odata.context\":".utf8
        JSONValue.string(context).write(into: &body)
        if let count { body += ",\"@odata.count\":\(count)".utf8 }
        if let next {
            body += ",\"@odata.nextLink\":".utf8
            JSONValue.string(next).write(into: &body)
        }
        body += ",\"value\":[".utf8
        body += rows
        body += "]}".utf8
        return body
    }
}
