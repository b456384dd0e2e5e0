internal import EDM
internal import JSON
internal import Storage
internal import Text

/// Random filters over odd things, whose literals are mostly values that occur.
struct FilterSampler {
    private var generator: SeededGenerator
    private let things: [OddThing]

    init(_ things: [OddThing], seed: UInt64) {
        self.things = things
        generator = SeededGenerator(seed: seed)
    }

    static let fields = fields(
        text: [
            "id", "title", "code", "state", "mood", "owner/name", "owner/email", "owner/address/city",
            "owner/address/zip",
        ], integer: ["rank", "size", "weight", "owner/age"], boolean: ["isActive", "isSpare"],
        instant: ["dueDateTime", "madeDateTime"])
    static let partFields = fields(
        text: ["name", "state"], integer: ["size"], boolean: ["isSpare"], instant: ["madeDateTime"])

    private static func fields(
        text: [String], integer: [String], boolean: [String], instant: [String]
    ) -> [Field] {
        [(text, FieldType.text), (integer, .integer), (boolean, .boolean), (instant, .instant)].flatMap { paths, type in
            paths.map { Field(path: $0.split(separator: "/").map(String.init), type: type) }
        }
    }

    mutating func filter(depth: Int = 3) -> Filter {
        switch Int.random(in: 0..<(depth > 0 ? 16 : 9), using: &generator) {
        case 0..<6: return condition(on: pick(Self.fields), of: members(of: pick(things)))
        case 6: return anyTag()
        case 7: return anyPart()
        case 8: return entry()
        case 9: return .not(filter(depth: depth - 1))
        case 10..<13: return .and((0..<Int.random(in: 0...3, using: &generator)).map { _ in filter(depth: depth - 1) })
        case 13..<15: return .or((0..<Int.random(in: 0...3, using: &generator)).map { _ in filter(depth: depth - 1) })
        default: return .constant(.random(using: &generator))
        }
    }

    mutating func visibility() -> Visibility {
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: return .all
        case 1: return .none
        default:
            return .union(
                (0..<Int.random(in: 0...3, using: &generator)).map { _ in
                    if Bool.random(using: &generator), case .entry(let index, let values) = entry() {
                        return .entry(index: index, values: values)
                    }
                    let columns = Self.fields.filter { field in Thing.kind.columns.contains { $0.path == field.path } }
                    let field = pick(columns)
                    return .column(field, in: (0..<3).map { _ in literal(of: field, in: members(of: pick(things))) })
                })
        }
    }

    // MARK: Conditions

    private mutating func condition(on field: Field, of members: JSONValue) -> Filter {
        let value = literal(of: field, in: members)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: return .isIn(field, [value, literal(of: field, in: self.members(of: pick(things)))])
        case 1:
            guard field.type == .text, case .text(let text) = value else { fallthrough }
            return .text(
                pick([.equals, .startsWith, .endsWith, .contains]), field, part(of: text),
                ignoringCase: .random(using: &generator))
        default:
            return .compare(field, pick([.equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual]), value)
        }
    }

    /// The value that a document has there, now and then a foreign one or null.
    private mutating func literal(of field: Field, in members: JSONValue) -> FieldValue {
        switch (Int.random(in: 0..<10, using: &generator), field.type) {
        case (0, _): .null
        case (1, .text): .text(pick(OddValues.texts))
        case (1, .integer): .integer(pick(OddValues.integers))
        case (1, .boolean): .boolean(.random(using: &generator))
        case (1, .instant): .instant(pick(OddValues.instants))
        default: members[path: field.path].map { field.value(of: $0) } ?? .null
        }
    }

    /// Some scalars of a text, in the case that they have or another.
    private mutating func part(of text: String) -> String {
        let scalars = Array(text.unicodeScalars)
        guard !scalars.isEmpty else { return "" }
        let start = Int.random(in: 0..<scalars.count, using: &generator)
        let end = Int.random(in: start...min(scalars.count, start + 6), using: &generator)
        var part = String.UnicodeScalarView()
        part.append(contentsOf: scalars[start..<end])
        let found = String(part)
        return Bool.random(using: &generator) ? found : found.asciiLowercased
    }

    private mutating func anyTag() -> Filter {
        let path = pick([["tags"], ["owner", "aliases"]])
        guard Int.random(in: 0..<4, using: &generator) > 0 else { return .any(path: path, nil) }
        let element = members(of: pick(things))[path: path]?.array?.randomElement(using: &generator) ?? "a"
        return .any(path: path, condition(on: Field(path: [], type: .text), of: element))
    }

    private mutating func anyPart() -> Filter {
        guard Int.random(in: 0..<5, using: &generator) > 0 else { return .any(path: ["parts"], nil) }
        let part = members(of: pick(things))[path: ["parts"]]?.array?.randomElement(using: &generator) ?? .object([:])
        let one = condition(on: pick(Self.partFields), of: part)
        let other = condition(on: pick(Self.partFields), of: part)
        return .any(
            path: ["parts"], pick([one, .and([one, other]), .or([one, other]), .and([one, .not(other)]), .not(one)]))
    }

    private mutating func entry() -> Filter {
        let entries = pick(things).entries.sorted() + [IndexValue("thing.tag", pick(OddValues.texts))]
        let chosen = pick(entries)
        let others = (0..<2).map { _ in pick(OddValues.texts) }
        return .entry(index: chosen.index, values: [chosen.value] + others)
    }

    private func members(of thing: OddThing) -> JSONValue { .object(thing.document.members) }

    private mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &generator)]
    }
}
