internal import EDM
package import JSON
internal import Synchronization

extension Governance {
    /// The switches of a deployment: each workload's group, with its defaults where nothing was said.
    package struct Settings: Sendable {
        private var groups: [String: any SettingsGroup] = [:]

        package init() {}

        package subscript<Group: SettingsGroup>(type: Group.Type) -> Group {
            get { groups[Group.section] as? Group ?? Group() }
            set { groups[Group.section] = newValue }
        }

        /// Changes what the members name in one group.
        /// - Throws: `Invalid` that names the member; then nothing has changed.
        package mutating func change<Group: SettingsGroup>(
            _ group: Group.Type, _ members: JSONObject
        ) throws(Invalid) {
            try self[group].change(members)
        }

        fileprivate func json<Group: SettingsGroup>(_ group: Group.Type) -> JSONValue { .object(self[group].json) }
    }

    /// The settings in force, by section.
    package var settingsInForce: JSONObject {
        let settings = settings
        return JSONObject(workloads.settings.map { ($0.section, settings.json($0)) })
    }

    /// Changes switches until the next reset or start: by section, as a configuration groups them, or by themselves where
    /// only one section has a switch of the name.
    /// - Throws: `Invalid` that names what isn't understood; then none has changed.
    package func changeSettings(_ order: JSONObject) throws(Invalid) {
        let groups = workloads.settings
        let names = groups.flatMap { $0.names }
        let bare = names.filter { name in names.count { $0 == name } == 1 }
        let known = groups.map { $0.section } + bare
        var changes: [String: JSONObject] = [:]
        for (name, value) in order.members {
            guard known.contains(name) else {
                throw Invalid(path: name, reason: "isn't known here. Known are: \(known.joined(separator: ", ")).")
            }
            guard let group = groups.first(where: { $0.section == name }) else { continue }
            guard let grouped = value.object else {
                throw Invalid(path: name, reason: "must be an object of switches.")
            }
            changes[group.section] = grouped
        }
        for (name, value) in order.members {
            guard !groups.contains(where: { $0.section == name }),
                let group = groups.first(where: { $0.names.contains(name) })
            else { continue }
            guard changes[group.section]?[name] == nil else {
                throw Invalid(path: name, reason: "is given twice. Give it once.")
            }
            changes[group.section, default: JSONObject()][name] = value
        }
        try switches.change { settings throws(Invalid) in
            for group in groups {
                if let members = changes[group.section] { try settings.change(group, members) }
            }
        }
    }
}

/// The settings in force, which an emulator changes and returns to those of its start.
final class Switches: Sendable {
    private let start: Governance.Settings
    private let current: Mutex<Governance.Settings>

    init(_ settings: Governance.Settings) {
        start = settings
        current = Mutex(settings)
    }

    var settings: Governance.Settings { current.withLock { $0 } }

    /// All of a change or nothing of it.
    func change(_ body: (inout Governance.Settings) throws(Invalid) -> Void) throws(Invalid) {
        try current.withLock { settings throws(Invalid) in
            var changed = settings
            try body(&changed)
            settings = changed
        }
    }

    func reset() { current.withLock { $0 = start } }
}
