internal import Approvals
internal import Directory
internal import EDM
internal import JSON
internal import Storage
package import Workflows

/// The help desk's switches.
package struct HelpDeskSwitches: SettingsGroup {
    package var ticketLifetime: Duration = .hours(24)
    package init() {}
    package static let section = "helpDesk"
    package static let switches: [Switch<Self>] = [.duration("ticketLifetime", \.ticketLifetime)]
}

extension Workload {
    /// Tickets that wait for the group of their queue.
    package static let helpDesk: Workload = {
        var workload = Workload("helpDesk")
        workload.kinds = [
            Kinds.tickets, Kinds.ticketArchive, Kinds.queues, Kinds.labels, Kinds.helpDeskSettings,
        ]
        workload.settlers = [
            Settler(Kinds.tickets) { unit, id, settings in
                try await Tickets.settle(id, in: &unit, settings: settings)
            }
        ]
        workload.work = [
            WorkCommand("helpDesk.remind") { _, work, _ in
                var entry = AuditEntry(.reminded, subject: work.subject.map { Key(Kinds.queues.name, $0) })
                entry.facts["queue"] = work.subject.json
                return .done(entry)
            }
        ]
        workload.settings = HelpDeskSwitches.self
        workload.seeds = [
            SeedCollection("queues") { entity, id, unit in
                let now = unit.now
                try await SeedCollection.put(
                    entity, id, Kinds.queues, ["isOpen": true, "createdDateTime": now.json], &unit)
            }
        ]
        workload.demo = [
            .documents(HelpDesk.createDemo),
            .command { governance in
                let dave = Caller(
                    tenant: DemoTenant.tenant, principal: Principal(.user, DemoTenant.id("users/dave")))
                _ = try await governance.fileTicket(
                    ["title": "A new keyboard", "queueId": .string(HelpDesk.hardware)], BodyReader(),
                    id: HelpDesk.keyboard, as: dave)
            },
        ]
        workload.activities =
            [
                .ticketFiled, .ticketGranted, .ticketDenied, .ticketCancelled, .ticketExpired, .ticketArchived,
                .reminded,
            ] + HelpDesk.queues.activities.all + HelpDesk.labels.activities.all + HelpDesk.settings.activities.all
        workload.requests = [.tickets]
        workload.examiners = [
            Examiner("desk", "Every ticket waits in a queue that exists", examines: [.ticketFiled]) { examination in
                var found = Violations()
                var queues: Set<String> = []
                try await examination.each(Kinds.queues.name) { queues.insert($0.row.key.id) }
                for request in examination.requests {
                    guard let ticket = request.request as? LoadedTicket else { continue }
                    found.examine(
                        request.name, !ticket.isActive || queues.contains(ticket.stored.document.queueId),
                        "waits in no queue")
                }
                return found
            }
        ]
        workload.protectors = [
            GroupProtector(
                named: { unit, group in
                    try await unit.all(Kinds.queueGroups, of: Kinds.queues, group).map(HelpDesk.protected)
                },
                all: { unit in
                    try await unit.all(Kinds.queueGroups, of: Kinds.queues, "*").map(HelpDesk.protected)
                })
        ]
        return workload
    }()
}

