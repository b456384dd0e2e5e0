internal import ArgumentParser
internal import HTTPServer

/// Runs the server until SIGTERM.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serves Microsoft Graph's request, approval and grant APIs.",
        discussion:
            "Tells on standard error where it listens when it accepts connections. SIGTERM and SIGINT end it after "
            + "what has begun.")

    @Flag(help: "Create the demo tenant in an empty database and hand out tokens for it.")
    var demo = false
    @Flag(help: "Add test controls under /countersign/emulator: a clock that moves, tokens, and a reset.")
    var emulator = false
    @Option(
        help: ArgumentHelp(
            "A YAML file: \(Configuration.sections.joined(separator: ", ")).", valueName: "file"))
    var config: String?
    @Option(
        help: ArgumentHelp("Where to listen; port 0 picks a free one. Default: 127.0.0.1:8080.", valueName: "host:port")
    )
    var listen: ListenAddress?
    @Option(
        help: ArgumentHelp(
            "The origin of every link that the server makes. Default: where it listens.", valueName: "url"))
    var publicURL: Origin?
    @OptionGroup var database: DatabaseOption
    @Option(help: ArgumentHelp("A PEM file; with --tls-key, for https.", valueName: "file"))
    var tlsCertificate: String?
    @Option(help: ArgumentHelp("A PEM file.", valueName: "file"))
    var tlsKey: String?
    @Flag(help: "Let other machines reach a demo: whoever can is everybody in it.")
    var allowRemoteDemo = false

    func validate() throws {
        guard (tlsCertificate == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-certificate and --tls-key go together.")
        }
    }

    func run() async throws {
        let configuration = try config.map(Configuration.init(file:)) ?? Configuration()
        let location: DatabaseLocation =
            if database.database == nil, let named = configuration.database {
                try DatabaseLocation(named)
            } else {
                try database.location
            }
        var tls = configuration.tls
        if let tlsCertificate, let tlsKey { tls = Server.TLSFiles(certificate: tlsCertificate, key: tlsKey) }
        let deployment = Deployment(
            configuration: configuration, location: location,
            listen: listen ?? configuration.listen ?? ListenAddress(host: "127.0.0.1", port: 8080),
            publicURL: publicURL,
            tls: tls, isDemo: demo, isEmulator: emulator, allowsRemote: allowRemoteDemo)
        try deployment.check()
        try await deployment.run()
    }
}
