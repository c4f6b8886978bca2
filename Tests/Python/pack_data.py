#!/usr/bin/env python3
"""Packing of data sets (Tools/training/pack_data.py): what is unpacked is the data set again, to a few levels and a 64th of a pixel.

Ends with 77 where this Python has no NumPy or av.
"""
import importlib.util
import os
import subprocess
import sys
import tempfile
from pathlib import Path

SKIPPED = 77
REPOSITORY = Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("LIA", str(REPOSITORY / ".build/release/lia"))
PACK = REPOSITORY / "Tools/training/pack_data.py"
SIZE = 64

sys.path.insert(0, str(REPOSITORY / "Tools/common"))
import safetensors_table  # noqa: E402


def tensor(path, name, kind):
    import numpy
    table, start = safetensors_table.read(path)
    begin, end = table[name]["data_offsets"]
    return table, numpy.frombuffer(path.read_bytes()[start + begin:start + end], kind).reshape(table[name]["shape"])


def main():
    if any(importlib.util.find_spec(name) is None for name in ("numpy", "av")):
        print("no NumPy or av: packing of data sets is not tested")
        return SKIPPED
    import numpy
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def lia(*arguments):
            subprocess.run([PROGRAM, *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)

        lia("puppets", "--identities", 3, "--clips", 1, "--frame-count", 12, "--size", 256, "--output", folder / "people", "--quiet")
        data, landmarks, packed = folder / "data.safetensors", folder / "landmarks.safetensors", folder / "packed.tar"
        lia("prepare", folder / "people", "--output", data, "--size", SIZE, "--landmarks", landmarks, "--quiet")
        for command in (["pack", data, landmarks, packed], ["unpack", packed, folder / "again"]):
            subprocess.run([sys.executable, PACK, *command], check=True, stdout=subprocess.DEVNULL)
        (table, frames), (other, again) = (tensor(path, "frames", numpy.uint8) for path in (data, folder / "again" / data.name))
        if table["__metadata__"] != other["__metadata__"]:
            sys.exit("the unpacked data set has another table")
        difference = numpy.abs(frames.astype(int) - again).mean()
        if frames.shape != again.shape or difference > 3:
            sys.exit(f"unpacked frames {again.shape} differ by {difference} levels from {frames.shape}")
        found = [tensor(path, "landmarks", numpy.float32)[1] for path in (landmarks, folder / "again" / landmarks.name)]
        error = numpy.nanmax(numpy.abs(found[0] - found[1]))
        if (numpy.isnan(found[0]) != numpy.isnan(found[1])).any() or error > 2 / 128 / 64 + 1e-6:
            sys.exit(f"unpacked landmarks differ by {error}")
        triangles = [tensor(path, "triangles", numpy.float32)[1] for path in (landmarks, folder / "again" / landmarks.name)]
        if (triangles[0] != triangles[1]).any():
            sys.exit("unpacked triangles differ")
        # It is read as the original is, and nothing is replaced.
        lia("train", "--data", folder / "again" / data.name, "--output", folder / "run", "--quiet", "--set", "steps=1", "--set", "size=64",
            "--set", "channels=4:16 8:16 16:16 32:8 64:8", "--set", "code=16", "--set", "directions=4", "--set",
            f"landmarks={folder / 'again' / landmarks.name}", "--set", "validation=0.5")
        if subprocess.run([sys.executable, PACK, "unpack", packed, folder / "again"], capture_output=True).returncode == 0:
            sys.exit("a data set that was there was replaced")
        print(f"unpacked frames differ by {difference:.2f} levels, landmarks by {error * SIZE / 2:.4f} px")
    return 0


if __name__ == "__main__":
    sys.exit(main())
