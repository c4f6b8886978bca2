/// Who a puppet is: every lasting trait of the face, hair, clothes, background and light, drawn from a seed. Lengths are
/// in head units: chin at y = 1, crown at y = -1.
public struct PuppetIdentity: Sendable {
    /// The number that everything here follows from.
    public let seed: UInt64

    // Skin and light.
    let skin: Color
    let blush: Float
    let freckles: Float
    let mole: Point?
    /// 0 young to 1 old: folds, and gray in the hair.
    let age: Float
    /// Where the light comes from: a direction of length 1, z toward the viewer, y down.
    let light: SIMD3<Float>
    /// How dark the side away from it is, 0 to 1.
    let contrast: Float
    let warmth: Float
    /// For textures.
    let noise: UInt32

    // The face's shape.
    let faceWidth: Float
    /// How square the jaw is, 0 to 1, and how pointed the chin.
    let jaw: Float
    let chin: Float
    let cheeks: Float
    let earSize: Float

    // Eyes and brows.
    let eyeColor: Color
    let eyeSpacing: Float
    let eyeHeight: Float
    let eyeSize: Float
    /// How round the eye is, relative to its breadth.
    let eyeOpening: Float
    let eyeTilt: Float
    let lashes: Float
    let crease: Float
    let browColor: Color
    let browThickness: Float
    let browArch: Float
    let browHeight: Float
    let browTilt: Float

    // Nose and mouth.
    let noseWidth: Float
    let noseHeight: Float
    let noseBridge: Float
    let mouthHeight: Float
    let mouthWidth: Float
    let upperLip: Float
    let lowerLip: Float
    let lipColor: Color
    let lipStrength: Float

    // Hair, and what is worn.
    let hair: HairStyle
    let hairColor: Color
    let hairVolume: Float
    /// Which side the hair is parted on: -1 the picture's left, 1 its right.
    let part: Float
    let beard: Beard
    let glasses: Glasses?
    let earring: Color?
    let clothes: Clothes
    let clothesColor: Color
    let shirtColor: Color
    let shoulders: Float
    let pattern: Pattern
    let backdrop: Backdrop
    let backdropColor: Color
    let backdropAccent: Color

    /// Hair on the chin and lip.
    enum Beard: Sendable { case none, stubble, full, goatee, mustache }
    /// The shape of spectacles.
    enum Glasses: Sendable { case round, square, browline }
    enum Clothes: Sendable { case crewNeck, vNeck, collar, suit, hoodie, turtleneck }
    enum Pattern: Sendable { case plain, stripes, checks, dots }
    enum Backdrop: Sendable { case studio, bokeh, window, shelves, outdoors }

