internal import EDM
internal import JSON
internal import Yams

/// A value of a configuration file with its path, read strictly: what isn't understood is an error, because a misspelt
/// switch must not be taken for its default.
struct YAMLValue {
    let node: Node
    let path: String
    let file: String

    func failure(_ reason: String) -> CommandFailure {
        let line = node.mark.map { ":\($0.line)" } ?? ""
        return CommandFailure("\(file)\(line): \(path.isEmpty ? "The file" : "'\(path)'") \(reason)")
    }

    /// The members of a mapping, each with one of the known names.
    func members(_ known: [String]) throws -> [String: YAMLValue] {
        guard let mapping = node.mapping else { throw failure("must be a mapping of names to values.") }
        var members: [String: YAMLValue] = [:]
        for (key, value) in mapping {
            let name = key.string ?? ""
            guard known.contains(name) else {
                throw YAMLValue(node: key, path: inside(name), file: file).failure(
                    "isn't known. Known here are: \(known.joined(separator: ", ")).")
            }
            members[name] = YAMLValue(node: value, path: inside(name), file: file)
        }
        return members
    }

    /// The members of a mapping with names of the operator's choice.
    func pairs() throws -> [(name: String, value: YAMLValue)] {
        guard let mapping = node.mapping else { throw failure("must be a mapping of names to values.") }
        return try mapping.map { key, value in
            guard let name = key.string else { throw failure("must have texts as names.") }
            return (name, YAMLValue(node: value, path: inside(name), file: file))
        }
    }

    func elements() throws -> [YAMLValue] {
        guard let sequence = node.sequence else { throw failure("must be a list.") }
        return sequence.enumerated().map { YAMLValue(node: $1, path: "\(path)[\($0)]", file: file) }
    }

    func text() throws -> String {
        guard let text = node.scalar?.string, !text.isEmpty else { throw failure("must be a text.") }
        return text
    }

    /// A mapping of names to scalars as JSON, for settings that have a reader of their own.
    func object() throws -> JSONObject {
        guard let mapping = node.mapping else { throw failure("must be a mapping of names to values.") }
        return JSONObject(
            try mapping.map { key, value in
                let name = key.string ?? ""
                guard value.scalar != nil else {
                    throw YAMLValue(node: value, path: inside(name), file: file).failure("must be a single value.")
                }
                let json = value.bool.map(JSONValue.bool) ?? value.int.map { .integer(Int64($0)) }
                return (name, json ?? .string(value.string ?? ""))
            })
    }

    func choice(_ choices: [String]) throws -> String {
        let text = try text()
        guard choices.contains(text) else { throw failure("must be one of: \(choices.joined(separator: ", ")).") }
        return text
    }

    private func inside(_ name: String) -> String { path.isEmpty ? name : "\(path)/\(name)" }
}
