import Files
import Testing

struct NameDistanceTests {
    @Test(arguments: [("", "abc", 3), ("kitten", "sitting", 3), ("flaw", "lawn", 2), ("turn", "turn", 0)])
    func distancesAreLevenshteins(_ a: String, _ b: String, _ distance: Int) {
        #expect(NameDistance.between(a, b) == distance && NameDistance.between(b, a) == distance)
    }

    @Test func onlyWhatIsNearWasMeant() {
        let known = ["turn", "nod", "jaw", "blink_left"]
        #expect(NameDistance.meant(by: "Trun", among: known) == nil && NameDistance.meant(by: "tur", among: known) == "turn")
        #expect(NameDistance.meant(by: "BLINK", among: known) == nil && NameDistance.meant(by: "blinkleft", among: known) == "blink_left")
        #expect(NameDistance.meant(by: "x", among: []) == nil && NameDistance.question("jaws", among: known) == "; did you mean jaw?")
    }
}
