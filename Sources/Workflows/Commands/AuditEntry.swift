package import Approvals
internal import Directory
internal import EDM
package import JSON
package import Storage

/// An event of the log being written: its leaf's facts, its texts, and how people read it in Graph's `directoryAudit`.
package struct AuditEntry: Sendable {
    package var activity: Activity
    package let actor: ActingCaller?
    package var subject: Key?
    /// What makes the rules checkable later: parties, controllers, paths, snapshots, bases.
    package var facts = JSONObject()
    /// Free text and names, which go into the leaf as salted commitments.
    package var texts: [String: String] = [:]
    package var targetName: String?
    /// What else it was done to.
    package var furtherTargets: [(key: Key, name: String?)] = []
    /// What readers of the log are told besides the texts: ids and names of the house, nothing personal.
    package var details: [String: String] = [:]
    /// Old and new values of what changed, by property.
    package var changes: [(property: String, old: String?, new: String?)] = []
    package var refusal: Refusal?

    /// - Parameter actor: nil for the system.
    package init(_ activity: Activity, _ actor: ActingCaller? = nil, subject: Key?) {
        self.activity = activity
        self.actor = actor
        self.subject = subject
    }

    package var event: Event {
        var facts = facts
        if let refusal {
            facts["refusal"] = .string(refusal.code.name)
        }
        if !changes.isEmpty {
            facts["changes"] = .array(changes.map { [.string($0.property), $0.old.json, $0.new.json] })
        }
        if let proof = actor?.caller.proof, actor?.principal != .system {
            facts["proof"] = .object(Self.facts(of: proof))
        }
        return Event(
            activity.type, subject: subject, actor: actor?.principal.text ?? Principal.system.text, facts: facts,
            texts: texts, audit: audit)
    }

    private var audit: JSONObject {
        var details: [JSONValue] = texts.merging(self.details) { text, _ in text }.sorted { $0.key < $1.key }.map {
            ["key": .string($0.key), "value": .string($0.value)]
        }
        if let refusal { details.append(["key": "refusal", "value": .string(refusal.code.name)]) }
        return [
            "activityDisplayName": .string(activity.displayName),
            "additionalDetails": .array(details),
            "category": .string(activity.category),
            "correlationId": (actor?.caller.correlationId).json,
            "initiatedBy": initiator,
            "loggedByService": "Countersign",
            "operationType": .string(activity.operationType),
            "result": .string(refusal == nil ? "success" : "failure"),
            "resultReason": .string(refusal?.reason ?? ""),
            "targetResources": .array((target.map { [$0] } ?? []) + further),
        ]
    }

    private var initiator: JSONValue {
        guard let actor, actor.principal.kind != .system else {
            return ["app": ["displayName": "Countersign"], "user": nil]
        }
        if actor.caller.isApplication {
            return [
                "app": [
                    "appId": .string(actor.caller.proof.client), "displayName": actor.displayName.json,
                    "servicePrincipalId": .string(actor.principal.id),
                ], "user": nil,
            ]
        }
        return [
            "app": nil,
            "user": [
                "id": .string(actor.principal.id), "displayName": actor.displayName.json,
                "ipAddress": .string(actor.caller.proof.remoteAddress),
                "userPrincipalName": actor.userPrincipalName.json,
            ],
        ]
    }

    private var target: JSONValue? {
        guard let subject, !activity.tags.contains(.untargeted) else { return nil }
        return [
            "id": .string(subject.id), "displayName": targetName.json, "type": .string(subject.kind),
            "modifiedProperties": .array(
                changes.map { ["displayName": .string($0.property), "oldValue": $0.old.json, "newValue": $0.new.json] }),
        ]
    }

    private var further: [JSONValue] {
        furtherTargets.map {
            [
                "id": .string($0.key.id), "displayName": $0.name.json, "type": .string($0.key.kind),
                "modifiedProperties": [],
            ]
        }
    }

    private static func facts(of proof: Caller.Proof) -> JSONObject {
        [
            "iss": .string(proof.issuer), "azp": .string(proof.client), "amr": proof.authenticationMethods.json,
            "authTime": proof.authenticationTime.json, "token": .string(proof.tokenHash),
            "address": .string(proof.remoteAddress),
        ]
    }
}
