internal import Text

/// What a request would like, as far as it is understood; anything else is ignored (RFC 7240; OData 4.01 Protocol §8.2.8).
package struct Preferences: Hashable, Sendable {
    package enum Return: String, Hashable, Sendable { case minimal, representation }

    /// `return=minimal` or `return=representation`.
    package private(set) var returned: Return?
    /// `odata.maxpagesize`, 1 or more.
    package private(set) var maxPageSize: Int?
    /// `include-unknown-enum-members` (Graph: "Handling future members in evolvable enumerations").
    package private(set) var includesUnknownEnumMembers = false

    /// - Parameter fields: every `Prefer` of the request. Of a preference that comes twice the first counts.
    package init(_ fields: [String] = []) {
        var seen: Set<String> = []
        for element in HeaderElement.elements(of: fields) {
            let name = element.name.hasPrefix("odata.") ? String(element.name.dropFirst(6)) : element.name
            guard seen.insert(name).inserted else { continue }
            let value = element.value ?? ""
            switch name {
            case "return": returned = Return(rawValue: value.asciiLowercased)
            case "maxpagesize": maxPageSize = Int(value).flatMap { $0 > 0 ? $0 : nil }
            case "include-unknown-enum-members": includesUnknownEnumMembers = true
            default: continue
            }
        }
    }
}
