"""Times DINet in PyTorch beside the Swift benchmark dinet.

    python3 Tools/reference/time_dinet_torch.py --threads 2 --rounds 5

A frame is one masked face of a mouth of 256 px and five rows of sound features made the painted face, with reference pictures that were
encoded before, or with --source-every-frame encoded for each frame, as the authors' program does. Prints one JSON object. float32, or,
with --precision bfloat16, PyTorch's autocast to it.
"""

import argparse

import dinet_torch
import torch
from part_times import PartTimes

parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
parser.add_argument("--threads", type=int, default=torch.get_num_threads())
parser.add_argument("--rounds", type=int, default=5)
parser.add_argument("--precision", choices=["float32", "bfloat16"], default="float32")
parser.add_argument("--source-every-frame", action="store_true", help="encode the reference pictures for every frame")
parser.add_argument("--channels-first", action="store_true", help="keep weights in PyTorch's usual order")
arguments = parser.parse_args()
if min(arguments.rounds, arguments.threads) < 1:
    parser.error("rounds and threads begin at 1")

torch.set_num_threads(arguments.threads)
torch.manual_seed(1)
network = dinet_torch.DINet()
if not arguments.channels_first:
    network.keep_channels_last()
times = PartTimes(["references", "generator"])
lower = torch.autocast("cpu", dtype=torch.bfloat16, enabled=arguments.precision == "bfloat16")
with torch.inference_mode(), lower:
    masked, references = torch.rand(1, 3, 416, 320), torch.rand(1, 15, 416, 320)
    masked[:, :, 128:384, 32:288] = 0
    prepared = network.prepare(references)
    # The first round warms up.
    for number in range(arguments.rounds + 1):
        sound = torch.randn(1, 29, 5)
        times.begin()
        if arguments.source_every_frame:
            prepared = network.prepare(references)
        times.mark()
        network(masked, prepared, sound)
        times.mark()
        if number > 0:
            times.keep()
times.print("dinet")
