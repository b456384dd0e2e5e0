internal import EDM
internal import Storage

extension EngineContract {
    static let resentChanges: [Check] = [
        Check("A change set that is sent again is recognised and not applied again") { bench in
            try await bench.decide { try $0.add(Samples.accounts, "a", amount: 1) }
            let change = try await bench.changeSet { unit in
                try await unit.change(Samples.accounts, "a") { $0.amount += 1 }
                try unit.add(Samples.switches, "s", group: "g")
                unit.take("name", for: Key("select", "s"))
            }
            guard case .committed = await bench.engine.commit(change) else {
                throw ContractViolation("Expected: the change set is committed the first time.")
            }
            let before = try await bench.dump(names: ["name"])
            // That it is in may be told by its id or by what it has itself made stale.
            switch await bench.engine.commit(change) {
            case .conflict, .committed: break
            case .unavailable(let reason), .unknown(let reason):
                throw ContractViolation("Expected: the second commit is recognised. Found \(reason)")
            }
            try expect(try await bench.dump(names: ["name"]), equals: before, "nothing happens twice")
            _ = try await bench.log(3)
        },
        Check("A change set that rests on nothing is recognised by its id alone") { bench in
            let change = try await bench.changeSet { try $0.record(.sample("only an event")) }
            guard case .committed = await bench.engine.commit(change) else {
                throw ContractViolation("Expected: the change set is committed the first time.")
            }
            switch await bench.engine.commit(change) {
            case .conflict(.change), .committed: break
            case .conflict(let conflict): throw ContractViolation("Expected: the id is recognised. Found \(conflict).")
            case .unavailable(let reason), .unknown(let reason):
                throw ContractViolation("Expected: the id is recognised. Found \(reason)")
            }
            _ = try await bench.log(1)
        },
        Check("A change set that is sent again after its document was deleted doesn't bring it back") { bench in
            let change = try await bench.changeSet { try $0.add(Samples.bases, "b") }
            guard case .committed = await bench.engine.commit(change) else {
                throw ContractViolation("Expected: the change set is committed the first time.")
            }
            try await bench.decide { try await $0.remove(Samples.bases, "b") }
            guard case .conflict(.change) = await bench.engine.commit(change) else {
                throw ContractViolation("Expected: the id is recognised where every read stands again.")
            }
            try expect(try await bench.item(Samples.bases, "b") == nil, "the document stays deleted")
            _ = try await bench.log(2)
        },
    ]
}
