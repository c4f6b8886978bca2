#!/usr/bin/env python3
"""A Debian package: what it says of itself, and that it installs, works and goes, in a root of its own.

    Tests/Packages/debian.py dist/lia_0.2.0_amd64.deb

dpkg works on a folder in place of the system's root, with a copy of what it knows of the system's packages, so that dependencies are
checked. Nothing outside of a temporary folder changes. Ends with 77 where there is no dpkg.
"""
import argparse
import gzip
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SKIPPED = 77


def output(*words, **settings):
    return subprocess.run(words, check=True, capture_output=True, text=True, **settings).stdout


def check(condition, problem):
    if not condition:
        sys.exit(f"debian: {problem}")


def libraries(program):
    """The Debian packages of the libraries that the program asks for itself."""
    asked = re.findall(r"NEEDED\s+(\S+)", output("objdump", "-p", program))
    found = dict(re.findall(r"(\S+) => (\S+)", output("ldd", program)))
    packages = set()
    for name in asked:
        path = Path(found[name]) if name in found else None
        if path is None:
            # The loader itself.
            continue
        # Merged folders: dpkg knows some files by the older path.
        owner = ""
        for candidate in (str(path), str(path.resolve()), str(path).removeprefix("/usr"), "/usr" + str(path)):
            owner = owner or subprocess.run(["dpkg", "-S", candidate], capture_output=True, text=True).stdout
        check(owner, f"{name}: no package has {path}")
        packages.add(owner.split(":")[0])
    return packages


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=Path)
    package = parser.parse_args().package.resolve()
    if not shutil.which("dpkg-deb"):
        print("debian: skipped, there is no dpkg here", file=sys.stderr)
        sys.exit(SKIPPED)
    with tempfile.TemporaryDirectory() as folder:
        run(package, Path(folder))
    print("debian: ok")


def run(package, folder):
    fields = dict(line.split(": ", 1) for line in output("dpkg-deb", "--field", package).splitlines() if ": " in line)
    check(fields["Package"] == "lia" and fields["Architecture"] == output("dpkg", "--print-architecture").strip(), "its fields")
    listed = output("dpkg-deb", "--contents", package).splitlines()
    check(all(line.split()[1] == "root/root" for line in listed), "a file does not belong to root")

    root, admin = folder / "root", folder / "admin"
    root.mkdir()
    for name in ("info", "updates", "triggers"):
        (admin / name).mkdir(parents=True)
    # What the system has installed counts, so that a package that is missing fails the installation; its files are none of this root's.
    shutil.copy("/var/lib/dpkg/status", admin / "status")
    rights = [] if os.geteuid() == 0 else ["--force-not-root"]
    environment = {**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin", "DPKG_MAINTSCRIPT_DEBUG": ""}

    def dpkg(*words):
        done = subprocess.run(
            ["dpkg", *rights, f"--admindir={admin}", f"--instdir={root}", f"--log={folder}/log", *words],
            capture_output=True, text=True, env=environment)
        return done.returncode, done.stdout + done.stderr

    code, said = dpkg("--install", str(package))
    check(code == 0, f"does not install:\n{said}")
    program = root / "usr/bin/lia"
    depends = {word.split()[0].split(":")[0] for choice in fields["Depends"].split(",") for word in choice.split("|")}
    # libopenblas0 stands for one of several packages that have the library, such as libopenblas0-pthread.
    missing = {name for name in libraries(program) - depends if not any(name.startswith(f"{other}-") for other in depends)}
    check(not missing, f"does not depend on {', '.join(sorted(missing))}, which the program is linked to")
    check(not (libraries(program) & {"libswiftcore"}) and "swift" not in fields["Depends"], "depends on Swift's libraries")

    # It works there, knowing nothing of the checkout.
    home = folder / "home"
    home.mkdir()
    plain = {"PATH": "/usr/bin:/bin", "HOME": str(home), "LANG": "C.UTF-8"}
    check(output(program, "--version", env=plain).strip() == fields["Version"], "its version")
    models = output(program, "models", "--json", env=plain)
    check(str(root / "usr/share/lia/models/portrait") in models, f"the installed model is not found: {models}")
    output(program, "puppets", "--identity", "3", "--size", "128", "--output", home / "p.png", env=plain)
    output(program, "puppets", "--identity", "8", "--motion", "5",
        "--frame-count", "3", "--size", "128", "--output", home / "d.mp4", env=plain)
    output(program, "animate", "--source", home / "p.png", "--driving", home / "d.mp4", "--output", home / "o.mp4", env=plain)
    check((home / "o.mp4").stat().st_size > 1000, "makes no video")
    page = gzip.decompress((root / "usr/share/man/man1/lia.1.gz").read_bytes()).decode()
    check(page.startswith(".TH LIA 1"), "the manual page")
    for path in ("bash-completion/completions/lia", "zsh/site-functions/_lia", "fish/vendor_completions.d/lia.fish",
                 "doc/lia/copyright", "doc/lia/changelog.gz", "lia/models/speech/weights.safetensors"):
        check((root / "usr/share" / path).exists(), f"lacks usr/share/{path}")
    code, said = dpkg("--verify", "lia")
    check(code == 0 and not said, f"its files are not as they were packed:\n{said}")

    # A library that is not there keeps it from being installed.
    code, said = dpkg("--remove", "lia")
    check(code == 0, f"does not go:\n{said}")
    left = [path for path in root.rglob("*") if not path.is_dir()]
    check(not left, f"leaves {left[:5]}")
    first = sorted(depends - {"libc6"})[0]
    status = (admin / "status").read_text()
    (admin / "status").write_text(re.sub(rf"(?ms)^Package: {re.escape(first)}\n.*?\n\n", "", status))
    code, said = dpkg("--install", str(package))
    check(code != 0 and first in said, f"installs without {first}")


if __name__ == "__main__":
    main()
