internal import Authentication
internal import EDM
internal import GraphAPI
internal import HTTPTypes
internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTPTypes
internal import NIOHTTPTypesHTTP1

/// What a connection owes to HTTP that a responder can't see: an envelope for what the parser refuses, a close where an
/// answer says so, and `100 Continue`.
final class WireHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// Why the parser gave up; the answer to it is the connection's last.
    private var refusal: HTTPFailure?
    private var closes = false
    private var unanswered = 0

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head(let head) = unwrapInboundIn(data) {
            unanswered += 1
            // Only for the request that is next to be answered: pipelined ones wait for their turn. A body that will be
            // refused isn't asked for (RFC 9110 §10.1.1).
            if unanswered == 1, head.headerFields[.expect]?.lowercased() == "100-continue",
                head.headerFields[.contentLength].flatMap({ Int($0) }) ?? 0 <= Limits.bodyBytes
            {
                context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
            }
        }
        context.fireChannelRead(data)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case HTTPParserError.headerOverflow: refusal = HeadChecks.headersTooLarge
        case is HTTPParserError, is HTTP1TypeConversionError:
            refusal = .badRequest("The request isn't valid HTTP/1.1 (RFC 9112).", closes: true)
        default:
            context.fireErrorCaught(error)
            return
        }
        // One kind of error, so that Hummingbird writes its answer for both.
        context.fireErrorCaught(error as? HTTPParserError ?? HTTPParserError.unknown)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head):
            if head.headerFields[.connection]?.lowercased() == "close" { closes = true }
            // Hummingbird's own answer to a parser error is the only one without an id.
            if let refusal, head.headerFields[.requestID] == nil {
                writeEnvelope(refusal, context: context, promise: promise)
            } else {
                context.write(data, promise: promise)
            }
        case .end:
            unanswered -= 1
            context.write(data, promise: promise)
            if closes { closeSoon(context) }
        case .body: context.write(data, promise: promise)
        }
    }

    private func writeEnvelope(_ refusal: HTTPFailure, context: ChannelHandlerContext, promise: EventLoopPromise<Void>?)
    {
        closes = true
        let ids = RequestIDs()
        let response = refusal.response(ids, date: systemWallClock())
        let head = HTTPResponse(
            status: .init(code: refusal.status),
            headerFields: [
                .contentType: "application/json", .contentLength: String(response.body.count), .connection: "close",
                .cacheControl: "no-cache", .requestID: ids.own, .clientRequestID: ids.own,
            ])
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(ByteBuffer(bytes: response.body))), promise: promise)
    }

    /// Closes after a second in which the client can read the answer: closing at once with unread bytes in the way makes
    /// the system reset the connection, and the answer is lost (RFC 9112 §9.6).
    private func closeSoon(_ context: ChannelHandlerContext) {
        context.flush()
        let channel = context.channel
        context.eventLoop.scheduleTask(in: .seconds(1)) { channel.close(promise: nil) }
    }
}
