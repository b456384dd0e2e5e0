/// What the types of Graph's have besides what is stored here. From the models of Microsoft's SDK for Python
/// (msgraph-beta-sdk 1.66.0): those of the type itself, and for `$select` those of the types that extend it.
extension DeclaredMembers {
    // Of users and groups Graph shows some by itself and the others where `$select` names them (Graph: "List users", "List groups").
    static let user = DeclaredMembers(
        shown: "businessPhones[] givenName jobTitle mail mobilePhone officeLocation preferredLanguage surname",
        selectable: """
            aboutMe accountEnabled ageGroup assignedLicenses assignedPlans authorizationInfo birthday businessPhones
            city cloudLicensing cloudRealtimeCommunicationInfo companyName consentProvidedForMinor country
            createdDateTime creationType customSecurityAttributes deletedDateTime department deviceEnrollmentLimit
            deviceKeys displayName employeeHireDate employeeId employeeLeaveDateTime employeeOrgData employeeType
            externalUserState externalUserStateChangeDateTime faxNumber givenName hireDate identities
            identityGovernance identityParentId imAddresses infoCatalogs interests isLicenseReconciliationNeeded
            isManagementRestricted isResourceAccount jobTitle lastPasswordChangeDateTime legalAgeGroupClassification
            licenseAssignmentStates lifecycle mail mailNickname mailboxSettings mobilePhone mySite officeLocation
            onPremisesDistinguishedName onPremisesDomainName onPremisesExtensionAttributes onPremisesImmutableId
            onPremisesLastSyncDateTime onPremisesProvisioningErrors onPremisesSamAccountName
            onPremisesSecurityIdentifier onPremisesSipInfo onPremisesSyncEnabled onPremisesUserPrincipalName
            otherMails passwordPolicies passwordProfile pastProjects postalCode preferredDataLocation
            preferredLanguage preferredName print provisionedPlans proxyAddresses refreshTokensValidFromDateTime
            responsibilities schools security securityIdentifier serviceProvisioningErrors showInAddressList
            signInActivity signInSessionsValidFromDateTime skills state streetAddress surname usageLocation
            userPrincipalName userType
            """)
    static let group = DeclaredMembers(
        shown: """
            classification createdDateTime deletedDateTime description expirationDateTime groupTypes[] isAssignableToRole mail mailNickname
            membershipRule membershipRuleProcessingState onPremisesDomainName onPremisesLastSyncDateTime onPremisesNetBiosName
            onPremisesProvisioningErrors[] onPremisesSamAccountName onPremisesSecurityIdentifier onPremisesSyncEnabled
            preferredDataLocation preferredLanguage proxyAddresses[] renewedDateTime resourceBehaviorOptions[]
            resourceProvisioningOptions[] securityIdentifier serviceProvisioningErrors[] theme uniqueName visibility
            """,
        selectable: """
            accessType allowExternalSenders assignedLabels assignedLicenses autoSubscribeNewMembers classification
            cloudLicensing createdByAppId createdDateTime deletedDateTime description disableNesting displayName
            expirationDateTime groupTypes hasMembersWithLicenseErrors hideFromAddressLists hideFromOutlookClients
            infoCatalogs isArchived isAssignableToRole isFavorite isManagementRestricted isSubscribedByMail
            licenseProcessingState mail mailEnabled mailNickname membershipRule membershipRuleProcessingState
            membershipRuleProcessingStatus onPremisesDomainName onPremisesExtensionAttributes
            onPremisesLastSyncDateTime onPremisesNetBiosName onPremisesProvisioningErrors onPremisesSamAccountName
            onPremisesSecurityIdentifier onPremisesSyncEnabled organizationId preferredDataLocation preferredLanguage
            proxyAddresses renewedDateTime resourceBehaviorOptions resourceProvisioningOptions securityEnabled
            securityIdentifier serviceProvisioningErrors theme uniqueName unseenConversationsCount unseenCount
            unseenMessagesCount visibility welcomeMessageEnabled writebackConfiguration
            """)
    static let managedDevice = DeclaredMembers(
        shown: """
            aadRegistered activationLockBypassCode androidSecurityPatchLevel autopilotEnrolled azureADDeviceId
            azureADRegistered azureActiveDirectoryDeviceId bootstrapTokenEscrowed chassisType chromeOSDeviceInfo[]
            cloudPcRemoteActionResults[] complianceGracePeriodExpirationDateTime complianceState
            configurationManagerClientEnabledFeatures configurationManagerClientHealthState
            configurationManagerClientInformation deviceActionResults[] deviceCategoryDisplayName deviceEnrollmentType
            deviceFirmwareConfigurationInterfaceManaged deviceHealthAttestationState deviceHealthScriptStates[]
            deviceName deviceRegistrationState deviceType easActivated easActivationDateTime easDeviceId emailAddress
            enrolledByUserPrincipalName enrolledDateTime enrollmentProfileName ethernetMacAddress exchangeAccessState
            exchangeAccessStateReason exchangeLastSuccessfulSyncDateTime freeStorageSpaceInBytes hardwareInformation
            iccid imei isEncrypted isSupervised jailBroken joinType lastSyncDateTime lostModeState managedDeviceName
            managedDeviceOwnerType managementAgent managementCertificateExpirationDate managementFeatures
            managementState manufacturer meid model notes operatingSystem osVersion ownerType
            partnerReportedThreatState phoneNumber physicalMemoryInBytes preferMdmOverGroupPolicyAppliedDateTime
            processorArchitecture remoteAssistanceSessionErrorDetails remoteAssistanceSessionUrl
            requireUserEnrollmentApproval retireAfterDateTime roleScopeTagIds[] securityPatchLevel serialNumber
            skuFamily skuNumber specificationVersion subscriberCarrier totalStorageSpaceInBytes udid userDisplayName
            userId userPrincipalName usersLoggedOn[] wiFiMacAddress windowsActiveMalwareCount
            windowsRemediatedMalwareCount
            """)
    static let deviceManagementScript = DeclaredMembers(
        shown: """
            createdDateTime description displayName enforceSignatureCheck fileName lastModifiedDateTime
            roleScopeTagIds[] runAs32Bit runAsAccount scriptContent
            """)
    static let deviceHealthScript = DeclaredMembers(
        shown: """
            createdDateTime description detectionScriptContent detectionScriptParameters[] deviceHealthScriptType
            displayName enforceSignatureCheck highestAvailableVersion isGlobalScript lastModifiedDateTime publisher
            remediationScriptContent remediationScriptParameters[] roleScopeTagIds[] runAs32Bit runAsAccount version
            """)
    static let mobileApp = DeclaredMembers(
        shown: """
            createdDateTime dependentAppCount description developer displayName informationUrl isAssigned isFeatured
            largeIcon lastModifiedDateTime notes owner privacyInformationUrl publisher publishingState
            roleScopeTagIds[] supersededAppCount supersedingAppCount uploadState
            """,
        selectable: """
            activeInstallScript activeUninstallScript allowAvailableUninstall allowedArchitectures appAvailability
            appIdentifier appStoreUrl appTracks appUrl appXPackageInformationList appleDeviceAppDeliveryProtocolType
            applicableArchitectures applicableDeviceType applicableDeviceTypes autoAcceptEula buildNumber bundleId
            channel childApps commandLine committedContentVersion detectionRules displayLanguageLocale displayVersion
            excludedApps expirationDateTime fileName fullScreenEnabled identityName identityPublisherHash
            identityResourceIdentifier identityVersion ignoreManifestScope ignoreVersionDetection includedApps
            installAsManaged installCommandLine installExperience installProgressDisplayLevel isBundle isPrivate
            isSystemApp licenseType licensingType localesToInstall manifestHash md5Hash md5HashChunkSize
            minimumCpuSpeedInMHz minimumFreeDiskSpaceInMB minimumMemoryInMB minimumNumberOfProcessors
            minimumSupportedOperatingSystem minimumSupportedWindowsRelease mobileAppCatalogPackageBranchId
            mobileAppCatalogPackageId msiInformation officeConfigurationXml officePlatformArchitecture
            officeSuiteAppDefaultFileFormat packageId packageIdentifier packageIdentityName phoneProductIdentifier
            phonePublisherId postInstallScript preComposedIconEnabled preInstallScript primaryBundleId
            primaryBundleVersion productCode productIdentifier productIds productKey productVersion releaseDateTime
            requirementRules returnCodes revokeLicenseActionResults rules setupFilePath
            shouldUninstallOlderVersionsOfOffice size supportsOemConfig targetApplicationBundleIdentifier
            targetVersion targetedPlatforms totalLicenseCount uninstallCommandLine updateChannel updateVersion
            useDeviceContext useManagedBrowser useSharedComputerActivation usedLicenseCount version versionCode
            versionName versionNumber vppTokenAccountType vppTokenAppleId vppTokenDisplayName vppTokenId
            vppTokenOrganizationName
            """)
    static let deviceCategory = DeclaredMembers(
        shown: """
            description displayName roleScopeTagIds[]
            """)
    static let deviceCompliancePolicy = DeclaredMembers(
        shown: """
            createdDateTime description displayName lastModifiedDateTime roleScopeTagIds[] version
            """,
        selectable: """
            activeFirewallRequired advancedThreatProtectionRequiredSecurityLevel antiSpywareRequired antivirusRequired
            bitLockerEnabled codeIntegrityEnabled conditionStatementId configurationManagerComplianceRequired
            defenderEnabled defenderVersion deviceCompliancePolicyScript deviceThreatProtectionEnabled
            deviceThreatProtectionRequiredSecurityLevel earlyLaunchAntiMalwareDriverEnabled firewallBlockAllIncoming
            firewallEnableStealthMode firewallEnabled firmwareProtectionEnabled gatekeeperAllowedAppSource
            kernelDmaProtectionEnabled managedEmailProfileRequired memoryIntegrityEnabled minAndroidSecurityPatchLevel
            mobileOsMaximumVersion mobileOsMinimumVersion osMaximumBuildVersion osMaximumVersion osMinimumBuildVersion
            osMinimumVersion passcodeBlockSimple passcodeExpirationDays passcodeMinimumCharacterSetCount
            passcodeMinimumLength passcodeMinutesOfInactivityBeforeLock passcodeMinutesOfInactivityBeforeScreenTimeout
            passcodePreviousPasscodeBlockCount passcodeRequired passcodeRequiredType passwordBlockSimple
            passwordExpirationDays passwordMinimumCharacterSetCount passwordMinimumLength
            passwordMinimumLetterCharacters passwordMinimumLowerCaseCharacters passwordMinimumNonLetterCharacters
            passwordMinimumNumericCharacters passwordMinimumSymbolCharacters passwordMinimumUpperCaseCharacters
            passwordMinutesOfInactivityBeforeLock passwordPreviousPasswordBlockCount
            passwordPreviousPasswordCountToBlock passwordRequireToUnlockFromIdle passwordRequired
            passwordRequiredToUnlockFromIdle passwordRequiredType passwordSignInFailureCountBeforeFactoryReset
            requireHealthyDeviceReport requireNoPendingSystemUpdates requiredPasswordComplexity restrictedApps
            rtpEnabled secureBootEnabled securityBlockDeviceAdministratorManagedDevices securityBlockJailbrokenDevices
            securityDisableUsbDebugging securityPreventInstallAppsFromUnknownSources
            securityRequireCompanyPortalAppIntegrity securityRequireGooglePlayServices
            securityRequireIntuneAppIntegrity securityRequireSafetyNetAttestationBasicIntegrity
            securityRequireSafetyNetAttestationCertifiedDevice securityRequireUpToDateSecurityProviders
            securityRequireVerifyApps securityRequiredAndroidSafetyNetEvaluationType signatureOutOfDate
            storageRequireEncryption systemIntegrityProtectionEnabled tpmRequired validOperatingSystemBuildRanges
            virtualizationBasedSecurityEnabled workProfileInactiveBeforeScreenLockInMinutes
            workProfilePasswordExpirationInDays workProfilePasswordMinimumLength workProfilePasswordRequiredType
            workProfilePreviousPasswordBlockCount workProfileRequirePassword workProfileRequiredPasswordComplexity
            wslDistributions
            """)
    static let deviceManagementConfigurationPolicy = DeclaredMembers(
        shown: """
            createdDateTime creationSource description disableEntraGroupPolicyAssignment isAssigned
            lastModifiedDateTime name platforms[] priorityMetaData roleScopeTagIds[] settingCount technologies[]
            templateReference
            """)
    static let roleDefinition = DeclaredMembers(
        shown: """
            description displayName isBuiltIn isBuiltInRoleDefinition permissions[] rolePermissions[]
            roleScopeTagIds[]
            """)
    static let configurations: [String: DeclaredMembers] = [
        "deviceManagementScripts": .deviceManagementScript,
        "deviceHealthScripts": .deviceHealthScript,
        "mobileApps": .mobileApp,
        "deviceCategories": .deviceCategory,
        "deviceCompliancePolicies": .deviceCompliancePolicy,
        "configurationPolicies": .deviceManagementConfigurationPolicy,
        "roleDefinitions": .roleDefinition,
    ]
}
