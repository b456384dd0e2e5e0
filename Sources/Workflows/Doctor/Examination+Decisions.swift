internal import Crypto
internal import EDM
internal import JSON
internal import MultiAdminApproval
internal import Storage

// Invariants of decisions and executions, from the log and the documents (V1, V3–V5, V8, V9, V14, V15).
extension Examination {
    func decidersAreNoParties() -> Violations {
        var found = Violations()
        for request in requests {
            let filed = request.filing?.principals("parties") ?? []
            for decision in request.decisions {
                let parties = decision.principals("parties")
                let controllers = decision.principals("controllers")
                found.examine(
                    request.row.key.description, controllers.isDisjoint(with: parties) && !controllers.isEmpty,
                    "\(decision.actor) decided and is a party")
                found.examine(
                    request.row.key.description, parties.isSuperset(of: filed), "a party was forgotten after the filing"
                )
            }
        }
        return found
    }

    func oneOutcomePerRequest() -> Violations {
        var found = Violations()
        for request in requests {
            let outcomes = request.decisions.filter { $0.type != "operationApprovalRequest.approvalCancelled" }
            found.examine(request.row.key.description, outcomes.count <= 1, "\(outcomes.count) decisions")
        }
        return found
    }

    /// From → to, as `OperationApprovalRequestState` draws them.
    private static let transitions: Set<[String]> = [
        ["", "needsApproval"], ["needsApproval", "approved"], ["needsApproval", "rejected"],
        ["needsApproval", "cancelled"], ["needsApproval", "expired"], ["approved", "completed"],
        ["approved", "cancelled"],
        ["approved", "expired"],
    ]

    func statesFollowTheTable() -> Violations {
        var found = Violations()
        for request in requests {
            var state = ""
            for event in request.events where !event.isRefusal {
                guard let (old, new) = event.transition else { continue }
                found.examine(
                    request.row.key.description,
                    (old ?? "") == state && Self.transitions.contains([old ?? "", new ?? ""]),
                    "went from \(old ?? "nothing") to \(new ?? "nothing") while it was \(state.isEmpty ? "nothing" : state)"
                )
                state = new ?? ""
            }
            found.examine(
                request.row.key.description, request.machine?.status.rawValue == state,
                "is \(request.machine?.status.rawValue ?? "unreadable") and its log ends with \(state)")
        }
        return found
    }

    func decisionsAreInTime() -> Violations {
        var found = Violations()
        for request in requests {
            guard let deadline = request.machine?.deadline else { continue }
            for event in request.events where !event.isRefusal {
                // What counts is when it was committed: a command that read its clock in time may still have come too late.
                guard let at = event.committedAt else { continue }
                switch event.transition?.new {
                case "approved", "rejected", "completed", "cancelled":
                    found.examine(
                        request.row.key.description, event.at < deadline && at < deadline,
                        "\(event.type) at \(event.at), committed at \(at), too late")
                case "expired":
                    found.examine(
                        request.row.key.description, event.at >= deadline && at >= deadline,
                        "expired at \(event.at), committed at \(at), too early")
                default: break
                }
            }
        }
        return found
    }

    func snapshotsAreKept() -> Violations {
        var found = Violations()
        for request in requests {
            guard let internals = request.machine?.internals else { continue }
            let digest = SHA256.hash(data: PolicySnapshot.hashInput(internals.policies)).hex
            found.examine(
                request.row.key.description, internals.policySnapshotDigest == digest, "its policy snapshot was changed"
            )
            for event in request.decisions {
                found.examine(
                    request.row.key.description, event.facts["snapshot"]?.string == digest,
                    "was decided under another policy snapshot")
            }
        }
        return found
    }

    func filedFactsNeverChange() -> Violations {
        var found = Violations()
        let fixed = [
            "requestDateTime", "expirationDateTime", "requestor", "operation", "entities", "query", "bodyDigest",
            "snapshot",
        ]
        for request in requests {
            guard let machine = request.machine else {
                found.examine(request.row.key.description, false, "can't be read")
                continue
            }
            guard let filing = request.filing else {
                found.examine(request.row.key.description, false, "has no filing in the log")
                continue
            }
            let now = OperationApprovalRequests.facts(of: machine)
            for name in fixed {
                found.examine(request.row.key.description, filing.facts[name] == now[name], "its \(name) has changed")
            }
        }
        return found
    }

    func executionsMatchApprovals() -> Violations {
        var found = Violations()
        for request in requests {
            guard let machine = request.machine else { continue }
            let executions = request.events.filter { $0.facts["execution"] != nil && !$0.isRefusal }
            found.examine(
                request.row.key.description, executions.count == (machine.status == .completed ? 1 : 0),
                "is \(machine.status.rawValue) with \(executions.count) executions")
            let operation = machine.internals.operation
            let digest = operation.body.map { SHA256.hash(data: $0.bytes).hex }
            found.examine(request.row.key.description, operation.bodyDigest == digest, "its stored body was changed")
            for execution in executions {
                let ran = execution.facts["execution"]?[path: ["bodyDigest"]]?.string
                found.examine(request.row.key.description, ran == digest, "another body ran than was approved")
                let approved = request.events.contains {
                    $0.transition?.new == "approved" && $0.stored.position < execution.stored.position
                }
                found.examine(request.row.key.description, approved, "ran without an approval before it")
            }
        }
        return found
    }
}
