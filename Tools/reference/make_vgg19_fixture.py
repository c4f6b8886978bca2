"""Writes what PyTorch makes of a small picture with VGG-19's layers and made-up weights (needs torch and numpy).

    python3 Tools/reference/make_vgg19_fixture.py Tests/TestSupport/Fixtures/vgg19-features.safetensors

The weights would be 50 MB, so that they are not stored: both sides draw them from the same SplitMix64 numbers
(Sources/Tensors/RandomSource.swift), for one convolution after another the weight, then the bias, value by value in memory order,
u in [0, 1): weight (2u - 1)·sqrt(6/fan-in), which keeps activations near 1; bias 0.2u - 0.1. Stored are `input`, (1, 3, 32, 32) in
[-1, 1]; and of each of relu1_1 to relu5_1: `NAME/mean` and `NAME/mean_square` (1), and `NAME/values` at the flat places
`NAME/indices`, with their `NAME/shape`.
"""

import math
import sys

import numpy
import torch
from torch import nn

import tensor_file
from drawn_weights import SplitMix64

SEED = 19
SAMPLES = 64
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
# Torchvision's configuration "E": widths of the convolutions, and "M" for the poolings between.
LAYERS = [64, 64, "M", 128, 128, "M", 256, 256, 256, 256, "M", 512, 512, 512, 512, "M", 512, 512, 512, 512, "M"]
# Places in torchvision's `features` of the activations that count.
WANTED = {1: "relu1_1", 6: "relu2_1", 11: "relu3_1", 20: "relu4_1", 29: "relu5_1"}


random = SplitMix64(SEED)
one = numpy.float32(1)
layers, inputs = [], 3
for width in LAYERS:
    if width == "M":
        layers.append(nn.MaxPool2d(2, 2))
        continue
    layer = nn.Conv2d(inputs, width, 3, padding=1)
    bound = numpy.float32(math.sqrt(6 / (inputs * 9)))
    weight = (2 * random.uniform(layer.weight.numel()) - one) * bound
    bias = numpy.float32(0.2) * random.uniform(width) - numpy.float32(0.1)
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(weight).reshape(layer.weight.shape))
        layer.bias.copy_(torch.from_numpy(bias))
    layers += [layer, nn.ReLU()]
    inputs = width
    if len(layers) > max(WANTED):
        break
features = nn.Sequential(*layers)

chooser = SplitMix64(SEED + 1)
picture = torch.from_numpy(2 * chooser.uniform(3 * 32 * 32) - one).reshape(1, 3, 32, 32)
tensors = {"input": picture}
with torch.no_grad():
    # In double precision, so that the numbers stored are right to their last place.
    features = features.double()
    x = ((picture.double() + 1) / 2 - torch.tensor(MEAN).reshape(3, 1, 1)) / torch.tensor(DEVIATION).reshape(3, 1, 1)
    for place, layer in enumerate(features):
        x = layer(x)
        if place not in WANTED:
            continue
        name, flat = WANTED[place], x.flatten()
        indices = torch.from_numpy((chooser.uniform(SAMPLES) * len(flat)).astype(numpy.int64)).clamp_max(len(flat) - 1)
        tensors[f"{name}/shape"] = torch.tensor(x.shape)
        tensors[f"{name}/mean"] = flat.mean()[None]
        tensors[f"{name}/mean_square"] = flat.square().mean()[None]
        tensors[f"{name}/indices"] = indices
        tensors[f"{name}/values"] = flat[indices]
        print(f"{name}: {list(x.shape)}, mean {flat.mean():.4f}, mean square {flat.square().mean():.4f}")
tensor_file.write(sys.argv[1], tensors)
