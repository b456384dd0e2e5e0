package import EDM

/// A declared relationship to show, and the query for what it leads to.
package struct BoundExpand: Sendable {
    package let navigation: Navigation
    /// Not yet bound: its names belong to the relationship's target.
    package let query: ODataQuery

    /// The relationships in the order given; `*` stands for every one that isn't named.
    /// - Throws: 400 for names that aren't relationships of the type, and for those that come twice.
    package static func bind(
        _ items: [ExpandItem], on type: any EntityType.Type, aliases: [String: String] = [:]
    ) throws(ODataError) -> [BoundExpand] {
        let scope = PropertyScope(type, aliases: aliases)
        var expands: [BoundExpand] = []
        for item in items where item.name != "*" {
            guard let navigation = type.navigation(at: scope.unaliased([item.name])) else {
                throw .badRequest(complaint(item.name, on: type))
            }
            guard !expands.contains(where: { $0.navigation.name == navigation.name }) else {
                throw .badRequest("$expand names '\(navigation.name)' more than once. Name it once.")
            }
            expands.append(BoundExpand(navigation: navigation, query: item.query))
        }
        if let star = items.first(where: { $0.name == "*" }) {
            for navigation in type.navigations where !expands.contains(where: { $0.navigation.name == navigation.name })
            {
                expands.append(BoundExpand(navigation: navigation, query: star.query))
            }
        }
        return expands
    }

    private static func complaint(_ name: String, on type: any EntityType.Type) -> String {
        if type.property(named: name) != nil {
            return
                "'\(name)' is a property of 'microsoft.graph.\(type.edmName)', not a relationship. Use $select for it."
        }
        let names = type.navigations.map(\.name).joined(separator: ", ")
        let remedy = names.isEmpty ? "It has no relationships." : "Use one of: \(names)."
        return "Could not find a relationship named '\(name)' on type 'microsoft.graph.\(type.edmName)'. \(remedy)"
    }
}
