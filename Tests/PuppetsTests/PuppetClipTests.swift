import Foundation
import Puppets
import Testing

struct PuppetClipTests {
    @Test func everyFramesPoseIsWritten() throws {
        let clip = PuppetClip(identity: 7, motion: 5, energy: 1.5, frames: 40, framesPerSecond: 20, size: 64)
        let json = try #require(try JSONSerialization.jsonObject(with: Data(clip.json.utf8)) as? [String: Any])
        #expect(json["identity"] as? Int == 7 && json["motion"] as? Int == 5 && json["energy"] as? Double == 1.5)
        #expect(json["size"] as? Int == 64 && json["frames_per_second"] as? Int == 20)
        let frames = try #require(json["frames"] as? [[String: Double]])
        #expect(frames.count == 40)
        for (index, frame) in frames.enumerated() {
            #expect(frame.count == PuppetPose.parts.count + 1)
            #expect(frame["time"] == Double(index) / 20)
            let pose = PuppetPose.motion(seed: 5, at: Double(index) / 20, energy: 1.5)
            for part in PuppetPose.parts { #expect(frame[part.name].map(Float.init) == pose[keyPath: part.value]) }
        }
        #expect(frames.map { $0["yaw"]! }.max()! - frames.map { $0["yaw"]! }.min()! > 0.01)
    }

    /// What is written is what is drawn, not what the motion wanted.
    @Test func posesAreWrittenAsTheyAreDrawn() {
        let wild = PuppetClip(identity: 1, motion: 3, energy: 100, frames: 200, size: 64)
        let poses = (0..<200).map(wild.pose)
        for part in PuppetPose.parts {
            #expect(poses.allSatisfy { part.range.contains($0[keyPath: part.value]) }, "\(part.name)")
        }
        #expect(poses.contains { abs($0.yaw) == 0.9 })
        let puppet = Puppet(seed: 1)
        let asked = PuppetPose.motion(seed: 3, at: wild.time(10), energy: 100)
        #expect(asked != poses[10] && puppet.draw(asked, size: 32) == puppet.draw(poses[10], size: 32))
    }

    @Test func aSetsClipsDiffer() {
        func clip(_ set: UInt64, _ person: Int, _ clip: Int) -> PuppetClip {
            PuppetClip(set: set, person: person, clip: clip, frames: 1, size: 64)
        }
        let all = (UInt64(0)..<5).flatMap { set in
            (0..<50).flatMap { person in (0..<4).map { clip(set, person, $0) } }
        }
        #expect(Set(all.map(\.identity)).count == 250)
        #expect(Set(all.map(\.motion)).count == 1000)
        #expect(all.allSatisfy { $0.identity < 1 << 48 && $0.motion < 1 << 48 })
        #expect(clip(1, 2, 0).identity == clip(1, 2, 3).identity)
        #expect(clip(4, 3, 2) == clip(4, 3, 2))
        // For ever the same.
        #expect(clip(1, 0, 0).identity == 134_913_748_176_694 && clip(1, 0, 0).motion == 167_839_379_970_574)
    }
}
