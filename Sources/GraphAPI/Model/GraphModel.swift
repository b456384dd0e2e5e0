internal import OData

/// The served part of Graph: containers, singletons and entity sets by path.
struct GraphModel: Sendable {
    let sets: [EntitySet]
    /// The set that holds the caller's own entity under `/me`.
    let me: EntitySet

    static let served: GraphModel = GraphModel(
        sets: [
            .users, .groups, .managedDevices, .deviceManagementScripts, .deviceHealthScripts, .mobileApps,
            .deviceCategories, .deviceCompliancePolicies, .configurationPolicies, .intuneRoleDefinitions,
            .operationApprovalPolicies, .operationApprovalRequests, .directoryAudits, .requests, .history,
        ], me: .me)

    /// What a path leads to.
    enum Target: Sendable {
        case collection(EntitySet)
        case count(EntitySet)
        case entity(EntitySet, id: String)
        case navigation(EntitySet, id: String, NavigationBinding, isCount: Bool)
        /// A link of a relationship: all of them to add one (`…/members/$ref`), or one to remove.
        case reference(EntitySet, id: String, LinkBinding, member: String?)
        /// One or more operations of that name, of which the method chooses.
        case operations(EntitySet, id: String?, [Operation], PathSegment)
    }

    /// Resolves a path against the schema, in every tolerated spelling (protocol: keys as segment or in parentheses,
    /// functions with and without `()`, namespaces, any case).
    /// - Parameter me: the caller's own key under `/me`; nil for applications, which have none.
    /// - Throws: 400 in Graph's words for the segment that leads nowhere.
    func resolve(_ segments: [PathSegment], version: Version, query: ODataQuery, me caller: String?) throws(ODataError)
        -> Target
    {
        guard let first = segments.first else {
            throw .badRequest("The URL names no resource. Begin with a collection such as /\(version.rawValue)/users.")
        }
        if first.matches("me") {
            guard let caller else {
                throw .badRequest("/me request is only valid with delegated authentication flow.")
            }
            return try entity(me, id: caller, segments.dropFirst(), version, query)
        }
        var candidates = sets.filter { $0.versions.contains(version) }
        for (depth, segment) in segments.enumerated() {
            let matching = candidates.filter { $0.segments.count > depth && segment.matches($0.segments[depth]) }
            guard !matching.isEmpty else { throw .segmentNotFound(segment) }
            if let set = matching.first(where: { $0.segments.count == depth + 1 }) {
                let rest = segments.dropFirst(depth + 1)
                if let key = segment.key(in: query) { return try entity(set, id: key, rest, version, query) }
                guard segment.arguments == nil else { throw .segmentNotFound(segment) }
                return try below(set, rest, version, query)
            }
            guard segment.arguments == nil else { throw .segmentNotFound(segment) }
            candidates = matching
        }
        throw .badRequest(
            "Resource '\(segments.map(\.text).joined(separator: "/"))' can't be read by itself. Name one of its collections."
        )
    }

    /// What follows a set.
    private func below(
        _ set: EntitySet, _ rest: ArraySlice<PathSegment>, _ version: Version, _ query: ODataQuery
    ) throws(ODataError) -> Target {
        guard let segment = rest.first else { return .collection(set) }
        let operations = self.operations(of: set, .collection, segment, version)
        if !operations.isEmpty {
            try end(after: rest)
            return .operations(set, id: nil, operations, segment)
        }
        if segment.text == "$count" {
            try end(after: rest)
            return .count(set)
        }
        guard !segment.text.hasPrefix("$"), !segment.isMalformed, !segment.isQualified else {
            throw .segmentNotFound(segment)
        }
        return try entity(set, id: segment.text, rest.dropFirst(), version, query)
    }

    /// What follows an entity.
    private func entity(
        _ set: EntitySet, id: String, _ rest: ArraySlice<PathSegment>, _ version: Version, _ query: ODataQuery
    ) throws(ODataError) -> Target {
        guard let segment = rest.first else { return .entity(set, id: id) }
        let operations = self.operations(of: set, .entity, segment, version)
        if !operations.isEmpty {
            try end(after: rest)
            return .operations(set, id: id, operations, segment)
        }
        guard let navigation = set.navigations.first(where: { segment.matches($0.name) }) else {
            throw .segmentNotFound(segment)
        }
        if let link = navigation.link, let last = rest.last, last.text == "$ref" {
            switch rest.count {
            case 2:
                return .reference(
                    set, id: id, link, member: segment.key(in: query) ?? query.entityId.map(Self.lastKey(of:)))
            case 3: return .reference(set, id: id, link, member: rest[rest.startIndex + 1].text)
            default: throw .segmentNotFound(last)
            }
        }
        let isCount = navigation.isCollection && rest.dropFirst().first?.text == "$count"
        try end(after: isCount ? rest.dropFirst() : rest)
        return .navigation(set, id: id, navigation, isCount: isCount)
    }

    private func operations(
        of set: EntitySet, _ binding: Operation.Binding, _ segment: PathSegment, _ version: Version
    ) -> [Operation] {
        set.operations.filter {
            $0.binding == binding && $0.isNamed(by: segment) && ($0.versions?.contains(version) ?? true)
        }
    }

    /// The key at the end of a reference such as `https://host/v1.0/users/ID` or `…/users('ID')`.
    static func lastKey(of reference: String) -> String {
        let last = reference.split(separator: "/").last.map(String.init) ?? ""
        guard let open = last.firstIndex(of: "("), last.hasSuffix(")") else { return last }
        return String(last[last.index(after: open)...].dropLast()).filter { $0 != "'" }
    }

    private func end(after rest: ArraySlice<PathSegment>) throws(ODataError) {
        if let next = rest.dropFirst().first { throw .segmentNotFound(next) }
    }
}
