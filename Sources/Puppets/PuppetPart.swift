/// What of a puppet is seen at a point. What one part shows moves together.
enum PuppetPart: Sendable {
    case glasses, frontHair, skin, ears, clothes, neck, backHair, backdrop
    // On the face.
    case upperLip, lowerLip, teeth, mouth, iris, eyeball, lid, crease, lashes, lowerLid, brow
}
