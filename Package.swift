// swift-tools-version:6.0
import PackageDescription

// The modules and what each may import are drawn in README.md; data flows upward, and a module imports only what
// stands below it.
let package = Package(
    name: "lia",
    products: [
        .executable(name: "lia", targets: ["lia"]),
        // For other packages: the networks, and animation with them.
        .library(
            name: "LatentImageAnimator",
            targets: ["Animation", "Networks", "Operators", "Tensors", "Media", "ModelLibrary", "Training", "Evaluation"]),
        // For the nested package of benchmarks.
        .library(name: "OperatorCases", targets: ["OperatorCases"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // Files on disk: typed errors, memory mapping, outputs that appear whole or not at all.
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "Files", dependencies: ["COpenSSL"]),

        // Numbers.
        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .target(name: "CThreads"),
        .target(name: "Tensors", dependencies: ["COpenBLAS", "CThreads"]),
        .target(name: "CKernels"),
        .target(name: "Operators", dependencies: ["Tensors", "CKernels"]),
        // Operators on shapes and with settings: one list for the tests of values and gradients, and for the benchmark.
        .target(name: "OperatorCases", dependencies: ["Operators", "Tensors"]),
        .target(name: "Checkpoints", dependencies: ["Files", "Tensors"]),
        // Yams reads the configurations of others' training code.
        .target(
            name: "Networks", dependencies: ["Operators", "Checkpoints", "Tensors", "Files", .product(name: "Yams", package: "Yams")]),

        // Pixels.
        .target(name: "CJPEG", linkerSettings: [.linkedLibrary("jpeg")]),
        .target(name: "CTIFF", linkerSettings: [.linkedLibrary("tiff")]),
        .target(name: "CHEIF", linkerSettings: [.linkedLibrary("heif")]),
        .target(name: "CWebP", linkerSettings: ["webpmux", "webpdemux", "webp"].map { .linkedLibrary($0) }),
        .target(name: "CColor", linkerSettings: [.linkedLibrary("lcms2")]),
        .target(
            name: "CFFmpeg",
            linkerSettings: ["avfilter", "avformat", "avcodec", "swresample", "swscale", "avutil"].map {
                .linkedLibrary($0)
            }),
        .target(name: "Media", dependencies: ["Files", "Tensors", "CJPEG", "CTIFF", "CHEIF", "CWebP", "CColor", "CFFmpeg"]),
        .target(name: "Puppets", dependencies: ["Media"]),
        .target(name: "Figures", dependencies: ["Media", "Tensors"]),

        // Faces: MediaPipe's networks, read from their own files and run on our operators.
        .target(name: "Faces", dependencies: ["Operators", "Checkpoints", "Tensors", "Figures", "Media", "Files"]),

        // Speech: what a network reads of sound, and what it says of the mouth.
        .target(name: "Speech", dependencies: ["Networks", "Operators", "Checkpoints", "Tensors", "Media", "Files"]),

        // The program.
        .target(
            name: "Animation",
            dependencies: ["ModelLibrary", "Networks", "Speech", "Faces", "Operators", "Figures", "Media", "Tensors", "Files"]),
        .target(
            name: "Evaluation",
            dependencies: ["Animation", "Networks", "Faces", "Operators", "Checkpoints", "Tensors", "Figures", "Media", "Puppets", "Files"]),
        .target(
            name: "Training",
            dependencies: ["Networks", "Speech", "Faces", "Operators", "Checkpoints", "Tensors", "Figures", "Media", "Puppets", "Files"]),
        .target(name: "ModelLibrary", dependencies: ["Networks", "Checkpoints", "Files"]),
        // The page is part of the program: an installed one needs no folder beside it.
        .target(
            name: "Explorer",
            dependencies: [
                "Animation", "ModelLibrary", "Networks", "Operators", "Tensors", "Figures", "Media", "Puppets", "Files",
            ],
            resources: ["index.html", "page.css", "page.js"].map { .embedInCode("Page/\($0)") }),
        // Requests of other programs, on pipes.
        .target(name: "Service", dependencies: ["Animation", "ModelLibrary", "Faces", "Networks", "Tensors", "Media", "Files"]),
        .executableTarget(
            name: "lia",
            dependencies: [
                "Explorer", "Service", "Training", "Evaluation", "Animation", "ModelLibrary", "Speech", "Networks", "Faces", "Operators",
                "Checkpoints", "Tensors",
                "Figures", "Media", "Puppets", "Files", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),

        // Tests: one folder a module.
        .target(
            name: "TestSupport", dependencies: ["Networks", "ModelLibrary", "Media"], path: "Tests/TestSupport",
            exclude: ["Fixtures"]),
        .testTarget(name: "FilesTests", dependencies: ["Files", "TestSupport"]),
        .testTarget(name: "TensorsTests", dependencies: ["Tensors", "TestSupport"]),
        .testTarget(name: "OperatorsTests", dependencies: ["Operators", "OperatorCases", "Networks", "TestSupport"]),
        .testTarget(name: "CheckpointsTests", dependencies: ["Checkpoints", "TestSupport"]),
        .testTarget(name: "NetworksTests", dependencies: ["Networks", "TestSupport"]),
        .testTarget(name: "FacesTests", dependencies: ["Faces", "ModelLibrary", "Puppets", "TestSupport"]),
        .testTarget(name: "SpeechTests", dependencies: ["Speech", "ModelLibrary", "TestSupport"]),
        .testTarget(name: "MediaTests", dependencies: ["Media", "TestSupport"]),
        .testTarget(name: "PuppetsTests", dependencies: ["Puppets", "TestSupport"]),
        .testTarget(name: "ModelLibraryTests", dependencies: ["ModelLibrary", "TestSupport"]),
        .testTarget(name: "FiguresTests", dependencies: ["Figures", "TestSupport"]),
        .testTarget(name: "AnimationTests", dependencies: ["Animation", "ModelLibrary", "TestSupport"]),
        .testTarget(name: "EvaluationTests", dependencies: ["Evaluation", "TestSupport"]),
        .testTarget(name: "TrainingTests", dependencies: ["Training", "Faces", "ModelLibrary", "TestSupport"]),
        .testTarget(name: "ServiceTests", dependencies: ["Service", "TestSupport"]),
        .testTarget(
            name: "ExplorerTests", dependencies: ["lia", "Explorer", "Animation", "ModelLibrary", "Puppets", "Media", "TestSupport"]),
        .testTarget(name: "CommandTests", dependencies: ["lia", "Training", "Faces", "ModelLibrary", "TestSupport"]),
    ],
    swiftLanguageModes: [.v5]
)
