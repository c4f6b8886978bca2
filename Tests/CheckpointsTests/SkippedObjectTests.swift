import Checkpoints
import Foundation
import TestSupport
import Testing

/// Settings, records and numbers of other classes beside the tensors: they are skipped by name, and the tensors are taken.
struct SkippedObjectTests {
    private static let weight = LegacyFile.tensor(shape: [2], strides: [1], count: 2)

    /// A new object of a class, of the given arguments, with a state.
    private static func object(_ module: String, _ name: String, _ arguments: [[UInt8]] = [], code: UInt8 = 0x81, state: [UInt8]? = nil)
        -> [UInt8]
    {
        LegacyFile.global(module, name) + LegacyFile.tuple(arguments) + [code] + (state.map { $0 + Array("b".utf8) } ?? [])
    }

    private static func names(_ object: [UInt8]) throws -> [String] {
        try CheckpointBytes.open(LegacyFile.bytes(object: object, storages: [("0", 2, [UInt8](repeating: 0, count: 8))])).entries
            .map(\.name)
    }

    private static let reduce = UInt8(ascii: "R")
    private static let settings = LegacyFile.dictionary([("lr", LegacyFile.integer(1))])

    private static let beside: [(String, [UInt8])] = [
        ("Namespace", object("argparse", "Namespace", state: settings)),
        ("Namespace of another Python", object("types", "SimpleNamespace", code: reduce, state: settings)),
        ("defaultdict", object("collections", "defaultdict", [LegacyFile.global("__builtin__", "list")], code: reduce)),
        ("OrderedDict", object("collections", "OrderedDict", code: reduce)),
        ("Counter", object("collections", "Counter", [settings], code: reduce)),
        ("deque", object("collections", "deque", code: reduce) + "(".utf8 + LegacyFile.integer(1) + LegacyFile.integer(2) + "e".utf8),
        ("path", object("pathlib", "PosixPath", [LegacyFile.text("data")], code: reduce)),
        ("time", object("datetime", "datetime", [LegacyFile.text("x")], code: reduce)),
        ("a class of the script", object("__main__", "Config", state: settings)),
        ("a dictionary of a library", object("easydict", "EasyDict") + "(".utf8 + LegacyFile.text("lr") + LegacyFile.integer(1) + "u".utf8),
        ("an enumeration", object("lib.modes", "Mode", [LegacyFile.integer(1)], code: reduce)),
        ("set", object("__builtin__", "set", [Array("]".utf8)], code: reduce)),
        ("bytes of Python 2", object("_codecs", "encode", [LegacyFile.text("x"), LegacyFile.text("latin1")], code: reduce)),
        ("version", object("torch.torch_version", "TorchVersion", [LegacyFile.text("2.1")])),
        ("optimizer", object("torch.optim.adam", "Adam", state: settings)),
        (
            "NumPy scalar",
            object(
                "numpy._core.multiarray", "scalar",
                [object("numpy", "dtype", [LegacyFile.text("f8")], code: reduce, state: LegacyFile.tuple([])), LegacyFile.text("x")],
                code: reduce)
        ),
        ("NumPy array", object("numpy.core.multiarray", "_reconstruct", [LegacyFile.global("numpy", "ndarray")], code: reduce)),
        ("NumPy's random numbers", object("numpy.random._pickle", "__randomstate_ctor", [LegacyFile.text("MT19937")], code: reduce)),
        (
            "a class with named arguments",
            LegacyFile.global("lib", "Options") + LegacyFile.tuple([]) + settings + [0x92] + LegacyFile.tuple([]) + Array("b".utf8)
        ),
        ("what an object makes", object("lib", "Maker") + LegacyFile.tuple([]) + [reduce]),
    ]

    @Test(arguments: beside.indices) func whatStandsBesideTheTensorsIsSkipped(index: Int) throws {
        let (title, value) = Self.beside[index]
        let object = LegacyFile.dictionary([("gen", LegacyFile.dictionary([("w", Self.weight)])), ("other", value), ("v", Self.weight)])
        #expect(try Self.names(object) == ["gen.w", "v"], "\(title)")
    }