package enum HelpDesk {
    package static let hardware = DemoTenant.id("queues/hardware")
    package static let keyboard = DemoTenant.id("tickets/keyboard")
    package static let settingsID = "settings"

    static let queues = PlainWrites(
        Kinds.queues, .init("queue", "queue", category: "HelpDesk"),
        hook: { unit, actor, old, new in
            guard let queue = new?.document else { return }
            guard try await unit.get(Kinds.groups, queue.approverGroupId) != nil else {
                throw Invalid(
                    path: "approverGroupId", reason: "names \(queue.approverGroupId), and there is no such group.")
            }
            guard old == nil else { return }
            let tomorrow = unit.now + .days(1)
            try await unit.wake(
                "remind/\(queue.id)", command: "helpDesk.remind", at: tomorrow, subject: queue.id)
        })
    static let labels = PlainWrites(Kinds.labels, .init("label", "label", category: "HelpDesk"))
    static let settings = PlainWrites(
        Kinds.helpDeskSettings, .init("helpDeskSettings", "settings", category: "HelpDesk"))

    static func createDemo(in unit: inout UnitOfWork) throws {
        let now = unit.now
        try unit.put(
            Stored(
                Kinds.queues, id: hardware,
                try Document {
                    $0.id = hardware
                    $0.displayName = "Hardware"
                    $0.approverGroupId = DemoTenant.id("groups/operation-approvers")
                    $0.isOpen = true
                    $0.createdDateTime = now
                }))
        try unit.put(
            Stored(
                Kinds.helpDeskSettings, id: settingsID,
                try Document {
                    $0.id = settingsID
                    $0.greeting = "How can we help?"
                }))
    }

    static func protected(_ queue: Stored<Queue>) -> ProtectedObject {
        let group = queue.document.approverGroupId
        let name = queue.document.displayName
        return ProtectedObject(key: queue.key, displayName: name) { unit, parties in
            let users = try await unit.users(inGroups: [group])
            guard users.contains(where: { !parties.contains(Principal(.user, $0)) }) else {
                throw Refusal(
                    RefusalCode("queueLockout", .conflict),
                    "The queue '\(name)' would have nobody left who could approve.")
            }
        }
    }
}

extension AuditEntry.Activity {
    static let ticketFiled = Self(
        "ticket.filed", "File ticket", category: "HelpDesk", operation: "Add", tags: .filing)
    static let ticketGranted = Self(
        "ticket.granted", "Grant ticket", category: "HelpDesk", tags: [.decision, .outcome])
    static let ticketDenied = Self(
        "ticket.denied", "Deny ticket", category: "HelpDesk", tags: [.decision, .outcome])
    static let ticketCancelled = Self("ticket.cancelled", "Cancel ticket", category: "HelpDesk")
    static let ticketExpired = Self("ticket.expired", "Expire ticket", category: "HelpDesk")
    static let ticketArchived = Self("ticket.archived", "Archive ticket", category: "HelpDesk", operation: "Delete")
    static let reminded = Self("queue.reminded", "Remind of queue", category: "HelpDesk")
}

extension RequestKind {
    static let tickets = RequestKind(
        LoadedTicket.self, kind: Kinds.tickets, archive: Kinds.ticketArchive,
        transitions: [
            Transition(from: nil, to: "waiting"), Transition(from: "waiting", to: "granted", .beforeDeadline),
            Transition(from: "waiting", to: "denied", .beforeDeadline),
            Transition(from: "waiting", to: "cancelled", .beforeDeadline),
            Transition(from: "waiting", to: "expired", .fromDeadline),
        ], filedFacts: ["title", "requestor", "snapshot"], visibility: { Tickets.visibility(for: $0) },
        own: { Tickets.own($0) },
        actions: { id in
            [
                Action("approve", "POST", "/beta/helpDesk/tickets/\(id)/grant", justification: "justification"),
                Action("deny", "POST", "/beta/helpDesk/tickets/\(id)/deny", justification: "justification"),
                Action("cancel", "POST", "/beta/helpDesk/tickets/\(id)/cancel"),
            ]
        },
        summary: { ticket in
            Summary(
                status: ticket["ticketState"]?.string ?? "",
                requestor: JSONValue.object(ticket)[path: ["requestor", "user", "displayName"]]?.string,
                operation: "Grant (ticket)", object: ticket["title"]?.string,
                expiration: (ticket["expirationDateTime"]?.string).flatMap { try? Instant($0) })
        },
        explain: { ticket, explaining, _, _ in
            Explanation(
                heldBy: ["heldBy": [["queueId": .string(ticket.stored.document.queueId)]]],
                unblock: ticket.isActive ? ["Ask \(explaining.approvers.map(\.name).joined(separator: " or "))."] : [],
                details: ["title": .string(ticket.stored.document.title)])
        })
}
