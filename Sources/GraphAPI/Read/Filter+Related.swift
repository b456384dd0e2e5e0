internal import Directory
internal import EDM
internal import OData
internal import Storage
internal import Workflows

// Conditions on what a single-valued relationship leads to (`principal/displayName eq 'Ann'`): the documents that fit are found
// first, as far as the caller may see them, and the relationship's key is compared with theirs.
extension Reads {
    /// The most documents of the other kind that may fit.
    private static let relatedLimit = 1000

    /// A bound filter in storage's terms.
    static func filter(_ bound: BoundFilter, _ call: Invocation) async throws -> Filter {
        switch bound {
        case .related(let navigation, let condition): return try await related(navigation, condition, call)
        case .and(let filters): return .and(try await each(filters, call))
        case .or(let filters): return .or(try await each(filters, call))
        case .not(let inner): return .not(try await filter(inner, call))
        default: return try Filter(bound)
        }
    }

    private static func each(_ filters: [BoundFilter], _ call: Invocation) async throws -> [Filter] {
        var found: [Filter] = []
        for inner in filters { found.append(try await filter(inner, call)) }
        return found
    }

    private static func related(
        _ navigation: Navigation, _ condition: BoundFilter, _ call: Invocation
    ) async throws -> Filter {
        guard let reference = call.resource.relations.first(where: { $0.name == navigation.name })?.reference,
            let home = call.service.model.home(of: reference.kind.name)
        else { throw ODataError.badRequest("$filter can't ask about '\(navigation.name)' here. Leave it out.") }
        let field = Field(path: reference.member, type: .text)
        // The key itself stands in the document.
        if case .compare(["id"], _, .eq, .string(let id)) = condition {
            return .compare(field, .equal, .text(GraphService.normalized(id)))
        }
        // What a token may not read by itself can't be asked about.
        guard home.access.admits(call.caller) else { return .constant(false) }
        let there = call.bound(to: home.place, keys: [])
        let rows = try await call.governance.store.read(
            Query(
                reference.kind, tenant: call.caller.tenant, visibility: try await home.place.resource.visibility(there),
                filter: try await filter(condition, there), limit: relatedLimit + 1))
        guard rows.count <= relatedLimit else {
            throw ODataError.badRequest(
                "More than \(relatedLimit) objects fit what $filter says of '\(navigation.name)'. Say more.")
        }
        return .isIn(field, rows.map { .text($0.id) })
    }
}
