internal import ArgumentParser
internal import JSON
internal import NIOHTTP1

/// The requests of Multi Admin Approval, as a person's commands reach them.
enum Requests {
    static let path = "/beta/deviceManagement/operationApprovalRequests"

    /// Every request of a list, whatever the number of its pages.
    static func all(_ client: GraphClient, _ target: String) async throws -> [JSONValue] {
        var found: [JSONValue] = []
        var next: String? = target
        while let target = next {
            let answer = try await client.call(.GET, target).succeeded()
            found += answer.body["value"]?.array ?? []
            next = answer.body["@odata.nextLink"]?.string.flatMap(client.path(ofLink:))
        }
        return found
    }

    static func table(_ requests: [JSONValue], hint: String) -> String {
        guard !requests.isEmpty else { return "Nothing.\n" }
        var table = TextTable(headings: [
            "ID", "STATUS", "REQUESTOR", "OPERATION", "OBJECT", "EXPIRES", "JUSTIFICATION",
        ])
        table.rows = requests.map { request in
            [
                request.text("id"), status(request), requestor(request), operation(request), object(request),
                expiration(request),
                justification(request),
            ]
        }
        table.hint = hint
        return table.text
    }

    /// A word of the server's summary, which every kind of requests has; else by the members of Multi Admin Approval's.
    private static func summary(_ request: JSONValue, _ name: String) -> String? {
        request[path: ["@countersign.summary"]].map { $0.text(name) }
    }

    static func status(_ request: JSONValue) -> String { summary(request, "status") ?? request.text("status") }

    static func object(_ request: JSONValue) -> String { summary(request, "object") ?? request.text("payloadName") }

    static func justification(_ request: JSONValue) -> String {
        summary(request, "justification") ?? request.text("requestJustification")
    }

    static func expiration(_ request: JSONValue) -> String {
        minute(summary(request, "expirationDateTime") ?? request.text("expirationDateTime"))
    }

    static func requestor(_ request: JSONValue) -> String {
        if let name = summary(request, "requestor") { return name }
        let user = request.text("requestor", "user", "displayName")
        return user.isEmpty ? request.text("requestor", "application", "displayName") : user
    }

    /// `Update (script)`, `wipe (deviceWipe)`: the same words in every command.
    static func operation(_ request: JSONValue) -> String {
        if let words = summary(request, "operation") { return words }
        let types = request[path: ["requiredOperationApprovalPolicyTypes"]]?.array?.compactMap(\.string) ?? []
        let action = request.text("actionName")
        return "\(action.isEmpty ? request.text("payloadOperation") : action) (\(types.joined(separator: ", ")))"
    }

    /// What the completion will change, a line each, from an explanation.
    static func changes(_ explanation: JSONValue) -> [String] {
        (explanation[path: ["changes"]]?.array ?? []).map { change in
            let (before, after) = (change[path: ["before"]] ?? .null, change[path: ["after"]] ?? .null)
            return "\(change.text("path")): \(before.text) -> \(after.text)"
        }
    }

    /// `2026-11-21 16:52Z`.
    static func minute(_ instant: String) -> String {
        instant.isEmpty ? "" : "\(instant.prefix(10)) \(instant.dropFirst(11).prefix(5))Z"
    }

    /// The types of operations that the caller may approve.
    static func approvable(_ client: GraphClient) async throws -> Set<String> {
        let target = "/beta/deviceManagement/operationApprovalPolicies/retrieveApprovableOperations()"
        return Set(try await all(client, target).map { $0.text("policyType") })
    }

    /// The waiting requests that somebody else filed and whose types are all among those that the caller may approve.
    static func reviewable(_ client: GraphClient) async throws -> [JSONValue] {
        let types = try await approvable(client)
        let own = Set(try await mine(client).map { $0.text("id") })
        return try await all(client, "\(path)?$filter=status%20eq%20'needsApproval'").filter { request in
            let required = request[path: ["requiredOperationApprovalPolicyTypes"]]?.array?.compactMap(\.string) ?? []
            return !own.contains(request.text("id")) && !required.isEmpty && types.isSuperset(of: required)
        }
    }

    static func mine(_ client: GraphClient) async throws -> [JSONValue] {
        try await all(client, "\(path)/retrieveMyRequests()")
    }
}

