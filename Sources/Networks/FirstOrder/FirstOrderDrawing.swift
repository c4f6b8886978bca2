import Foundation
import Operators
import Tensors

/// Pictures of what a First Order Motion Model works with, RGB in [−1, 1]; every key point has a color of its own.
enum FirstOrderDrawing {
    /// The color of a key point, 0 to 1: hues that lie evenly on the circle.
    static func color(_ point: Int, of count: Int) -> SIMD3<Float> {
        let hue = Float(point) / Float(max(1, count)) * 6
        func channel(_ shift: Float) -> Float {
            min(max(abs((hue + shift).truncatingRemainder(dividingBy: 6) - 3) - 1, 0), 1)
        }
        return SIMD3(channel(0), channel(4), channel(2))
    }

    /// Pictures on a side of a sheet that holds so many.
    static func tiles(_ count: Int) -> Int { Int(Double(count).squareRoot().rounded(.up)) }

    /// (M, 3, h, w) → (1, 3, t·h, t·w): the pictures in rows, black where there are no more.
    static func sheet(_ pictures: Tensor) -> Tensor {
        let (count, height, width) = (pictures.shape[0], pictures.shape[2], pictures.shape[3]), across = tiles(count)
        let result = Tensor(repeating: -1, [1, 3, across * height, across * width]), (from, to) = (pictures.pointer, result.mutablePointer)
        for index in 0..<count {
            for channel in 0..<3 {
                for row in 0..<height {
                    let line = (channel * across + index / across) * height + row
                    (to + (line * across + index % across) * width).update(
                        from: from + ((index * 3 + channel) * height + row) * width, count: width)
                }
            }
        }
        keepAlive(pictures)
        return result
    }

    /// (1, K + 1, h, w), the first of which is empty → (1, 3, h, w): grey where nothing changes.
    static func heatmaps(_ maps: Tensor) -> Tensor {
        let points = maps.shape[1] - 1
        return mixed(maps, base: 0, strength: 1) { $0 == 0 ? .zero : color($0 - 1, of: points) }
    }

    /// (1, K + 1, h, w), parts that sum to 1 → (1, 3, h, w).
    static func masks(_ masks: Tensor) -> Tensor {
        let points = masks.shape[1] - 1
        return mixed(masks, base: -1, strength: 2) { $0 == 0 ? SIMD3(repeating: 0.5) : color($0 - 1, of: points) }
    }

    private static func mixed(_ maps: Tensor, base: Float, strength: Float, _ color: (Int) -> SIMD3<Float>) -> Tensor {
        let (count, height, width) = (maps.shape[1], maps.shape[2], maps.shape[3]), size = height * width
        let result = Tensor(repeating: base, [1, 3, height, width]), (from, to) = (maps.pointer, result.mutablePointer)
        for map in 0..<count {
            let color = color(map)
            for channel in 0..<3 {
                for p in 0..<size { to[channel * size + p] += strength * color[channel] * from[map * size + p] }
            }
        }
        for index in 0..<result.count { to[index] = max(-1, min(1, to[index])) }
        keepAlive(maps)
        return result
    }

    /// (1, h, w, 2) → (1, 2, h, w): where each place comes from, less the place.
    static func displacement(_ flow: Tensor) -> Tensor {
        let (height, width) = (flow.shape[1], flow.shape[2]), size = height * width
        let result = Tensor(uninitialized: [1, 2, height, width]), (from, to) = (flow.pointer, result.mutablePointer)
        for p in 0..<size {
            to[p] = from[2 * p] - Warp.linspace(p % width, width)
            to[size + p] = from[2 * p + 1] - Warp.linspace(p / width, height)
        }
        keepAlive(flow)
        return result
    }

    /// A picture with the key points on it: a dot, and the circle around it that its Jacobian makes of a circle.
    ///
    /// - Parameter picture: (1, 3, S, S).
    static func points(_ motion: PointMotion, on picture: Tensor) -> Tensor {
        let (height, width) = (picture.shape[2], picture.shape[3]), result = Tensor(picture.values, picture.shape)
        let to = result.mutablePointer, radius = Float(max(2, width / 64)), count = motion.points.count
        func dot(_ x: Float, _ y: Float, _ radius: Float, _ color: SIMD3<Float>) {
            guard x.isFinite, y.isFinite, abs(x) < 1e6, abs(y) < 1e6 else { return }
            func range(_ center: Float, _ count: Int) -> Range<Int> {
                let first = min(count, max(0, Int(center - radius)))
                return first..<max(first, min(count, Int(center + radius) + 2))
            }
            for row in range(y, height) {
                for column in range(x, width) {
                    let (u, v) = (Float(column) - x, Float(row) - y)
                    guard u * u + v * v <= radius * radius else { continue }
                    for channel in 0..<3 { to[(channel * height + row) * width + column] = 2 * color[channel] - 1 }
                }
            }
        }
        func place(_ point: SIMD2<Float>) -> (x: Float, y: Float) {
            ((point.x + 1) / 2 * Float(width - 1), (point.y + 1) / 2 * Float(height - 1))
        }
        for (index, point) in motion.points.enumerated() {
            let color = color(index, of: count), (x, y) = place(point.place)
            if let map = point.jacobian {
                let ring: Float = 0.08
                for step in 0..<128 {
                    let angle = Float(step) / 64 * .pi, (u, v) = (ring * cos(angle), ring * sin(angle))
                    let (x, y) = place(point.place + SIMD2(map.a * u + map.b * v, map.c * u + map.d * v))
                    dot(x, y, max(0.7, radius / 4), color)
                }
            }
            dot(x, y, radius + 1, .zero)
            dot(x, y, radius, color)
        }
        return result
    }
}
