package import EDM

/// A declared relationship to show, and what of it: bound against the type that it leads to, with everything inside it.
package struct BoundExpand: Hashable, Sendable {
    package let navigation: Navigation
    package let select: BoundSelect?
    package let filter: BoundFilter?
    package let orderBy: [BoundOrder]
    package let top: Int?
    package let skip: Int?
    /// Whether the number of related entities is shown, before `$skip` and `$top`.
    package let count: Bool
    package let expand: [BoundExpand]

    /// The relationships in the order given; `*` stands for every one that isn't named.
    /// - Parameters:
    ///   - version: whose names count; nil for names as they are declared.
    ///   - aliases: other names of the type's own relationships.
    ///   - undeclared: how stored documents of a type spell a member that isn't declared, for `$select`.
    /// - Throws: 400 for names that aren't relationships of the type, for those that come twice, and for options that
    ///   don't fit what they lead to.
    package static func bind(
        _ items: [ExpandItem], on type: any EntityType.Type, in version: GraphVersion? = nil,
        aliases: [String: String] = [:],
        undeclared: (any EntityType.Type, String) -> String? = { _, _ in nil }
    ) throws(ODataError) -> [BoundExpand] {
        let scope = PropertyScope(type, in: version, aliases: aliases)
        var expands: [BoundExpand] = []
        for item in items where item.name != "*" {
            let name = scope.unaliased([item.name])
            guard name.count == 1, let navigation = type.navigation(named: name[0], in: version) else {
                throw .badRequest(complaint(item.name, on: type, in: version))
            }
            guard !expands.contains(where: { $0.navigation == navigation }) else {
                throw .badRequest("$expand names '\(item.name)' more than once. Name it once.")
            }
            expands.append(try BoundExpand(navigation, item, in: version, undeclared))
        }
        if let star = items.first(where: { $0.name == "*" }) {
            guard star.query.text.isEmpty, items.count(where: { $0.name == "*" }) == 1 else {
                throw .badRequest("'*' in $expand takes no options and comes once. Name relationships to say more.")
            }
            for navigation in type.navigations
            where navigation.name(in: version) != nil && !expands.contains(where: { $0.navigation == navigation }) {
                expands.append(try BoundExpand(navigation, star, in: version, undeclared))
            }
        }
        return expands
    }

    private init(
        _ navigation: Navigation, _ item: ExpandItem, in version: GraphVersion?,
        _ undeclared: (any EntityType.Type, String) -> String?
    ) throws(ODataError) {
        let (query, target) = (item.query, navigation.target)
        if query.search != nil { throw .badRequest("$search isn't supported inside $expand. Use $filter.") }
        if !navigation.isCollection, let option = query.options.subtracting([.expand, .select]).names.first {
            throw .badRequest("'\(option)' doesn't apply to '\(item.name)', which leads to one. Leave it out.")
        }
        self.navigation = navigation
        select = try query.select.map { items throws(ODataError) in
            try BoundSelect(items, on: target, in: version) { undeclared(target, $0) }
        }
        filter = try query.filter.map { expression throws(ODataError) in
            try BoundFilter(expression, on: target, in: version)
        }
        orderBy = try BoundOrder.bind(query.orderBy, on: target, in: version)
        top = query.top
        skip = query.skip
        count = query.count
        expand = try Self.bind(query.expand, on: target, in: version, undeclared: undeclared)
    }

    private static func complaint(_ name: String, on type: any EntityType.Type, in version: GraphVersion?) -> String {
        if type.property(named: name, in: version) != nil {
            return
                "'\(name)' is a property of 'microsoft.graph.\(type.edmName)', not a relationship. Use $select for it."
        }
        let names = type.navigations.compactMap { $0.name(in: version) }.joined(separator: ", ")
        let remedy = names.isEmpty ? "It has no relationships." : "Use one of: \(names)."
        return "Could not find a relationship named '\(name)' on type 'microsoft.graph.\(type.edmName)'. \(remedy)"
    }
}
