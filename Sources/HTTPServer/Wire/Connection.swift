internal import Authentication
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOHTTPTypes

/// What outlasts a request on its connection: who is at the other end, and whose token came last.
final class Connection: Sendable {
    let peer: Peer
    let lastToken = LastToken()

    @TaskLocal private static var served: Connection?

    private init(_ channel: any Channel) { peer = Peer(address: channel.remoteAddress?.ipAddress ?? "") }

    /// That of the task's connection.
    static func current(_ channel: any Channel) -> Connection { served ?? Connection(channel) }

    /// HTTP/1 in which every request of a connection has the same `Connection`.
    struct HTTP: ServerChildChannel {
        let http: HTTP1Channel

        func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
            http.setup(channel: channel, logger: logger)
        }

        func handle(value: HTTP1Channel.Value, logger: Logger) async {
            await Connection.$served.withValue(Connection(value.channel)) {
                await http.handle(value: value, logger: logger)
            }
        }
    }
}
