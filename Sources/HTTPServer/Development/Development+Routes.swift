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
        ]
    }
}
