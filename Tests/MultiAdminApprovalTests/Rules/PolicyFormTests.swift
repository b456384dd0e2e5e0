import Approvals
import EDM
import JSON
import MultiAdminApproval
import Testing

@Suite("The form of a policy (R23)")
struct PolicyFormTests {
    private static let complete: JSONObject = [
        "policyType": "app", "policyPlatform": "macOS,windows10AndLater",
        "policySet": ["policyType": "app", "policyPlatform": "macOS,windows10AndLater"],
    ]

    @Test(
        "97: type and platform may stand in either place or in both",
        arguments: [
            ["policyType": "app", "policyPlatform": "windows10AndLater, macOS"],
            ["policySet": ["policyType": "App", "policyPlatform": "macOS,windows10AndLater"]],
            ["policyType": "app", "policyPlatform": "macOS,windows10AndLater", "policySet": nil],
            ["policyType": "app", "policySet": ["policyPlatform": "MACOS,Windows10AndLater"]],
            [
                "policyType": "app", "policyPlatform": "macOS,windows10AndLater",
                "policySet": ["policyType": "app", "policyPlatform": "windows10AndLater,macOS"],
            ],
        ] as [JSONObject])
    func mirrored(body: JSONObject) throws {
        #expect(try PolicyForm.complete(body) == Self.complete)
    }

    @Test(
        "a change names what changes, in either place; the rest stays as it is",
        arguments: [
            (["policyType": "script"], "script", "macOS"),
            (["policyPlatform": "androidEnterprise"], "app", "androidEnterprise"),
            (["policySet": ["policyPlatform": "windows10AndLater"]], "app", "windows10AndLater"), ([:], "app", "macOS"),
        ] as [(JSONObject, JSONValue, JSONValue)])
    func changed(body: JSONObject, type: JSONValue, platform: JSONValue) throws {
        let policy = try Document<OperationApprovalPolicy> {
            $0.id = "1"
            $0.displayName = "Apps"
            $0.lastModifiedDateTime = Fixture.start
            $0.policyType = .app
            $0.policyPlatform = .macOS
            $0.approverGroupIds = [Fixture.approvers]
        }
        let completed = try PolicyForm.complete(body, over: policy)
        #expect(completed["policyType"] == type)
        #expect(completed["policyPlatform"] == platform)
        #expect(completed["policySet"]?[path: ["policyType"]] == type)
        #expect(completed["policySet"]?[path: ["policyPlatform"]] == platform)
    }

    @Test("98: without a platform it is notApplicable in both")
    func noPlatform() throws {
        let body = try PolicyForm.complete(["policyType": "script"])
        #expect(body["policyPlatform"] == "notApplicable")
        #expect(body["policySet"] == ["policyType": "script", "policyPlatform": "notApplicable"])
    }

    @Test(
        "different values, no type, and values that aren't members are refused",
        arguments: [
            ["policyType": "app", "policySet": ["policyType": "script"]],
            ["policyType": "app", "policyPlatform": "macOS", "policySet": ["policyPlatform": "notApplicable"]], [:],
            ["policyPlatform": "macOS"], ["policyType": "bogus"], ["policyType": 16],
            ["policyType": "app", "policyPlatform": "bogus"],
            ["policyType": "app", "policyPlatform": 8], ["policyType": "app", "policySet": []],
            ["policyType": "unknownFutureValue"], ["policyType": "app", "policyPlatform": "unknownFutureValue"],
            ["policyType": "app", "policyPlatform": ""], ["policyType": "app", "policyPlatform": "macOS,"],
        ] as [JSONObject])
    func refused(body: JSONObject) {
        let thrown = #expect(throws: Refusal.self) { try PolicyForm.complete(body) }
        #expect(thrown?.code == .policyForm)
        #expect(thrown?.kind == .invalid)
    }
}
