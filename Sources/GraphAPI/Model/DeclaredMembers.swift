internal import JSON

/// Members that a type of Graph's has besides those that are stored: clients index answers by name and select what nobody has
/// a value for.
package struct DeclaredMembers: Sendable {
    /// Those that answers show, with what stands for no value: null, or an empty collection.
    private let shown: [(name: String, value: JSONValue)]
    /// Every one, by its name in lower case.
    private let names: [String: String]

    /// - Parameters:
    ///   - shown: names with blanks between them; those of collections end with `[]`.
    ///   - selectable: names that only `$select` brings into an answer.
    init(shown: String = "", selectable: String = "") {
        self.shown = shown.split(whereSeparator: \.isWhitespace).map {
            $0.hasSuffix("[]") ? (String($0.dropLast(2)), .array([])) : (String($0), .null)
        }
        let all = self.shown.map(\.name) + selectable.split(whereSeparator: \.isWhitespace).map(String.init)
        names = Dictionary(all.map { ($0.lowercased(), $0) }) { first, _ in first }
    }

    var changesAnswers: Bool { !shown.isEmpty }

    /// The name as declared.
    func name(of text: String) -> String? { names[text.lowercased()] }

    /// Adds what a document has no value for, and leaves out nulls of members that Graph's type doesn't have.
    func complete(_ members: inout JSONObject) {
        guard changesAnswers else { return }
        members = JSONObject(
            members.members.filter { !$0.value.isNull || name(of: $0.name) != nil }.map { ($0.name, $0.value) })
        let known = Set(members.members.map(\.name))
        for member in shown where !known.contains(member.name) { members.append(member.name, member.value) }
    }
}
