"""Writes a frame of a network as an ONNX file, with what it is given and what it makes, for other programs to compute.

    python3 Tools/reference/export_frame.py published-256 FOLDER

writes FOLDER/published-256.onnx and FOLDER/published-256.npz: of some frames every input as input/NAME, one array for all frames or,
where it changes, one for each, and the pictures that PyTorch made of them in float32 as picture. Weights are constants of the graph.
Prints one JSON object, with the PSNR of PyTorch's own bfloat16 to its float32, in dB.
"""

import argparse
import json
import math
import pathlib
import sys
import warnings

import numpy
import torch
from frames import FRAMES, NETWORKS, given

OPSET = 17


def decibels(found, expected):
    """The PSNR, with the range of the expected values as the peak."""
    peak = expected.max() - expected.min()
    return 20 * math.log10(peak / (found - expected).square().mean().sqrt().clamp_min(1e-12 * peak))


parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
parser.add_argument("network", choices=NETWORKS)
parser.add_argument("folder", type=pathlib.Path)
parser.add_argument("--threads", type=int, default=torch.get_num_threads())
arguments = parser.parse_args()

torch.set_num_threads(arguments.threads)
with torch.no_grad():
    frame = NETWORKS[arguments.network]().requires_grad_(False)
    inputs = frame.inputs()
    expected = torch.cat([frame(*given(inputs, i)) for i in range(FRAMES)])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        lower = torch.cat([frame(*given(inputs, i)).float() for i in range(FRAMES)])
    path = arguments.folder / arguments.network
    with warnings.catch_warnings():
        # Of the exporter, on itself.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            frame, given(inputs, 0), path.with_suffix(".onnx"), input_names=list(inputs), output_names=["picture"], opset_version=OPSET,
            dynamo=False)
numpy.savez(
    path.with_suffix(".npz"), picture=expected.numpy(), **{f"input/{name}": x.contiguous().numpy() for name, x in inputs.items()})
print(json.dumps({"network": arguments.network, "opset": OPSET, "bfloat16_psnr": decibels(lower, expected)}))
sys.exit(0 if torch.isfinite(expected).all() else f"{arguments.network}: the picture is not finite")
