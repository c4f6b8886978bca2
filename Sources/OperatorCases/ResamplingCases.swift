import Operators
import Tensors

extension OperatorCase {
    /// Filters, other resolutions, and pooling.
    static var resampling: [OperatorCase] {
        var cases: [OperatorCase] = []
        func blur(_ before: Int, _ after: Int, _ stride: Int, _ shape: [Int], _ size: Size) {
            let settings = "\(before) before, \(after) after, stride \(stride)"
            cases.append(
                OperatorCase(.blur, [.normal(shape)], settings: settings, size: size) {
                    [Blur.forward($0[0], before: before, after: after, stride: stride, gain: 2)]
                })
        }
        // Odd and even sides need different margins in the gradient with a stride of 2.
        for shape in [[2, 2, 6, 7], [2, 2, 7, 6], [1, 1, 5, 5]] {
            for (before, after, stride) in [(2, 2, 1), (2, 1, 2), (1, 1, 2), (0, 0, 1), (3, 3, 1)] {
                blur(before, after, stride, shape, .small)
            }
        }
        blur(2, 2, 1, [2, 3, 65, 40], .medium)
        blur(1, 1, 2, [1, 5, 64, 33], .medium)
        blur(2, 2, 1, [1, 64, 256, 256], .large)
        blur(1, 1, 2, [1, 64, 256, 256], .large)
        for (shape, size) in [([2, 2, 3, 4], Size.small), ([2, 3, 33, 18], .medium), ([1, 3, 128, 128], .large)] {
            let (height, width) = (shape[2], shape[3]), doubled = [shape[0], shape[1], 2 * height, 2 * width]
            let (x, fixed) = (Input.normal(shape), Input.normal(shape, gradient: .none))
            cases += [
                OperatorCase(.upsampling, [x], size: size) { [Upsampling.forward($0[0])] },
                OperatorCase(.upsampling, [x, .normal(doubled)], size: size) { [Upsampling.forward($0[0], addingTo: $0[1])] },
                OperatorCase(.differences, [x], size: size) { [Differences.forward($0[0])] },
                OperatorCase(.enlargement, [fixed], size: size) { [Enlargement.forward($0[0], side: 2 * width)] },
                OperatorCase(.bilinearResizing, [x], size: size) {
                    [BilinearResizing.forward($0[0], height: height * 3 / 2, width: width / 2)]
                },
                OperatorCase(.nearestEnlargement, [x], settings: "2×2", size: size) { [NearestEnlargement.forward($0[0])] },
                OperatorCase(.nearestEnlargement, [x], settings: "3×4", size: size) {
                    [NearestEnlargement.forward($0[0], rows: 3, columns: 4)]
                },
            ]
        }
        return cases
    }

    static var pooling: [OperatorCase] {
        var cases: [OperatorCase] = []
        for (shape, size) in [([2, 2, 5, 6], Size.small), ([2, 3, 41, 30], .medium), ([1, 64, 256, 256], .large)] {
            cases.append(OperatorCase(.meanPooling, [.normal(shape)], size: size) { [Pooling.mean($0[0])] })
            // The derivative jumps where the two largest values of a square are close, which they are in some square of many.
            if size != .medium { cases.append(OperatorCase(.maximumPooling, [.normal(shape)], size: size) { [Pooling.max($0[0])] }) }
            for (window, stride, padding) in [(3, 2, 0), (3, 1, 1), (2, 2, 0), (5, 3, 2)] {
                let (fixed, settings) = (Input.normal(shape, gradient: .none), "\(window), stride \(stride), padding \(padding)")
                cases.append(
                    OperatorCase(.windowMaximum, [fixed], settings: settings, size: size) {
                        [WindowPooling.max($0[0], window: window, stride: stride, padding: padding)]
                    })
                cases.append(
                    OperatorCase(.windowMaximum, [fixed], settings: "\(settings), after 1", size: size) {
                        [WindowPooling.max($0[0], window: window, stride: stride, padding: padding, after: (1, 1))]
                    })
                for counts in [true, false] {
                    cases.append(
                        OperatorCase(
                            .windowMean, [.normal(shape)], settings: "\(settings), padding \(counts ? "counts" : "does not count")",
                            size: size
                        ) {
                            [WindowPooling.mean($0[0], window: window, stride: stride, padding: padding, countsPadding: counts)]
                        })
                }
            }
        }
        return cases
    }

