// swift-tools-version:6.0
import PackageDescription

// A package of its own, so that users of the program never build it:
//     swift run -c release --package-path Benchmarks frame
let package = Package(
    name: "benchmarks",
    dependencies: [.package(name: "lia", path: "..")],
    targets: [
        .executableTarget(
            name: "frame", dependencies: [.product(name: "LatentImageAnimator", package: "lia")])
    ],
    swiftLanguageModes: [.v5]
)
