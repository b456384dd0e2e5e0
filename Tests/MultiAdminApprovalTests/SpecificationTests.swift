import Approvals
import Directory
import EDM
import JSON
import MultiAdminApproval
import Testing

/// Cases of Multi Admin Approval that the kernel decides, numbered; those of single rules stand with them.
@Suite("Multi Admin Approval, case by case")
struct SpecificationTests {
    private let rita = Fixture.user("rita"), abe = Fixture.user("abe"), bea = Fixture.user("bea")
    private let hour = Fixture.start + .hours(1)

    @Test("14: filed by a user, the requestor's user stands in it")
    func filer() throws {
        let document = try Fixture().file().document
        #expect(document.requestor?.user?.id == "rita")
        #expect(document.requestor?.application == nil)
        #expect(document.approver == nil && document.approvalJustification == nil)
    }

    @Test("whoever files is a party, even where the workflow told of none")
    func filerIsAParty() throws {
        var fixture = try Fixture()
        fixture.filing.parties = Parties()
        #expect(try fixture.file().parties.reasons == [rita: [.filer]])
    }

    @Test("105: no property of a request is a client's to write, status least of all")
    func readOnly() {
        #expect(OperationApprovalRequest.properties.allSatisfy { $0.traits.contains(.readOnly) })
    }

    @Test("20, 21: while a request is active nothing else is filed for its entity")
    func active() throws {
        var fixture = try Fixture()
        fixture.filing.heldLocks = [Fixture.lock]
        let thrown = #expect(throws: Refusal.self) { try fixture.file() }
        #expect(thrown?.code == .oneActiveRequest)
        #expect(thrown?.reason.hasPrefix("An active Approval Request already exists for this entity") == true)
    }

    @Test("25: creates lock nothing, so two are filed side by side")
    func creates() throws {
        var fixture = try Fixture()
        fixture.filing.operation = try Fixture.call { $0.targets = [] }
        let effects = try OperationApprovalRequestMachine.file(fixture.filing, at: Fixture.start).effects
        #expect(effects == [.statusChanged(from: nil, to: .needsApproval)])
    }

    @Test("29: an approval is recorded with who, why and when")
    func approval() throws {
        let fixture = try Fixture()
        var machine = try fixture.file()
        let decider = try machine.eligibleDecider(fixture.facts(abe))
        _ = try machine.approve(
            by: decider, as: Fixture.identity("abe"), justification: "Approved per change 23423", source: .adminConsole)
        #expect(machine.status == .approved)
        #expect(machine.document.approver?.user?.id == "abe")
        #expect(machine.document.approvalJustification == "Approved per change 23423")
        #expect(machine.document.lastModifiedDateTime > machine.document.requestDateTime)
        #expect(machine.internals.approvalSource == .adminConsole)
        #expect(machine.decisions.map(\.decider) == [abe])
    }

    @Test("30: a rejection is recorded alike and frees the entity")
    func rejection() throws {
        let fixture = try Fixture()
        var machine = try fixture.file()
        let effects = try fixture.decide(&machine, .reject, justification: "no")
        #expect(effects.contains(.lockReleased(Fixture.lock)))
        #expect(machine.document.approvalJustification == "no")
        #expect(machine.document.approver?.user?.id == "abe")
    }

