"""The network that paints mouths of animated portraits again, in PyTorch: what the Swift network is compared with.

    python3 Tools/reference/refiner_torch.py --check

compares it with the vectors in Tests/TestSupport/Fixtures/refiner and prints the largest error; with `--write` it makes them.

The parameters have the names and shapes of the files that `lia export` writes. Axes are (sample, channel, row, column); pictures are
RGB in [-1, 1]. The animated square is moved by `grid_sample` from the centers of its pixels, where the Swift network corrects LIA's
grid, which goes from edge to edge.
"""

import argparse
import pathlib
import sys

import torch
from torch import nn
from torch.nn import functional as F

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "common"))
import tensor_file  # noqa: E402

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "Tests/TestSupport/Fixtures/refiner"
TINY, SIDE = (2, 3, 4, 5), 24


def rectified(layer, x):
    return F.leaky_relu(layer(x), 0.2)


class MouthRefiner(nn.Module):
    def __init__(self, channels=(24, 48, 96, 128)):
        super().__init__()
        self.in_conv = nn.Conv2d(8, channels[0], 5, padding=2)
        self.down, self.up = nn.ModuleList(), nn.ModuleList()
        for before, after in zip(channels, channels[1:]):
            self.down.append(nn.ModuleList([nn.Conv2d(before, after, 3, 2, 1), nn.Conv2d(after, after, 3, 1, 1)]))
        self.middle_conv = nn.Conv2d(channels[-1], channels[-1], 3, 1, 1)
        for before, after in zip(channels[::-1], channels[-2::-1]):
            self.up.append(nn.ModuleList([nn.Conv2d(before, after, 3, 1, 1), nn.Conv2d(2 * after, after, 3, 1, 1)]))
        self.paint_conv = nn.Conv2d(channels[0], 3, 3, 1, 1)
        self.motion_conv = nn.Conv2d(channels[0], 3, 3, 1, 1)

    def forward(self, animated, source, lips, region):
        x, maps = rectified(self.in_conv, torch.cat([animated, source, lips], 1)), []
        for halving, layer in self.down:
            maps.append(x)
            x = rectified(layer, rectified(halving, x))
        x = rectified(self.middle_conv, x)
        for enlarging, layer in self.up:
            x = rectified(enlarging, F.interpolate(x, scale_factor=2, mode="nearest"))
            x = rectified(layer, torch.cat([x, maps.pop()], 1))
        painted, motion = torch.tanh(self.paint_conv(x) / 2), self.motion_conv(x)
        side = animated.shape[2]
        edges = torch.linspace(-1, 1, side, dtype=animated.dtype)
        centers = (2 * torch.arange(side, dtype=animated.dtype) + 1) / side - 1
        beside = torch.atanh(centers - edges)
        flow = torch.tanh(motion[:, :2] + torch.stack(torch.meshgrid(beside, beside, indexing="xy")))
        grid = torch.stack(torch.meshgrid(edges, edges, indexing="xy")) + flow
        moved = F.grid_sample(animated, grid.permute(0, 2, 3, 1), align_corners=False)
        mask = torch.sigmoid(motion[:, 2:])
        return animated + region * (mask * moved + (1 - mask) * painted - animated)


def write():
    torch.manual_seed(7)
    # In double precision, so that what is stored is right to its last place.
    network = MouthRefiner(TINY).double()
    for parameter in network.parameters():
        parameter.data = (torch.randn(parameter.shape) * 0.3).double()
    # Smooth, as pictures are: of noise the last digits of a flow show.
    inputs = {name: F.avg_pool2d(torch.rand(2, 3, SIDE + 4, SIDE + 4).double() * 4 - 2, 5, 1) for name in ("animated", "source")}
    inputs |= {name: torch.rand(2, count, SIDE, SIDE).double() for name, count in (("lips", 2), ("region", 3))}
    target = torch.rand(2, 3, SIDE, SIDE).double() * 2 - 1
    result = network(**inputs)
    loss = (result - target).abs().mean()
    loss.backward()
    tensors = dict(network.named_parameters()) | {f"in/{name}": value for name, value in inputs.items()}
    tensors |= {"target": target, "result": result, "loss": loss.reshape(1)}
    tensors |= {f"grad/{name}": parameter.grad for name, parameter in network.named_parameters()}
    FOLDER.mkdir(exist_ok=True)
    tensor_file.write(FOLDER / "cases.safetensors", tensors)


def check():
    tensors = tensor_file.read(FOLDER / "cases.safetensors")
    network = MouthRefiner(TINY)
    network.load_state_dict({name: tensors[name] for name in network.state_dict()})
    inputs = {name: tensors[f"in/{name}"] for name in ("animated", "source", "lips", "region")}
    with torch.no_grad():
        error = (network(**inputs) - tensors["result"]).abs().max().item()
    print(f"largest error {error:.2e}")
    return error < 5e-5


parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
parser.add_argument("--check", action="store_true", help="compare with the vectors")
parser.add_argument("--write", action="store_true", help="make them")
options = parser.parse_args()
if not options.check and not options.write:
    parser.error("nothing to do: --check compares with the vectors, --write makes them")
if options.write:
    write()
sys.exit(0 if not options.check or check() else 1)
