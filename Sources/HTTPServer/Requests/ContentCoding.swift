/// How a request's body is compressed.
enum ContentCoding {
    case identity
    case gzip

    /// - Throws: 415, upon which Go's SDK sends the body again uncompressed.
    init(_ header: String?) throws(HTTPFailure) {
        switch header?.lowercased().filter({ $0 != " " && $0 != "\t" }) {
        case nil, "", "identity": self = .identity
        case "gzip", "x-gzip": self = .gzip
        default:
            throw .unsupportedMedia(
                "The server reads bodies with 'Content-Encoding: gzip' or without the header, and one coding at most.",
                headers: ["Accept-Encoding": "gzip"])
        }
    }

    func decode(_ bytes: [UInt8]) throws(HTTPFailure) -> [UInt8] {
        switch self {
        case .identity: return bytes
        case .gzip:
            // No body needs no coding: a GET with a client's default headers.
            guard !bytes.isEmpty else { return [] }
            let limit = min(Limits.inflatedBytes, bytes.count * Limits.inflationRatio)
            switch Inflation.gzip(bytes, limit: limit) {
            case .done(let bytes): return bytes
            case .malformed: throw .badRequest("The body isn't valid gzip data (RFC 1952).")
            case .tooLarge:
                throw HTTPFailure(
                    413, "RequestEntityTooLarge",
                    "The decompressed body is larger than \(limit) bytes: at most \(Limits.inflatedBytes), and "
                        + "\(Limits.inflationRatio) times what was sent.")
            }
        }
    }
}
