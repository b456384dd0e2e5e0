internal import Authentication
internal import GraphAPI
internal import JSON

extension Route {
    /// The development issuer's public documents, under the paths where Microsoft Entra has them.
    static func development(_ issuer: DevelopmentIssuer, publicURL: String) -> [Route] {
        let tenant = issuer.tenant
        return [
            Route("GET", "/\(tenant)/discovery/v2.0/keys") { _ in .json(issuer.keySet) },
            Route("GET", "/\(tenant)/v2.0/.well-known/openid-configuration") { _ in
                .json(issuer.discovery(publicURL: publicURL))
            },
        ] + ["authorize", "token", "devicecode"].map { Route.withoutGrants("/\(tenant)/oauth2/v2.0/\($0)") }
    }

    /// What discovery must name (OpenID Connect Discovery §3) and this issuer doesn't do.
    private static func withoutGrants(_ path: String) -> Route {
        Route(nil, path) { _ in
            throw HTTPFailure(
                501, "NotImplemented",
                "The development issuer gives tokens by 'countersign token --as NAME', and with --emulator by POST "
                    + "/countersign/emulator/tokens.")
        }
    }
}
