import Puppets
import Testing

struct PoseTextTests {
    @Test func everyParameterHasANameAndARange() {
        #expect(PuppetPose.parts.count == Mirror(reflecting: PuppetPose()).children.count)
        #expect(Set(PuppetPose.parts.map(\.name)).count == PuppetPose.parts.count)
        #expect(Set(PuppetPose.parts.map(\.value)).count == PuppetPose.parts.count)
        for part in PuppetPose.parts {
            #expect(part.range.contains(PuppetPose()[keyPath: part.value]))
            #expect(part.range.contains(part.natural.lowerBound) && part.range.contains(part.natural.upperBound))
            #expect(part.name.allSatisfy { $0 == "_" || $0.isLowercase })
        }
    }

    @Test func textNamesWhatDiffersFromRest() throws {
        var expected = PuppetPose()
        (expected.yaw, expected.blinkLeft, expected.mouthOpen, expected.scale) = (-0.25, 1, 0.5, 1.1)
        #expect(try PuppetPose(text: "yaw=-0.25,blink_left=1,mouth-open=0.5,scale=1.1") == expected)
        for part in PuppetPose.parts {
            let pose = try PuppetPose(text: "\(part.name)=\(part.range.upperBound)")
            #expect(pose[keyPath: part.value] == part.range.upperBound)
        }
    }

    @Test(arguments: [
        ("nose=1", "'nose'"), ("yaw=4", "-0.9 to 0.9 radians"), ("yaw=nan", "nan"), ("yaw=", "''"), ("yaw", "NAME=VALUE"),
        ("", "NAME=VALUE"), ("yaw=0.1,", "NAME=VALUE"), ("=1", "NAME=VALUE"), ("smile=1,smile=0", "twice"),
        ("smile=1=1", "1=1"), ("smile=inf", "inf"),
    ])
    func wrongTextIsExplained(text: String, word: String) {
        do {
            _ = try PuppetPose(text: text)
            Issue.record("\(text) was taken")
        } catch {
            #expect("\(error)".contains(word), "\(error)")
            #expect(!"\(error)".contains("\n"))
        }
    }
}
