import Approvals
import Directory
import EDM
import JSON
import Testing

@Suite("Approvals as internals")
struct ApprovalInternalsTests {
    @Test("every state is written and read without loss, through text", arguments: ApprovalTarget.allCases)
    func lossless(target: ApprovalTarget) throws {
        let machine = try target.make(World())
        #expect(try ApprovalMachine(json: JSONReader.read(machine.json.bytes)) == machine)
    }

    @Test("every kind of set, resolution and edge is written and read without loss")
    func values() throws {
        let sets: [ApproverSet] = [
            .user("u"), .members(ofGroup: "g"), .holders(ofRole: "r"), .manager(of: .target, level: 2),
            .internalSponsors,
            .externalSponsors, .targetUserSponsors,
        ]
        #expect(try [ApproverSet](json: sets.json) == sets)
        let node = ApproverNode(.organization, "o:1")
        let resolutions: [SetResolution] =
            [.named(.internalSponsors, holders: [node], subject: node)]
            + SetResolution.Reason.allCases.map { .unresolved(.user("u"), $0, causedByParty: $0 == .party) }
        #expect(try [SetResolution](json: resolutions.json) == resolutions)
        let edge = World.member("bob", of: "a", until: World.start)
        #expect(try ApproverEdge(json: edge.json) == edge)
        for principal in [Principal.system, Principal(.servicePrincipal, "a:b"), Principal(.group, "g")] {
            #expect(try Principal(json: principal.json) == principal)
        }
    }

    @Test("equal machines are written as equal bytes, whatever the order of sets and dictionaries")
    func deterministic() throws {
        var world = World()
        for name in "abcdefghij" { world.parties.add([World.user(String(name))], as: .target) }
        let text = try world.open().json.text
        for _ in 0..<20 { #expect(try ApprovalMachine(json: JSONReader.read(text.utf8)).json.text == text) }
    }

    @Test(
        "a member that is missing, unknown or of another type is refused, wherever it stands",
        arguments: ApprovalTarget.allCases)
    func strict(target: ApprovalTarget) throws {
        let json = try target.make(World()).json
        for path in Self.objects(in: json, at: []) where path != ["parties"] {
            var changed = json
            changed.edit(path[...]) { $0["surplus"] = 1 }
            #expect(throws: Invalid.self, "surplus in \(path)") { try ApprovalMachine(json: changed) }
            for name in json.object(at: path[...])?.names ?? [] {
                changed = json
                changed.edit(path[...]) { $0[name] = nil }
                #expect(throws: Invalid.self, "without \(path)/\(name)") { try ApprovalMachine(json: changed) }
                changed = json
                changed.edit(path[...]) { $0[name] = [true] }
                #expect(throws: Invalid.self, "wrong \(path)/\(name)") { try ApprovalMachine(json: changed) }
            }
        }
    }

    @Test("stages that no events lead to are refused")
    func impossible() throws {
        let world = World()
        func broken(_ target: ApprovalTarget, _ path: [String], _ value: JSONValue) throws {
            var json = try target.make(world).json
            json.edit(path.dropLast()) { $0[path.last ?? ""] = value }
            #expect(throws: Invalid.self, "\(target) \(path)") { try ApprovalMachine(json: json) }
        }
        try broken(.firstStage, ["stages", "0"], StageState.initializing.json)
        try broken(.approved, ["stages", "0", "outcome"], "denied")
        try broken(.approved, ["stages", "0", "closedAt"], World.start.json)
        try broken(.approved, ["stages", "1"], StageState.initializing.json)
        try broken(.approved, ["definition", "stages", "0", "quorum"], 2)
        try broken(.approved, ["stages", "0", "run", "decisions", "0", "decidedAt"], (World.start + .days(5)).json)
        try broken(.approved, ["stages", "0", "run", "decisions", "0", "choice"], "deny")
        try broken(.approved, ["stages", "0", "run", "decisions", "0", "controllers"], ["user:cyd"])
        try broken(.secondStage, ["stages", "1", "run", "start"], World.start.json)
        try broken(.timedOut, ["stages", "0", "closedAt"], World.start.json)
        try broken(.cancelled, ["stages", "1"], StageState.initializing.json)
        try broken(.escalated, ["stages", "0", "run", "escalatedAt"], World.start.json)
        try broken(.firstStage, ["stages", "0", "run", "deadline"], World.start.json)
    }

    /// The paths of every object in a value; an index of an array is its number.
    private static func objects(in value: JSONValue, at path: [String]) -> [[String]] {
        switch value {
        case .object(let object):
            [path] + object.members.flatMap { objects(in: $0.value, at: path + [$0.name]) }
        case .array(let values):
            values.enumerated().flatMap { objects(in: $0.element, at: path + [String($0.offset)]) }
        case .null, .bool, .number, .string: []
        }
    }
}

extension JSONValue {
    func object(at path: ArraySlice<String>) -> JSONObject? {
        guard let first = path.first else { return object }
        if let array { return Int(first).flatMap { array[$0].object(at: path.dropFirst()) } }
        return object?[first]?.object(at: path.dropFirst())
    }

    /// Changes the object (or, with the number of an element as its last name, the array) at a path.
    mutating func edit(_ path: ArraySlice<String>, _ change: (inout JSONObject) -> Void) {
        switch self {
        case .object(var object):
            if let first = path.first, var member = object[first] {
                member.edit(path.dropFirst(), change)
                object[first] = member
            } else {
                change(&object)
            }
            self = .object(object)
        case .array(var values):
            if let index = path.first.flatMap({ Int($0) }) {
                values[index].edit(path.dropFirst(), change)
            } else {
                var object = JSONObject(values.enumerated().map { (String($0.offset), $0.element) })
                change(&object)
                values = object.members.map(\.value)
            }
            self = .array(values)
        case .null, .bool, .number, .string: break
        }
    }
}
