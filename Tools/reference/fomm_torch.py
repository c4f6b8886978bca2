"""The First Order Motion Model (Siarohin et al. 2019) in PyTorch: the peer that the Swift networks are measured against.

    python3 Tools/reference/fomm_torch.py --check

compares it with the vectors of the authors' modules in Tests/TestSupport/Fixtures/fomm and prints the largest error.

The parameters have the names and shapes of the published checkpoints, so that those load as they are. The text is our own, and it does
what makes eager PyTorch fast on a processor: normalizations are folded into the convolutions before them where one comes before,
activations are in place, and what depends on the source alone is computed once.

Axes are (sample, channel, row, column); pictures are RGB in [0, 1]; points are (sample, point, x and y).
"""

import math
import pathlib
import sys

import checking
import named_weights
import torch
from torch import nn
from torch.nn import functional as F

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "common"))
import tensor_file  # noqa: E402

VARIANCE = 0.01
PUBLISHED = dict(
    points=10, maps=10, scale=4, detector=(32, 1024, 5), motion=(64, 1024, 5), generator=(64, 512, 2), blocks=6, occlusion=True,
    temperature=0.1, padding=0)
TINY = {
    "adv": dict(PUBLISHED, points=5, maps=5, detector=(4, 16, 3), motion=(4, 16, 3), generator=(6, 16, 2), blocks=2),
    "mgif": dict(
        PUBLISHED, points=4, maps=1, scale=2, detector=(4, 1024, 2), motion=(4, 1024, 3), generator=(6, 512, 1), blocks=1,
        temperature=0.2),
    "plain": dict(
        PUBLISHED, points=3, maps=0, scale=1, detector=(4, 12, 2), motion=(4, 12, 2), generator=(4, 512, 2), blocks=1, occlusion=False,
        padding=3),
}


def fold(convolution, norm):
    """Multiplies a normalization at rest into the convolution before it."""
    scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    convolution.weight.data *= scale.reshape(-1, 1, 1, 1)
    convolution.bias.data = (convolution.bias - norm.running_mean) * scale + norm.bias


class Normalized(nn.Module):
    """ReLU(norm(conv(x))); at rest one convolution."""

    def __init__(self, inputs, outputs, kernel=3):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2)
        self.norm = nn.BatchNorm2d(outputs)

    def fold(self):
        fold(self.conv, self.norm)
        self.norm = nn.Identity()

    def forward(self, x):
        return F.relu_(self.norm(self.conv(x)))


class Residual(nn.Module):
    """x + conv2(ReLU(norm2(conv1(ReLU(norm1(x))))))."""

    def __init__(self, channels):
        super().__init__()
        self.norm1, self.norm2 = nn.BatchNorm2d(channels), nn.BatchNorm2d(channels)
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)

    def fold(self):
        fold(self.conv1, self.norm2)
        self.norm2 = nn.Identity()

    def forward(self, x):
        y = self.conv1(F.relu_(self.norm1(x)))
        return self.conv2(F.relu_(self.norm2(y))).add_(x)


def widths(base, most, levels):
    return [min(most, base << level) for level in range(levels + 1)]


def doubled(x):
    return F.interpolate(x, scale_factor=2, mode="nearest")


class Levels(nn.Module):
    """A list of layers under a name of the published checkpoints."""

    def __init__(self, name, layers):
        super().__init__()
        self.add_module(name, nn.ModuleList(layers))
        self.layers = name

    def __iter__(self):
        return iter(getattr(self, self.layers))


class Hourglass(nn.Module):
    def __init__(self, inputs, base, most, levels):
        super().__init__()
        sizes = widths(base, most, levels)
        read = [inputs, *sizes[1:]]
        self.encoder = Levels("down_blocks", [Normalized(read[i], sizes[i + 1]) for i in range(levels)])
        self.decoder = Levels("up_blocks", [
            Normalized(sizes[i + 1] * (1 if i + 1 == levels else 2), sizes[i]) for i in reversed(range(levels))])
        self.outputs = sizes[0] + inputs

    def forward(self, x):
        passed = [x]
        for layer in self.encoder:
            passed.append(F.avg_pool2d(layer(passed[-1]), 2))
        y = passed.pop()
        for layer in self.decoder:
            y = torch.cat([layer(doubled(y)), passed.pop()], 1)
        return y


