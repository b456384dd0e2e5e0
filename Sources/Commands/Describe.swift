internal import ArgumentParser
internal import JSON
internal import Workflows

/// Prints as JSON what this build is made of, for programs that check it from outside.
struct Describe: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints what this build is made of.", shouldDisplay: false)

    func run() { Standard.output(JSONValue.object(Countersign.workloads.description).text + "\n") }
}
