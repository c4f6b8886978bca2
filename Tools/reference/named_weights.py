"""Weights that follow from the names and shapes of a network's parameters: the same in every process and version.

Networks with them make pictures in which every layer can be seen, so that a comparison notices a layer that is wrong.
"""

import math
import zlib

import torch


def _normal(name, shape):
    """Normal values that the name chooses."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(zlib.crc32(name.encode())))


def values(name, tensor):
    """Values for layers as PyTorch has them."""
    noise = _normal(name, tensor.shape)
    if name.endswith("running_var"):
        return torch.exp(0.1 * noise)
    if tensor.dim() > 1:
        # Keeps the size of what goes through a layer with ReLU (He et al. 2015).
        return noise * math.sqrt(2 / tensor[0].numel())
    # Those of a normalization lie around 1.
    return 0.1 * noise + (1.0 if name.endswith("weight") else 0.0)


def fill(network, values=values):
    """Gives every parameter and every floating-point buffer of the state its values.

    `values`: of (name, tensor), the new values; None leaves the tensor as it is."""
    for name, tensor in network.state_dict().items():
        if tensor.is_floating_point() and (new := values(name, tensor)) is not None:
            tensor.data.copy_(new)
    return network


def equalized(name, tensor):
    """Values for networks with an equalized learning rate, whose weights have unit variance and are scaled in use. Flow fields are small
    and smooth, as trained ones are: with wild ones a frame has hardly a digit that rounding does not change."""
    if name.endswith("kernel"):
        return None
    noise = _normal(name, tensor.shape)
    if name.endswith("modulation.bias"):
        return 1 + 0.1 * noise
    if name.endswith("bias"):
        return 0.1 * noise
    return noise * (0.1 if "to_flows" in name and name.endswith("conv.weight") else 1.0)
