internal import AsyncHTTPClient
internal import Authentication
internal import JSON
internal import NIOCore
internal import NIOHTTP1

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension IssuerConfiguration.Keys {
    /// Reads a JWK Set. A file is read anew every five minutes, so that keys can be changed without a restart.
    func read() async throws -> KeySource.Reading {
        switch self {
        case .file(let path):
            return KeySource.Reading(try Self.contents(of: path), maximumAge: .zero)
        case .url(let url): return try await Self.download(url)
        }
    }

    private static func contents(of path: String) throws -> [UInt8] {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw CommandFailure("The keys '\(path)' can't be read. Put the issuer's JWK Set there.")
        }
        return [UInt8](bytes)
    }

    /// At the start a file is there and holds a JWK Set; what a URL answers is known when the first token comes.
    func check() throws {
        guard case .file(let path) = self else { return }
        let bytes = try Self.contents(of: path)
        guard let keys = (try? JSONReader.read(bytes))?[path: ["keys"]]?.array, !keys.isEmpty else {
            throw CommandFailure("The keys '\(path)' are no JWK Set: an object with a list of 'keys'.")
        }
    }

    /// No redirects, 30 seconds, one mebibyte (security rule R31).
    private static func download(_ url: String) async throws -> KeySource.Reading {
        let client = HTTPClient(
            eventLoopGroupProvider: .singleton, configuration: .init(redirectConfiguration: .disallow))
        let result: Result<KeySource.Reading, any Error>
        do {
            let response = try await client.execute(HTTPClientRequest(url: url), timeout: .seconds(30))
            guard response.status == .ok else { throw CommandFailure("\(url) answered \(response.status.code).") }
            let body = try await response.body.collect(upTo: 1 << 20)
            result = .success(
                KeySource.Reading(
                    [UInt8](body.readableBytesView),
                    maximumAge: maximumAge(response.headers[canonicalForm: "cache-control"])))
        } catch {
            result = .failure(error)
        }
        try? await client.shutdown()
        return try result.get()
    }

    /// `max-age` of `Cache-Control` (RFC 9111 §5.2.2.1).
    static func maximumAge(_ directives: [Substring]) -> Duration? {
        directives.lazy.compactMap { directive -> Duration? in
            let parts = directive.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "max-age", let seconds = Int64(parts[1]) else {
                return nil
            }
            return .seconds(min(max(0, seconds), 1_000_000_000))
        }.first
    }
}
