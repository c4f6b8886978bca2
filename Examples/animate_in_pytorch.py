#!/usr/bin/env python3
"""Animates a picture in PyTorch with a network of whatever size and channel table, such as one that was trained here.

    lia convert portrait portrait.pt --format pytorch
    python3 Examples/animate_in_pytorch.py portrait.pt source.png frames/ out/

frames/ holds the driving pictures in the order of their names; out/ gets as many PNG files. The authors' own code builds its
layers from a channel table that is written into it, of 256 px alone; Tools/reference/lia_torch.py takes every measure from the
tensors' shapes. Needs torch, numpy and pillow. `lia animate --no-detail --no-gains --crop none --size 128` makes the same frames but for
how pictures are resized: 41 to 45 dB from these with portrait and the first 20 frames of the example.
"""

import pathlib
import sys

import numpy
import torch
from PIL import Image

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Tools" / "reference"))
import lia_torch  # noqa: E402


def read(path, size):
    """A picture as (1, 3, size, size), RGB in [-1, 1]."""
    picture = Image.open(path).convert("RGB").resize((size, size), Image.Resampling.BILINEAR)
    return torch.from_numpy(numpy.asarray(picture).astype("float32") / 127.5 - 1).permute(2, 0, 1)[None]


def main(checkpoint, source, driving, output):
    network = lia_torch.LIA.load(checkpoint).eval()
    pathlib.Path(output).mkdir(exist_ok=True)
    with torch.inference_mode():
        code, features, own = network.encode(read(source, network.size))
        start = None
        for path in sorted(pathlib.Path(driving).iterdir()):
            motion = network.encode(read(path, network.size))[2]
            start = motion if start is None else start
            # Relative transfer (section 3.4): the source's own magnitudes, and the change since the first driving frame.
            picture = network.generate(code, features, own + motion - start)[0]
            levels = (picture.permute(1, 2, 0).clamp(-1, 1) + 1) * 127.5
            Image.fromarray(levels.round().to(torch.uint8).numpy()).save(pathlib.Path(output) / f"{path.stem}.png")


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
