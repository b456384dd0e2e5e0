internal import Approvals
internal import Directory
internal import EDM
package import GraphAPI
internal import JSON
internal import OData
internal import Storage
internal import Workflows

extension Surface {
    /// Tickets, queues with their labels, and the desk's settings.
    package static let helpDesk = Surface(
        .countersign,
        permissions: PermissionTable(
            """
            GET /helpDesk/tickets /helpDesk/tickets/{id} /helpDesk/tickets/filterByCurrentUser /helpDesk/tickets/{id}/queue
                User.Read
            v1.0 GET /helpDesk/supportTickets /helpDesk/supportTickets/{id} /helpDesk/supportTickets/filterByCurrentUser
                User.Read
            v1.0 GET /helpDesk/supportTickets/{id}/queue
                User.Read
            POST /helpDesk/tickets /helpDesk/tickets/{id}/grant /helpDesk/tickets/{id}/deny /helpDesk/tickets/{id}/cancel
                User.Read
            POST /helpDesk/supportTickets /helpDesk/supportTickets/{id}/grant /helpDesk/supportTickets/{id}/deny
                User.Read
            POST /helpDesk/supportTickets/{id}/cancel
                User.Read
            GET,POST /helpDesk/queues /helpDesk/queues/{id}/labels
                Group.ReadWrite.All
            GET,PATCH,DELETE /helpDesk/queues/{id} /helpDesk/queues/{id}/labels/{id}
                Group.ReadWrite.All
            GET,PATCH /helpDesk/settings
                Group.ReadWrite.All
            """),
        [
            .container(
                "helpDesk",
                [
                    tickets,
                    .set(
                        "queues", Kinds.queues, versions: .graph,
                        order: [Query.Order(Field(path: ["displayName"], type: .text))], visibility: { _ in .all },
                        namedKeys: ["displayName"], operations: Operation.plain(HelpDesk.queues),
                        contained: [
                            .set(
                                "labels", Kinds.labels, versions: .graph, visibility: { _ in .all }, parent: "queueId",
                                operations: Operation.plain(HelpDesk.labels))
                        ]),
                    .singleton(
                        "settings", Kinds.helpDeskSettings, visibility: { _ in .all },
                        operations: [.updateSingleton(HelpDesk.settings)]
                    ) { _ in HelpDesk.settingsID },
                ])
        ])

    private static let tickets = Resource.set(
        "tickets", v1: "supportTickets", Kinds.tickets, versions: .graph,
        order: [Query.Order(Field(path: ["createdDateTime"], type: .instant), descending: true)],
        visibility: { Tickets.visibility(for: try await $0.facts()) }, own: { Tickets.own($0) },
        relations: [.reference("queue", by: ["queueId"], in: Kinds.queues)],
        operations: [
            Operation("POST", on: .resource) { call in
                let ticket = try await call.governance.fileTicket(try call.object(), call.reader, as: call.caller)
                return try await call.created(ticket)
            },
            Operation(
                "GET", "filterByCurrentUser", on: .resource,
                parameters: [Parameter("on", TicketFilterByCurrentUserOptions.edm)], isCollection: true
            ) { call in
                let visibility =
                    switch call.argument("on", as: TicketFilterByCurrentUserOptions.self) {
                    case .requestor: Tickets.own(call.caller)
                    case .approver, nil: Tickets.visibility(for: try await call.facts())
                    }
                return try await Reads.page(call, visibility: visibility, function: "Collection(ticket)")
            },
            decision("grant", .approve), decision("deny", .deny),
            Operation("POST", "cancel", on: .entity) { call in
                try await call.governance.cancelTicket(call.id ?? "", as: call.caller)
                return GraphResponse(status: 204)
            },
        ])

    private static func decision(_ name: String, _ choice: DecisionChoice) -> Operation {
        Operation("POST", name, on: .entity) { call in
            let parameters = try call.actionParameters(["justification"])
            try await call.governance.decideTicket(
                call.id ?? "", choice,
                justification: try call.parameter("justification", of: parameters, as: String.self), as: call.caller)
            return GraphResponse(status: 204)
        }
    }
}
