package import EDM
package import JSON
internal import Text

/// Graph's `operationApprovalPolicyPlatform`: flags, on the wire one string of names joined by commas
/// (`macOS,windows10AndLater`). No flag is `notApplicable`.
package struct OperationApprovalPolicyPlatform: OptionSet, EdmValue {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }

    package static let notApplicable: Self = []
    package static let androidDeviceAdministrator = Self(rawValue: 1)
    package static let androidEnterprise = Self(rawValue: 2)
    package static let iOSiPadOS = Self(rawValue: 4)
    package static let macOS = Self(rawValue: 8)
    package static let windows10AndLater = Self(rawValue: 16)
    package static let windows81AndLater = Self(rawValue: 32)
    package static let windows10X = Self(rawValue: 64)

    private static let flags: [(name: String, value: Self)] = [
        ("androidDeviceAdministrator", .androidDeviceAdministrator), ("androidEnterprise", .androidEnterprise),
        ("iOSiPadOS", .iOSiPadOS), ("macOS", .macOS), ("windows10AndLater", .windows10AndLater),
        ("windows81AndLater", .windows81AndLater), ("windows10X", .windows10X),
    ]

    package static var edm: EdmType {
        .enumeration(
            "operationApprovalPolicyPlatform", members: ["notApplicable"] + flags.map(\.name) + ["unknownFutureValue"],
            isFlags: true)
    }

    /// Each single platform; what a policy without any reserves is `notApplicable` (V18).
    package var members: [Self] {
        isEmpty ? [.notApplicable] : Self.flags.map(\.value).filter(contains)
    }

    package init(json: JSONValue) throws(Invalid) {
        if json.isNull {
            self = .notApplicable
            return
        }
        guard case .string(let text) = json else {
            throw Invalid(reason: "must be names of operationApprovalPolicyPlatform joined by commas.")
        }
        self = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let name = part.trimmed.lowercased()
            if name == "notapplicable" { continue }
            guard let flag = Self.flags.first(where: { $0.name.lowercased() == name }) else {
                let names = (["notApplicable"] + Self.flags.map(\.name)).joined(separator: ", ")
                throw Invalid(
                    reason: "has the value '\(part.trimmed)', which is not a member of "
                        + "operationApprovalPolicyPlatform. Use one or more of: \(names).")
            }
            formUnion(flag.value)
        }
    }

    package var text: String {
        isEmpty ? "notApplicable" : Self.flags.filter { contains($0.value) }.map(\.name).joined(separator: ",")
    }
    package var json: JSONValue { .string(text) }
}
