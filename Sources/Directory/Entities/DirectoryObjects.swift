package import EDM

/// Graph's `identity`: an id and a name; Intune adds `Upn` on users (observed by two client authors).
package struct Identity: EntityType {
    package static let schema = Self(), properties = reflect(schema)
    package let id = Property<String?>("id")
    package let displayName = Property<String?>("displayName")
    package let Upn = Property<String?>("Upn", .undocumented)
    package let userPrincipalName = Property<String?>("userPrincipalName", .undocumented)
}

/// Graph's `identitySet`: who, as application, device and user.
package struct IdentitySet: EntityType {
    package static let schema = Self(), properties = reflect(schema)
    package static let namesItsType = true
    package let application = Property<Document<Identity>?>("application")
    package let device = Property<Document<Identity>?>("device")
    package let user = Property<Document<Identity>?>("user")
}

/// Graph's `user`, with the properties that approval needs.
package struct User: EntityType {
    package static let schema = Self(), properties = reflect(schema)
    package static let namesItsType = true
    package static let isOpen = true
    package static var navigations: [Navigation] {
        [Navigation("manager", to: User.self), Navigation("memberOf", to: Group.self, isCollection: true)]
    }
    package let id = Property<String>("id", [.key, .readOnly, .required])
    package let accountEnabled = Property<Bool>("accountEnabled", .required)
    package let displayName = Property<String>("displayName", .required)
    package let userPrincipalName = Property<String>("userPrincipalName", .required)
    package let mail = Property<String?>("mail")
    package let employeeId = Property<String?>("employeeId")
    package let userType = Property<String?>("userType")
    package let createdDateTime = Property<Instant?>("createdDateTime", .readOnly)
}

/// Graph's `group`.
package struct Group: EntityType {
    package static let schema = Self(), properties = reflect(schema)
    package static let namesItsType = true
    package static let isOpen = true
    package static var navigations: [Navigation] { [Navigation("members", to: User.self, isCollection: true)] }
    package let id = Property<String>("id", [.key, .readOnly, .required])
    package let displayName = Property<String>("displayName", .required)
    package let description = Property<String?>("description")
    package let mailEnabled = Property<Bool>("mailEnabled", .required)
    package let securityEnabled = Property<Bool>("securityEnabled", .required)
    package let groupTypes = Property<[String]>("groupTypes")
    package let createdDateTime = Property<Instant?>("createdDateTime", .readOnly)
}

/// Graph's `servicePrincipal`: an application's identity in a tenant.
package struct ServicePrincipal: EntityType {
    package static let schema = Self(), properties = reflect(schema)
    package static let namesItsType = true
    package static let isOpen = true
    package let id = Property<String>("id", [.key, .readOnly, .required])
    package let appId = Property<String>("appId", .required)
    package let displayName = Property<String>("displayName", .required)
    package let accountEnabled = Property<Bool>("accountEnabled", .required)
}

/// Graph's `unifiedRoleAssignment`: a role held by a principal.
package struct UnifiedRoleAssignment: EntityType {
    package static let schema = Self(), properties = reflect(schema)
    package let id = Property<String>("id", [.key, .readOnly, .required])
    package let principalId = Property<String>("principalId", .required)
    package let roleDefinitionId = Property<String>("roleDefinitionId", .required)
    package let directoryScopeId = Property<String?>("directoryScopeId")
}
