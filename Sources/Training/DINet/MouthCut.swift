import Networks
import Puppets
import Tensors

/// How a face is cut out of a picture around its mouth: the layout's pixels in the picture.
struct MouthCut {
    private let layout: MouthLayout
    let view: PuppetView

    /// How much larger than the face R is made: the authors' 1.05, and about half of what rounding R up to whole pixels adds.
    private static let margin: Float = 1.1

    /// A random deviation of place and size.
    struct Jitter {
        let x, y, size: Float

        static let none = Jitter(x: 0, y: 0, size: 1)

        init(x: Float, y: Float, size: Float) { (self.x, self.y, self.size) = (x, y, size) }

        init(_ amount: Float, using random: inout RandomSource) {
            x = random.uniform(in: -amount...amount)
            y = random.uniform(in: -amount...amount)
            size = 1 + random.uniform(in: -amount...amount)
        }
    }

    /// - Parameter radius: R of the cut; that of the place where nil.
    init(_ place: MouthPlace, _ layout: MouthLayout, jitter: Jitter, radius: Float? = nil) {
        self.layout = layout
        let reach = (radius ?? place.radius) * Self.margin * jitter.size
        let unit = 2 * reach / Float(layout.side)
        let left = place.noseBase.x + jitter.x * reach - unit * Float(layout.width) / 2
        view = PuppetView(unit: unit, origin: SIMD2(left, place.bridge.y + jitter.y * reach - reach))
    }

    /// Whether the cut shows hardly anything but the picture.
    var isInside: Bool {
        let first = view.point(0, 0), last = view.point(layout.width - 1, layout.height - 1), most: Float = 1.08
        return first.x > -most && first.y > -most && last.x < most && last.y < most
    }

    /// Sets 1 around the lips in (height, width) zeros.
    func markLips(_ place: MouthPlace, into weights: UnsafeMutablePointer<Float>) {
        let reach = place.mouthReach
        for row in 0..<layout.height {
            for column in 0..<layout.width {
                let from = (view.point(column, row) - place.mouth) / reach
                if abs(from.x) < 1.25, from.y > -0.9, from.y < 1.2 { weights[row * layout.width + column] = 1 }
            }
        }
    }
}
