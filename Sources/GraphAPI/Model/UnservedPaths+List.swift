// Derived from the paths of msgraph-sdk 1.65.0 (v1.0) and msgraph-beta-sdk 1.66.0 (beta), which the scenario tests install and
// compare with: the root, and what lies below its parts that approvals and access are about.
extension UnservedPaths {
    static let inBoth = """
        / admin agreementAcceptances agreements appCatalogs applicationTemplates applications auditLogs
        / authenticationMethodConfigurations authenticationMethodsPolicy certificateBasedAuthConfiguration chats
        / communications compliance connections contacts contracts dataPolicyOperations deviceAppManagement
        / deviceManagement devices directory directoryObjects directoryRoleTemplates directoryRoles domainDnsRecords
        / domains drives education employeeExperience external filterOperators functions groupLifecyclePolicies
        / groups identity identityGovernance identityProtection identityProviders informationProtection invitations
        / oauth2PermissionGrants organization permissionGrants places planner policies print privacy reports
        / roleManagement schemaExtensions scopedRoleMemberships search security servicePrincipals shares sites
        / solutions storage subscribedSkus subscriptions teams teamsTemplates teamwork tenantRelationships users
        /auditLogs directoryAudits provisioning signIns
        /deviceAppManagement androidManagedAppProtections defaultManagedAppProtections iosManagedAppProtections
        /deviceAppManagement managedAppPolicies managedAppRegistrations managedAppStatuses managedEBooks
        /deviceAppManagement mdmWindowsInformationProtectionPolicies mobileAppCategories mobileAppConfigurations
        /deviceAppManagement mobileAppRelationships mobileApps syncMicrosoftStoreForBusinessApps
        /deviceAppManagement targetedManagedAppConfigurations vppTokens windowsInformationProtectionPolicies
        /deviceAppManagement/mobileApps/{id} assign assignments categories
        /deviceManagement applePushNotificationCertificate auditEvents complianceManagementPartners
        /deviceManagement conditionalAccessSettings detectedApps deviceCategories deviceCompliancePolicies
        /deviceManagement deviceCompliancePolicyDeviceStateSummary deviceCompliancePolicySettingStateSummaries
        /deviceManagement deviceConfigurationDeviceStateSummaries deviceConfigurations
        /deviceManagement deviceEnrollmentConfigurations deviceManagementPartners exchangeConnectors
        /deviceManagement getEffectivePermissions importedWindowsAutopilotDeviceIdentities iosUpdateStatuses
        /deviceManagement managedDeviceOverview managedDevices mobileAppTroubleshootingEvents
        /deviceManagement mobileThreatDefenseConnectors notificationMessageTemplates remoteAssistancePartners
        /deviceManagement reports resourceOperations roleAssignments roleDefinitions softwareUpdateStatusSummary
        /deviceManagement termsAndConditions troubleshootingEvents
        /deviceManagement userExperienceAnalyticsAppHealthApplicationPerformance
        /deviceManagement userExperienceAnalyticsAppHealthApplicationPerformanceByAppVersionDetails
        /deviceManagement userExperienceAnalyticsAppHealthApplicationPerformanceByAppVersionDeviceId
        /deviceManagement userExperienceAnalyticsAppHealthApplicationPerformanceByOSVersion
        /deviceManagement userExperienceAnalyticsAppHealthDeviceModelPerformance
        /deviceManagement userExperienceAnalyticsAppHealthDevicePerformance
        /deviceManagement userExperienceAnalyticsAppHealthDevicePerformanceDetails
        /deviceManagement userExperienceAnalyticsAppHealthOSVersionPerformance
        /deviceManagement userExperienceAnalyticsAppHealthOverview userExperienceAnalyticsBaselines
        /deviceManagement userExperienceAnalyticsCategories userExperienceAnalyticsDevicePerformance
        /deviceManagement userExperienceAnalyticsDeviceScores userExperienceAnalyticsDeviceStartupHistory
        /deviceManagement userExperienceAnalyticsDeviceStartupProcessPerformance
        /deviceManagement userExperienceAnalyticsDeviceStartupProcesses userExperienceAnalyticsMetricHistory
        /deviceManagement userExperienceAnalyticsModelScores userExperienceAnalyticsOverview
        /deviceManagement userExperienceAnalyticsScoreHistory
        /deviceManagement userExperienceAnalyticsSummarizeWorkFromAnywhereDevices
        /deviceManagement userExperienceAnalyticsWorkFromAnywhereHardwareReadinessMetric
        /deviceManagement userExperienceAnalyticsWorkFromAnywhereMetrics
        /deviceManagement userExperienceAnalyticsWorkFromAnywhereModelPerformance
        /deviceManagement verifyWindowsEnrollmentAutoDiscovery virtualEndpoint windowsAutopilotDeviceIdentities
        /deviceManagement windowsInformationProtectionAppLearningSummaries
        /deviceManagement windowsInformationProtectionNetworkLearningSummaries windowsMalwareInformation
        /deviceManagement/managedDevices/{id} bypassActivationLock cleanWindowsDevice
        /deviceManagement/managedDevices/{id} deleteUserFromSharedAppleDevice deviceCategory
        /deviceManagement/managedDevices/{id} deviceCompliancePolicyStates deviceConfigurationStates disableLostMode
        /deviceManagement/managedDevices/{id} locateDevice logCollectionRequests logoutSharedAppleDeviceActiveUser
        /deviceManagement/managedDevices/{id} rebootNow recoverPasscode remoteLock requestRemoteAssistance
        /deviceManagement/managedDevices/{id} resetPasscode retire shutDown syncDevice updateWindowsDeviceAccount
        /deviceManagement/managedDevices/{id} users windowsDefenderScan windowsDefenderUpdateSignatures
        /deviceManagement/managedDevices/{id} windowsProtectionState wipe
        /directoryObjects delta getByIds validateProperties
        /directoryObjects/{id} checkMemberGroups checkMemberObjects getMemberGroups getMemberObjects restore
        /groups delta getByIds validateProperties
        /groups/{id} acceptedSenders addFavorite appRoleAssignments assignLicense calendar calendarView
        /groups/{id} checkGrantedPermissionsForApp checkMemberGroups checkMemberObjects conversations
        /groups/{id} createdOnBehalfOf drive drives events extensions getMemberGroups getMemberObjects
        /groups/{id} groupLifecyclePolicies memberOf members membersWithLicenseErrors onPremisesSyncBehavior onenote
        /groups/{id} owners permissionGrants photo photos planner rejectedSenders removeFavorite renew
        /groups/{id} resetUnseenCount restore retryServiceProvisioning serviceProvisioningErrors settings sites
        /groups/{id} subscribeByMail team threads transitiveMemberOf transitiveMembers unsubscribeByMail
        /groups/{id} validateProperties
        /identityGovernance accessReviews appConsent catalogs entitlementManagement lifecycleWorkflows
        /identityGovernance privilegedAccess termsOfUse
        /identityGovernance/entitlementManagement accessPackageAssignmentApprovals accessPackageSuggestions
        /identityGovernance/entitlementManagement accessPackages assignmentRequests availableAccessPackages
        /identityGovernance/entitlementManagement connectedOrganizations controlConfigurations
        /identityGovernance/entitlementManagement externalOriginResourceConnectors settings subjects
        /policies activityBasedTimeoutPolicies adminConsentRequestPolicy appManagementPolicies
        /policies authenticationFlowsPolicy authenticationMethodsPolicy authenticationStrengthPolicies
        /policies authorizationPolicy claimsMappingPolicies conditionalAccessPolicies crossTenantAccessPolicy
        /policies defaultAppManagementPolicy deviceRegistrationPolicy featureRolloutPolicies
        /policies federatedTokenValidationPolicy homeRealmDiscoveryPolicies
        /policies identitySecurityDefaultsEnforcementPolicy ownerlessGroupPolicy permissionGrantPolicies
        /policies roleManagementPolicies roleManagementPolicyAssignments tokenIssuancePolicies tokenLifetimePolicies
        /roleManagement directory entitlementManagement
        /roleManagement/directory resourceNamespaces roleAssignmentScheduleInstances roleAssignmentScheduleRequests
        /roleManagement/directory roleAssignmentSchedules roleAssignments roleDefinitions
        /roleManagement/directory roleEligibilityScheduleInstances roleEligibilityScheduleRequests
        /roleManagement/directory roleEligibilitySchedules
        /roleManagement/entitlementManagement resourceNamespaces roleAssignmentScheduleInstances
        /roleManagement/entitlementManagement roleAssignmentScheduleRequests roleAssignmentSchedules roleAssignments
        /roleManagement/entitlementManagement roleDefinitions roleEligibilityScheduleInstances
        /roleManagement/entitlementManagement roleEligibilityScheduleRequests roleEligibilitySchedules
        /users delta getByIds validateProperties
        /users/{id} activities adhocCalls agreementAcceptances appRoleAssignments assignLicense authentication
        /users/{id} calendar calendarGroups calendarView calendars changePassword chats checkMemberGroups
        /users/{id} checkMemberObjects cloudClipboard cloudPCs contactFolders contacts createdObjects
        /users/{id} dataSecurityAndGovernance deviceManagementTroubleshootingEvents directReports drive drives
        /users/{id} employeeExperience events exportDeviceAndAppManagementData exportPersonalData extensions
        /users/{id} findMeetingTimes followedSites getMailTips getManagedAppDiagnosticStatuses getManagedAppPolicies
        /users/{id} getManagedDevicesWithAppFailures getMemberGroups getMemberObjects inferenceClassification
        /users/{id} insights joinedTeams licenseDetails mailFolders mailboxSettings managedAppRegistrations
        /users/{id} managedDevices manager memberOf messages oauth2PermissionGrants onPremisesSyncBehavior onenote
        /users/{id} onlineMeetings outlook ownedDevices ownedObjects people permissionGrants photo photos planner
        /users/{id} presence registeredDevices reminderView removeAllDevicesFromManagement
        /users/{id} reprocessLicenseAssignment restore retryServiceProvisioning revokeSignInSessions
        /users/{id} scopedRoleMemberOf sendMail serviceProvisioningErrors settings solutions sponsorOf sponsors
        /users/{id} teamwork todo transitiveMemberOf translateExchangeIds wipeManagedAppRegistrationsByDeviceTag
        """

