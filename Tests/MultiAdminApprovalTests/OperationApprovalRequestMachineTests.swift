import Approvals
import Directory
import EDM
import JSON
import MultiAdminApproval
import Testing

@Suite("The machine of approval requests")
struct OperationApprovalRequestMachineTests {
    enum Event: CaseIterable {
        case approve, reject, cancelApproval, cancelMyRequest, complete, delete, expireEarly, expire, purgeEarly, purge
    }

    enum Outcome: Equatable {
        case becomes(OperationApprovalRequestStatus)
        case hides, waits, nothing
        case refused(RefusalCode)
    }

    /// What each event does in each status, and what time does.
    private func expected(_ event: Event, in target: Fixture.Target) -> Outcome {
        switch event {
        case .approve, .reject:
            switch target {
            case .needsApproval: .becomes(event == .approve ? .approved : .rejected)
            case .approved, .rejected: .refused(.repeatedDecision)
            case .cancelled, .approvalCancelled, .completed, .expired, .expiredApproved: .refused(.requestStatus)
            case .hidden: .refused(.requestNotFound)
            }
        case .cancelApproval:
            switch target {
            case .approved: .becomes(.cancelled)
            case .needsApproval, .rejected, .cancelled, .approvalCancelled, .completed, .expired, .expiredApproved:
                .refused(.requestStatus)
            case .hidden: .refused(.requestNotFound)
            }
        case .cancelMyRequest:
            switch target {
            case .needsApproval, .approved: .becomes(.cancelled)
            case .rejected, .cancelled, .approvalCancelled, .completed, .expired, .expiredApproved:
                .refused(.requestStatus)
            case .hidden: .refused(.requestNotFound)
            }
        case .complete:
            switch target {
            case .needsApproval: .waits
            case .approved: .becomes(.completed)
            case .rejected, .cancelled, .approvalCancelled, .expired, .expiredApproved:
                .refused(.approvedBeforeExecution)
            case .completed: .refused(.executedOnce)
            case .hidden: .refused(.codeBinding)
            }
        case .delete:
            switch target {
            case .needsApproval, .approved: .refused(.requestStatus)
            case .rejected, .cancelled, .approvalCancelled, .completed, .expired, .expiredApproved: .hides
            case .hidden: .refused(.requestNotFound)
            }
        case .expire:
            switch target {
            case .needsApproval, .approved: .becomes(.expired)
            case .rejected, .cancelled, .approvalCancelled, .completed, .expired, .expiredApproved, .hidden: .nothing
            }
        case .purge:
            switch target {
            case .needsApproval, .approved, .hidden: .nothing
            case .rejected, .cancelled, .approvalCancelled, .completed, .expired, .expiredApproved: .hides
            }
        case .expireEarly, .purgeEarly: .nothing
        }
    }

    private func apply(_ event: Event, to machine: inout OperationApprovalRequestMachine, _ fixture: Fixture) throws
        -> Outcome
    {
        let now = Fixture.start + .hours(3)
        let call = try Fixture.call()
        let effects: [OperationApprovalRequestEffect]
        do throws(Refusal) {
            switch event {
            case .approve: effects = try fixture.decide(&machine, .approve, by: Fixture.user("bea"), at: now)
            case .reject: effects = try fixture.decide(&machine, .reject, by: Fixture.user("bea"), at: now)
            case .cancelApproval:
                effects = try fixture.decide(&machine, .cancelApproval, by: Fixture.user("bea"), at: now)
            case .cancelMyRequest: effects = try machine.cancelMyRequest(by: Fixture.user("rita"), at: now)
            case .complete:
                switch try machine.complete(call, at: now) {
                case .executing(_, let executing): effects = executing
                case .stillWaiting: return .waits
                }
            case .delete: effects = try machine.delete(by: Fixture.user("nat"), control: ControlFacts(), at: now)
            case .expireEarly: effects = machine.expire(at: Fixture.expiration - .microseconds(1))
            case .expire: effects = machine.expire(at: Fixture.expiration)
            case .purgeEarly:
                effects = machine.purge(at: machine.document.lastModifiedDateTime + .days(30) - .microseconds(1))
            case .purge: effects = machine.purge(at: machine.document.lastModifiedDateTime + .days(30))
            }
        } catch { return .refused(error.code) }
        for effect in effects {
            if case .statusChanged(_, let status) = effect { return .becomes(status) }
        }
        return effects == [.hidden] ? .hides : effects.isEmpty ? .nothing : .waits
    }

