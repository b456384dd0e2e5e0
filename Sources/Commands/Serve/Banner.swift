internal import HTTPServer
internal import Workflows

/// What `serve --demo` prints on standard output: where things are, and lines to copy that show an approval from its filing
/// to its second use.
struct Banner {
    /// How a shell gets a token: from the file that this server holds, or the token itself, where no second process can
    /// open the database or its URL may hold a password.
    private let tokens: [(variable: String, value: String, isSecret: Bool)]

    init(_ location: DatabaseLocation, _ demo: DemoTokens) async throws {
        var tokens: [(String, String, Bool)] = []
        for name in ["alice", "bob"] {
            switch location {
            case .file(let path):
                let database = Standard.quoted(Environment.absolute(path))
                let command = "\(Standard.quoted(Environment.binary)) token --as \(name) --database \(database)"
                tokens.append((name.uppercased(), "$(\(command))", false))
            case .memory, .postgres: tokens.append((name.uppercased(), try await demo.token(user: name), true))
            }
        }
        self.tokens = tokens
    }

    func text(url: String) -> String {
        lines(url: url, withSecrets: true).map { "\($0)\n" }.joined()
    }

    /// The same for a page that everybody who reaches the server may read: without a token.
    func publicLines(url: String) -> [String] { lines(url: url, withSecrets: false) }

    private func lines(url: String, withSecrets: Bool) -> [String] {
        let requests = "\(url)/beta/deviceManagement/operationApprovalRequests"
        let wipe = "\(url)/beta/deviceManagement/managedDevices/\(DemoTenant.laptop1)/wipe"
        let repeated =
            "curl -i -X POST -H \"Authorization: Bearer $ALICE\" -H \"x-msft-approval-code: \(DemoTenant.welcome)\" "
            + "-H \"Content-Type: application/json\" -d '{\"keepUserData\":true}' \(wipe)"
        let sections: [(says: String, lines: [String])] = [
            ("Countersign \(Countersign.version), a demonstration: whoever reaches it may act as anybody in it.", []),
            ("Microsoft Graph is served under", ["\(url)/beta", "\(url)/v1.0"]),
            (
                "Tokens for alice, who asks, and bob, who approves:",
                tokens.map { token in
                    let isHidden = token.isSecret && !withSecrets
                    return "export \(token.variable)=\(isHidden ? "…  (on the server's standard output)" : token.value)"
                }
            ),
            (
                "Alice wants laptop-1 wiped. Her request waits:",
                ["curl -s -H \"Authorization: Bearer $BOB\" \(requests)/\(DemoTenant.welcome)"]
            ),
            (
                "Bob approves it:",
                [
                    "COUNTERSIGN_URL=\(url) COUNTERSIGN_TOKEN=$BOB \(Standard.quoted(Environment.binary)) approve "
                        + "\(DemoTenant.welcome) -m \"Device returned\""
                ]
            ),
            ("Alice repeats her call with the request's id as its code, and it runs (204):", [repeated]),
            ("Once more, and it's refused, because a code works once (409):", [repeated]),
        ]
        return sections.flatMap { section in [section.says] + section.lines.map { "    \($0)" } + [""] }
    }
}
