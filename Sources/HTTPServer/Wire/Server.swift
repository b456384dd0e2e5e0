internal import EDM
internal import Hummingbird
internal import HummingbirdCore
internal import HummingbirdTLS
package import Logging
internal import NIOCore
internal import NIOSSL
internal import ServiceLifecycle

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// A site behind a socket: a service that serves until it is told to stop, and then answers what has begun.
package struct Server: Service {
    package struct Options: Sendable {
        package var host: String
        /// 0 picks a free one.
        package var port: Int
        package var tls: TLSFiles?

        package init(host: String, port: Int, tls: TLSFiles? = nil) {
            self.host = host
            self.port = port
            self.tls = tls
        }
    }

    /// Files in PEM.
    package struct TLSFiles: Hashable, Sendable {
        package var certificate: String
        package var key: String

        package init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
        }
    }

    /// Where it listens when it does.
    package struct Address: Hashable, Sendable {
        package let scheme: String
        package let host: String
        package let port: Int

        /// The origin, such as `http://127.0.0.1:8080`.
        package var url: String { "\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(port)" }

        /// An origin that this machine reaches it by, also where it listens on every address.
        package var localURL: String {
            switch host {
            case "0.0.0.0": "\(scheme)://127.0.0.1:\(port)"
            case "::": "\(scheme)://[::1]:\(port)"
            default: url
            }
        }
    }

    private let options: Options
    private let logger: Logger
    private let onListening: @Sendable (Address) async -> Site

    /// - Parameter onListening: makes the site for an address. Nobody is let in before it returns.
    package init(_ options: Options, logger: Logger, onListening: @escaping @Sendable (Address) async -> Site) {
        self.options = options
        self.logger = logger
        self.onListening = onListening
    }

    /// - Throws: `ServerError` with the remedy where it can't listen.
    package func run() async throws {
        let responder = Responder(logger: logger)
        let (options, onListening) = (options, onListening)
        let scheme = options.tls == nil ? "http" : "https"
        let application = Application(
            responder: responder, server: try builder(),
            configuration: ApplicationConfiguration(
                address: .hostname(options.host, port: options.port),
                availableConnectionsDelegate: MaximumAvailableConnections(Limits.connections, logger: Self.silent)),
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? options.port
                responder.serve(await onListening(Address(scheme: scheme, host: options.host, port: port)))
            }, logger: Self.silent)
        do {
            try await application.run()
        } catch let error as IOError {
            throw ServerError(error, options)
        }
    }

    private func builder() throws -> HTTPServerBuilder {
        let configuration = HTTP1Channel.Configuration(
            additionalChannelHandlers: [WireHandler()],
            idleTimeout: .microseconds(Limits.idle.microseconds),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: Limits.parserBytes, maxHeaderListSize: Limits.parserBytes,
                maxHeaderFieldCount: Limits.headerFields))
        let plain = HTTPServerBuilder { responder in
            Connection.HTTP(http: HTTP1Channel(responder: responder, configuration: configuration))
        }
        guard let files = options.tls else { return plain }
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(files.certificate).map(NIOSSLCertificateSource.certificate)
            let key = try NIOSSLPrivateKey(file: files.key, format: .pem)
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain, privateKey: .privateKey(key))
            configuration.minimumTLSVersion = .tlsv12
            return try .tls(plain, tlsConfiguration: configuration)
        } catch {
            throw ServerError(
                message:
                    "The certificate '\(files.certificate)' or the key '\(files.key)' can't be read. Both must be PEM "
                    + "files that this user may read.")
        }
    }

    /// Hummingbird's own messages: none, nor the metadata that it adds per request. The responder logs what an operator needs.
    private static var silent: Logger { Logger(label: "countersign.http") { _ in SwiftLogNoOpLogHandler() } }
}

/// Why a server can't listen, in one line that names the remedy.
package struct ServerError: Error, Hashable, Sendable, CustomStringConvertible {
    package let message: String
    package var description: String { message }
}

extension ServerError {
    fileprivate init(_ error: IOError, _ options: Server.Options) {
        let address = "\(options.host):\(options.port)"
        message =
            switch error.errnoCode {
            case EADDRINUSE:
                "\(address) is in use by another program. Stop it, or choose another port with --listen "
                    + "\(options.host):0."
            case EACCES: "This user may not listen on \(address). Choose a port above 1023 with --listen."
            case EADDRNOTAVAIL: "This machine has no address \(options.host). Choose one of its own with --listen."
            default: "Can't listen on \(address): \(error.description). Choose another address with --listen."
            }
    }
}
