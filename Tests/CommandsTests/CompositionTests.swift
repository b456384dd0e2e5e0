import ArgumentParser
import Composition
import EDM
import GraphAPI
import Testing
import Workflows

@testable import Commands

/// An executable can name other workloads than this build's, and every command takes them.
@Suite struct CompositionTests {
    private struct Loudness: SettingsGroup {
        var isLoud = false
        static let section = "loudness"
        static let switches: [Switch<Loudness>] = [.flag("loud", \.isLoud)]
    }

    private static let guest: Workload = {
        var workload = Workload("guest")
        workload.settings = Loudness.self
        return workload
    }()

    @Test("Commands take the workloads that their executable names")
    func named() {
        #expect(
            Countersign.workloads.list.map(\.name) == ["house", "directory", "deviceManagement", "multiAdminApproval"])
        Countersign.$composition.withValue(
            Registration.all + [Registration(Self.guest, Surface(.countersign, permissions: PermissionTable(""), []))]
        ) {
            #expect(Countersign.workloads.list.map(\.name).last == "guest")
            #expect(Configuration.sections.last == "loudness")
            #expect(Serve.helpMessage(columns: 200).contains("multiAdminApproval, loudness."))
        }
    }
}
