"""Writes the checkpoint fixtures: small files by torch.save and safetensors, hostile ones by hand, and what they hold.

    python make_checkpoint_fixtures.py ../../Tests/TestSupport/Fixtures/checkpoints

Needs torch, numpy and safetensors. `expected.safetensors` holds, as float32, every tensor of every readable fixture,
under FILE/NAME, as PyTorch itself reads it.
"""

import argparse
import collections
import io
import os
import pathlib
import pickle
import struct
import sys
import zipfile

import numpy
import torch
from safetensors.torch import save_file

folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
torch.manual_seed(20240611)
expected = {}


def flatten(value, path=()):
    if isinstance(value, torch.Tensor):
        yield ".".join(path), value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from flatten(item, path + (str(key),))
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from flatten(item, path + (str(index),))


def expect(file, value):
    for name, tensor in flatten(value):
        expected[f"{file}/{name}"] = tensor.detach().to(torch.float32).contiguous().clone()


def save(file, value, **options):
    torch.save(value, folder / file, **options)
    expect(file, value)


# Every type of value, with its extremes.
types = {
    "float64": torch.tensor([0.1, -1e300, 1e-300, 16777217.0, 3.0, float("inf")], dtype=torch.float64),
    "float32": torch.tensor([0.1, -0.0, 1e-45, 3.4e38, float("-inf")]),
    "float16": torch.tensor([[0.1, -65504.0, 6e-8], [1.0, float("inf"), -0.0]], dtype=torch.float16),
    "bfloat16": torch.tensor([0.1, 3.38e38, -1e-40, 1.0, float("-inf")], dtype=torch.bfloat16),
    "int64": torch.tensor([0, -1, 2**63 - 1, -(2**63), 16777217]),
    "int32": torch.tensor([0, -1, 2**31 - 1, -(2**31)], dtype=torch.int32),
    "int16": torch.tensor([0, -1, 32767, -32768], dtype=torch.int16),
    "int8": torch.tensor([0, -1, 127, -128], dtype=torch.int8),
    "uint8": torch.tensor([0, 1, 255], dtype=torch.uint8),
    "bool": torch.tensor([True, False, True]),
}
save("types.pt", types)
save("types-legacy.pt", types, _use_new_zipfile_serialization=False)
save_file(types, folder / "types.safetensors", metadata={"origin": "PyTorch", "quote": 'a "b" \\ ü'})
expect("types.safetensors", types)

# Views of one storage, and shapes without values or without axes.
base = torch.arange(60, dtype=torch.float32).reshape(3, 4, 5)
views = {
    "whole": base,
    "transposed": base.permute(2, 0, 1),
    "slice": base[1:, ::2, 1:4],
    "row": base[2, 3],
    "expanded": base[:, :1, :1].expand(3, 6, 2),
    "repeated": torch.tensor([2.5]).expand(7),
    "scalar": torch.tensor(4.25),
    "empty": torch.zeros(0, 3),
    "half_transposed": torch.arange(6, dtype=torch.float16).reshape(2, 3).t(),
    "diagonal": base[0, :, :4].diagonal(),
}
save("views.pt", views)
save("views-legacy.pt", views, _use_new_zipfile_serialization=False)

# A training state: a module's state_dict with its metadata, parameters, an optimizer, and much that is no tensor.
module = torch.nn.Sequential(
    collections.OrderedDict(fc=torch.nn.Linear(3, 2), norm=torch.nn.BatchNorm1d(2)))
optimizer = torch.optim.Adam(module.parameters())
module(torch.randn(4, 3)).sum().backward()
optimizer.step()
nested = {
    "gen": module.state_dict(),
    "parameter": torch.nn.Parameter(torch.randn(2, 2)),
    "optimizer": optimizer.state_dict(),
    "epoch": 7, "large": 2**70, "negative": -12345678901, "rate": 0.002, "note": "ünïcode", "none": None, "flag": True,
    "bytes": bytearray(b"abc"), "names": ["a", "b"], "pair": (1, torch.ones(1)),
    "size": torch.Size([1, 2]), "device": torch.device("cpu"), "dtype": torch.float16, (1, 2): "under a tuple",
    7: {"under_number": torch.zeros(2)},
    "": {"": torch.full((1,), 3.0)},
}
for protocol in (2, 4, 5):
    held = {**nested, **({"set": {1, 2}, "frozen": frozenset({3}), "raw": b"xyz"} if protocol > 3 else {})}
    if protocol < 5:
        del held["bytes"]
    save(f"nested-protocol{protocol}.pt", held, pickle_protocol=protocol)
    save(f"nested-legacy-protocol{protocol}.pt", held, pickle_protocol=protocol, _use_new_zipfile_serialization=False)

