internal import EDM
internal import JSON
internal import MultiAdminApproval
package import Storage

/// A collection of configuration whose writes access policies can guard. Bodies are kept as sent; checked, at filing and
/// again at completion, are the label of a new entity and that an existing target is there.
package struct GatedCollection: Sendable {
    package let kind: Kind<DeviceManagementEntity>
    let policyType: OperationApprovalPolicyType
    /// The service's own name of the type, as requests show it.
    let payloadType: String
    /// The property by which people know an entity.
    let label: Label
    /// What `/assign` takes: its parameters, each with the member that it replaces.
    let assignments: [(parameter: String, member: String)]
    /// Whether `/assign` answers with the assignments.
    let assignAnswers: Bool

    enum Label: String, Sendable { case displayName, name }

    /// Other names that the service uses for the type.
    let otherNames: [String]

    /// Graph's name of the type.
    package var type: String { kind.name }

    init(
        _ kind: Kind<DeviceManagementEntity>, _ policyType: OperationApprovalPolicyType, _ payloadType: String,
        label: Label = .displayName, assignments: [(parameter: String, member: String)] = [],
        assignAnswers: Bool = false, otherNames: [String] = []
    ) {
        self.kind = kind
        self.policyType = policyType
        self.payloadType = payloadType
        self.label = label
        self.assignments = assignments
        self.assignAnswers = assignAnswers
        self.otherNames = otherNames
    }

    package static let deviceManagementScripts = GatedCollection(
        Kinds.deviceManagementScripts, .script, "DeviceManagementScript",
        assignments: [
            ("deviceManagementScriptAssignments", "assignments"),
            ("deviceManagementScriptGroupAssignments", "groupAssignments"),
        ])
    package static let deviceHealthScripts = GatedCollection(
        Kinds.deviceHealthScripts, .script, "DeviceHealthScript",
        assignments: [("deviceHealthScriptAssignments", "assignments")])
    package static let mobileApps = GatedCollection(
        Kinds.mobileApps, .app, "MobileApp", assignments: [("mobileAppAssignments", "assignments")])
    package static let deviceCategories = GatedCollection(
        Kinds.deviceCategories, .tenantConfiguration, "DeviceCategory")
    package static let deviceCompliancePolicies = GatedCollection(
        Kinds.deviceCompliancePolicies, .compliancePolicy, "DeviceCompliancePolicy",
        assignments: [("assignments", "assignments")], assignAnswers: true)
    package static let configurationPolicies = GatedCollection(
        Kinds.configurationPolicies, .configurationPolicy, "ConfigurationPolicy", label: .name,
        assignments: [("assignments", "assignments")], assignAnswers: true, otherNames: ["IDeviceManagementPolicy"])
    package static let roleDefinitions = GatedCollection(
        Kinds.intuneRoleDefinitions, .role, "RoleDefinition", otherNames: ["DeviceAndAppManagementRoleDefinition"])

    package static let all = [
        deviceManagementScripts, deviceHealthScripts, mobileApps, deviceCategories, deviceCompliancePolicies,
        configurationPolicies, roleDefinitions,
    ]

    /// The last segment of its path.
    package var name: String {
        switch kind.name {
        case Kinds.deviceCategories.name: "deviceCategories"
        case Kinds.deviceCompliancePolicies.name: "deviceCompliancePolicies"
        case Kinds.configurationPolicies.name: "configurationPolicies"
        default: "\(kind.name)s"
        }
    }

    package var labelProperty: String { label.rawValue }
    /// The members that `/assign` fills.
    package var relationships: [String] { assignments.map(\.member) }

    // MARK: Operations

    package var create: GatedOperation {
        operation("create", .create, needsBody: true) { write, unit in
            let (id, now) = (unit.newRandomID(), unit.now)
            let document = try merged(JSONObject(), write, id: id, created: now, now: now)
            return saving(document, status: 201, nil, [])
        }
    }

    package var update: GatedOperation {
        operation("update", .update, needsBody: true) { write, unit in
            let stored = try await unit.target(of: write, kind)
            let document = try merged(
                stored.document.members, write, id: stored.id, created: stored.document.createdDateTime, now: unit.now)
            return saving(document, status: 200, stored, [try stored.target])
        }
    }

    package var delete: GatedOperation {
        operation("delete", .delete, needsBody: false) { write, unit in
            let stored = try await unit.target(of: write, kind)
            return GatedPlan(
                answer: .noContent, id: stored.id, name: name(of: stored.document), targets: [try stored.target],
                subtype: Self.subtype(of: stored.document), payload: stored.document.json
            ) { $0.delete(stored) }
        }
    }

    /// Nil where the type has no such action.
    package var assign: GatedOperation? {
        guard !assignments.isEmpty else { return nil }
        return operation("assign", .assign, needsBody: true) { write, unit in
            let stored = try await unit.target(of: write, kind)
            var document = stored.document
            var added: [JSONValue] = []
            for (parameter, member) in assignments {
                guard let value = write.body?.member(ignoringCase: parameter)?.value, !value.isNull else { continue }
                guard let elements = value.array, elements.allSatisfy({ $0.object != nil }) else {
                    throw Invalid(path: parameter, reason: "must be a collection of assignments.")
                }
                let replaced = elements.map { element -> JSONValue in
                    var assignment = element.object ?? JSONObject()
                    if assignment["id"]?.string == nil { assignment["id"] = .string(unit.newRandomID()) }
                    return .object(assignment)
                }
                document[open: member] = .array(replaced)
                added += elements
            }
            let known = assignments.map(\.parameter)
            // Nothing given isn't nothing wanted: an empty list says that.
            guard known.contains(where: { write.body?.member(ignoringCase: $0)?.value.isNull == false }) else {
                throw Invalid(path: known[0], reason: "is required. Send [] to take all assignments away.")
            }
            for name in write.body?.names ?? []
            where !name.contains("@") && !known.contains(where: { $0.lowercased() == name.lowercased() }) {
                throw Invalid(path: name, reason: "isn't known. Known are: \(known.joined(separator: ", ")).")
            }
            document.lastModifiedDateTime = unit.now
            let changed = document
            return GatedPlan(
                answer: assignAnswers
                    ? .value(changed[open: "assignments"] ?? [], type: "microsoft.graph.\(type)Assignment")
                    : .noContent,
                id: stored.id, name: name(of: document), targets: [try stored.target],
                subtype: Self.subtype(of: document), addedAssignments: .array(added)
            ) { unit in
                var stored = stored
                stored.document = changed
                try unit.put(stored)
            }
        }
    }

    private func operation(
        _ name: String, _ operation: GatedOperation.PayloadOperation, needsBody: Bool,
        plan: @escaping @Sendable (GatedWrite, inout UnitOfWork) async throws -> GatedPlan
    ) -> GatedOperation {
        GatedOperation(
            name: "\(type).\(name)", policyType: policyType, payloadType: payloadType, payloadOperation: operation,
            needsBody: needsBody, kind: kind.name, plan: plan)
    }

    // MARK: Documents

    /// The body over what there is. Read-only members are the server's; of annotations only the type is kept.
    private func merged(
        _ base: JSONObject, _ write: GatedWrite, id: String, created: Instant, now: Instant
    ) throws(Invalid) -> Document<DeviceManagementEntity> {
        var members = base
        members["id"] = .string(id)
        let readOnly: Set = ["id", "createddatetime", "lastmodifieddatetime"]
        for member in write.body?.members ?? [] where !readOnly.contains(member.name.lowercased()) {
            if member.name == "@odata.type", base.isEmpty {
                members[member.name] =
                    ODataTypeNames.graphNames(in: ["@odata.type": member.value]).object?["@odata.type"]
            }
            guard !member.name.contains("@") else { continue }
            // Names match ignoring case, declared or not: a second spelling isn't a second member.
            let name =
                (DeviceManagementEntity.properties.map(\.name) + relationships)
                .first { $0.lowercased() == member.name.lowercased() }
                ?? members.member(ignoringCase: member.name)?.name ?? member.name
            members[name] = member.value
        }
        members["createdDateTime"] = created.json
        members["lastModifiedDateTime"] = now.json
        let document = try Document<DeviceManagementEntity>(members)
        guard !name(of: document).allSatisfy(\.isWhitespace) else {
            throw Invalid(path: label.rawValue, reason: "is required and must not be empty.")
        }
        return document
    }

    private func name(of document: Document<DeviceManagementEntity>) -> String {
        let (name, displayName) = (document.name ?? "", document.displayName ?? "")
        switch label {
        case .displayName: return displayName
        case .name: return name.isEmpty ? displayName : name
        }
    }

    /// The last part of the entity's own type.
    private static func subtype(of document: Document<DeviceManagementEntity>) -> String? {
        document[open: "@odata.type"]?.string?.split(separator: ".").last.map(String.init)
    }

    private func saving(
        _ document: Document<DeviceManagementEntity>, status: Int, _ old: Stored<DeviceManagementEntity>?,
        _ targets: [Document<OperationTarget>]
    ) -> GatedPlan {
        GatedPlan(
            answer: .entity(status: status, id: document.id, bytes: document.members.bytes), id: document.id,
            name: name(of: old?.document ?? document), targets: targets, subtype: Self.subtype(of: document),
            payload: old.map { _ in document.json }
        ) { unit in
            var stored = old ?? Stored(kind, id: document.id, document)
            stored.document = document
            try unit.put(stored)
        }
    }
}
