internal import EDM
internal import JSON
internal import MultiAdminApproval
internal import Storage

/// The gated actions on devices. A device itself is told by its next check-in, which this server hasn't: an action leaves
/// one more entry in `deviceActionResults`.
package enum ManagedDevices {
    /// An action that can be gated (Graph: `managedDeviceRemoteAction`).
    package enum Action: String, CaseIterable, Sendable {
        case wipe, retire, delete

        var policyType: OperationApprovalPolicyType {
            switch self {
            case .wipe: .deviceWipe
            case .retire: .deviceRetire
            case .delete: .deviceDelete
            }
        }
    }

    /// The most devices that one call of `executeAction` takes.
    package static let bulkLimit = 100

    package static func one(_ action: Action) -> GatedOperation {
        operation(action, "managedDevice.\(action.rawValue)", needsBody: false) { write, unit in
            let device = try await unit.target(of: write, Kinds.managedDevices)
            return GatedPlan(
                answer: .noContent, id: device.id, name: device.document.deviceName, targets: [try device.target],
                displayPayload: [display(device.document, action)]
            ) { try start(action, on: device, in: &$0) }
        }
    }

    /// `executeAction`: one action on many devices, approved and run as one.
    package static func bulk(_ action: Action) -> GatedOperation {
        operation(action, "managedDevice.executeAction", needsBody: true) { write, unit in
            let ids = try deviceIds(write.body ?? JSONObject())
            var devices: [Stored<ManagedDevice>] = []
            var missing: [String] = []
            for id in ids {
                if let device = try await unit.get(Kinds.managedDevices, id) {
                    devices.append(device)
                } else {
                    missing.append(id)
                }
            }
            guard let first = devices.first else { throw ResourceNotFound(id: ids.first ?? "") }
            let found = devices
            let answer: JSONValue = [
                "successfulDeviceIds": found.map(\.id).json, "failedDeviceIds": [], "notFoundDeviceIds": missing.json,
                "notSupportedDeviceIds": [],
            ]
            let shown = JSONValue.array(found.map { display($0.document, action) })
            return GatedPlan(
                answer: .value(answer, type: "microsoft.graph.bulkManagedDeviceActionResult"), id: first.id,
                name: found.map(\.document.deviceName).joined(separator: ", "),
                targets: try found.map { try $0.target },
                payload: shown, displayPayload: shown
            ) { unit in
                for device in found { try start(action, on: device, in: &unit) }
            }
        }
    }

    private static func operation(
        _ action: Action, _ name: String, needsBody: Bool,
        plan: @escaping @Sendable (GatedWrite, inout UnitOfWork) async throws -> GatedPlan
    ) -> GatedOperation {
        GatedOperation(
            name: name, policyType: action.policyType, payloadType: "ManagedDevice",
            payloadOperation: .action, actionName: action.rawValue, needsBody: needsBody,
            kind: Kinds.managedDevices.name, plan: plan)
    }

    /// `deviceIds`, each once, sorted.
    private static func deviceIds(_ body: JSONObject) throws(Invalid) -> [String] {
        guard let json = body.member(ignoringCase: "deviceIds")?.value, !json.isNull else {
            throw Invalid(path: "deviceIds", reason: "is required: the ids of the devices.")
        }
        let ids: [String]
        do throws(Invalid) { ids = try [String](json: json) } catch { throw error.inside("deviceIds") }
        guard (1...bulkLimit).contains(ids.count) else {
            throw Invalid(path: "deviceIds", reason: "must have from 1 to \(bulkLimit) ids.")
        }
        return Set(ids.map { $0.lowercased() }).sorted()
    }

    private static func start(_ action: Action, on device: Stored<ManagedDevice>, in unit: inout UnitOfWork) throws {
        guard action != .delete else { return unit.delete(device) }
        var device = device
        let now = unit.now
        device.document.deviceActionResults += [
            try Document<DeviceActionResult> {
                $0.actionName = action.rawValue
                $0.actionState = "pending"
                $0.startDateTime = now
                $0.lastUpdatedDateTime = now
            }
        ]
        device.document.managementState = "\(action.rawValue)Pending"
        try unit.put(device)
    }

    private static func display(_ device: Document<ManagedDevice>, _ action: Action) -> JSONValue {
        [
            "deviceId": .string(device.id), "deviceName": .string(device.deviceName),
            "serialNumber": device.serialNumber.json, "primaryUser": device.userDisplayName.json,
            "primaryUserEmail": device.emailAddress.json, "actionName": .string(action.rawValue),
        ]
    }
}
