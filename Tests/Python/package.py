#!/usr/bin/env python3
"""The Python package, installed as users install it and used there.

    Tests/Python/package.py                # from Python/, with the built program (make build), its types checked
    Tests/Python/package.py --wheel FILE   # a wheel that carries the program, in a fresh environment that knows nothing of this checkout

Ends with 77 where there is no Python with virtual environments to test with. Packages go into .venv-python; a wheel's, into a folder that
goes with the test.
"""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

SKIPPED = 77
REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGE = REPOSITORY / "Python"
# What checks the types.
MYPY = "mypy==2.4.1"


def environment(folder):
    """The interpreter of a virtual environment."""
    interpreter = folder / "bin/python"
    if not interpreter.exists():
        venv.create(folder, with_pip=True, clear=True)
    return interpreter


def install(interpreter, *what):
    subprocess.run([interpreter, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *what], check=True)


def run_tests(interpreter, folder, variables):
    """The package's tests, copied so that nothing but what is installed can be imported."""
    tests = Path(folder) / "tests"
    shutil.copytree(PACKAGE / "tests", tests, ignore=shutil.ignore_patterns("__pycache__"))
    return subprocess.run([interpreter, "-m", "unittest", "-v"], cwd=tests, env=variables).returncode


def test_source(folder):
    program = os.environ.get("LIA", str(REPOSITORY / ".build/release/lia"))
    if not Path(program).exists():
        sys.exit(f"{program}: no such program; build it (make build)")
    interpreter = environment(REPOSITORY / ".venv-python")
    # A copy, because building leaves files beside the sources.
    copy = Path(folder) / "package"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__", "build", "*.egg-info", "program"))
    install(interpreter, "--force-reinstall", "--no-deps", copy)
    install(interpreter, "numpy", MYPY)
    checked = subprocess.run([interpreter, "-m", "mypy", "--cache-dir", Path(folder) / "mypy"], cwd=copy).returncode
    return run_tests(interpreter, folder, {**os.environ, "LIA": program}) or checked


def test_wheel(folder, wheel):
    names = zipfile.ZipFile(wheel).namelist()
    carried = ["bin/lia", "share/lia/models/portrait/weights.safetensors", "share/lia/models/portrait/README.md",
               "share/lia/models/speech/weights.safetensors"]
    for name in [*(f"program/{name}" for name in carried), "py.typed"]:
        if f"lia/{name}" not in names:
            sys.exit(f"{wheel}: lacks lia/{name}")
    interpreter = environment(Path(folder) / "environment")
    install(interpreter, wheel)
    home = Path(folder) / "home"
    home.mkdir()
    variables = {"PATH": "/usr/bin:/bin", "HOME": str(home), "LANG": os.environ.get("LANG", "C.UTF-8")}
    where = subprocess.run(
        [interpreter, "-c", "import lia; print(lia.find_program())"], cwd=home, env=variables, capture_output=True, text=True, check=True)
    if not where.stdout.startswith(str(folder)):
        sys.exit(f"{wheel}: the program is found at {where.stdout.strip()}, not in the package")
    return run_tests(interpreter, folder, variables)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wheel", type=Path, help="a wheel to test in place of the sources")
    arguments = parser.parse_args()
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        print("package: skipped, this Python makes no virtual environments (python3-venv)", file=sys.stderr)
        sys.exit(SKIPPED)
    with tempfile.TemporaryDirectory() as folder:
        code = test_wheel(folder, arguments.wheel.resolve()) if arguments.wheel else test_source(folder)
    print(f"package: {'ok' if code == 0 else 'failed'}")
    sys.exit(1 if code else 0)


if __name__ == "__main__":
    main()