    @Test("32: with a required justification an empty one is refused", arguments: Fixture.Verb.allCases)
    func requiredJustification(verb: Fixture.Verb) throws {
        var fixture = try Fixture()
        fixture.filing.isDecisionJustificationRequired = true
        var machine = try fixture.file()
        if verb == .cancelApproval { _ = try fixture.decide(&machine) }
        let before = machine
        for justification in [nil, "", "  "] {
            #expect(
                refusal { () throws(Refusal) in try fixture.decide(&machine, verb, justification: justification) }
                    == .justificationRequired)
        }
        #expect(machine == before)
    }

    @Test("33: 1024 characters pass, 1025 don't", arguments: Fixture.Verb.allCases)
    func longJustification(verb: Fixture.Verb) throws {
        let fixture = try Fixture()
        var machine = try fixture.file()
        if verb == .cancelApproval { _ = try fixture.decide(&machine) }
        let text = String(repeating: "é", count: 1024)
        let before = machine
        #expect(
            refusal { () throws(Refusal) in try fixture.decide(&machine, verb, justification: text + "x") }
                == .justificationLength)
        #expect(machine == before)
        _ = try fixture.decide(&machine, verb, justification: text)
        #expect(machine.document.approvalJustification == text)
    }

    @Test("37, 38, 58: the requestor decides nothing about an own request", arguments: Fixture.Verb.allCases)
    func ownRequest(verb: Fixture.Verb) throws {
        let fixture = try Fixture()
        var machine = try fixture.file()
        if verb == .cancelApproval { _ = try fixture.decide(&machine) }
        let before = machine
        #expect(refusal { () throws(Refusal) in try fixture.decide(&machine, verb, by: rita) } == .noSelfDecision)
        #expect(machine == before)
    }

    @Test("40: who is no approver is refused, whatever the status", arguments: Fixture.Target.allCases)
    func stranger(target: Fixture.Target) throws {
        let fixture = try Fixture()
        let machine = try fixture.make(target)
        let code = refusal { () throws(Refusal) in try machine.eligibleDecider(fixture.facts(Fixture.user("nat"))) }
        #expect(code == (target == .hidden ? .requestNotFound : .approverResolution))
    }

    @Test("41: an application decides only with appOnlyApproval, and never its own request")
    func application() throws {
        var fixture = try Fixture()
        let app = Principal(.servicePrincipal, "app")
        fixture.edges.append(Fixture.member("app", .servicePrincipal, of: Fixture.approvers))
        var machine = try fixture.file()
        #expect(refusal { () throws(Refusal) in try fixture.decide(&machine, by: app) } == .whoMaySendADecision)
        fixture.filing.switches.appOnlyApproval = true
        machine = try fixture.file()
        #expect(refusal { () throws(Refusal) in try fixture.decide(&machine, by: app) } == nil)
        fixture.filing.operation = try Fixture.call { $0.requestor = app }
        machine = try fixture.file()
        #expect(refusal { () throws(Refusal) in try fixture.decide(&machine, by: app) } == .noSelfDecision)
    }

    @Test("42: the human behind an application's request can't approve it")
    func humanBehindApplication() throws {
        var fixture = try Fixture()
        fixture.filing.operation = try Fixture.call { $0.requestor = Principal(.servicePrincipal, "app") }
        fixture.filing.parties = Parties([abe: [.initiator]])
        var machine = try fixture.file()
        #expect(refusal { () throws(Refusal) in try fixture.decide(&machine, by: abe) } == .noSelfDecision)
        #expect(refusal { () throws(Refusal) in try fixture.decide(&machine, by: bea) } == nil)
    }

    @Test("44: of an approval and a rejection the first wins and the other is 409")
    func concurrent() throws {
        let fixture = try Fixture()
        var machine = try fixture.file()
        _ = try fixture.decide(&machine, by: abe)
        #expect(refusal { () throws(Refusal) in try fixture.decide(&machine, .reject, by: bea) }?.kind == .conflict)
        #expect(machine.decisions.count == 1)
    }

    @Test("46: who was removed from the group between filing and decision is refused")
    func removed() throws {
        var fixture = try Fixture()
        var machine = try fixture.file()
        fixture.edges = []
        #expect(refusal { () throws(Refusal) in try fixture.decide(&machine) } == .approverResolution)
    }

    @Test("48: a policy whose groups lead to nobody files all the same, and stays closed")
    func emptyGroups() throws {
        var fixture = try Fixture()
        fixture.filing.requirement = .closed
        let machine = try fixture.file()
        #expect(refusal { () throws(Refusal) in try machine.eligibleDecider(fixture.facts(abe)) } == .zeroApprovers)
    }

    @Test("52: the requestor cancels an approved request, and the code is void")
    func cancelApproved() throws {
        var machine = try Fixture().make(.approved)
        _ = try machine.cancelMyRequest(by: rita, at: hour)
        #expect(machine.status == .cancelled)
        #expect(machine.document.approver?.user?.id == "abe")
        let call = try Fixture.call()
        #expect(refusal { () throws(Refusal) in try machine.complete(call, at: hour) } == .approvedBeforeExecution)
    }

    @Test("56: cancelApproval by another approver replaces who and why")
    func cancelApproval() throws {
        let fixture = try Fixture()
        var machine = try fixture.make(.approved)
        _ = try fixture.decide(&machine, .cancelApproval, by: bea, justification: "second thoughts")
        #expect(machine.status == .cancelled)
        #expect(machine.document.approver?.user?.id == "bea")
        #expect(machine.document.approvalJustification == "second thoughts")
    }

    @Test(
        "60, 65, 66: the same call, also with members in another order or with the service's names of types, completes")
    func completion() throws {
        let reordered: JSONValue = [
            "retries": 1, "displayName": "Fix", "runAsAccount": nil,
            "@odata.type": "#microsoft.management.services.api.deviceManagementScript",
        ]
        for body in [Fixture.body, reordered] {
            var machine = try Fixture().make(.approved)
            let call = try Fixture.call { $0.body = StoredBody(body) }
            guard case .executing(let run, _) = try machine.complete(call, at: hour) else {
                Issue.record("The completion must execute.")
                return
            }
            #expect(run == (try Fixture.call()), "what runs is the filed call")
            #expect(machine.status == .completed)
        }
    }

    @Test("61: while nobody has decided, a completion changes nothing and waits")
    func waiting() throws {
        var machine = try Fixture().file()
        let before = machine
        #expect(try machine.complete(Fixture.call(), at: hour) == .stillWaiting)
        #expect(machine == before)
    }

    @Test("62, 64: another caller and a changed field are refused, each in its words, and the request stays approved")
    func otherCall() throws {
        var machine = try Fixture().make(.approved)
        let before = machine
        let calls = [
            try Fixture.call { $0.requestor = abe },
            try Fixture.call { $0.body = StoredBody(["displayName": "Other"]) },
        ]
        for call in calls {
            let thrown = #expect(throws: Refusal.self) { try machine.complete(call, at: hour) }
            #expect(thrown?.code == .codeBinding)
            #expect((thrown == CodeBinding.refusal) == (call.requestor == abe))
        }
        #expect(machine == before)
    }

    @Test("72: of many completions one executes")
    func once() throws {
        var machine = try Fixture().make(.approved)
        let call = try Fixture.call()
        let codes = (0..<20).map { _ in refusal { () throws(Refusal) in try machine.complete(call, at: hour) } }
        #expect(codes.count { $0 == nil } == 1)
        #expect(codes.dropFirst().allSatisfy { $0 == .executedOnce })
    }

    @Test("76: a second before the deadline is in time; at it the decision is 409")
    func boundary() throws {
        let fixture = try Fixture()
        var machine = try fixture.file()
        #expect(
            refusal { () throws(Refusal) in try fixture.decide(&machine, at: Fixture.expiration) } == .decisionDeadline)
        #expect(
            refusal { () throws(Refusal) in try machine.cancelMyRequest(by: rita, at: Fixture.expiration) }
                == .decisionDeadline)
        #expect(machine.status == .needsApproval)
        _ = try fixture.decide(&machine, at: Fixture.expiration - .seconds(1))
        #expect(machine.status == .approved)
        #expect(
            refusal { () throws(Refusal) in try machine.cancelMyRequest(by: rita, at: Fixture.expiration) }
                == .decisionDeadline)
        #expect(
            refusal { () throws(Refusal) in try fixture.decide(&machine, .cancelApproval, at: Fixture.expiration) }
                == .decisionDeadline)
    }

    @Test("77: an approved request that has expired isn't completed, settled or not")
    func expiredCompletion() throws {
        let call = try Fixture.call()
        for target in [Fixture.Target.needsApproval, .approved] {
            var machine = try Fixture().make(target)
            let thrown = #expect(throws: Refusal.self) { try machine.complete(call, at: Fixture.expiration) }
            #expect(thrown?.code == .approvedBeforeExecution)
            #expect(thrown?.reason.contains("expired") == true)
            _ = machine.expire(at: Fixture.expiration)
            #expect(
                refusal { () throws(Refusal) in try machine.complete(call, at: Fixture.expiration) }
                    == .approvedBeforeExecution)
        }
    }

    @Test("78: approving doesn't extend the deadline")
    func fixedDeadline() throws {
        #expect(try Fixture().make(.approved).document.expirationDateTime == Fixture.expiration)
        #expect(try Fixture().make(.approved).deadline == Fixture.expiration)
    }

    @Test("80: after a restart past the deadline a request still expires, dated at the deadline")
    func restart() throws {
        let stored = try Fixture().make(.approved)
        var machine = try OperationApprovalRequestMachine(stored.document, stored.internals)
        _ = machine.advance(to: Fixture.expiration + .days(2))
        #expect(machine.status == .expired)
        #expect(machine.document.lastModifiedDateTime == Fixture.expiration)
    }

    @Test("88: the entity's status tells of the lock, and of expiry without a sweeper")
    func entityStatus() throws {
        let fixture = try Fixture()
        func status(_ target: Fixture.Target, _ now: Instant) throws -> (OperationApprovalRequestStatus, Bool) {
            let status = try OperationApprovalRequestEntityStatus.of(try fixture.make(target).document, at: now)
            return (status.requestStatus, status.entityLocked)
        }
        #expect(try status(.needsApproval, hour) == (.needsApproval, true))
        #expect(try status(.approved, hour) == (.approved, true))
        #expect(try status(.approved, Fixture.expiration) == (.expired, false))
        #expect(try status(.rejected, hour) == (.rejected, false))
        let none = try OperationApprovalRequestEntityStatus.of(nil, at: hour)
        #expect(none.requestStatus == .unknown && !none.entityLocked && none.requestId == nil)
        #expect(
            none.members.names == ["requestId", "requestExpirationDateTime", "requestStatus", "entityLocked"])
    }
}
