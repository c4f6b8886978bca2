/// Which classes and functions of a pickle are refused by name: those that run code, open files or reach other machines in the hands of
/// Python, and those of PyTorch that make tensors in ways that are not read here.
///
/// No class or function is ever looked up, so that none of them could do harm here. A file that names one was made to attack those who
/// load it, and is none to take weights from.
enum PickleRefusals {
    /// Modules, with all in them.
    private static let modules: Set<String> = [
        "os", "posix", "nt", "posixpath", "ntpath", "sys", "subprocess", "_posixsubprocess", "commands", "popen2", "pty", "shutil",
        "importlib", "imp", "pkgutil", "zipimport", "runpy", "site", "code", "codeop", "inspect", "ctypes", "_ctypes", "cffi", "gc",
        "marshal", "pickle", "_pickle", "cPickle", "pickletools", "shelve", "dill", "cloudpickle", "joblib", "operator", "_operator",
        "functools", "itertools", "socket", "_socket", "ssl", "asyncio", "multiprocessing", "threading", "_thread", "concurrent", "signal",
        "atexit", "io", "_io", "tempfile", "fileinput", "linecache", "glob", "urllib", "urllib2", "http", "httplib", "ftplib", "smtplib",
        "telnetlib", "xmlrpc", "requests", "httpx", "aiohttp", "paramiko", "fabric", "webbrowser", "antigravity", "platform", "pdb", "bdb",
        "profile", "cProfile", "timeit", "trace", "doctest", "pydoc", "unittest", "idlelib", "lib2to3", "ensurepip", "venv", "pip",
        "setuptools", "distutils", "sqlite3", "pandas", "sympy", "IPython", "tensorflow", "keras",
    ]

    /// Builtins that only hold values.
    private static let builtins: Set<String> = [
        "set", "frozenset", "list", "dict", "tuple", "int", "float", "complex", "bool", "str", "bytes", "bytearray", "object", "range",
        "slice", "long", "unicode", "xrange", "NoneType",
    ]

    /// Modules of PyTorch whose objects stand beside weights, and hold no weights that are read.
    private static let harmlessOfPyTorch = ["torch.torch_version", "torch.optim", "torch.nn.modules", "torch.nn.parallel"]

    /// Modules of NumPy whose objects are numbers and their types.
    private static let harmlessOfNumPy = ["numpy.core", "numpy._core", "numpy.random", "numpy.ma", "numpy.dtypes"]

    static func contains(module: String, name: String) -> Bool {
        guard isName(module), isName(name) else { return true }
        func lies(in modules: [String]) -> Bool { modules.contains { module == $0 || module.hasPrefix("\($0).") } }
        switch module.split(separator: ".").first.map(String.init) ?? "" {
        case "builtins", "__builtin__", "__builtins__": return !builtins.contains(name)
        case "types": return !["SimpleNamespace", "MappingProxyType", "NoneType"].contains(name)
        case "_codecs", "codecs": return name != "encode"
        case "torch": return !lies(in: harmlessOfPyTorch) || name.contains("__")
        // The states of random numbers are made by functions of such names.
        case "numpy": return !lies(in: harmlessOfNumPy) && (module != "numpy" || !isNumPyType(name))
        case let first: return modules.contains(first) || name.contains("__")
        }
    }

    /// Whether a name of NumPy itself is a type of numbers or arrays: "float64", "int_", "dtype".
    private static func isNumPyType(_ name: String) -> Bool {
        let kinds = ["float", "int", "uint", "bool", "complex", "str", "bytes", "datetime", "timedelta", "void", "object", "longdouble"]
        let letters = name.prefix { $0.isLetter }
        return ["dtype", "ndarray", "matrix", "recarray"].contains(name)
            || kinds.contains(String(letters)) && letters.count + 4 > name.count
    }

    /// Letters, digits, underscores and dots, as modules and classes are called; "<locals>" stands in the names of nested ones.
    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.count <= 1000
            && text.replacing("<locals>", with: "").unicodeScalars.allSatisfy {
                $0.properties.isAlphabetic || "0123456789_.".unicodeScalars.contains($0)
            }
    }
}
