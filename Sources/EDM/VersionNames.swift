package import JSON

/// How documents of a type are shown in one version, compiled once: members under other names, some left out,
/// enumerations in another case, in all that they hold. What relationships lead to is shown by its own type.
package struct VersionNames: Sendable {
    private enum Member {
        case omitted
        case shown(name: String, VersionForm.FirstLetter?, inside: (any EntityType.Type)?)
    }

    private let type: any EntityType.Type
    /// By type, then by declared name: whatever isn't shown as it is declared.
    private let members: [ObjectIdentifier: [String: Member]]

    /// - Returns: nil where the version shows documents as they are declared, so that stored bytes pass through.
    package init?(_ type: any EntityType.Type, in version: GraphVersion) {
        var types: [any EntityType.Type] = []
        Self.collect(type, &types)
        // A type differs where one that it holds does; types may hold each other.
        var members: [ObjectIdentifier: [String: Member]] = [:]
        var isGrowing = true
        while isGrowing {
            isGrowing = false
            for type in types {
                let found = Self.members(of: type, in: version) { members[ObjectIdentifier($0)] != nil }
                isGrowing = isGrowing || found.count > members[ObjectIdentifier(type)]?.count ?? 0
                if !found.isEmpty { members[ObjectIdentifier(type)] = found }
            }
        }
        guard type.family.contains(where: { members[ObjectIdentifier($0)] != nil }) else { return nil }
        self.type = type
        self.members = members
    }

    /// A document as the version shows it.
    package func shown(_ document: JSONObject) -> JSONObject { shown(document, as: type) }

    private func shown(_ object: JSONObject, as declared: any EntityType.Type) -> JSONObject {
        guard let known = members[ObjectIdentifier(declared.type(of: object))] else { return object }
        var result = JSONObject()
        for (name, value) in object.members {
            switch known[name] {
            case nil: result.append(name, value)
            case .omitted: continue
            case .shown(let name, let firstLetter, let inside):
                result.append(name, shown(value, firstLetter, inside))
            }
        }
        return result
    }

    private func shown(
        _ value: JSONValue, _ firstLetter: VersionForm.FirstLetter?, _ inside: (any EntityType.Type)?
    ) -> JSONValue {
        switch value {
        case .array(let values): return .array(values.map { shown($0, firstLetter, inside) })
        case .object(let object): return inside.map { .object(shown(object, as: $0)) } ?? value
        case .string(let text): return firstLetter.map { .string($0.applied(to: text)) } ?? value
        case .null, .bool, .number: return value
        }
    }

    // MARK: Compiling

    /// The type, its family and all that they hold, each once.
    private static func collect(_ type: any EntityType.Type, _ types: inout [any EntityType.Type]) {
        for type in type.family where !types.contains(where: { $0 == type }) {
            types.append(type)
            for property in type.properties {
                if case .complex(let inner) = property.edm.element { collect(inner, &types) }
            }
        }
    }

    private static func members(
        of type: any EntityType.Type, in version: GraphVersion, differs: (any EntityType.Type) -> Bool
    ) -> [String: Member] {
        var members: [String: Member] = [:]
        for property in type.properties {
            let form = property.versions[version]
            var inside: (any EntityType.Type)?
            if case .complex(let inner) = property.edm.element, inner.family.contains(where: differs) { inside = inner }
            guard form != .same || inside != nil else { continue }
            members[property.name] =
                form.isOmitted
                ? .omitted : .shown(name: form.name ?? property.name, form.firstLetter, inside: inside)
        }
        for navigation in type.navigations where navigation.versions[version] != .same {
            members[navigation.name] =
                navigation.name(in: version).map { .shown(name: $0, nil, inside: nil) } ?? .omitted
        }
        return members
    }
}

extension VersionForm.FirstLetter {
    /// A member's name, or several of flags with commas between them.
    fileprivate func applied(to text: String) -> String {
        text.split(separator: ",", omittingEmptySubsequences: false).map { name in
            let first = name.prefix(1)
            return (self == .lower ? first.lowercased() : first.uppercased()) + name.dropFirst()
        }.joined(separator: ",")
    }
}
