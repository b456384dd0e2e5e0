internal import OData

/// Lists of some resources answer only a question that says which part of them is meant: Graph answers 400 otherwise.
enum RequiredFilter {
    /// - Throws: 400 that names the properties where the filter doesn't fix each of them with `eq`.
    static func check(_ resource: Resource, _ filter: BoundFilter?) throws(ODataError) {
        guard !resource.requiredFilter.isEmpty else { return }
        let fixed = filter.map(fixed) ?? []
        guard resource.requiredFilter.allSatisfy({ fixed.contains($0.lowercased()) }) else {
            throw .badRequest(
                "This collection needs a $filter: "
                    + resource.requiredFilter.map { "\($0) eq '…'" }.joined(separator: " and ") + ".")
        }
    }

    /// The properties that a row must have one value of to match.
    private static func fixed(_ filter: BoundFilter) -> Set<String> {
        switch filter {
        case .compare(let path, _, .eq, _): [path.joined(separator: "/").lowercased()]
        case .and(let filters): filters.reduce(into: []) { $0.formUnion(fixed($1)) }
        default: []
        }
    }
}
