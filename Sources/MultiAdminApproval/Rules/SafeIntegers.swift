package import Approvals
internal import EDM
package import JSON

/// A protected call holds no whole number that a double can't: it would be another number to whoever runs the body than to
/// whoever approved it (R14).
package enum SafeIntegers {
    package static func check(_ body: JSONObject) throws(Refusal) {
        do throws(Invalid) { try check(.object(body)) } catch { throw Refusal(.safeIntegers, error.description) }
    }

    private static func check(_ value: JSONValue) throws(Invalid) {
        switch value {
        case .null, .bool, .string: return
        case .number(let number):
            guard number.isUnsafeInteger else { return }
            throw Invalid(
                reason: "is a whole number beyond 2^53, which not every reader reads alike. Send it as a string.")
        case .array(let values):
            for (index, value) in values.enumerated() {
                do throws(Invalid) { try check(value) } catch { throw error.inside(index: index) }
            }
        case .object(let object):
            for member in object.members {
                do throws(Invalid) { try check(member.value) } catch { throw error.inside(member.name) }
            }
        }
    }
}

extension RefusalCode {
    package static let safeIntegers = RefusalCode("safeIntegers", .invalid)
}