    static let inBeta = """
        / accessReviewDecisions accessReviews activitystatistics administrativeUnits agentRegistry agents
        / allowedDataLocations app approvalWorkflowProviders authenticationMethodDevices bookingBusinesses
        / bookingCurrencies businessFlowTemplates certificateAuthorities commands dataClassification
        / directorySettingTemplates filteringPolicies financials governanceResources
        / governanceRoleAssignmentRequests governanceRoleAssignments governanceRoleDefinitions
        / governanceRoleSettings governanceSubjects messageEvents messageRecipients messageTraces
        / mobilityManagementPolicies monitoring network networkAccess onPremisesPublishingProfiles payloadResponse
        / privilegedAccess privilegedApproval privilegedOperationEvents privilegedRoleAssignmentRequests
        / privilegedRoleAssignments privilegedRoles privilegedSignupStatus programControlTypes programControls
        / programs riskDetections riskyUsers settings teamTemplateDefinition templates termStore threatSubmission
        / trustFramework workplace
        /auditLogs auditActivityTypes customSecurityAttributeAudits directoryProvisioning getSummarizedMSISignIns
        /auditLogs getSummarizedNonInteractiveSignIns getSummarizedServicePrincipalSignIns signInEventsAppSummary
        /auditLogs signInEventsSummary signUps
        /deviceAppManagement deviceAppManagementTasks enterpriseCodeSigningCertificates
        /deviceAppManagement iosLobAppProvisioningConfigurations managedEBookCategories mobileAppCatalogPackages
        /deviceAppManagement policySets symantecCodeSigningCertificate wdacSupplementalPolicies
        /deviceAppManagement windowsInformationProtectionDeviceRegistrations windowsInformationProtectionWipeActions
        /deviceAppManagement windowsManagedAppProtections windowsManagementApp
        /deviceAppManagement/mobileApps convertFromMobileAppCatalogPackage hasPayloadLinks validateXml
        /deviceAppManagement/mobileApps/{id} relationships updateRelationships
        /deviceManagement advancedThreatProtectionOnboardingStateSummary androidAppConfigurationSchema
        /deviceManagement androidDeviceOwnerEnrollmentProfiles androidForWorkAppConfigurationSchemas
        /deviceManagement androidForWorkEnrollmentProfiles androidForWorkSettings
        /deviceManagement androidManagedStoreAccountEnterpriseSettings androidManagedStoreAppConfigurationSchemas
        /deviceManagement appleUserInitiatedEnrollmentProfiles assignmentFilters autopilotEvents
        /deviceManagement cartToClassAssociations categories certificateConnectorDetails chromeOSOnboardingSettings
        /deviceManagement cloudCertificationAuthority cloudCertificationAuthorityLeafCertificate
        /deviceManagement cloudPCConnectivityIssues comanagedDevices comanagementEligibleDevices
        /deviceManagement complianceCategories compliancePolicies complianceSettings configManagerCollections
        /deviceManagement configurationCategories configurationPolicies configurationPolicyTemplates
        /deviceManagement configurationSettings dataSharingConsents depOnboardingSettings derivedCredentials
        /deviceManagement deviceComplianceScripts deviceConfigurationConflictSummary
        /deviceManagement deviceConfigurationRestrictedAppsViolations deviceConfigurationUserStateSummaries
        /deviceManagement deviceConfigurationsAllManagedDeviceCertificateStates deviceCustomAttributeShellScripts
        /deviceManagement deviceHealthScripts deviceManagementScripts deviceShellScripts domainJoinConnectors
        /deviceManagement elevationRequests embeddedSIMActivationCodePools
        /deviceManagement enableAndroidDeviceAdministratorEnrollment enableEndpointPrivilegeManagement
        /deviceManagement enableLegacyPcManagement enableUnlicensedAdminstrators
        /deviceManagement endpointPrivilegeManagementProvisioningStatus evaluateAssignmentFilter
        /deviceManagement exchangeOnPremisesPolicies exchangeOnPremisesPolicy getAssignedRoleDetails
        /deviceManagement getAssignmentFiltersStatusDetails getComanagedDevicesSummary
        /deviceManagement getComanagementEligibleDevicesSummary getRoleScopeTagsByIds getRoleScopeTagsByResource
        /deviceManagement getSuggestedEnrollmentLimit groupPolicyCategories groupPolicyConfigurations
        /deviceManagement groupPolicyDefinitionFiles groupPolicyDefinitions groupPolicyMigrationReports
        /deviceManagement groupPolicyObjectFiles groupPolicyUploadedDefinitionFiles hardwareConfigurations
        /deviceManagement hardwarePasswordDetails hardwarePasswordInfo importedDeviceIdentities intents
        /deviceManagement intuneBrandingProfiles macOSSoftwareUpdateAccountSummaries managedDeviceCleanupRules
        /deviceManagement managedDeviceEncryptionStates managedDeviceWindowsOSImages microsoftTunnelConfigurations
        /deviceManagement microsoftTunnelHealthThresholds microsoftTunnelServerLogCollectionResponses
        /deviceManagement microsoftTunnelSites monitoring ndesConnectors operationApprovalPolicies
        /deviceManagement operationApprovalRequests privilegeManagementElevations remoteActionAudits
        /deviceManagement remoteAssistanceSettings resourceAccessProfiles retrieveUserRoleDetail
        /deviceManagement reusablePolicySettings reusableSettings roleScopeTags scopedForResource
        /deviceManagement sendCustomNotificationToCompanyPortal serviceNowConnections settingDefinitions
        /deviceManagement templateInsights templateSettings templates tenantAttachRBAC
        /deviceManagement userExperienceAnalyticsAnomaly userExperienceAnalyticsAnomalyCorrelationGroupOverview
        /deviceManagement userExperienceAnalyticsAnomalyDevice
        /deviceManagement userExperienceAnalyticsAppHealthApplicationPerformanceByAppVersion
        /deviceManagement userExperienceAnalyticsBatteryHealthAppImpact
        /deviceManagement userExperienceAnalyticsBatteryHealthCapacityDetails
        /deviceManagement userExperienceAnalyticsBatteryHealthDeviceAppImpact
        /deviceManagement userExperienceAnalyticsBatteryHealthDevicePerformance
        /deviceManagement userExperienceAnalyticsBatteryHealthDeviceRuntimeHistory
        /deviceManagement userExperienceAnalyticsBatteryHealthModelPerformance
        /deviceManagement userExperienceAnalyticsBatteryHealthOsPerformance
        /deviceManagement userExperienceAnalyticsBatteryHealthRuntimeDetails
        /deviceManagement userExperienceAnalyticsDeviceMetricHistory userExperienceAnalyticsDeviceScope
        /deviceManagement userExperienceAnalyticsDeviceScopes userExperienceAnalyticsDeviceTimelineEvent
        /deviceManagement userExperienceAnalyticsDevicesWithoutCloudIdentity userExperienceAnalyticsImpactingProcess
        /deviceManagement userExperienceAnalyticsNotAutopilotReadyDevice userExperienceAnalyticsRemoteConnection
        /deviceManagement userExperienceAnalyticsResourcePerformance userExperienceAnalyticsSummarizedDeviceScopes
        /deviceManagement userPfxCertificates windowsAutopilotDeploymentProfiles windowsAutopilotSettings
        /deviceManagement windowsDriverUpdateProfiles windowsFeatureUpdateProfiles windowsQualityUpdatePolicies
        /deviceManagement windowsQualityUpdateProfiles windowsUpdateCatalogItems zebraFotaArtifacts
        /deviceManagement zebraFotaConnector zebraFotaDeployments
        /deviceManagement/managedDevices appDiagnostics downloadAppDiagnostics downloadPowerliftAppDiagnostic
        /deviceManagement/managedDevices executeAction moveDevicesToOU retrievePowerliftAppDiagnosticsDetails
        /deviceManagement/managedDevices/{id} activateDeviceEsim assignmentFilterEvaluationStatusDetails
        /deviceManagement/managedDevices/{id} cancelEnhancedLogCollection changeAssignments
        /deviceManagement/managedDevices/{id} createDeviceLogCollectionRequest deprovision detectedApps
        /deviceManagement/managedDevices/{id} deviceHealthScriptStates disable enableLostMode enrollNowAction
        /deviceManagement/managedDevices/{id} getFileVaultKey getNonCompliantSettings getSyncStatus
        /deviceManagement/managedDevices/{id} initiateDeviceAttestation initiateMobileDeviceManagementKeyRecovery
        /deviceManagement/managedDevices/{id} initiateOnDemandProactiveRemediation
        /deviceManagement/managedDevices/{id} managedDeviceMobileAppConfigurationStates overrideComplianceState
        /deviceManagement/managedDevices/{id} pauseConfigurationRefresh playLostModeSound reenable removeDeviceEsim
        /deviceManagement/managedDevices/{id} removeDeviceFirmwareConfigurationInterfaceManagement
        /deviceManagement/managedDevices/{id} restoreManagedHomeScreen retrieveDeviceLocalAdminAccountDetail
        /deviceManagement/managedDevices/{id} retrieveMacOSManagedDeviceLocalAdminAccountDetail
        /deviceManagement/managedDevices/{id} retrieveRecoveryLockPasscode revokeAppleVppLicenses
        /deviceManagement/managedDevices/{id} rotateBitLockerKeys rotateFileVaultKey rotateLocalAdminPassword
        /deviceManagement/managedDevices/{id} rotateRecoveryLockPasscode securityBaselineStates
        /deviceManagement/managedDevices/{id} sendCustomNotificationToCompanyPortal setDeviceName
        /deviceManagement/managedDevices/{id} suspendManagedHomeScreen triggerConfigurationManagerAction
        /deviceManagement/managedDevices/{id} triggerEnhancedLogCollection
        /directoryObjects getUserOwnedObjects
        /groups evaluateDynamicMembership getUserOwnedObjects
        /groups/{id} deletePasswordSingleSignOnCredentials endpoints evaluateDynamicMembership
        /groups/{id} getPasswordSingleSignOnCredentials
        /identityGovernance permissionsAnalytics permissionsManagement roleManagementAlerts
        /identityGovernance/entitlementManagement accessPackageAssignmentPolicies accessPackageAssignmentRequests
        /identityGovernance/entitlementManagement accessPackageAssignmentResourceRoles accessPackageAssignments
        /identityGovernance/entitlementManagement accessPackageCatalogs accessPackageResourceEnvironments
        /identityGovernance/entitlementManagement accessPackageResourceRequests accessPackageResourceRoleScopes
        /identityGovernance/entitlementManagement accessPackageResources
        /policies accessReviewPolicy b2bManagementPolicies b2cAuthenticationMethodsPolicy deletedItems
        /policies directoryRoleAccessReviewPolicy externalIdentitiesPolicy mobileAppManagementPolicies
        /policies mobileDeviceManagementPolicies onPremAuthenticationPolicies permissionGrantPreApprovalPolicies
        /policies servicePrincipalCreationPolicies
        /roleManagement cloudPC defender deviceManagement enterpriseApps exchange
        /roleManagement/directory deletedItems roleAssignmentApprovals roleScheduleInstances roleSchedules
        /roleManagement/directory transitiveRoleAssignments
        /roleManagement/entitlementManagement deletedItems roleAssignmentApprovals roleScheduleInstances
        /roleManagement/entitlementManagement roleSchedules transitiveRoleAssignments
        /users getManagedAppBlockedUsers getUserOwnedObjects validatePassword
        /users/{id} analytics appConsentRequestsForApproval appRoleAssignedResources approvals cloudPcPools
        /users/{id} communications convertExternalToInternalMemberUser deletePasswordSingleSignOnCredentials
        /users/{id} deviceEnrollmentConfigurations devices distributionLists findMeetingLocations findRoomLists
        /users/{id} findRooms getEffectiveDeviceEnrollmentConfigurations getLoggedOnManagedDevices
        /users/{id} getManagedDevicesWithFailedOrPendingApps getPasswordSingleSignOnCredentials
        /users/{id} informationProtection invalidateAllRefreshTokens invitedBy isManagedAppUserBlocked joinedGroups
        /users/{id} lifecycle managedAppLogCollectionRequests mobileAppIntentAndStates
        /users/{id} mobileAppTroubleshootingEvents notifications pendingAccessReviewInstances profile
        /users/{id} retrieveManagedDevicesWithAppInstallationIssues security transitiveReports unblockManagedApps
        /users/{id} usageRights virtualEvents windowsInformationProtectionDeviceRegistrations
        /users/{id} wipeAndBlockManagedApps wipeManagedAppRegistrationByDeviceTag
        /users/{id} wipeManagedAppRegistrationsByAzureAdDeviceId
        """

    static let inV1 = """
        / groupSettingTemplates groupSettings
        /directoryObjects getAvailableExtensionProperties
        /groups getAvailableExtensionProperties
        /identityGovernance/entitlementManagement assignmentPolicies assignments catalogs resourceEnvironments
        /identityGovernance/entitlementManagement resourceRequests resourceRoleScopes resources
        /users getAvailableExtensionProperties
        /users/{id} notes
        """
}