/// `countersign request …`.
struct Request: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lists, shows, explains and cancels approval requests.",
        discussion: "Uses COUNTERSIGN_URL (default http://127.0.0.1:8080) and COUNTERSIGN_TOKEN.",
        subcommands: [List.self, Show.self, Explain.self, Cancel.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "ls", abstract: "Lists requests, the newest first.", aliases: ["list"])

        @Flag(help: "Those that you filed.") var mine = false
        @Flag(help: "Those that wait and that you may decide.") var reviewable = false
        @Option(help: "Only those with this status, such as needsApproval or approved.") var status: RequestStatusName?
        @OptionGroup var output: OutputOption

        func validate() throws {
            if mine, reviewable { throw ValidationError("Say --mine or --reviewable, not both.") }
        }

        func run() async throws {
            let client = try GraphClient()
            var requests: [JSONValue]
            if reviewable {
                requests = try await Requests.reviewable(client)
            } else if mine {
                requests = try await Requests.mine(client)
            } else {
                requests = try await Requests.all(client, RequestPaths.all)
            }
            if let status { requests = requests.filter { Requests.status($0) == status.name } }
            let hint =
                reviewable
                ? "Decide: countersign approve ID, or countersign deny ID -m WHY" : "More: countersign request show ID"
            output.print(.array(requests)) { Requests.table(requests, hint: hint) }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows one request.")

        @Argument(help: "The request's full id.") var id: GUIDArgument
        @OptionGroup var output: OutputOption

        func run() async throws {
            let request = JSONValue.object(
                try await GraphClient().call(.GET, RequestPaths.request(id.text)).succeeded().body)
            output.print(request) { Self.text(request) }
        }

        static func text(_ request: JSONValue) -> String {
            var lines: [(String, String)] = [("id", request.text("id")), ("status", Requests.status(request))]
            lines.append(("requestor", Requests.requestor(request)))
            let approver = request.text("approver", "user", "displayName")
            lines += [
                ("operation", Requests.operation(request)), ("object", Requests.object(request)),
                ("type", request.text("payloadType")), ("justification", Requests.justification(request)),
                ("filed", Requests.minute(request.text("requestDateTime"))),
                ("expires", Requests.expiration(request)), ("decided by", approver),
                ("reason", request.text("approvalJustification")), ("body", request.text("payload")),
            ]
            return lines.filter { !$0.1.isEmpty }.map { name, value in
                name + String(repeating: " ", count: 15 - name.count) + Standard.escaped(value) + "\n"
            }.joined() + "\nWhy it stands so: countersign request explain \(request.text("id"))\n"
        }
    }

    struct Explain: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Says why a request stands where it stands, and what helps.")

        @Argument(help: "The request's full id.") var id: GUIDArgument
        @OptionGroup var output: OutputOption

        func run() async throws {
            let found = JSONValue.object(
                try await GraphClient().call(.GET, RequestPaths.explanation(id.text)).succeeded().body)
            output.print(found) { Self.text(found) }
        }

        static func text(_ found: JSONValue) -> String {
            var lines = ["\(found.text("operation")) is \(found.text("status"))."]
            for policy in found[path: ["heldBy"]]?.array ?? [] {
                let groups = (policy[path: ["approverGroups"]]?.array ?? []).map { $0.text("displayName") }
                lines.append(
                    groups.isEmpty
                        ? "Held: \(policy.text("rule"))"
                        : "Held by the policy '\(policy.text("displayName"))' (\(policy.text("policyType")), "
                            + "\(policy.text("since"))): approvers are \(groups.joined(separator: ", ")).")
                let now = (policy[path: ["approverGroupsInForce"]]?.array ?? []).map { $0.text("displayName") }
                if !now.isEmpty { lines.append("  now it names \(now.joined(separator: ", "))") }
            }
            if let emergency = found[path: ["breakGlass"]] {
                let review =
                    emergency.text("closedBy").isEmpty
                    ? "not yet reviewed"
                    : "reviewed by \(emergency.text("closedBy")): \(emergency.text("conclusion"))"
                lines.append(
                    "Approved by \(emergency.text("openedBy")) alone, by break-glass: \(emergency.text("reason")) (\(review))."
                )
            }
            for person in found[path: ["approvers"]]?.array ?? [] {
                lines.append("  can decide   \(person.text("displayName")): \(person.text("reason"))")
            }
            for person in found[path: ["notApprovers"]]?.array ?? [] {
                lines.append("  can't decide \(person.text("displayName")): \(person.text("reason"))")
            }
            lines += Requests.changes(found).map { "  changes      \($0)" }
            if let at = found[path: ["timer", "at"]]?.string {
                lines.append("At \(Requests.minute(at)) it \(found.text("timer", "outcome")).")
            }
            lines += (found[path: ["unblock"]]?.array ?? []).compactMap(\.string).map { "-> \($0)" }
            return lines.map { Standard.escaped($0) + "\n" }.joined()
        }
    }

    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Withdraws a request of your own.",
            discussion: "Ends with 5 where the request has ended before.")

        @Argument(help: "The request's full id.") var id: GUIDArgument

        func run() async throws {
            let client = try GraphClient()
            let request = try await client.call(.GET, RequestPaths.request(id.text))
            let answer = try await RequestCall(.cancel, id.text, of: request.body).send(client)
            guard answer.status != 409 else {
                throw CommandFailure("Not effective: \(answer.message)", code: .notEffective)
            }
            _ = try answer.succeeded()
            Standard.output("cancelled\n")
        }
    }
}

/// A request's status by its name on the wire.
struct RequestStatusName: ExpressibleByArgument {
    let name: String
    static let allValueStrings = ["needsApproval", "approved", "rejected", "cancelled", "completed", "expired"]

    init?(argument: String) {
        guard let name = Self.allValueStrings.first(where: { $0.lowercased() == argument.lowercased() }) else {
            return nil
        }
        self.name = name
    }
}

/// What waits for the caller and what the caller waits for.
struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows what waits for you and what you wait for.",
        discussion: "Uses COUNTERSIGN_URL (default http://127.0.0.1:8080) and COUNTERSIGN_TOKEN.")

    @OptionGroup var output: OutputOption

    func run() async throws {
        let client = try GraphClient()
        let me = try await client.call(.GET, "/v1.0/me")
        let waiting = try await Requests.reviewable(client)
        let own = try await Requests.mine(client).filter { ["needsApproval", "approved"].contains($0.text("status")) }
        let name = me.status == 200 ? JSONValue.object(me.body).text("displayName") : "an application"
        let value: JSONValue = ["signedInAs": .string(name), "waitsForYou": .array(waiting), "youWaitFor": .array(own)]
        output.print(value) {
            "You are \(Standard.escaped(name)).\n\nWaits for you:\n"
                + Requests.table(waiting, hint: "Decide: countersign approve ID, or countersign deny ID -m WHY")
                + "\nYou wait for:\n"
                + Requests.table(
                    own, hint: "An approved operation runs when you send the same call again with x-msft-approval-code."
                )
        }
    }
}