    /// Someone; another one for every seed.
    public init(seed: UInt64) {
        self.seed = seed
        var dice = SeededNumbers(seed: seed &+ 0x5075_7070_6574)
        noise = UInt32(truncatingIfNeeded: dice.next())
        let masculine = dice.chance(0.5)
        let old = dice.uniform()
        age = old * old

        // Skin tones from deep to fair, each a little off.
        let tone = dice.uniform()
        let tones: [Color] = [
            Color(0x5c3a2a), Color(0x77492f), Color(0x8f5c3c), Color(0xa9714b), Color(0xc08a60), Color(0xd3a078),
            Color(0xe2b48f), Color(0xebc3a2), Color(0xf3d1b6), Color(0xf6d9c5),
        ]
        let place = tone * Float(tones.count - 1)
        let index = min(Int(place), tones.count - 2)
        var skin = tones[index] + (tones[index + 1] - tones[index]) * (place - Float(index))
        skin += Color(dice.uniform(-0.02...0.02), dice.uniform(-0.015...0.015), dice.uniform(-0.03...0.03))
        self.skin = skin
        blush = dice.uniform(0.25...0.9)
        freckles = tone > 0.55 && dice.chance(0.25) ? dice.uniform(0.4...1) : 0
        mole = dice.chance(0.2) ? Point(dice.pick([-1, 1]) * dice.uniform(0.18...0.45), dice.uniform(0.3...0.7)) : nil

        let side: Float = dice.pick([-1, 1])
        let toward = SIMD3<Float>(side * dice.uniform(0.25...0.75), -dice.uniform(0.35...0.75), 1)
        light = toward / (toward * toward).sum().squareRoot()
        contrast = dice.uniform(0.45...0.95)
        warmth = dice.uniform(-1...1)

        faceWidth = dice.uniform(0.69...0.79) + (masculine ? 0.015 : 0)
        jaw = masculine ? dice.uniform(0.35...1) : dice.uniform(0...0.55)
        chin = dice.uniform(0...1)
        cheeks = dice.uniform(0...1)
        earSize = dice.uniform(0.85...1.2)

        let irises: [(UInt32, Float)] = [
            (0x3b2314, 3), (0x5a3719, 3), (0x7a5228, 1.5), (0x5f6b35, tone * 1.5), (0x4c7fa8, tone * 2),
            (0x6d8f9c, tone), (0x4f8a6a, tone),
        ]
        eyeColor = Color(dice.pick(irises))
        eyeSpacing = dice.uniform(0.31...0.36)
        eyeHeight = dice.uniform(0.02...0.1)
        eyeSize = dice.uniform(0.165...0.2) + (masculine ? 0 : 0.012)
        eyeOpening = dice.uniform(0.72...1.15)
        eyeTilt = dice.uniform(-0.06...0.12)
        lashes = masculine ? dice.uniform(0.1...0.4) : dice.uniform(0.6...1)
        crease = dice.uniform(0.1...0.8)

        // Hair.
        let dark: [(UInt32, Float)] = [(0x17120f, 4), (0x2b1d15, 3), (0x3d2619, 1.5)]
        let fair: [(UInt32, Float)] = [
            (0x2b1d15, 1.5), (0x4a2f1d, 2), (0x6b4423, 2), (0x8a5a2b, 1.2), (0xc39a5b, 1.5), (0xdcbb7e, 1),
            (0x8e3b1c, 1),
            (0xb4562a, 0.5),
        ]
        var hairColor = Color(dice.pick(tone < 0.5 ? dark : fair))
        if dice.chance(0.05) { hairColor = Color(dice.pick([0x7a4fa3, 0xc05a8a, 0x2f7f8c, 0x3f63b0])) }
        let gray = smoothStep(0.45, 0.9, age)
        hairColor += (Color(0xb9b6b2) - hairColor) * (gray * dice.uniform(0.5...1))
        self.hairColor = hairColor
        hair = dice.pick(HairStyle.weights(masculine: masculine, age: age))
        hairVolume = dice.uniform(0.08...0.2)
        part = dice.pick([-1, 1])
        browColor = hairColor.darker(0.4).grayer(0.15)
        browThickness = masculine ? dice.uniform(0.034...0.055) : dice.uniform(0.022...0.038)
        browArch = masculine ? dice.uniform(0.01...0.05) : dice.uniform(0.03...0.08)
        browHeight = dice.uniform(0.215...0.27)
        browTilt = dice.uniform(-0.05...0.035)

        noseWidth = dice.uniform(0.105...0.16) + (tone < 0.4 ? 0.02 : 0)
        noseHeight = dice.uniform(0.38...0.46)
        noseBridge = dice.uniform(0.6...1.1)
        mouthHeight = dice.uniform(0.61...0.67)
        mouthWidth = dice.uniform(0.215...0.28)
        upperLip = dice.uniform(0.036...0.06) * (masculine ? 0.85 : 1.1) + (tone < 0.4 ? 0.012 : 0)
        lowerLip = dice.uniform(0.052...0.08) * (masculine ? 0.9 : 1.1) + (tone < 0.4 ? 0.012 : 0)
        let natural = skin * Color(0.86, 0.62, 0.6)
        let painted = Color(dice.pick([0xb3263a, 0xc24a63, 0x9c2f4f, 0xd0626b, 0x8f3a3a]))
        let isPainted = !masculine && dice.chance(0.5)
        lipColor = isPainted ? natural + (painted - natural) * 0.65 : natural
        lipStrength = isPainted ? 0.95 : masculine ? 0.55 : 0.75

        beard =
            masculine
            ? dice.pick(
                [(.none, 4), (.stubble, 2), (.full, 1.7), (.goatee, 0.7), (.mustache, 0.6)] as [(Beard, Float)])
            : .none
        glasses = dice.chance(0.24) ? dice.pick([.round, .square, .browline]) : nil
        earring = !masculine && dice.chance(0.45) ? Color(dice.pick([0xe3c268, 0xd9dde2, 0xf2eee6])) : nil

        clothes = dice.pick(
            masculine
                ? [(.crewNeck, 2), (.vNeck, 0.8), (.collar, 1.6), (.suit, 1.6), (.hoodie, 1.2), (.turtleneck, 0.5)]
                : [(.crewNeck, 1.8), (.vNeck, 2), (.collar, 1.2), (.suit, 1), (.hoodie, 0.8), (.turtleneck, 1)]
                    as [(Clothes, Float)])
        let fabrics: [UInt32] = [
            0x2e3a4f, 0x3c5a78, 0x7b3b3f, 0x4f6b4e, 0x8c7a5b, 0xb9a98c, 0x5a4a6b, 0xd2cfc8, 0x31312f, 0xa85a3a,
            0x2f6f73,
            0xc98b8b, 0xd8b24a, 0x6f8fb0,
        ]
        clothesColor = Color(dice.pick(fabrics))
        shirtColor = Color(dice.pick([0xf1efea, 0xdfe7ef, 0xf0e4e0, 0xc9d8c5, 0x3a3f4a]))
        shoulders = masculine ? dice.uniform(1.42...1.62) : dice.uniform(1.22...1.42)
        pattern = dice.pick([(.plain, 3.5), (.stripes, 1), (.checks, 0.8), (.dots, 0.6)] as [(Pattern, Float)])

        backdrop = dice.pick(
            [(.studio, 2), (.bokeh, 1.2), (.window, 1), (.shelves, 1), (.outdoors, 1.2)] as [(Backdrop, Float)])
        let walls: [UInt32] = [
            0x8fa3ad, 0xb9b2a3, 0x5d6b78, 0xa9b8a2, 0xc7b7b0, 0x6f7f8f, 0x9a8f9f, 0x3f4c57, 0xd6d0c4, 0x7f6a5d,
            0x89a9b8,
        ]
        backdropColor = Color(dice.pick(walls))
        backdropAccent = Color(dice.pick([0xe8c07a, 0x6f9fb8, 0xc97f6a, 0x8fae7a, 0xd9d3c6, 0x4f5f7a, 0xb48ab0]))
    }
}