class Downscaling(nn.Module):
    def __init__(self, factor):
        super().__init__()
        self.factor = factor
        if factor > 1:
            side = 2 * round(2 * (factor - 1)) + 1
            line = torch.exp(-0.5 * ((torch.arange(side) - side // 2) / ((factor - 1) / 2)) ** 2)
            self.register_buffer("weight", (torch.outer(line, line) / line.sum() ** 2).expand(3, 1, side, side).contiguous())

    def forward(self, x):
        if self.factor == 1:
            return x
        return F.conv2d(x, self.weight, stride=self.factor, padding=self.weight.shape[-1] // 2, groups=3)


def grid(height, width):
    """Where each pixel lies: (height, width, 2)."""
    y, x = torch.meshgrid(torch.linspace(-1, 1, height), torch.linspace(-1, 1, width), indexing="ij")
    return torch.stack([x, y], -1)


def inverse(matrices):
    """Of 2×2 matrices, (…, 2, 2)."""
    (a, b), (c, d) = (row.unbind(-1) for row in matrices.unbind(-2))
    adjugate = torch.stack([torch.stack([d, -b], -1), torch.stack([-c, a], -1)], -2)
    return adjugate / (a * d - b * c)[..., None, None]


def bells(points, height, width):
    squares = (grid(height, width) - points[:, :, None, None]).square().sum(-1)
    return torch.exp(-0.5 * squares / VARIANCE)


class Detector(nn.Module):
    def __init__(self, points, maps, scale, detector, temperature, padding, **_):
        super().__init__()
        self.down = Downscaling(scale)
        self.predictor = Hourglass(3, *detector)
        self.kp = nn.Conv2d(self.predictor.outputs, points, 7, padding=padding)
        self.jacobian = nn.Conv2d(self.predictor.outputs, 4 * maps, 7, padding=padding) if maps else None
        self.temperature = temperature

    def forward(self, picture):
        features = self.predictor(self.down(picture))
        logits = self.kp(features)
        samples, points, height, width = logits.shape
        parts = F.softmax(logits.flatten(2) / self.temperature, 2)
        value = parts @ grid(height, width).reshape(-1, 2)
        if self.jacobian is None:
            return value, None
        maps = self.jacobian(features).reshape(samples, -1, 4, height * width)
        return value, (parts[:, :, None] * maps).sum(-1).reshape(samples, points, 2, 2)


class DenseMotion(nn.Module):
    def __init__(self, points, scale, motion, occlusion, **_):
        super().__init__()
        self.down = Downscaling(scale)
        self.hourglass = Hourglass(4 * (points + 1), *motion)
        self.mask = nn.Conv2d(self.hourglass.outputs, points + 1, 7, padding=3)
        self.occlusion = nn.Conv2d(self.hourglass.outputs, 1, 7, padding=3) if occlusion else None

    def forward(self, small, source, driving):
        height, width = small.shape[2:]
        places = grid(height, width)
        moved = places - driving[0][:, :, None, None]
        if source[1] is not None:
            moved = torch.einsum("nkij,nkhwj->nkhwi", source[1] @ inverse(driving[1]), moved)
        motions = torch.cat([places[None, None], moved + source[0][:, :, None, None]], 1)
        count = motions.shape[1]
        heat = bells(driving[0], height, width) - bells(source[0], height, width)
        heat = torch.cat([torch.zeros_like(heat[:, :1]), heat], 1)
        sampled = F.grid_sample(small.expand(count, -1, -1, -1), motions[0], align_corners=False)
        features = self.hourglass(torch.cat([heat[0][:, None], sampled], 1).reshape(1, -1, height, width))
        parts = F.softmax(self.mask(features), 1)
        flow = (parts[..., None] * motions).sum(1)
        return flow, None if self.occlusion is None else torch.sigmoid(self.occlusion(features))


class Generator(nn.Module):
    def __init__(self, generator, blocks, **others):
        super().__init__()
        sizes = widths(*generator)
        self.dense_motion_network = DenseMotion(**others)
        self.first = Normalized(3, sizes[0], 7)
        self.down_blocks = nn.ModuleList(Normalized(a, b) for a, b in zip(sizes, sizes[1:]))
        self.bottleneck = nn.Sequential()
        for index in range(blocks):
            self.bottleneck.add_module(f"r{index}", Residual(sizes[-1]))
        self.up_blocks = nn.ModuleList(Normalized(b, a) for a, b in reversed(list(zip(sizes, sizes[1:]))))
        self.final = nn.Conv2d(sizes[0], 3, 7, padding=3)

    def prepare(self, picture):
        """What depends on the source alone."""
        x = self.first(picture)
        for layer in self.down_blocks:
            x = F.avg_pool2d(layer(x), 2)
        return x, self.dense_motion_network.down(picture)

    def forward(self, prepared, source, driving):
        features, small = prepared
        flow, occlusion = self.dense_motion_network(small, source, driving)
        size = features.shape[2:]
        if flow.shape[1:3] != size:
            flow = F.interpolate(flow.permute(0, 3, 1, 2), size=size, mode="bilinear", align_corners=False).permute(0, 2, 3, 1)
        x = F.grid_sample(features, flow, align_corners=False)
        if occlusion is not None:
            if occlusion.shape[2:] != size:
                occlusion = F.interpolate(occlusion, size=size, mode="bilinear", align_corners=False)
            x = x * occlusion
        x = self.bottleneck(x)
        for layer in self.up_blocks:
            x = layer(doubled(x))
        return torch.sigmoid_(self.final(x))


class FirstOrderMotionModel:
    """The two networks that make a frame, at rest."""

    def __init__(self, measures=PUBLISHED, path=None):
        members = torch.load(path, map_location="cpu", weights_only=True) if path else {}
        for name, kind in (("kp_detector", Detector), ("generator", Generator)):
            network = kind(**measures).eval().requires_grad_(False)
            if path:
                network.load_state_dict(members[name])
            else:
                named_weights.fill(network)
            for layer in list(network.modules()):
                if hasattr(layer, "fold"):
                    layer.fold()
            setattr(self, name, network)


def check(folder, tolerance=1e-4):
    """Compares with the authors' modules; prints the largest error, and returns whether all are within."""
    vectors = tensor_file.read(folder / "cases.safetensors")
    worst = {}

    def compare(name, found, expected):
        error = (found - expected).abs().max().item()
        worst[name] = math.inf if math.isnan(error) else error

    with torch.inference_mode():
        for kind, measures in TINY.items():
            model = FirstOrderMotionModel(measures, folder / f"fomm-{kind}-tiny.pth.tar")
            source = model.kp_detector(vectors[f"{kind}/source"])
            driving = model.kp_detector(vectors[f"{kind}/driving"])
            for name, points in (("source", source), ("driving", driving)):
                for part, values in zip(("value", "jacobian"), points):
                    if values is not None:
                        compare(f"{kind}/kp_{name}/{part}", values, vectors[f"{kind}/kp_{name}/{part}"])
            prepared = model.generator.prepare(vectors[f"{kind}/source"])
            for frame in range(3):
                own = [None if part is None else part[frame:frame + 1] for part in driving]
                compare(f"{kind}/absolute {frame}", model.generator(prepared, source, own), vectors[f"{kind}/absolute"][frame:frame + 1])
    name, error = max(worst.items(), key=lambda item: item[1])
    print(f"{len(worst)} vectors compared, largest error {error:.2e} ({name})")
    return error <= tolerance


if __name__ == "__main__":
    checking.command("The First Order Motion Model in PyTorch", "fomm", ("", check))
