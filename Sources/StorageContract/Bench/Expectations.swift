/// - Throws: `ContractViolation` in the words of `promise` where the condition doesn't hold.
func expect(_ condition: Bool, _ promise: @autoclosure () -> String) throws(ContractViolation) {
    guard condition else { throw ContractViolation("Expected: \(promise()).") }
}

/// - Throws: `ContractViolation` with both values where they differ.
func expect<Value: Equatable>(
    _ found: Value, equals wanted: Value, _ promise: @autoclosure () -> String
) throws(ContractViolation) {
    guard found == wanted else {
        throw ContractViolation("Expected: \(promise()). Wanted \(excerpt(wanted)), found \(excerpt(found)).")
    }
}

/// - Throws: `ContractViolation` where the body doesn't throw an error that `isWanted`.
func expectThrown(
    _ promise: String, _ body: () async throws -> Void, _ isWanted: (any Error) -> Bool
) async throws {
    do { try await body() } catch {
        guard isWanted(error) else { throw ContractViolation("Expected: \(promise). Found the error \(error).") }
        return
    }
    throw ContractViolation("Expected: \(promise). Nothing was thrown.")
}

private func excerpt(_ value: some Any) -> String {
    let text = "\(value)"
    return text.count > 2000 ? text.prefix(2000) + "…" : text
}