# Rounding: values whose bfloat16 and float16 PyTorch and NumPy computed.
generator = numpy.random.default_rng(7)
bits = generator.integers(0, 2**32, 1500, dtype=numpy.uint32)
ties = (generator.integers(0, 2**16, 300, dtype=numpy.uint32) << 16) | 0x8000
half_ties = (generator.integers(0, 2**19, 300, dtype=numpy.uint32) << 13) | 0x1000
half_ties = (half_ties & 0x807FFFFF) | (generator.integers(100, 143, 300, dtype=numpy.uint32) << 23)
values = numpy.concatenate([bits, ties, half_ties]).view(numpy.float32)
values = values[numpy.isfinite(values) & (numpy.abs(values) < 3.38e38)]
small = values[numpy.abs(values) < 65519]
save_file(
    {
        "bfloat16.input": torch.from_numpy(values), "bfloat16.output": torch.from_numpy(values).to(torch.bfloat16),
        "float16.input": torch.from_numpy(small), "float16.output": torch.from_numpy(small.astype(numpy.float16)),
    }, folder / "rounding.safetensors")

# Refused: each names something that is no part of a checkpoint.
class Call:
    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


save_refused = lambda file, value, **options: torch.save(value, folder / file, **options)
save_refused("refused-system.pt", {"weight": torch.zeros(2), "x": Call(os.system, "touch lia-was-run")})
save_refused("refused-eval.pt", {"x": Call(eval, "open('lia-was-run', 'w')")}, pickle_protocol=4)
save_refused(
    "refused-eval-legacy.pt", {"x": Call(eval, "open('lia-was-run', 'w')")}, _use_new_zipfile_serialization=False)
save_refused("refused-numpy.pt", {"weight": torch.zeros(2), "loss": numpy.float64(0.5)})
save_refused("refused-namespace.pt", {"weight": torch.zeros(2), "args": argparse.Namespace(size=256)})
save_refused("refused-module.pt", torch.nn.Linear(1, 1))
save_refused("refused-untyped.pt", {"weight": torch.zeros(2).untyped_storage()})
save_refused("refused-bare-tensor.pt", torch.zeros(2))
stream = io.BytesIO()
pickle.dump({"weight": torch.zeros(2)}, stream, protocol=2)
(folder / "refused-pickle.pt").write_bytes(stream.getvalue())
stream = io.BytesIO()
torch.jit.save(torch.jit.script(torch.nn.Linear(1, 1)), stream)
with zipfile.ZipFile(stream) as script, zipfile.ZipFile(folder / "refused-torchscript.pt", "w") as archive:
    for info in script.infolist():
        # Debugging records name folders of the machine that wrote them.
        if not info.filename.endswith(".debug_pkl"):
            archive.writestr(zipfile.ZipInfo(info.filename), script.read(info), info.compress_type)

# The archive itself varied, from one plain checkpoint.
stream = io.BytesIO()
torch.save({"weight": torch.arange(6, dtype=torch.float32).reshape(2, 3)}, stream)
plain = zipfile.ZipFile(stream)


def repack(file, compression=zipfile.ZIP_STORED, force_zip64=False, **changes):
    with zipfile.ZipFile(folder / file, "w", compression) as archive:
        for name in plain.namelist():
            data = changes.get(name.split("/")[-1], plain.read(name))
            with archive.open(zipfile.ZipInfo(name) if compression == zipfile.ZIP_STORED else name, "w",
                              force_zip64=force_zip64) as target:
                target.write(data)


repack("repacked.pt")
expect("repacked.pt", {"weight": torch.arange(6, dtype=torch.float32).reshape(2, 3)})
repack("refused-compressed.pt", compression=zipfile.ZIP_DEFLATED)
repack("refused-big-endian.pt", byteorder=b"big")

# The same with 64-bit sizes throughout, as an archive of more than 4 GB has them: built by hand.
body, directory, count = b"", b"", 0
for name in plain.namelist():
    data, encoded, offset = plain.read(name), name.encode(), len(body)
    crc = plain.getinfo(name).CRC
    wide = struct.pack("<HHQQ", 1, 16, len(data), len(data))
    body += struct.pack("<IHHHHHIIIHH", 0x04034B50, 45, 0, 0, 0, 33, crc, 2**32 - 1, 2**32 - 1, len(encoded), len(wide))
    body += encoded + wide + data
    wide = struct.pack("<HHQQQ", 1, 24, len(data), len(data), offset)
    directory += struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 45, 45, 0, 0, 0, 33, crc, 2**32 - 1, 2**32 - 1, len(encoded),
                             len(wide), 0, 0, 0, 0, 2**32 - 1) + encoded + wide
    count += 1
end = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, count, count, len(directory), len(body))
end += struct.pack("<IIQI", 0x07064B50, 0, len(body) + len(directory), 1)
end += struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 2**16 - 1, 2**16 - 1, 2**32 - 1, 2**32 - 1, 0)
(folder / "zip64.pt").write_bytes(body + directory + end)
assert zipfile.ZipFile(folder / "zip64.pt").testzip() is None
torch.load(folder / "zip64.pt")
expect("zip64.pt", {"weight": torch.arange(6, dtype=torch.float32).reshape(2, 3)})

save_file(expected, folder / "expected.safetensors")
for path in sorted(folder.iterdir()):
    print(f"{path.stat().st_size:7d}  {path.name}")
print(f"{sum(path.stat().st_size for path in folder.iterdir()):7d}  in all")
