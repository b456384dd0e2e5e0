/// A version of Graph in which documents are shown and bodies are written.
package enum GraphVersion: String, Hashable, Sendable, CaseIterable {
    case v1 = "v1.0"
    case beta
}

/// How a declared name looks in one version: as it is declared, under another name, with members of its enumeration in
/// another case, or not at all.
package struct VersionForm: Hashable, Sendable, ExpressibleByStringLiteral {
    /// The case of the first letter of an enumeration's members.
    package enum FirstLetter: Hashable, Sendable { case lower, upper }

    package var name: String?
    package var firstLetter: FirstLetter?
    package var isOmitted = false

    package static let same = VersionForm()
    package static let omitted = VersionForm(isOmitted: true)
    package static let camelCase = VersionForm(firstLetter: .lower)
    package static let pascalCase = VersionForm(firstLetter: .upper)

    package static func named(_ name: String, _ firstLetter: FirstLetter? = nil) -> VersionForm {
        VersionForm(name: name, firstLetter: firstLetter)
    }

    private init(name: String? = nil, firstLetter: FirstLetter? = nil, isOmitted: Bool = false) {
        self.name = name
        self.firstLetter = firstLetter
        self.isOmitted = isOmitted
    }

    package init(stringLiteral name: String) { self.init(name: name) }
}

/// How a property or a relationship looks in each version.
package struct VersionForms: Hashable, Sendable {
    package var v1: VersionForm
    package var beta: VersionForm

    /// The form in a version; nil asks for the declaration itself.
    package subscript(version: GraphVersion?) -> VersionForm {
        switch version {
        case nil: .same
        case .v1: v1
        case .beta: beta
        }
    }
}

/// What has a declared name, and perhaps other names in versions.
package protocol Named: Sendable {
    var name: String { get }
    var versions: VersionForms { get }
}

extension Named {
    /// The name in a version, nil where the version hasn't got it.
    package func name(in version: GraphVersion?) -> String? {
        let form = versions[version]
        return form.isOmitted ? nil : form.name ?? name
    }
}
