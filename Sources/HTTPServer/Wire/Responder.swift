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
    typealias Context = Connection

    private let site = Mutex<Site?>(nil)
    private let inFlight = Mutex(0)
    private let logger: Logger

    init(logger: Logger) { self.logger = logger }

    /// Opens the doors. Until then everything is 503: the public URL is known only when the port is.
    func serve(_ site: Site) { self.site.withLock { $0 = site } }

    func respond(to request: Request, context: Connection) async throws -> Response {
        let incoming = Incoming(request, from: context.peer)
        let isAdmitted = inFlight.withLock { count in
            guard count < Limits.requestsInFlight else { return false }
            count += 1
            return true
        }
        guard isAdmitted else { return answer(HTTPFailure.overloaded, incoming) }
        defer { inFlight.withLock { $0 -= 1 } }
        guard let site = site.withLock({ $0 }) else { return answer(HTTPFailure.starting, incoming) }
        do {
            let (response, closes) = try await site.respond(to: incoming) {
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

/// What a request's connection says.
struct Connection: InitializableFromSource {
    let peer: Peer

    init(source: ApplicationRequestContextSource) {
        let address = source.channel.remoteAddress
        let text = address?.ipAddress ?? ""
        peer = Peer(address: text, isLoopback: Self.isLoopback(text))
    }

    private static func isLoopback(_ address: String) -> Bool {
        address.hasPrefix("127.") || address == "::1" || address.hasPrefix("::ffff:127.")
    }
}

extension Incoming {
    fileprivate init(_ request: Request, from peer: Peer) {
        var fields = request.headers.map { (name: $0.name.rawName, value: $0.value) }
        // HTTP types keep the first `Host` apart; a second one is still among the fields, and refused.
        if let authority = request.head.authority { fields.insert(("Host", authority), at: 0) }
        let headers = GraphHeaders(fields)
        self.init(
            method: request.method.rawValue, target: request.head.path ?? "", headers: headers, body: [],
            ids: RequestIDs(headers), host: request.head.authority, peer: peer)
    }
}

extension Response {
    fileprivate init(_ response: GraphResponse, to request: Incoming, closes: Bool) {
        var headers = HTTPFields()
        for field in response.headers.fields {
            guard let name = HTTPField.Name(field.name) else { continue }
            headers.append(HTTPField(name: name, value: field.value))
        }
        headers[.requestID] = request.ids.own
        headers[.clientRequestID] = request.ids.client ?? request.ids.own
        if !headers.contains(.cacheControl) { headers[.cacheControl] = "no-cache" }
        if closes { headers[.connection] = "close" }
        let hasBody = !response.body.isEmpty
        if request.method == "HEAD" {
            // The length that GET would have, and nothing behind it (RFC 9110 §9.3.2).
            if hasBody { headers[.contentLength] = String(response.body.count) }
            self.init(status: .init(code: response.status), headers: headers, body: .init())
        } else {
            let body: ResponseBody = hasBody ? .init(byteBuffer: ByteBuffer(bytes: response.body)) : .init()
            self.init(status: .init(code: response.status), headers: headers, body: body)
            // RFC 9110 §8.6: none where there can't be a body.
            if response.status == 204 || response.status == 304 { self.headers[.contentLength] = nil }
        }
    }
}

extension HTTPField.Name {
    static let requestID = Self("request-id") ?? .eTag
    static let clientRequestID = Self("client-request-id") ?? .eTag
}
