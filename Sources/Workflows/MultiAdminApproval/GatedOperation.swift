internal import Approvals
internal import Directory
internal import EDM
package import JSON
package import MultiAdminApproval
@_spi(Decisions) internal import Storage

/// An operation that access policies can guard: its row in the table of gated collections.
package struct GatedOperation: Sendable {
    /// The operation's name in events and bindings, such as `managedDevice.wipe`.
    package let name: String
    package let policyType: OperationApprovalPolicyType
    /// The short name that clients map back to a path: `ManagedDevice`.
    let payloadType: String
    let payloadOperation: PayloadOperation
    let actionName: String?
    /// Whether a call without a body is malformed.
    package let needsBody: Bool
    /// The stored kind of the target.
    let kind: String
    /// Checks a call and works out what it would do; the same at filing and at completion, so that what is filed can run.
    let plan: @Sendable (GatedWrite, inout UnitOfWork) async throws -> GatedPlan

    /// What `payloadOperation` of a request says.
    enum PayloadOperation: String, Sendable {
        case create = "Create", update = "Update", delete = "Delete", action = "Action"
    }

    package static let wipe = GatedOperation(
        name: "managedDevice.wipe", policyType: .deviceWipe, payloadType: "ManagedDevice", payloadOperation: .action,
        actionName: "wipe", needsBody: false, kind: Kinds.managedDevices.name
    ) { try await ManagedDevices.start("wipe", state: "wipePending", $0, in: &$1) }

    package static let createScript = script("create", .create, needsBody: true) {
        try await DeviceManagementScripts.create($0, in: &$1)
    }
    package static let updateScript = script("update", .update, needsBody: true) {
        try await DeviceManagementScripts.update($0, in: &$1)
    }
    package static let deleteScript = script("delete", .delete, needsBody: false) {
        try await DeviceManagementScripts.delete($0, in: &$1)
    }

    private static func script(
        _ name: String, _ operation: PayloadOperation, needsBody: Bool,
        plan: @escaping @Sendable (GatedWrite, inout UnitOfWork) async throws -> GatedPlan
    ) -> GatedOperation {
        GatedOperation(
            name: "deviceManagementScript.\(name)", policyType: .script, payloadType: "DeviceManagementScript",
            payloadOperation: operation, actionName: nil, needsBody: needsBody,
            kind: Kinds.deviceManagementScripts.name,
            plan: plan)
    }
}

/// One call of a gated operation.
package struct GatedWrite: Sendable {
    package let operation: GatedOperation
    package let method: String
    package let version: String
    /// Nil for a create.
    package let entityId: String?
    package var body: JSONObject?
    /// As sent, without the question mark.
    package var query = ""
    package var contentType = ""

    package init(_ operation: GatedOperation, method: String, version: String, entityId: String?, body: JSONObject?) {
        self.operation = operation
        self.method = method
        self.version = version
        self.entityId = entityId
        self.body = body
    }
}

/// What a gated operation is about to do: the answer's status and, where it has one, the document that it shows.
struct GatedPlan: Sendable {
    let status: Int
    let id: String
    let name: String
    let document: [UInt8]?
    /// The version of the target that the plan was made for; nil for a create.
    let targetVersion: String?
    /// Clients' view of a device that an action is for.
    var displayPayload: JSONValue?
    let apply: @Sendable (inout UnitOfWork) throws -> Void
}

/// Graph's answer for an id that leads nowhere; the same for what the caller may not see.
package struct ResourceNotFound: Error {
    package let id: String
}

// MARK: Effects

enum ManagedDevices {
    /// One more entry in `deviceActionResults`; the device itself is told by its next check-in, which this server hasn't.
    static func start(
        _ action: String, state: String, _ write: GatedWrite, in unit: inout UnitOfWork
    ) async throws -> GatedPlan {
        guard let id = write.entityId, var device = try await unit.get(Kinds.managedDevices, id) else {
            throw ResourceNotFound(id: write.entityId ?? "")
        }
        let now = unit.now
        let result = try Document<DeviceActionResult> {
            $0.actionName = action
            $0.actionState = "pending"
            $0.startDateTime = now
            $0.lastUpdatedDateTime = now
        }
        device.document.deviceActionResults += [result]
        device.document.managementState = state
        let changed = device
        return GatedPlan(
            status: 204, id: id, name: device.document.deviceName, document: nil, targetVersion: device.version,
            displayPayload: [
                [
                    "deviceId": .string(id), "deviceName": .string(device.document.deviceName),
                    "serialNumber": device.document.serialNumber.json,
                    "primaryUser": device.document.userDisplayName.json,
                    "primaryUserEmail": device.document.emailAddress.json, "actionName": .string(action),
                ]
            ]
        ) { try $0.put(changed) }
    }
}

enum DeviceManagementScripts {
    static func create(_ write: GatedWrite, in unit: inout UnitOfWork) async throws -> GatedPlan {
        let id = unit.newRandomID()
        return saving(
            try merged(JSONObject(), write, id: id, created: unit.now, now: unit.now), id: id, status: 201, nil)
    }

    static func update(_ write: GatedWrite, in unit: inout UnitOfWork) async throws -> GatedPlan {
        let stored = try await existing(write, in: &unit)
        let document = try merged(
            stored.document.members, write, id: stored.id, created: stored.document.createdDateTime, now: unit.now)
        return saving(document, id: stored.id, status: 200, stored)
    }

    static func delete(_ write: GatedWrite, in unit: inout UnitOfWork) async throws -> GatedPlan {
        let stored = try await existing(write, in: &unit)
        return GatedPlan(
            status: 204, id: stored.id, name: stored.document.displayName, document: nil, targetVersion: stored.version
        ) { $0.delete(stored) }
    }

    private static func existing(
        _ write: GatedWrite, in unit: inout UnitOfWork
    ) async throws -> Stored<DeviceManagementScript> {
        guard let id = write.entityId, let stored = try await unit.get(Kinds.deviceManagementScripts, id) else {
            throw ResourceNotFound(id: write.entityId ?? "")
        }
        return stored
    }

    /// The body over what there is; read-only members are the server's, annotations aren't kept.
    private static func merged(
        _ base: JSONObject, _ write: GatedWrite, id: String, created: Instant, now: Instant
    ) throws(Invalid) -> Document<DeviceManagementScript> {
        var members = base
        members["id"] = .string(id)
        let readOnly: Set = ["id", "createddatetime", "lastmodifieddatetime"]
        for member in write.body?.members ?? []
        where !member.name.contains("@") && !readOnly.contains(member.name.lowercased()) {
            // Names match ignoring case, declared or not: a second spelling isn't a second member.
            let name =
                DeviceManagementScript.property(named: member.name)?.name
                ?? members.member(ignoringCase: member.name)?.name ?? member.name
            members[name] = member.value
        }
        members["createdDateTime"] = created.json
        members["lastModifiedDateTime"] = now.json
        let document = try Document<DeviceManagementScript>(members)
        guard !document.displayName.allSatisfy(\.isWhitespace) else {
            throw Invalid(path: "displayName", reason: "must not be empty.")
        }
        return document
    }

    private static func saving(
        _ document: Document<DeviceManagementScript>, id: String, status: Int, _ old: Stored<DeviceManagementScript>?
    ) -> GatedPlan {
        var stored = old ?? Stored(Kinds.deviceManagementScripts, id: id, document)
        stored.document = document
        let changed = stored
        return GatedPlan(
            status: status, id: id, name: document.displayName, document: document.members.bytes,
            targetVersion: old?.version
        ) { try $0.put(changed) }
    }
}
