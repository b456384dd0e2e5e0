/// What the edge itself reads of a request's header fields, found in one pass over them.
struct HeadFields: Sendable {
    /// Fields that decide or protect something: two of them mean that two readers may see two requests (security rule R17).
    enum Single: UInt8, CaseIterable {
        case authorization, contentEncoding, contentType, host, ifMatch, approvalCode, approvalJustification

        var name: String {
            switch self {
            case .authorization: "Authorization"
            case .contentEncoding: "Content-Encoding"
            case .contentType: "Content-Type"
            case .host: "Host"
            case .ifMatch: "If-Match"
            case .approvalCode: "x-msft-approval-code"
            case .approvalJustification: "x-msft-approval-justification"
            }
        }
    }

    /// Of all names and values together.
    private(set) var bytes = 0
    private(set) var authorization: String?
    private(set) var contentEncoding: String?
    private(set) var origin: String?
    /// What the client calls the request: Graph's name for it, and an older one of Microsoft's.
    private(set) var clientRequestID: String?
    private(set) var olderClientRequestID: String?
    /// The first name that says that the request came through a proxy, in lower case.
    private(set) var forwarding: String?
    /// Without either field there is no body (RFC 9112 §6.3).
    private(set) var hasBody = false
    private var seen = Marks()
    private var repeated = Marks()

    var hasHost: Bool { seen.contains(.host) }
    var firstRepeated: Single? { Single.allCases.first(where: repeated.contains) }

    /// - Parameter name: in lower case. The length is compared first, because it tells most names apart.
    mutating func note(_ name: String, _ value: String) {
        bytes += name.utf8.count + value.utf8.count
        switch name.utf8.count {
        case 4 where name == "host": note(.host)
        case 6 where name == "origin": origin = origin ?? value
        case 8 where name == "if-match": note(.ifMatch)
        case 9 where name == "forwarded": forwarding = forwarding ?? name
        case 12 where name == "content-type": note(.contentType)
        case 13 where name == "authorization":
            note(.authorization)
            authorization = authorization ?? value
        case 14 where name == "content-length": hasBody = hasBody || value != "0"
        case 16 where name == "content-encoding":
            note(.contentEncoding)
            contentEncoding = contentEncoding ?? value
        case 17 where name == "transfer-encoding": hasBody = true
        case 17 where name == "client-request-id": clientRequestID = clientRequestID ?? value
        case 20 where name == "x-msft-approval-code": note(.approvalCode)
        case 22 where name == "x-ms-client-request-id": olderClientRequestID = olderClientRequestID ?? value
        case 29 where name == "x-msft-approval-justification": note(.approvalJustification)
        case 12... where name.hasPrefix("x-forwarded-"): forwarding = forwarding ?? name
        default: break
        }
    }

    private mutating func note(_ field: Single) {
        if seen.contains(field) { repeated.insert(field) }
        seen.insert(field)
    }

    private struct Marks {
        private var bits: UInt8 = 0
        func contains(_ field: Single) -> Bool { bits & 1 << field.rawValue != 0 }
        mutating func insert(_ field: Single) { bits |= 1 << field.rawValue }
    }
}
