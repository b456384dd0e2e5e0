internal import EDM
package import JSON
internal import Storage

// What a build is made of, for programs that check it from outside.
extension Workloads {
    /// `workloads`, each with `name`, `kinds`, `settings`, `seeds`, `activities` (`type`, `tags`, `alone`), `requests` (`kind`,
    /// `archive`, `transitions`), `work` and, in a debug build, `faults`.
    package var description: JSONObject { ["workloads": .array(list.map(\.description))] }
}

extension Workload {
    fileprivate var description: JSONValue {
        [
            "name": .string(name), "kinds": kinds.map(\.name).json, "settings": (settings?.names ?? []).json,
            "seeds": seeds.map(\.name).json, "activities": .array(activities.map(\.description)),
            "requests": .array(requests.map(\.description)), "work": work.map(\.name).json,
            "faults": plantable.json,
        ]
    }

    private var plantable: [String] {
        #if DEBUG
            faults.map(\.name)
        #else
            []
        #endif
    }
}

extension AuditEntry.Activity {
    fileprivate var description: JSONValue {
        ["type": .string(type), "tags": tags.names.json, "alone": alone.json]
    }
}

extension RequestKind {
    fileprivate var description: JSONValue {
        [
            "kind": .string(kind.name), "archive": (archive?.name).json,
            "transitions": .array(
                transitions.map {
                    ["from": $0.from.json, "to": .string($0.to), "time": .string($0.time.rawValue)]
                }),
        ]
    }
}
