internal import ArgumentParser
internal import HTTPTypes
internal import Hummingbird
internal import Logging

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A route that answers every request with the same bytes: what the HTTP library does at best.
struct BareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bare", abstract: "Serves a file's bytes for every GET below /beta.")

    @Argument(help: "The body.") var body: String
    @Option(help: "A port of 127.0.0.1.") var port = 8081
    @Option(help: "Header fields of each answer, as name:value.") var field: [String] = []

    func run() async throws {
        let bytes = ByteBuffer(bytes: try Data(contentsOf: URL(filePath: body)))
        var headers = HTTPFields()
        for field in field {
            let parts = field.split(separator: ":", maxSplits: 1).map(String.init)
            guard parts.count == 2, let name = HTTPField.Name(parts[0]) else {
                throw ValidationError("'\(field)' isn't a header field.")
            }
            headers[name] = parts[1]
        }
        let (router, answer) = (Router(), headers)
        router.get("beta/**") { _, _ in
            Response(status: .ok, headers: answer, body: ResponseBody(byteBuffer: bytes))
        }
        var logger = Logger(label: "bare")
        logger.logLevel = .critical
        try await Application(
            router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)),
            logger: logger
        ).run()
    }
}
