// swift-tools-version:6.0
import PackageDescription

// A package of its own, so that users of the program never build it:
//     swift run -c release --package-path Benchmarks operators
//     swift run -c release --package-path Benchmarks frame
//     swift run -c release --package-path Benchmarks step
//     swift run -c release --package-path Benchmarks liveportrait
//     swift run -c release --package-path Benchmarks fomm
//     swift run -c release --package-path Benchmarks dinet
// Benchmarks/compare runs all but operators beside PyTorch, OpenVINO and ONNX Runtime.
let lia = Target.Dependency.product(name: "LatentImageAnimator", package: "lia")

let package = Package(
    name: "benchmarks",
    dependencies: [.package(name: "lia", path: "..")],
    targets: [
        .target(name: "Measuring", dependencies: [lia]),
        .executableTarget(
            name: "operators", dependencies: ["Measuring", lia, .product(name: "OperatorCases", package: "lia")]),
        .executableTarget(name: "frame", dependencies: ["Measuring", lia]),
        .executableTarget(name: "step", dependencies: ["Measuring", lia]),
        .executableTarget(name: "liveportrait", dependencies: ["Measuring", lia]),
        .executableTarget(name: "fomm", dependencies: ["Measuring", lia]),
        .executableTarget(name: "dinet", dependencies: ["Measuring", lia]),
    ],
    swiftLanguageModes: [.v5]
)
