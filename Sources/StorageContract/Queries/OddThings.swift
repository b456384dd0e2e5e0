internal import EDM
internal import JSON
@_spi(Decisions) internal import Storage

/// Documents as nobody would write them: what filters, orders and pages must get right on every engine.
struct OddThings {
    private var generator: SeededGenerator
    private(set) var things: [OddThing] = []

    init(_ count: Int, seed: UInt64) throws {
        generator = SeededGenerator(seed: seed)
        for index in 0..<count { things.append(try thing(index)) }
    }

    /// Writes them all.
    func put(on bench: Bench, in tenant: String = Bench.tenant) async throws {
        for start in stride(from: 0, to: things.count, by: 200) {
            try await bench.decide(in: tenant) { unit in
                for thing in things[start..<min(start + 200, things.count)] {
                    try unit.put(
                        Stored(Thing.kind, id: thing.id, thing.document, internals: thing.internals, settlesAt: nil))
                }
                try unit.record(.sample("odd things"))
            }
        }
    }

    private mutating func thing(_ index: Int) throws -> OddThing {
        let id =
            index < EngineContract.oddIDs.count
            ? EngineContract.oddIDs[index] : "\(OddValues.texts.randomElement(using: &generator) ?? "")#\(index)"
        var members = JSONObject([("id", .string(id))])
        add("title", text(), to: &members)
        add("code", text(), to: &members)
        add("rank", OddValues.small.randomElement(using: &generator).map(JSONValue.integer) ?? nil, to: &members)
        add("size", integer(), to: &members)
        add("weight", integer(), to: &members)
        add("isActive", .bool(.random(using: &generator)), to: &members)
        add("isSpare", .bool(.random(using: &generator)), to: &members)
        add("dueDateTime", instant(), to: &members)
        add("madeDateTime", instant(), to: &members)
        add("state", state(), to: &members)
        add("mood", state(), to: &members)
        add("owner", owner(), to: &members)
        add("tags", .array(list { $0.text() }), to: &members)
        add("parts", .array(list { $0.part() }), to: &members)
        members = JSONObject(members.members.shuffled(using: &generator).map { ($0.name, $0.value) })
        return try OddThing(id: id, members, audience: list { $0.text() })
    }

    /// Adds a member, or null, or nothing.
    private mutating func add(_ name: String, _ value: JSONValue, to object: inout JSONObject) {
        switch Int.random(in: 0..<10, using: &generator) {
        case 0: break
        case 1 where value.array == nil: object.append(name, .null)
        default: object.append(name, value)
        }
    }

    private mutating func list(_ element: (inout OddThings) -> JSONValue) -> [JSONValue] {
        (0..<([0, 0, 1, 1, 2, 5].randomElement(using: &generator) ?? 0)).map { _ in element(&self) }
    }

    private mutating func text() -> JSONValue { .string(OddValues.texts.randomElement(using: &generator) ?? "") }
    private mutating func integer() -> JSONValue { .integer(OddValues.integers.randomElement(using: &generator) ?? 0) }
    private mutating func instant() -> JSONValue {
        (OddValues.instants.randomElement(using: &generator))?.json ?? .null
    }
    private mutating func state() -> JSONValue { ThingState.allCases.randomElement(using: &generator)?.json ?? .null }

    private mutating func owner() -> JSONValue {
        var address = JSONObject()
        add("city", text(), to: &address)
        add("zip", text(), to: &address)
        var owner = JSONObject()
        add("name", text(), to: &owner)
        add("email", text(), to: &owner)
        add("age", .integer(Int64.random(in: 0..<4, using: &generator)), to: &owner)
        add("address", .object(address), to: &owner)
        add("aliases", .array(list { $0.text() }), to: &owner)
        return .object(owner)
    }

    private mutating func part() -> JSONValue {
        var part = JSONObject()
        add("name", text(), to: &part)
        add("size", integer(), to: &part)
        add("isSpare", .bool(.random(using: &generator)), to: &part)
        add("madeDateTime", instant(), to: &part)
        add("state", state(), to: &part)
        return .object(part)
    }
}

/// One of them, with what a query compares.
struct OddThing: Sendable {
    let id: String
    let document: Document<Thing>
    let internals: JSONObject
    let entries: Set<IndexValue>

    init(id: String, _ members: JSONObject, audience: [JSONValue]) throws {
        self.id = id
        document = try Document(members)
        internals = JSONObject([("audience", .array(audience))])
        entries = try Thing.kind.entries(document: document.members, internals: internals)
    }
}
