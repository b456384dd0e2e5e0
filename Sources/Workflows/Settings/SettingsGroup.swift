internal import EDM
package import JSON

/// The switches of one workload, with the documented defaults: a section of the configuration and of the emulator's settings.
package protocol SettingsGroup: Hashable, Sendable {
    /// Its name in a configuration file and in the emulator.
    static var section: String { get }
    /// Every switch, in the order in which they are shown.
    static var switches: [Switch<Self>] { get }
    init()
}

/// One switch of a group: its name, and how its value is read and written.
package struct Switch<Group>: Sendable {
    package let name: String
    let json: @Sendable (Group) -> JSONValue
    let set: @Sendable (inout Group, JSONValue) throws(Invalid) -> Void

    package init(
        _ name: String, json: @escaping @Sendable (Group) -> JSONValue,
        set: @escaping @Sendable (inout Group, JSONValue) throws(Invalid) -> Void
    ) {
        self.name = name
        self.json = json
        self.set = set
    }

    /// A duration above zero, of ten years at most.
    package static func duration(_ name: String, _ path: any WritableKeyPath<Group, Duration> & Sendable) -> Switch {
        Switch(name, json: { $0[keyPath: path].json }) { group, value throws(Invalid) in
            guard let duration = try? Duration(json: value), duration > .zero, duration <= .days(3650) else {
                throw Invalid(reason: "must be a duration such as PT72H, of ten years at most.")
            }
            group[keyPath: path] = duration
        }
    }

    package static func flag(_ name: String, _ path: any WritableKeyPath<Group, Bool> & Sendable) -> Switch {
        Switch(name, json: { .bool($0[keyPath: path]) }) { group, value throws(Invalid) in
            guard case .bool(let flag) = value else { throw Invalid(reason: "must be true or false.") }
            group[keyPath: path] = flag
        }
    }

    /// One of two words.
    package static func word(
        _ name: String, _ path: any WritableKeyPath<Group, Bool> & Sendable, no: String, yes: String
    ) -> Switch {
        Switch(name, json: { .string($0[keyPath: path] ? yes : no) }) { group, value throws(Invalid) in
            guard let text = value.string, [no, yes].contains(text) else {
                throw Invalid(reason: "must be one of: \(no), \(yes).")
            }
            group[keyPath: path] = text == yes
        }
    }

    /// One of an enumeration's words.
    package static func choice<Choice: RawRepresentable<String> & CaseIterable & Sendable>(
        _ name: String, _ path: any WritableKeyPath<Group, Choice> & Sendable
    ) -> Switch {
        Switch(name, json: { .string($0[keyPath: path].rawValue) }) { group, value throws(Invalid) in
            guard let choice = value.string.flatMap(Choice.init) else {
                throw Invalid(reason: "must be one of: \(Choice.allCases.map(\.rawValue).joined(separator: ", ")).")
            }
            group[keyPath: path] = choice
        }
    }

    /// One of an enumeration's numbers.
    package static func number<Choice: RawRepresentable<Int> & CaseIterable & Sendable>(
        _ name: String, _ path: any WritableKeyPath<Group, Choice> & Sendable
    ) -> Switch {
        Switch(name, json: { .integer(Int64($0[keyPath: path].rawValue)) }) { group, value throws(Invalid) in
            guard let choice = value.integer.flatMap({ Choice(rawValue: Int($0)) }) else {
                let numbers = Choice.allCases.map { String($0.rawValue) }
                throw Invalid(reason: "must be \(numbers.joined(separator: " or ")).")
            }
            group[keyPath: path] = choice
        }
    }
}

extension SettingsGroup {
    package static var names: [String] { switches.map(\.name) }

    package var json: JSONObject { JSONObject(Self.switches.map { ($0.name, $0.json(self)) }) }

    /// Changes what the members name; a misspelt name must not be taken for a default.
    /// - Throws: `Invalid` that names the member; then nothing has changed.
    package mutating func change(_ members: JSONObject) throws(Invalid) {
        var changed = self
        for (name, value) in members.members {
            do throws(Invalid) {
                guard let known = Self.switches.first(where: { $0.name == name }) else {
                    throw Invalid(reason: "isn't known here. Known are: \(Self.names.joined(separator: ", ")).")
                }
                try known.set(&changed, value)
            } catch { throw error.inside(name) }
        }
        self = changed
    }
}