    @Test(
        "each event does in each state what the table says; a refusal leaves the state untouched",
        arguments: Fixture.Target.allCases, Event.allCases)
    func table(target: Fixture.Target, event: Event) throws {
        let fixture = try Fixture()
        var machine = try fixture.make(target)
        let before = machine
        let outcome = try apply(event, to: &machine, fixture)
        #expect(outcome == expected(event, in: target))
        switch outcome {
        case .refused, .waits, .nothing: #expect(machine == before)
        case .becomes(let status): #expect(machine.status == status)
        case .hides: #expect(machine.isHidden && machine.document == before.document)
        }
        let text = (try JSONReader.read(machine.document.json.bytes), try JSONReader.read(machine.internals.json.bytes))
        #expect(try OperationApprovalRequestMachine(Document(json: text.0), Document(json: text.1)) == machine)
    }

    @Test("a refusal of a decision is 409, of a completion 403 unless it has run", arguments: Fixture.Target.allCases)
    func kinds(target: Fixture.Target) throws {
        let fixture = try Fixture()
        for event in [Event.approve, .reject, .cancelApproval, .cancelMyRequest, .delete] {
            var machine = try fixture.make(target)
            guard case .refused(let code) = try apply(event, to: &machine, fixture) else { continue }
            #expect(code.kind == (target == .hidden ? .notFound : .conflict))
        }
        var machine = try fixture.make(target)
        guard case .refused(let code) = try apply(.complete, to: &machine, fixture) else { return }
        #expect(code.kind == (target == .completed ? .conflict : .forbidden))
    }

    @Test("a refusal by the status names it", arguments: Fixture.Target.allCases)
    func namesTheStatus(target: Fixture.Target) throws {
        let fixture = try Fixture()
        var machine = try fixture.make(target)
        guard target != .needsApproval, target != .hidden else { return }
        let thrown = #expect(throws: Refusal.self) { try fixture.decide(&machine, .approve, by: Fixture.user("bea")) }
        #expect(thrown?.reason.contains(machine.status.rawValue) == true)
    }

    @Test("the table of transitions is what the events do, no more and no less")
    func transitions() throws {
        let fixture = try Fixture()
        var seen: Set<[OperationApprovalRequestStatus?]> = [[nil, try fixture.file().status]]
        for target in Fixture.Target.allCases {
            for event in Event.allCases {
                var machine = try fixture.make(target)
                let before = machine.status
                guard case .becomes(let after) = try apply(event, to: &machine, fixture) else { continue }
                seen.insert([before, after])
            }
        }
        #expect(seen == Set(OperationApprovalRequestStatus.transitions.map { [$0.from, $0.to] }))
    }

