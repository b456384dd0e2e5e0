internal import ArgumentParser
internal import Composition
internal import EDM
internal import Foundation
internal import GraphAPI
internal import Storage
internal import Workflows

/// Resolving a path in the process, with the sets of this build and with 200 more, in turn.
struct PathsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "paths", abstract: "The time to resolve a path, among few sets and among many, in nanoseconds.")

    @Option(help: "Runs of each, in turn.") var runs = 41
    @Option(help: "Resolutions per run.") var operations = 200_000

    private static let targets = [
        "/beta/deviceManagement/operationApprovalRequests/3f2504e0-4f89-41d3-9a0c-0305e82c3301",
        "/v1.0/users?$top=10",
        "/beta/groups/3f2504e0-4f89-41d3-9a0c-0305e82c3301/members/graph.user/$count",
        "/beta/deviceManagement/managedDevices/3f2504e0-4f89-41d3-9a0c-0305e82c3301/wipe",
    ]

    func run() throws {
        let workloads = Registration.all.workloads
        let few = try Registration.all.model()
        let more = (1...200).map { number in
            Resource.set("things\(number)", Kinds.users, visibility: { _ in .all })
        }
        let rows = (1...200).map { "GET /things\($0) /things\($0)/{id}\n    Thing.Read.All\n" }.joined()
        let many = try GraphModel(
            Registration.all.map(\.surface) + [Surface(.countersign, permissions: PermissionTable(rows), more)],
            workloads)
        for target in Self.targets {
            guard few.serves(target), many.serves(target) else { throw ValidationError("\(target) isn't served.") }
        }
        var times: [[Double]] = [[], []]
        let before = allocations
        for _ in 0..<runs {
            times[0].append(time(few))
            times[1].append(time(many))
        }
        let made = zip(allocations, before).map { $0 - $1 }.first
        let medians = times.map { $0.sorted()[runs / 2] }
        print("\(padded(String(few.setCount), 4)) sets: \(rounded(medians[0], 1)) ns per path")
        print("\(padded(String(many.setCount), 4)) sets: \(rounded(medians[1], 1)) ns per path")
        print("ratio \(rounded(medians[1] / medians[0], 2)) (aim 1.05)")
        if let made {
            // What the table of times costs, and no more.
            let resolved = 2 * runs * operations
            print("allocations: \(made) in \(resolved) resolutions")
            if made * 1000 > resolved { throw ExitCode.failure }
        }
    }

    private func time(_ model: GraphModel) -> Double {
        let start = ContinuousClock.now
        var found = 0
        for index in 0..<operations where model.serves(Self.targets[index % Self.targets.count]) { found += 1 }
        precondition(found == operations)
        return Double((ContinuousClock.now - start).microseconds) * 1000 / Double(operations)
    }

    /// Of this process, where `allocations.c` counts them; empty elsewhere.
    private var allocations: [UInt64] {
        guard let path = ProcessInfo.processInfo.environment["ALLOCATIONS"],
            let data = FileManager.default.contents(atPath: path), data.count >= 8
        else { return [] }
        return [data.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }]
    }
}
