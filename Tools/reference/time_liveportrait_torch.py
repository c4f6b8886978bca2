"""Times LivePortrait's networks in PyTorch beside the Swift benchmark of the same name.

    python3 Tools/reference/time_liveportrait_torch.py --threads 2 --rounds 3

A frame is one driving picture read by M, one label map made by W and one picture drawn by G, from a source that was encoded before.
Prints one JSON object. float32, or, with --precision bfloat16, PyTorch's autocast to it.
"""

import argparse

import liveportrait_torch
import torch
from part_times import PartTimes

PARTS = ("motion", "warping", "generator")

parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
parser.add_argument("--threads", type=int, default=torch.get_num_threads())
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--precision", choices=["float32", "bfloat16"], default="float32")
parser.add_argument("--channels-last", action="store_true", help="store weights with channels last, which is slower here")
arguments = parser.parse_args()
if min(arguments.rounds, arguments.threads) < 1:
    parser.error("rounds and threads begin at 1")

torch.set_num_threads(arguments.threads)
torch.manual_seed(1)
networks = liveportrait_torch.LivePortrait()
if arguments.channels_last:
    networks.keep_channels_last()
times = PartTimes(PARTS)
lower = torch.autocast("cpu", dtype=torch.bfloat16, enabled=arguments.precision == "bfloat16")
with torch.inference_mode(), lower:
    picture = torch.rand(1, 3, 256, 256)
    prepared = networks.warping.prepare(networks.appearance(picture))
    source = 0.3 * torch.randn(1, 21, 3)
    # The first round warms up.
    for number in range(arguments.rounds + 1):
        target = source + 0.05 * torch.randn(1, 21, 3)
        times.begin()
        networks.motion(picture)
        times.mark()
        label = networks.warping(prepared, target, source)
        times.mark()
        networks.generator(label)
        times.mark()
        if number > 0:
            times.keep()
times.print("liveportrait")
