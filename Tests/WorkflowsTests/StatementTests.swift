#if DEBUG
    import Directory
    import EDM
    import JSON
    import MultiAdminApproval
    import Storage
    import StorageSQLite
    import Testing
    import Workflows

    /// How many statements a reader's and an approver's work costs on SQLite.
    @Suite struct StatementTests {
        @Test("Reading and approving a request take few statements")
        func bounds() async throws {
            let engine = try SQLiteEngine.open(.memory, catalog: Workloads.tested.catalog, stamp: .demo)
            let governance = Governance(engine, workloads: .tested)
            try await governance.createDemoTenant()
            let alice = Self.caller("alice"), bob = Self.caller("bob")
            var write = GatedWrite(
                ManagedDevices.one(.wipe), method: "POST", version: "beta",
                entityId: DemoTenant.id("managedDevices/laptop-2"), body: ["a": 1])
            write.contentType = "application/json"
            guard
                case .approvalRequired(let id) = try await governance.submit(
                    write, approvalCode: nil, justification: "YXBwIG9ubHkgdGVzdA==", as: alice)
            else {
                Issue.record("wasn't held")
                return
            }
            let trace = StatementTrace()
            try await trace.watch(engine)

            try await Self.read(id, as: alice, governance)
            #expect(trace.takeReads().count <= 2, "an owner, of whom nothing is known yet")
            try await Self.read(id, as: alice, governance)
            #expect(trace.takeReads().count <= 1, "an owner")
            try await Self.read(id, as: bob, governance)
            _ = trace.takeReads()
            try await Self.read(id, as: bob, governance)
            #expect(trace.takeReads().count <= 3, "an approver whose facts are at hand")

            _ = trace.takeWrites()
            try await governance.approve(id, justification: nil, source: .unknown, as: bob)
            let (reads, writes) = (trace.takeReads(), trace.takeWrites())
            #expect(reads.count <= 28, "approving, on readers: \(reads.count)")
            #expect(writes.count <= 29, "approving, on the writer: \(writes.count)")
            try await Self.read(id, as: bob, governance)
            _ = trace.takeReads()
            try await Self.read(id, as: bob, governance)
            #expect(trace.takeReads().count <= 3, "an approver, after the decision")
            await engine.close()
        }

        /// As an answer over Graph asks: who it is, what they may see, the request.
        private static func read(_ id: String, as caller: Caller, _ governance: Governance) async throws {
            let row = try await governance.answer { governance -> ReadRow? in
                guard try await governance.isActive(caller) else { throw AccountInactive() }
                let kind = Kinds.operationApprovalRequests
                if !governance.knowsFacts(of: caller),
                    let own = try await governance.store.read(
                        kind, id, tenant: caller.tenant, visibility: OperationApprovalRequests.own(caller))
                {
                    return own
                }
                return try await governance.store.read(
                    kind, id, tenant: caller.tenant,
                    visibility: OperationApprovalRequests.visibility(for: try await governance.facts(of: caller)))
            }
            #expect(row?.id == id)
        }

        private static func caller(_ name: String) -> Caller {
            Caller(tenant: DemoTenant.tenant, principal: Principal(.user, DemoTenant.id("users/\(name)")))
        }
    }
#endif
