internal import EDM
internal import Text

extension FilterBinder {
    /// `isof(type)` and `isof(path,type)` (OData 4.01 URL conventions §5.1.1.10.2).
    func isOf(_ path: [String]?, _ name: String) throws(ODataError) -> BoundFilter {
        var resolved = try scope.resolve(path ?? scope.itself)
        resolved.pass()
        guard case .value(let declared) = resolved.target else {
            throw .invalidFilter("'\(resolved.name)' leads to many, and isof asks for the type of one.")
        }
        guard case .complex(let type) = declared.underlying else {
            return try isOf(resolved, name, declared.underlying)
        }
        if let wanted = type.relative(named: name) {
            return resolved.seen(.isOf(wanted, declared: type, at: resolved.path))
        }
        guard type.isOpen else {
            let names = type.family.map { "microsoft.graph.\($0.edmName)" }.joined(separator: ", ")
            throw .invalidFilter("isof asks for '\(name)', which nothing here can be. Use one of: \(names).")
        }
        // Documents of an open type say themselves what they are.
        let annotation = "#microsoft.graph.\(PathSegment(name).unqualifiedName.asciiLowercased)"
        return resolved.seen(
            .text(.equals, path: resolved.path + ["@odata.type"], annotation, ignoringCase: true))
    }

    /// Of a plain value: whether it is there, where it is of that type.
    private func isOf(_ resolved: ResolvedPath, _ name: String, _ type: EdmType) throws(ODataError) -> BoundFilter {
        guard !resolved.path.isEmpty, let scalar = ScalarType(type) else {
            throw .invalidFilter(
                "isof asks for the type of an entity or of one value, as in: isof(microsoft.graph.user).")
        }
        let isOfType =
            switch type {
            case .primitive(let primitive): primitive.rawValue.equalsIgnoringCase(name)
            case .enumeration(let enumeration, _, _): PathSegment(name).matches(enumeration)
            case .complex, .collection, .nullable: false
            }
        guard isOfType else { return .constant(false) }
        return resolved.seen(.compare(path: resolved.path, type: scalar, .ne, .null))
    }
}
