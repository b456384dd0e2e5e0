package import Directory
internal import EDM
package import JSON

/// Written as an object: each principal with the reasons why it is a party, both sorted.
extension Parties: InternalValue {
    package init(json: JSONValue) throws(Invalid) {
        guard case .object(let object) = json else { throw Invalid(reason: "must be an object.") }
        var reasons: [Principal: Set<Reason>] = [:]
        for member in object.members {
            do throws(Invalid) {
                let names = try [String](json: member.value)
                let known = names.compactMap(Reason.init(rawValue:))
                guard !names.isEmpty, known.count == names.count else {
                    throw Invalid(reason: "must name why it is a party.")
                }
                reasons[try Principal(text: member.name)] = Set(known)
            } catch { throw error.inside(member.name) }
        }
        self.init(reasons)
    }

    package var json: JSONValue {
        .object(
            JSONObject(
                reasons.sorted { $0.key < $1.key }.map { principal, reasons in
                    (principal.text, .array(reasons.map(\.rawValue).sorted().map(JSONValue.string)))
                }))
    }
}
