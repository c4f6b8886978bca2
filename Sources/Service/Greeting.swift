/// What a client is told first.
struct Greeting: Encodable {
    var program = "lia"
    let version: String
    var schema = Request.schema
    let limits: ServiceLimits
}
