import EDM
import JSON
import MultiAdminApproval
import Testing

@Suite("Entity types of Multi Admin Approval")
struct EntityTypeTests {
    @Test("the properties are Graph's, in the order of its pages")
    func properties() {
        let documented = OperationApprovalRequest.properties.filter { !$0.traits.contains(.undocumented) }
        #expect(
            documented.map(\.name) == [
                "id", "requestDateTime", "expirationDateTime", "lastModifiedDateTime", "requestor", "approver",
                "status",
                "requestJustification", "approvalJustification", "requiredOperationApprovalPolicyTypes",
            ])
        #expect(
            OperationApprovalRequest.properties.dropFirst(documented.count).map(\.name) == [
                "payloadId", "payloadName", "payloadType", "payloadSubtype", "payloadOperation", "payload",
                "displayPayload",
                "patchPayload", "addedAssignments", "actionName", "actionParameters",
            ])
        #expect(
            OperationApprovalPolicy.properties.map(\.name) == [
                "id", "displayName", "description", "lastModifiedDateTime", "policyType", "policyPlatform", "policySet",
                "approverGroupIds", "countersignExcludedApplicationIds",
            ])
        #expect(OperationApprovalPolicySet.properties.map(\.name) == ["policyType", "policyPlatform"])
        #expect(OperationApprovalRequest.edmName == "operationApprovalRequest")
    }

    @Test("a new request begins with its type and shows null where nothing is known")
    func representation() throws {
        let document = try Fixture().file().document
        #expect(document.members.members.first?.name == "@odata.type")
        #expect(document.members["@odata.type"] == "#microsoft.graph.operationApprovalRequest")
        #expect(document.members["approver"] == .null)
        #expect(document.members["requiredOperationApprovalPolicyTypes"] == ["script"])
        #expect(document.members.names.dropFirst() == OperationApprovalRequest.properties.map(\.name)[...])
    }

    @Test("the members of enumerations stand in the order of their numbers")
    func enumerations() {
        #expect(
            OperationApprovalRequestStatus.allCases.map(\.rawValue) == [
                "unknown", "needsApproval", "approved", "rejected", "cancelled", "completed", "expired",
                "unknownFutureValue",
            ])
        #expect(
            OperationApprovalSource.allCases.map(\.rawValue) == [
                "unknown", "adminConsole", "email", "unknownFutureValue",
            ])
        let types = OperationApprovalPolicyType.allCases
        #expect(types.count == 32)
        #expect(types[16] == .app && types[19] == .deviceResetPasscode && types[20] == .unknownFutureValue)
        #expect(types[27] == .tenantConfiguration && types.last == .deviceDeprovision)
    }

    @Test("34: members are read in any case; numbers, unknown names and unknownFutureValue are refused")
    func input() throws {
        #expect(try OperationApprovalSource(json: "AdminConsole") == .adminConsole)
        #expect(try OperationApprovalPolicyType(json: "COMPLIANCEPOLICY") == .compliancePolicy)
        for json: JSONValue in [16, "16", "bogus", "unknownFutureValue", .null, ["app"]] {
            #expect(throws: Invalid.self) { try OperationApprovalPolicyType(json: json) }
        }
    }

    @Test("98: platforms are one string of names")
    func platforms() throws {
        typealias Platform = OperationApprovalPolicyPlatform
        #expect(try Platform(json: "windows10AndLater, macOS").json == "macOS,windows10AndLater")
        #expect(try Platform(json: "NotApplicable") == .notApplicable)
        #expect(try Platform(json: "notApplicable,iosIPadOS") == .iOSiPadOS)
        #expect(Platform.notApplicable.json == "notApplicable")
        #expect(Platform.notApplicable.members == [.notApplicable])
        #expect(Platform([.macOS, .androidEnterprise]).members == [.androidEnterprise, .macOS])
        guard case .enumeration(let name, let members, true) = Platform.edm else {
            Issue.record("The platforms must be flags.")
            return
        }
        #expect(name == "operationApprovalPolicyPlatform")
        #expect(members.first == "notApplicable" && members.last == "unknownFutureValue" && members.count == 9)
        for (index, member) in members.dropFirst().dropLast().enumerated() {
            #expect(try Platform(json: .string(member)).rawValue == 1 << index)
        }
    }

    @Test(
        "94, 96, 102: the lengths and ids of a policy are checked",
        arguments: [
            ("displayName", JSONValue.string(String(repeating: "é", count: 128)), true),
            ("displayName", .string(String(repeating: "x", count: 129)), false), ("displayName", "", false),
            ("displayName", "  ", false), ("displayName", .null, false),
            ("description", .string(String(repeating: "x", count: 1024)), true),
            ("description", .string(String(repeating: "x", count: 1025)), false), ("description", .null, true),
            ("approverGroupIds", .array([]), false), ("approverGroupIds", .array(["no guid"]), false),
            ("approverGroupIds", .null, false),
            ("policyType", "unknown", false), ("policyType", "operationApprovalPolicy", false),
            (
                "countersignExcludedApplicationIds", .array(Array(repeating: .string(Fixture.approvers), count: 50)),
                true
            ),
            (
                "countersignExcludedApplicationIds", .array(Array(repeating: .string(Fixture.approvers), count: 51)),
                false
            ),
            ("countersignExcludedApplicationIds", .array(["app"]), false),
        ])
    func policy(name: String, value: JSONValue, isValid: Bool) throws {
        var body: JSONObject = [
            "id": "p", "displayName": "Scripts", "lastModifiedDateTime": .string(Fixture.start.description),
            "policyType": "script", "approverGroupIds": [.string(Fixture.approvers)],
        ]
        body[name] = value
        if isValid {
            _ = try Document<OperationApprovalPolicy>(body)
        } else {
            let thrown = #expect(throws: Invalid.self) { try Document<OperationApprovalPolicy>(body) }
            #expect(thrown?.path == name)
        }
    }

    @Test("a policy without platforms reads as notApplicable")
    func defaultPlatform() throws {
        let policy = try Document<OperationApprovalPolicy>([
            "id": "p", "displayName": "Scripts", "lastModifiedDateTime": .string(Fixture.start.description),
            "policyType": "script", "approverGroupIds": [.string(Fixture.approvers)],
        ])
        #expect(policy.policyPlatform == .notApplicable)
        #expect(policy.countersignExcludedApplicationIds == [])
    }
}
