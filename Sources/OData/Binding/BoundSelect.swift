package import EDM

/// What a representation shows: declared paths in canonical spelling.
package struct BoundSelect: Hashable, Sendable {
    /// Whether `*` was among the items: every declared property.
    package let all: Bool
    /// In the order given, each once.
    package let paths: [[String]]
    /// Relationships that were named; they show nothing unless `$expand` names them too.
    package let navigations: [String]

    /// - Throws: 400 for names that the type doesn't declare; an open type accepts any.
    package init(
        _ items: [[String]], on type: any EntityType.Type, aliases: [String: String] = [:]
    ) throws(ODataError) {
        let scope = PropertyScope(type, aliases: aliases)
        var paths: [[String]] = []
        var navigations: [String] = []
        for item in items where item != ["*"] {
            if let navigation = type.navigation(at: scope.unaliased(item)) {
                if !navigations.contains(navigation.name) { navigations.append(navigation.name) }
                continue
            }
            let path: [String]
            do throws(ODataError) { path = try scope.resolve(item).path } catch {
                guard type.isOpen, item.count == 1 else { throw error }
                path = item
            }
            if !paths.contains(path) { paths.append(path) }
        }
        all = items.contains(["*"])
        self.paths = paths
        self.navigations = navigations
    }
}

extension EntityType {
    /// The declared relationship that a path of one segment names, ignoring case.
    static func navigation(at path: [String]) -> Navigation? {
        guard path.count == 1 else { return nil }
        return navigations.first { $0.name.equalsIgnoringCase(path[0]) }
    }
}
