package import Directory

/// Readers of everything see every access policy, others those that name a group of theirs: approvers may know their own
/// mandate (R22).
package enum PolicyVisibility {
    /// - Returns: the ids of the approver groups whose policies are seen.
    package static func sight(of reader: Reader) -> Sight<String> {
        reader.readsEverything ? .everything : .only(reader.groups)
    }
}
