internal import Authentication
internal import EDM
internal import GraphAPI
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import Synchronization

/// Between Hummingbird's types and a site's.
final class Responder: HTTPResponder {
    struct Context: InitializableFromSource {
        let connection: Connection
        init(source: ApplicationRequestContextSource) { connection = .current(source.channel) }
    }

    private let site = AtomicLazyReference<Site>()
    private let inFlight = Atomic(0)
    private let logger: Logger

    init(logger: Logger) { self.logger = logger }

    /// Opens the doors. Until then everything is 503: the public URL is known only when the port is.
    func serve(_ site: Site) { _ = self.site.storeIfNil(site) }

    func respond(to request: Request, context: Context) async throws -> Response {
        let connection = context.connection
        let incoming = Incoming(
            method: request.method.rawValue, target: request.head.path ?? "", fields: request.headers,
            host: request.head.authority, peer: connection.peer)
        defer { inFlight.subtract(1, ordering: .relaxed) }
        guard inFlight.add(1, ordering: .relaxed).newValue <= Limits.requestsInFlight else {
            return answer(HTTPFailure.overloaded, incoming)
        }
        guard let site = site.load() else { return answer(HTTPFailure.starting, incoming) }
        do {
            let (response, closes) = try await site.respond(to: incoming, known: connection.lastToken) {
                try await Self.body(of: request)
            }
            return Response(response, to: incoming, closes: closes)
        } catch let error as HTTPParserError {
            // Hummingbird answers and closes; `WireHandler` gives the answer its envelope.
            throw error
        } catch {
            logger.error(
                "request failed", metadata: ["request-id": "\(incoming.ids.own)", "error": "\(type(of: error))"])
            return answer(HTTPFailure.internalError, incoming)
        }
    }

    private func answer(_ failure: HTTPFailure, _ request: Incoming) -> Response {
        Response(failure.response(request.ids, date: systemWallClock()), to: request, closes: failure.closes)
    }

    private static func body(of request: Request) async throws -> [UInt8] {
        let tooLarge = HTTPFailure.tooLarge("The body is larger than \(Limits.bodyBytes) bytes.")
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > Limits.bodyBytes {
            throw tooLarge
        }
        var bytes: [UInt8] = []
        for try await buffer in request.body {
            guard bytes.count + buffer.readableBytes <= Limits.bodyBytes else { throw tooLarge }
            bytes += buffer.readableBytesView
        }
        return bytes
    }
}

extension Response {
    fileprivate init(_ response: GraphResponse, to request: Incoming, closes: Bool) {
        var headers = HTTPFields()
        // What is added here, and the date, which Hummingbird knows.
        headers.reserveCapacity(response.headers.fields.count + 6)
        for field in response.headers.fields {
            guard let name = HTTPField.Name(known: field.name) else { continue }
            headers.append(HTTPField(name: name, value: field.value))
        }
        headers[.requestID] = request.ids.own
        headers[.clientRequestID] = request.ids.client ?? request.ids.own
        if !headers.contains(.cacheControl) { headers[.cacheControl] = "no-cache" }
        if closes { headers[.connection] = "close" }
        let hasBody = !response.body.isEmpty
        // Before `Response` does, which would have to copy them all.
        if hasBody { headers[.contentLength] = String(response.body.count) }
        // HEAD has the length that GET would have, and nothing behind it (RFC 9110 §9.3.2).
        let isHead = request.method == "HEAD"
        self.init(
            status: .init(code: response.status), headers: headers,
            body: hasBody && !isHead ? .init(byteBuffer: ByteBuffer(bytes: response.body)) : .init())
        // RFC 9110 §8.6: none where there can't be a body.
        if !isHead, response.status == 204 || response.status == 304 { self.headers[.contentLength] = nil }
    }
}

extension HTTPField.Name {
    static let requestID = Self("request-id") ?? .eTag
    static let clientRequestID = Self("client-request-id") ?? .eTag
    private static let odataVersion = Self("OData-Version") ?? .eTag

    /// A name of an answer; those of nearly every one aren't read again each time.
    fileprivate init?(known name: String) {
        switch name {
        case "Content-Type": self = .contentType
        case "OData-Version": self = .odataVersion
        case "ETag": self = .eTag
        default: self.init(name)
        }
    }
}
