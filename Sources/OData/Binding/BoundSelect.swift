package import EDM

/// What a representation shows: paths in canonical spelling.
package struct BoundSelect: Hashable, Sendable {
    /// Whether `*` was among the items: every declared property.
    package let all: Bool
    /// In the order given, each once.
    package let paths: [[String]]
    /// Relationships that were named; they show nothing unless `$expand` names them too.
    package let navigations: [String]

    /// - Parameters:
    ///   - version: whose names count; nil for names as they are declared.
    ///   - undeclared: how the stored documents spell a member that no type declares, nil where they have none of that
    ///     name.
    /// - Throws: 400 for names that neither the type nor one that extends it declares and that no document has.
    package init(
        _ items: [[String]], on type: any EntityType.Type, in version: GraphVersion? = nil,
        aliases: [String: String] = [:], undeclared: (String) -> String? = { _ in nil }
    ) throws(ODataError) {
        var paths: [[String]] = []
        var navigations: [String] = []
        for item in items where item != ["*"] {
            switch try Self.target(of: item, on: type, in: version, aliases, undeclared) {
            case .navigation(let navigation):
                if !navigations.contains(navigation.name) { navigations.append(navigation.name) }
            case .path(let path):
                if !paths.contains(path) { paths.append(path) }
            }
        }
        all = items.contains(["*"])
        self.paths = paths
        self.navigations = navigations
    }

    private enum Target {
        case navigation(Navigation)
        case path([String])
    }

    private static func target(
        of item: [String], on type: any EntityType.Type, in version: GraphVersion?, _ aliases: [String: String],
        _ undeclared: (String) -> String?
    ) throws(ODataError) -> Target {
        var refusal: ODataError?
        for member in type.family {
            do throws(ODataError) {
                let resolved = try PropertyScope(member, in: version, aliases: aliases).resolve(item)
                if case .navigation(let navigation) = resolved.target, !resolved.isElsewhere {
                    return .navigation(navigation)
                }
                guard case .value = resolved.target, !resolved.isElsewhere, !resolved.path.isEmpty else {
                    throw .badRequest("$select can't show '\(resolved.name)' of what it leads to. Use $expand.")
                }
                return .path(resolved.path)
            } catch { refusal = refusal ?? error }
        }
        if item.count == 1, let spelling = undeclared(item[0]) { return .path([spelling]) }
        throw refusal ?? .badRequest("$select can't be read.")
    }
}
