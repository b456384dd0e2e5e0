internal import ArgumentParser

/// Denies a request as the person behind `COUNTERSIGN_TOKEN`.
struct Deny: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Denies a request.",
        discussion:
            "Uses COUNTERSIGN_URL (default http://127.0.0.1:8080) and COUNTERSIGN_TOKEN. Ends with 5 where somebody "
            + "else decided first, and with 6 without a good token.")

    @Argument(help: "The request's full id.")
    var id: GUIDArgument
    @Option(name: .shortAndLong, help: "Why. Whoever asked will want to know.")
    var message: String

    func run() async throws { try await Decision(id: id.text, action: .deny, justification: message).run() }
}
