/// Readers of everything see every entry of the log, others what they did themselves (R22).
package enum LogVisibility {
    /// - Returns: the ids of the users whose deeds are seen.
    package static func sight(of reader: Reader) -> Sight<String> {
        reader.readsEverything ? .everything : .only([reader.principal.id])
    }
}
