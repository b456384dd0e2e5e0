import EDM
import Storage
import StoragePostgres
import StorageSQLite
import Workflows

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `countersign-benchmarks approve sqlite PATH | approve URL` prints one table: ratios against a baseline of the same run.
@main
struct Benchmarks {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count > 2 else {
            print("usage: countersign-benchmarks approve PATH|postgres://… [operations] | fill PATH COUNT")
            return
        }
        let count = arguments.count > 3 ? Int(arguments[3]) ?? 5000 : 5000
        switch arguments[1] {
        case "approve":
            let isPostgres = arguments[2].hasPrefix("postgres")
            let engine: any Engine =
                isPostgres
                ? try await PostgresEngine.open(url: arguments[2], catalog: Kinds.catalog, stamp: .demo)
                : try SQLiteEngine.open(.file(arguments[2]), catalog: Kinds.catalog, stamp: .demo)
            try await ApproveBenchmark(engine: engine, perRun: count).run(
                clients: isPostgres ? [1, 8, 32] : [1, 8, 64])
            await engine.close()
        case "fill":
            let engine = try SQLiteEngine.open(.file(arguments[2]), catalog: Kinds.catalog, stamp: .demo)
            try await Filling(engine: engine).run(count: count)
            await engine.close()
        default: print("unknown benchmark \(arguments[1])")
        }
    }
}