    @Test(arguments: ["skipped-namespace.pt", "skipped-numpy.pt"]) func filesOfPyTorch(file: String) throws {
        let checkpoint = try Checkpoint.open(Fixture.path("checkpoints/\(file)"))
        #expect(checkpoint.entries.map(\.name) == ["weight"])
        #expect(try checkpoint.tensor("weight").values == [0, 0])
    }

    @Test func tensorsInDictionariesOfOtherClassesAreTaken() throws {
        let items = "(".utf8 + LegacyFile.text("w") + Self.weight + "u".utf8
        let list = LegacyFile.global("__builtin__", "list")
        #expect(try Self.names(Self.object("collections", "defaultdict", [list], code: Self.reduce) + items) == ["w"])
        #expect(try Self.names(Self.object("easydict", "EasyDict") + items) == ["w"])
        #expect(try Self.names(LegacyFile.dictionary([("gen", Self.object("addict", "Dict") + items)])) == ["gen.w"])
    }

    @Test func aTensorThatDependsOnAnObjectIsAnError() throws {
        let storage = Self.object("lib", "Storage")
        let arguments = LegacyFile.tuple([storage, LegacyFile.integer(0), LegacyFile.tuple([]), LegacyFile.tuple([])])
        let tensor = LegacyFile.global("torch._utils", "_rebuild_tensor_v2") + arguments + "R".utf8
        let problem = CheckpointBytes.problem(LegacyFile.bytes(object: LegacyFile.dictionary([("w", tensor)])))
        #expect(problem?.contains("a tensor's storage") == true && problem?.contains("an object") == true, "\(problem ?? "opened")")
        let alone = CheckpointBytes.problem(LegacyFile.bytes(object: Self.object("lib", "Network", state: Self.settings)))
        #expect(alone?.contains("an object of the class 'lib.Network'") == true, "\(alone ?? "opened")")
    }

    /// What runs code in Python's hands stays refused, by whatever name, wherever it stands.
    @Test(arguments: [
        ("os", "system"), ("posix", "popen"), ("nt", "system"), ("subprocess", "Popen"), ("builtins", "exec"), ("__builtin__", "eval"),
        ("builtins", "getattr"), ("builtins", "__import__"), ("builtins", "compile"), ("builtins", "open"), ("runpy", "_run_code"),
        ("importlib", "import_module"), ("shutil", "rmtree"), ("socket", "socket"), ("ctypes", "CDLL"), ("marshal", "loads"),
        ("types", "FunctionType"), ("types", "CodeType"), ("operator", "attrgetter"), ("functools", "partial"), ("pickle", "loads"),
        ("webbrowser", "open"), ("torch.hub", "load"), ("torch.jit", "load"), ("torch.storage", "_load_from_bytes"), ("numpy", "load"),
        ("numpy.testing._private.utils", "runstring"), ("lib", "Config.__init__"), ("codecs", "open"), ("lib", "f\u{0}"), ("", "x"),
        ("urllib.request", "urlopen"), ("multiprocessing.util", "spawnv_passfds"), ("pip._internal", "main"),
    ])
    func whatRunsCodeStaysRefused(module: String, name: String) {
        let call = Self.object(module, name, [LegacyFile.text("touch lia-was-run")], code: Self.reduce)
        let problem = CheckpointBytes.problem(LegacyFile.bytes(object: LegacyFile.dictionary([("w", Self.weight), ("x", call)])))
        #expect(problem?.contains("nothing was run") == true, "\(module).\(name): \(problem ?? "opened")")
    }

    @Test func aWebPageIsNamedAsOne() {
        for page in [
            "<!DOCTYPE html>\n<html>", "\u{feff}\n <HTML lang=en>", "<?xml version=\"1.0\"?>\n<html xmlns=\"x\">", "<head></head>",
        ] {
            let problem = CheckpointBytes.problem(Array(page.utf8) + [UInt8](repeating: 32, count: 100))
            #expect(problem?.contains("web page (HTML)") == true, "\(problem ?? "opened")")
        }
        #expect(CheckpointBytes.problem(Array("<svg></svg>".utf8))?.contains("neither safetensors nor") == true)
    }
}