    static var sampling: [OperatorCase] {
        var cases = [
            OperatorCase(
                .affineSampling, [.normal([1, 3, 5, 6], gradient: .none), .uniform([2, 3], 0...0.9, gradient: .none)]
            ) { [AffineSampling.forward($0[0], map: $0[1], height: 4, width: 5)] },
            OperatorCase(.gridSampling, [.normal([2, 2, 4, 5]), .uniform([2, 3, 3, 2], -1.2...1.2)]) {
                [GridSampling.forward($0[0], grid: $0[1])]
            },
            OperatorCase(.gridSampling, [.normal([1, 64, 128, 128]), .uniform([1, 128, 128, 2], -1...1)], size: .large) {
                [GridSampling.forward($0[0], grid: $0[1])]
            },
        ]
        for (aligns, outside) in [(true, GridSampling.Outside.zeros), (false, .reflection), (true, .reflection)] {
            cases.append(
                OperatorCase(
                    .gridSampling, [.normal([2, 2, 4, 5]), .uniform([2, 3, 3, 2], -3...3)],
                    settings: "\(outside.rawValue)\(aligns ? ", corners aligned" : "")"
                ) { [GridSampling.forward($0[0], grid: $0[1], alignsCorners: aligns, outside: outside)] })
        }
        func warp(_ sources: Int, _ samples: Int, _ planes: Int, _ shape: [Int], _ size: Size, blending: Bool = true) {
            let inputs: [Input] = [
                .normal([sources] + shape), .normal([samples] + shape), .normal([samples, planes] + shape[1...], scale: 0.3),
            ]
            let settings = "\(planes == 3 ? "flow and mask" : "flow")\(blending ? "" : ", not blended")"
            cases.append(
                OperatorCase(.warp, inputs, settings: settings, size: size) { t in
                    let result = Warp.forward(source: t[0], features: t[1], map: t[2], blending: blending)
                    return [result.warped] + (result.blended.map { [$0] } ?? []) + [result.flow, result.mask]
                })
        }
        warp(1, 2, 3, [3, 4, 5], .small)
        warp(2, 2, 3, [3, 4, 5], .small)
        warp(2, 2, 2, [3, 4, 5], .small)
        warp(1, 1, 3, [64, 128, 128], .large)
        warp(1, 1, 3, [512, 32, 32], .large)
        warp(1, 1, 3, [64, 256, 256], .large, blending: false)
        for (height, width, size) in [(5, 6, Size.small), (128, 128, .large)] {
            let pictures: [Input] = [.normal([3, 2, height, width]), .normal([2, 2, height, width])]
            let maps = pictures + [.uniform([3, 2, height, width], -0.5...0.5)]
            let masks: [Input] = [
                .uniform([3, 1, height, width], 0.2...0.9, gradient: .none),
                .uniform([2, 1, height, width], 0.2...0.9, gradient: .none),
            ]
            cases.append(
                OperatorCase(.residualWarp, maps, size: size) { t in
                    [ResidualWarp.forward(t[0], residuals: t[1], indices: [1, nil, 1], displacement: t[2])]
                })
            cases.append(
                OperatorCase(
                    .residualWarp,
                    pictures + [.uniform([3, 2, height, width], -0.5...0.5, gradient: .approximate)] + masks, settings: "masks", size: size
                ) { t in
                    [ResidualWarp.forward(t[0], residuals: t[1], indices: [1, nil, 1], displacement: t[2], masks: (t[3], t[4]))]
                })
        }
        return cases
    }
}
