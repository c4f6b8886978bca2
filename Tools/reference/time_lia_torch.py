"""Seconds that PyTorch takes for a frame, or for a training step, of a LIA network with random weights: the other side of
Benchmarks/compare.

    python3 Tools/reference/time_lia_torch.py frame --network published-256 --threads 2 --rounds 3
    python3 Tools/reference/time_lia_torch.py step --network portrait --groups 4 --group-size 4 [--optimizer]

A frame is one driving picture encoded and one picture generated, from a source that was encoded before. A step is forward, the
mean absolute difference to the frames, and backward; with --optimizer also Adam. Prints one JSON object. float32, or, with
--precision bfloat16, PyTorch's autocast to it.
"""

import argparse
import functools
import json
import operator
import statistics
import time

import lia_torch
import torch
from torch.nn import functional as F


class Seconds(float):
    """Seconds by the clock, and with them those that the processor worked, on all threads together."""

    def __new__(cls, clock, processor):
        seconds = super().__new__(cls, clock)
        seconds.processor = processor
        return seconds

    def __add__(self, other):
        return Seconds(float(self) + float(other), self.processor + other.processor)


def timed(work):
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return Seconds(time.perf_counter() - clock, time.process_time() - processor)


def time_frames(network, rounds, precision, encodes_source):
    """Lists of seconds: encoding, generating, and both."""
    network.eval()
    picture = 0.5 * torch.randn(1, 3, network.size, network.size)
    encoding, generating = [], []
    lower = torch.autocast("cpu", dtype=torch.bfloat16, enabled=precision == "bfloat16")
    with torch.inference_mode(), lower:
        code, features, _ = network.encode(picture)
        # The first round warms up.
        for number in range(rounds + 1):
            motion = torch.randn(1, network.dec.direction.weight.shape[1])
            def encode():
                network.encode(picture)
                if encodes_source:
                    network.encode(picture)

            times = timed(encode), timed(lambda: network.generate(code, features, motion))
            if number > 0:
                encoding.append(times[0])
                generating.append(times[1])
    return {"encoder": encoding, "generator": generating, "frame": [a + b for a, b in zip(encoding, generating)]}


def time_steps(network, groups, group_size, rounds, optimized):
    """Lists of seconds: forward with the loss, backward, Adam where asked for, and the whole step."""
    frames = 0.5 * torch.randn(groups * group_size, 3, network.size, network.size)
    sources = [group * group_size + (member + 1) % group_size for group in range(groups) for member in range(group_size)]
    parameters = list(network.parameters())
    adam = torch.optim.Adam(parameters, lr=0.002, betas=(0.9, 0.99), fused=True) if optimized else None
    parts = {"forward": [], "backward": [], "step": []}
    if adam:
        parts["optimizer"] = []
    for number in range(rounds + 1):
        for parameter in parameters:
            parameter.grad = None
        loss = None

        def forward():
            nonlocal loss
            loss = F.l1_loss(network.reconstruct(frames, sources), frames)

        times = {"forward": timed(forward), "backward": timed(lambda: loss.backward())}
        if adam:
            times["optimizer"] = timed(adam.step)
        times["step"] = functools.reduce(operator.add, times.values())
        if number > 0:
            for part, seconds in times.items():
                parts[part].append(seconds)
    return parts


parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
parser.add_argument("what", choices=["frame", "step"])
parser.add_argument("--network", choices=lia_torch.NETWORKS, default="published-256")
parser.add_argument("--threads", type=int, default=torch.get_num_threads())
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--groups", type=int, default=4)
parser.add_argument("--group-size", type=int, default=4)
parser.add_argument("--precision", choices=["float32", "bfloat16"], default="float32", help="of a frame")
parser.add_argument("--source-every-frame", action="store_true", help="encode the source with every frame, as published")
parser.add_argument("--optimizer", action="store_true", help="let Adam change the weights in every step")
parser.add_argument("--modulate", choices=["weights", "activations", "either"], default="either",
                    help="what styles multiply: weights, as published; activations; weights of one sample and activations of more")
parser.add_argument("--channels-first", action="store_true", help="keep weights and features in PyTorch's usual order")
parser.add_argument("--profile", action="store_true", help="print PyTorch's own table of operators instead")
arguments = parser.parse_args()
if arguments.group_size < 2 or min(arguments.groups, arguments.rounds, arguments.threads) < 1:
    parser.error("groups, rounds and threads begin at 1, the size of a group at 2")

torch.set_num_threads(arguments.threads)
torch.manual_seed(1)
lia_torch.ModulatedConvolution.way = arguments.modulate
network = lia_torch.LIA.named(arguments.network)
if not arguments.channels_first:
    network.keep_channels_last()


def measure():
    if arguments.what == "frame":
        return time_frames(network, arguments.rounds, arguments.precision, arguments.source_every_frame)
    return time_steps(network, arguments.groups, arguments.group_size, arguments.rounds, arguments.optimizer)


if arguments.profile:
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as profile:
        measure()
    print(profile.key_averages().table(sort_by="self_cpu_time_total", row_limit=30))
else:
    parts = measure()
    result = {
        "network": arguments.network, "threads": torch.get_num_threads(), "version": torch.__version__,
        "parts": {
            name: {"seconds": statistics.median(times), "all": times, "processor_all": [time.processor for time in times]}
            for name, times in parts.items()
        },
    }
    if arguments.what == "step":
        result |= {"groups": arguments.groups, "group_size": arguments.group_size}
    print(json.dumps(result))
