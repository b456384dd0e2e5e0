internal import EDM
internal import HTTPServer
internal import JSON
internal import Storage
internal import Text
internal import Workflows
internal import Yams

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What `--config` says. Options of the command line count before it.
struct Configuration {
    var listen: ListenAddress?
    var database: String?
    var tls: Server.TLSFiles?
    var tenants: [String] = []
    var issuers: [IssuerConfiguration] = []
    var settings = Governance.Settings()

    /// What a file may say: the deployment's own, and a section for each workload that has settings.
    static var sections: [String] {
        ["issuers", "tenants", "listen", "database", "tls"] + Countersign.workloads.settings.map { $0.section }
    }

    init() {}

    init(file: String) throws {
        guard let bytes = FileManager.default.contents(atPath: file) else {
            throw CommandFailure(
                "The configuration '\(file)' can't be read. Name a file that this user may read with --config.")
        }
        let node: Node?
        do { node = try Yams.compose(yaml: String(decoding: bytes, as: UTF8.self)) } catch {
            throw CommandFailure("\(file): isn't YAML: \(error)")
        }
        guard let node else { return }
        try read(YAMLValue(node: node, path: "", file: file), folder: Self.folder(of: file))
    }

    private mutating func read(_ root: YAMLValue, folder: String) throws {
        let members = try root.members(Self.sections)
        if let value = members["listen"] {
            guard let address = ListenAddress(argument: try value.text()) else {
                throw value.failure("must be a host and a port such as 127.0.0.1:8080.")
            }
            listen = address
        }
        database = try members["database"]?.text()
        if let text = database, case .file(let path) = try DatabaseLocation(text) {
            database = Self.path(path, in: folder)
        }
        if let value = members["tls"] {
            let files = try value.members(["certificate", "key"])
            guard let certificate = files["certificate"], let key = files["key"] else {
                throw value.failure("needs a 'certificate' and a 'key'.")
            }
            tls = Server.TLSFiles(
                certificate: Self.path(try certificate.text(), in: folder), key: Self.path(try key.text(), in: folder))
        }
        tenants =
            try members["tenants"]?.elements().map {
                guard try $0.text().isGUID else { throw $0.failure("must be a GUID, as a tenant's id is.") }
                return try $0.text().lowercased()
            } ?? []
        if let list = members["issuers"] {
            for value in try list.elements() {
                let issuer = try IssuerConfiguration(value, tenants: tenants, folder: folder)
                guard !issuers.contains(where: { $0.name == issuer.name }) else {
                    throw list.failure("names '\(issuer.name)' twice.")
                }
                issuers.append(issuer)
            }
        }
        for group in Countersign.workloads.settings {
            guard let value = members[group.section] else { continue }
            do { try settings.change(group, try value.object()) } catch let invalid as Invalid {
                throw value.failure("has a mistake: \(invalid.description)")
            }
        }
    }

    /// Files are named relative to the file that names them.
    static func path(_ path: String, in folder: String) -> String { path.hasPrefix("/") ? path : "\(folder)/\(path)" }

    private static func folder(of file: String) -> String {
        file.lastIndex(of: "/").map { $0 == file.startIndex ? "" : String(file[..<$0]) } ?? "."
    }
}
