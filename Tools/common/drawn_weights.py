"""Weights that are drawn instead of stored: the same SplitMix64 numbers on both sides (Sources/Tensors/RandomSource.swift)."""

import math

import numpy
import torch


class SplitMix64:
    """The numbers of RandomSource: Steele, Lea and Flood 2014."""

    def __init__(self, seed):
        self.state = numpy.uint64(seed)

    def uniform(self, count):
        """The next numbers in [0, 1), with 24 random bits each."""
        with numpy.errstate(over="ignore"):
            step = numpy.uint64(0x9E3779B97F4A7C15)
            z = self.state + step * numpy.arange(1, count + 1, dtype=numpy.uint64)
            self.state = z[-1] if count else self.state
            z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
            z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
            z ^= z >> numpy.uint64(31)
        return (z >> numpy.uint64(40)).astype(numpy.float32) * numpy.float32(2**-24)


def draw(state, seed):
    """Fills a state dictionary in its order, value by value in memory order, by u in [0, 1).

    Of two axes or more (2u - 1)·sqrt(6/fan-in), which keeps activations near 1, but of `lin…` u; of one axis `running_var` and
    `weight` 0.8 + 0.4u, `prelu.weight` 0.1 + 0.3u, the others 0.2u - 0.1; `num_batches_tracked` is left out.
    """
    random = SplitMix64(seed)
    one = numpy.float32(1)
    for name, tensor in state.items():
        if name.endswith("num_batches_tracked"):
            continue
        u = random.uniform(tensor.numel())
        if name.startswith("lin") and tensor.dim() == 4:
            values = u
        elif tensor.dim() > 1:
            values = (2 * u - one) * numpy.float32(math.sqrt(6 / (tensor.numel() // tensor.shape[0])))
        elif name.endswith("prelu.weight"):
            values = numpy.float32(0.1) + numpy.float32(0.3) * u
        elif name.endswith(("running_var", "weight")):
            values = numpy.float32(0.8) + numpy.float32(0.4) * u
        else:
            values = numpy.float32(0.2) * u - numpy.float32(0.1)
        tensor.copy_(torch.from_numpy(values).reshape(tensor.shape))


def shapes(state, prefix):
    """What the other side needs to draw the same: the tensors' names and shapes, in their order."""
    return {
        prefix + name: torch.tensor(tensor.shape, dtype=torch.float32)
        for name, tensor in state.items()
        if not name.endswith("num_batches_tracked")
    }
