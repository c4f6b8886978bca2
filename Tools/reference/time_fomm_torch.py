"""Times the First Order Motion Model in PyTorch beside the Swift benchmark fomm.

    python3 Tools/reference/time_fomm_torch.py --threads 2 --rounds 5

A frame is one driving picture read by the key point detector and one picture drawn by the generator, from a source that was encoded
before, or with --source-every-frame encoded for each frame, as the authors' program does. Prints one JSON object. float32, or, with
--precision bfloat16, PyTorch's autocast to it.
"""

import argparse

import fomm_torch
import torch
from part_times import PartTimes

PARTS = ("detector", "generator")

parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
parser.add_argument("--threads", type=int, default=torch.get_num_threads())
parser.add_argument("--rounds", type=int, default=5)
parser.add_argument("--precision", choices=["float32", "bfloat16"], default="float32")
parser.add_argument("--source-every-frame", action="store_true", help="encode the source for every frame")
arguments = parser.parse_args()
if min(arguments.rounds, arguments.threads) < 1:
    parser.error("rounds and threads begin at 1")

torch.set_num_threads(arguments.threads)
torch.manual_seed(1)
model = fomm_torch.FirstOrderMotionModel()
times = PartTimes(PARTS)
lower = torch.autocast("cpu", dtype=torch.bfloat16, enabled=arguments.precision == "bfloat16")
with torch.inference_mode(), lower:
    picture = torch.rand(1, 3, 256, 256)
    prepared = model.generator.prepare(picture)
    source = (0.5 * torch.randn(1, 10, 2), torch.eye(2).repeat(1, 10, 1, 1))
    # The first round warms up.
    for number in range(arguments.rounds + 1):
        driving = (source[0] + 0.05 * torch.randn(1, 10, 2), source[1] + 0.05 * torch.randn(1, 10, 2, 2))
        times.begin()
        model.kp_detector(picture)
        times.mark()
        if arguments.source_every_frame:
            prepared = model.generator.prepare(picture)
        model.generator(prepared, source, driving)
        times.mark()
        if number > 0:
            times.keep()
times.print("fomm")
