package import EDM

/// One term of an order: a declared property that has one, in canonical spelling.
package struct BoundOrder: Hashable, Sendable {
    package let path: [String]
    package let type: ScalarType
    package let descending: Bool

    package init(path: [String], type: ScalarType, descending: Bool = false) {
        self.path = path
        self.type = type
        self.descending = descending
    }

    /// - Parameter version: whose names count; nil for names as they are declared.
    /// - Throws: 400 for unknown properties, properties of related entities, objects, collections, and for properties that come twice.
    package static func bind(
        _ items: [OrderItem], on type: any EntityType.Type, in version: GraphVersion? = nil,
        aliases: [String: String] = [:]
    ) throws(ODataError) -> [BoundOrder] {
        let scope = PropertyScope(type, in: version, aliases: aliases)
        var orders: [BoundOrder] = []
        for item in items {
            let (path, type) = try scope.property(item.path)
            let name = path.joined(separator: "/")
            guard let scalar = ScalarType(type), scalar != .complex else {
                throw .badRequest("$orderby can't sort by '\(name)', which is no single value.")
            }
            guard !orders.contains(where: { $0.path == path }) else {
                throw .badRequest("$orderby names '\(name)' more than once. Name it once.")
            }
            orders.append(BoundOrder(path: path, type: scalar, descending: item.descending))
        }
        return orders
    }
}
