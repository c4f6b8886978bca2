/// Why a request is not answered as it asks, in words for the person at the page.
struct Problem: Error {
    let status: Status
    /// One line.
    let message: String

    init(_ status: Status, _ message: String) { (self.status, self.message) = (status, message) }
}
