// swift-tools-version: 6.2
import PackageDescription

// Rooms and the direction of their dependencies: docs/architecture.md.
let package = Package(
    name: "countersign",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "countersign", targets: ["countersign"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", exact: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/vapor/jwt-kit", exact: "5.7.1"),
    ],
    targets: [
        // The kernel: the standard library and nothing else.
        .target(name: "Text"),
        .target(name: "JSON"),
        .target(name: "EDM", dependencies: ["JSON"]),
        .target(name: "Directory", dependencies: ["EDM", "JSON"]),
        .target(name: "Approvals", dependencies: ["Directory", "EDM", "JSON"]),
        .target(name: "MultiAdminApproval", dependencies: ["Approvals", "Directory", "EDM", "JSON", "Text"]),
        .target(name: "OData", dependencies: ["EDM", "JSON", "Text"]),

        .target(name: "Threads"),

        // Storage: the promise, its tests as a library, and the engines.
        .target(
            name: "Storage", dependencies: ["EDM", "JSON", "Text", .product(name: "Crypto", package: "swift-crypto")]),
        .target(name: "StorageContract", dependencies: ["EDM", "JSON", "Storage", "Text"]),
        .target(name: "StorageMemory", dependencies: ["EDM", "JSON", "Storage"]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .target(name: "StorageSQLite", dependencies: ["CSQLite", "EDM", "JSON", "Storage", "Text", "Threads"]),
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .target(name: "StoragePostgres", dependencies: ["CLibPQ", "EDM", "JSON", "Storage", "Text", "Threads"]),

        .target(
            name: "Workflows",
            dependencies: [
                "Approvals", "Directory", "EDM", "JSON", "MultiAdminApproval", "Storage", "Text",
                .product(name: "Crypto", package: "swift-crypto"),
            ]),
        .target(
            name: "Authentication",
            dependencies: [
                "Directory", "EDM", "JSON", "Text",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "JWTKit", package: "jwt-kit"),
            ]),
        .target(
            name: "GraphAPI",
            dependencies: [
                "Approvals", "Directory", "EDM", "JSON", "MultiAdminApproval", "OData", "Storage", "Text", "Workflows",
                .product(name: "Crypto", package: "swift-crypto"),
            ]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(
            name: "HTTPServer",
            dependencies: [
                "Authentication", "CZlib", "Directory", "EDM", "GraphAPI", "JSON", "Storage", "Workflows",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        // What has moved in, and the commands over it.
        .target(name: "Composition", dependencies: ["GraphAPI", "Workflows"]),
        .target(
            name: "Commands",
            dependencies: [
                "Approvals", "Authentication", "Composition", "Directory", "EDM", "GraphAPI", "HTTPServer", "JSON",
                "Storage",
                "StoragePostgres", "StorageSQLite", "Text", "Workflows",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "Yams", package: "Yams"),
            ]),
        .executableTarget(name: "countersign", dependencies: ["Commands"]),

        .executableTarget(
            name: "countersign-benchmarks",
            dependencies: [
                "Authentication", "Composition", "Directory", "EDM", "GraphAPI", "HTTPServer", "JSON",
                "MultiAdminApproval",
                "Storage", "StoragePostgres", "StorageSQLite", "Workflows",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
            ], path: "Benchmarks", exclude: ["allocations.c", "pgbench.py", "read.lua", "startup.py"]),

        .testTarget(name: "TextTests", dependencies: ["Text"]),
        .testTarget(name: "JSONTests", dependencies: ["JSON"]),
        .testTarget(name: "EDMTests", dependencies: ["EDM", "JSON"]),
        .testTarget(name: "ApprovalsTests", dependencies: ["Approvals", "Directory", "EDM", "JSON"]),
        .testTarget(
            name: "MultiAdminApprovalTests",
            dependencies: ["Approvals", "Directory", "EDM", "JSON", "MultiAdminApproval"]),
        .testTarget(name: "ODataTests", dependencies: ["EDM", "JSON", "OData"]),
        .testTarget(
            name: "StorageTests", dependencies: ["EDM", "JSON", "Storage", "StorageContract", "StorageMemory", "Text"]),
        .testTarget(name: "StorageSQLiteTests", dependencies: ["CSQLite", "EDM", "JSON", "Storage", "StorageSQLite"]),
        .testTarget(name: "StoragePostgresTests", dependencies: ["EDM", "JSON", "Storage", "StoragePostgres", "Text"]),
        .testTarget(
            name: "ContractTests",
            dependencies: [
                "EDM", "JSON", "Storage", "StorageContract", "StorageMemory", "StoragePostgres", "StorageSQLite",
                "Text",
            ]),
        .testTarget(
            name: "GraphAPITests",
            dependencies: ["Directory", "EDM", "GraphAPI", "JSON", "Storage", "StorageMemory", "Workflows"]),
        .testTarget(
            name: "AuthenticationTests",
            dependencies: [
                "Authentication", "Directory", "EDM", "JSON", "Text",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "JWTKit", package: "jwt-kit"),
            ]),
        .testTarget(
            name: "HTTPServerTests",
            dependencies: [
                "Authentication", "CZlib", "EDM", "GraphAPI", "HTTPServer", "JSON", "Storage", "StorageMemory",
                "Workflows",
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ]),
        .testTarget(
            name: "SimulationTests",
            dependencies: ["Directory", "EDM", "JSON", "MultiAdminApproval", "Storage", "StorageMemory", "Workflows"]),
        .testTarget(
            name: "WorkflowsTests",
            dependencies: [
                "Approvals", "Directory", "EDM", "JSON", "MultiAdminApproval", "Storage", "StorageMemory",
                "StorageSQLite",
                "Workflows",
            ]),
        .testTarget(
            name: "CommandsTests",
            dependencies: [
                "Commands", "Composition", "EDM", "GraphAPI", "Workflows",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .testTarget(name: "HouseTests"),

        // A workload that moves in by registration alone, and the product with it.
        .target(
            name: "ToyWorkload",
            dependencies: ["Approvals", "Directory", "EDM", "GraphAPI", "JSON", "OData", "Storage", "Workflows"],
            path: "Tests/ToyWorkload"),
        .executableTarget(
            name: "toy-countersign", dependencies: ["Commands", "Composition", "ToyWorkload"],
            path: "Tests/ToyCountersign"),
        .testTarget(
            name: "ToyWorkloadTests",
            dependencies: [
                "Approvals", "Composition", "Directory", "EDM", "GraphAPI", "JSON", "Storage", "StorageMemory",
                "ToyWorkload", "Workflows",
            ]),
    ],
    swiftLanguageModes: [.v6]
)

for target in package.targets where target.type != .system {
    var settings = target.swiftSettings ?? []
    settings += [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
    ]
    // Set by script/test, so that a newer compiler's new warnings stop our builds and never an operator's.
    if Context.environment["COUNTERSIGN_STRICT"] != nil { settings.append(.treatAllWarnings(as: .error)) }
    target.swiftSettings = settings
}