    @Test("filing locks the entity; what ends a request frees it once and starts its retention")
    func effects() throws {
        let fixture = try Fixture()
        let lock = Fixture.lock
        var (machine, effects) = try OperationApprovalRequestMachine.file(fixture.filing, at: Fixture.start)
        #expect(effects == [.statusChanged(from: nil, to: .needsApproval), .lockTaken(lock)])
        effects = try fixture.decide(&machine)
        #expect(effects == [.statusChanged(from: .needsApproval, to: .approved)])
        let now = Fixture.start + .hours(2)
        #expect(
            try machine.complete(Fixture.call(), at: now)
                == .executing(
                    Fixture.call(), [.statusChanged(from: .approved, to: .completed), .lockReleased(lock)]))
        #expect(machine.internals.purgeDateTime == now + .days(30))
        for target in Fixture.Target.allCases where target != .needsApproval && target != .approved {
            var machine = try fixture.make(target)
            #expect(!machine.advance(to: Fixture.start + .days(200)).contains(.lockReleased(lock)))
        }
    }

    @Test("the next timer is the expiry, then the end of retention, then nothing", arguments: Fixture.Target.allCases)
    func nextTimer(target: Fixture.Target) throws {
        let machine = try Fixture().make(target)
        let expected: Instant? =
            switch target {
            case .needsApproval, .approved: Fixture.expiration
            case .rejected, .cancelled, .approvalCancelled: Fixture.start + .hours(1) + .days(30)
            case .completed: Fixture.start + .hours(2) + .days(30)
            case .expired, .expiredApproved: Fixture.expiration + .days(30)
            case .hidden: nil
            }
        #expect(machine.nextTimer == expected)
    }

    @Test("long after, one advance expires a request and ends its retention; a second does nothing")
    func advance() throws {
        var machine = try Fixture().file()
        let late = Fixture.start + .days(60)
        #expect(machine.advance(to: late).last == .hidden)
        #expect(machine.status == .expired)
        #expect(machine.document.lastModifiedDateTime == Fixture.expiration)
        let after = machine
        #expect(machine.advance(to: late + .days(1)).isEmpty)
        #expect(machine == after)
    }

    @Test("a deleted request answers as one that never was, but its record stays")
    func deleted() throws {
        let fixture = try Fixture()
        var machine = try fixture.make(.completed)
        let before = machine
        _ = try machine.delete(by: Fixture.user("nat"), control: fixture.control, at: Fixture.start + .hours(5))
        #expect(machine.isHidden && machine.nextTimer == nil)
        #expect(machine.internals.deletedBy == Fixture.user("nat"))
        #expect(machine.internals.hiddenDateTime == Fixture.start + .hours(5))
        #expect(machine.document == before.document)
        #expect(machine.decisions == before.decisions)
        let code = refusal { () throws(Refusal) in try fixture.decide(&machine) }
        #expect(code == .requestNotFound)
        #expect(code?.kind == .notFound)
    }

    @Test("at the end of its retention a request is hidden, not before, and by nobody")
    func purged() throws {
        var machine = try Fixture().make(.rejected)
        let end = machine.document.lastModifiedDateTime + .days(30)
        #expect(machine.purge(at: end - .microseconds(1)).isEmpty)
        #expect(machine.purge(at: end) == [.hidden])
        #expect(machine.internals.deletedBy == nil)
        #expect(machine.purge(at: end).isEmpty)
    }

    @Test("retention is configurable")
    func retention() throws {
        let fixture = try Fixture()
        var machine = try OperationApprovalRequestMachine.file(fixture.filing, at: Fixture.start, retention: .days(1))
            .machine
        _ = machine.expire(at: Fixture.expiration)
        #expect(machine.purge(at: Fixture.expiration + .days(1)) == [.hidden])
    }

    @Test("a quorum of two takes two persons; the status changes with the second")
    func quorum() throws {
        var fixture = try Fixture()
        fixture.filing.quorum = 2
        var machine = try fixture.file()
        #expect(try fixture.decide(&machine).isEmpty)
        #expect(machine.status == .needsApproval)
        #expect(machine.document.approver == nil)
        #expect(refusal { () throws(Refusal) in try fixture.decide(&machine) } == .repeatedDecision)
        _ = try fixture.decide(&machine, by: Fixture.user("bea"))
        #expect(machine.status == .approved)
        #expect(machine.document.approver?.user?.id == "bea")
    }

    @Test("document and internals that contradict each other are refused")
    func contradiction() throws {
        let fixture = try Fixture()
        for target in Fixture.Target.allCases {
            for status in OperationApprovalRequestStatus.allCases where status != .unknownFutureValue {
                let machine = try fixture.make(target)
                var document = machine.document
                document.status = status
                let rebuilt = try? OperationApprovalRequestMachine(document, machine.internals)
                let fits: Bool =
                    switch target {
                    case .needsApproval: status == .needsApproval
                    case .rejected, .hidden: status == .rejected
                    case .cancelled: status == .cancelled
                    case .expired: status == .expired
                    case .approved, .approvalCancelled, .completed, .expiredApproved:
                        [.approved, .cancelled, .completed, .expired].contains(status)
                    }
                #expect((rebuilt != nil) == fits, "\(target) as \(status)")
            }
        }
        let machine = try fixture.file()
        var document = machine.document
        document.expirationDateTime = Fixture.expiration + .seconds(1)
        #expect(throws: Invalid.self) { try OperationApprovalRequestMachine(document, machine.internals) }
    }
}
