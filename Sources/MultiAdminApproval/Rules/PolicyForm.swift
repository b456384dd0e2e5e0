package import Approvals
package import EDM
package import JSON

/// A policy's type and platform may be given as `policyType` and `policyPlatform`, as `policySet`, or both alike: each
/// is copied to the other; different values are refused (R23). No platform is `notApplicable`.
package enum PolicyForm {
    /// The body of a policy with both spellings filled in; what a change doesn't name stays as it is.
    package static func complete(
        _ body: JSONObject, over policy: Document<OperationApprovalPolicy>? = nil
    ) throws(Refusal) -> JSONObject {
        let spelled = ["policytype", "policyplatform", "policyset"]
        var completedBody = JSONObject(
            body.members.filter { !spelled.contains($0.name.lowercased()) }.map { ($0.name, $0.value) })
        do throws(Invalid) {
            let value = body.member(ignoringCase: "policySet")?.value ?? .null
            let set = try value.isNull ? nil : MemberObject(value)
            let type: OperationApprovalPolicyType? = try agreed("policyType", body, set) ?? policy?.policyType
            let platform: OperationApprovalPolicyPlatform =
                try agreed("policyPlatform", body, set) ?? policy?.policyPlatform ?? .notApplicable
            guard let type else { throw Invalid(path: "policyType", reason: "is required.") }
            completedBody["policyType"] = type.json
            completedBody["policyPlatform"] = platform.json
            completedBody["policySet"] = ["policyType": type.json, "policyPlatform": platform.json]
        } catch { throw Refusal(.policyForm, error.description) }
        return completedBody
    }

    private struct MemberObject {
        let object: JSONObject
        init(_ json: JSONValue) throws(Invalid) {
            guard case .object(let object) = json else {
                throw Invalid(path: "policySet", reason: "must be an object.")
            }
            self.object = object
        }
    }

    private static func agreed<Value: EdmValue>(
        _ name: String, _ body: JSONObject, _ set: MemberObject?
    ) throws(Invalid) -> Value? {
        let own: Value? = try read(name, body.member(ignoringCase: name)?.value)
        let mirrored: Value?
        do throws(Invalid) { mirrored = try read(name, set?.object.member(ignoringCase: name)?.value) } catch {
            throw error.inside("policySet")
        }
        if let own, let mirrored, own != mirrored {
            throw Invalid(
                path: name,
                reason: "is '\(own.json.string ?? "")', but 'policySet/\(name)' is '\(mirrored.json.string ?? "")'. "
                    + "Give one of them, or the same value in both.")
        }
        return own ?? mirrored
    }

    private static func read<Value: EdmValue>(_ name: String, _ json: JSONValue?) throws(Invalid) -> Value? {
        guard let json, !json.isNull else { return nil }
        do throws(Invalid) { return try Value(json: json) } catch { throw error.inside(name) }
    }
}

extension RefusalCode {
    package static let policyForm = RefusalCode("policyForm", .invalid)
}
