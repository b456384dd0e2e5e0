package import Directory
internal import EDM
package import JSON

/// Written as events write an actor: `user:ID`, `servicePrincipal:ID`, `group:ID`, `system`.
extension Principal: InternalValue {
    package var text: String {
        switch kind {
        case .user, .servicePrincipal, .group: "\(kind.rawValue):\(id)"
        case .system: "system"
        }
    }

    package init(text: String) throws(Invalid) {
        if text == "system" {
            self = .system
            return
        }
        guard let colon = text.firstIndex(of: ":"), let kind = Kind(rawValue: String(text[..<colon])), kind != .system,
            text.index(after: colon) < text.endIndex
        else { throw Invalid(reason: "must be a principal such as 'user:ID'.") }
        self.init(kind, String(text[text.index(after: colon)...]))
    }

    package init(json: JSONValue) throws(Invalid) { try self.init(text: String(json: json)) }
    package var json: JSONValue { .string(text) }

    /// The principal in a sentence.
    package var phrase: String {
        switch kind {
        case .user: "user \(id)"
        case .servicePrincipal: "application \(id)"
        case .group: "group \(id)"
        case .system: "the system"
        }
    }

    var sentenceStart: String { phrase.prefix(1).uppercased() + phrase.dropFirst() }
}
