"""LivePortrait (Guo et al. 2024) in PyTorch: the peer that the Swift networks are measured against.

    python3 Tools/reference/liveportrait_torch.py --check

compares it with the vectors of the authors' modules in Tests/TestSupport/Fixtures/liveportrait and prints the largest errors.

The parameters have the names and shapes of the published files, so that those load as they are. The text is our own, and it does what
makes eager PyTorch fast on a processor: normalizations are folded into the convolutions before them, spectral norms are divided by once,
gamma and beta of a modulation are one convolution, activations are in place, and what depends on the source alone is computed once.

Axes are (sample, channel, [depth,] row, column); pictures are RGB in [0, 1].
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

FILES = {
    "appearance": "base_models/appearance_feature_extractor.pth",
    "motion": "base_models/motion_extractor.pth",
    "warping": "base_models/warping_module.pth",
    "generator": "base_models/spade_generator.pth",
}


class Normalized(nn.Module):
    """A convolution `conv` and its batch normalization `norm`; at rest the two are one convolution."""

    def __init__(self, inputs, outputs, axes=2, slope=0.0):
        super().__init__()
        self.conv = (nn.Conv3d if axes == 3 else nn.Conv2d)(inputs, outputs, 3, padding=1)
        self.norm = (nn.BatchNorm3d if axes == 3 else nn.BatchNorm2d)(outputs)
        self.slope = slope

    def fold(self):
        fold(self.conv, self.norm)
        self.norm = nn.Identity()

    def forward(self, x):
        x = self.norm(self.conv(x))
        return F.relu_(x) if self.slope == 0 else F.leaky_relu_(x, self.slope)


def fold(convolution, norm):
    """Multiplies a normalization at rest into the convolution before it."""
    scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    convolution.weight.data *= scale.reshape(-1, *[1] * (convolution.weight.dim() - 1))
    convolution.bias.data = (convolution.bias - norm.running_mean) * scale + norm.bias


class VolumeBlock(nn.Module):
    """x + conv2(ReLU(norm2(conv1(ReLU(norm1(x))))))."""

    def __init__(self, channels):
        super().__init__()
        self.conv1, self.conv2 = (nn.Conv3d(channels, channels, 3, padding=1) for _ in range(2))
        self.norm1, self.norm2 = nn.BatchNorm3d(channels), nn.BatchNorm3d(channels)

    def fold(self):
        fold(self.conv1, self.norm2)
        self.norm2 = nn.Identity()

    def forward(self, x):
        return x + self.conv2(F.relu_(self.norm2(self.conv1(F.relu_(self.norm1(x))))))


class Appearance(nn.Module):
    """F: a picture to a volume of features."""

    def __init__(self, widths, channels, depth, blocks):
        super().__init__()
        self.first = Normalized(3, widths[0])
        self.down_blocks = nn.ModuleList(Normalized(a, b) for a, b in zip(widths, widths[1:]))
        self.second = nn.Conv2d(widths[-1], channels * depth, 1)
        self.resblocks_3d = nn.ModuleDict({f"3dr{i}": VolumeBlock(channels) for i in range(blocks)})
        self.depth = depth

    def forward(self, picture):
        x = self.first(picture)
        for block in self.down_blocks:
            x = F.avg_pool2d(block(x), 2)
        x = self.second(x).unflatten(1, (-1, self.depth)).contiguous()
        for block in self.resblocks_3d.values():
            x = block(x)
        return x


class ChannelNorm(nn.LayerNorm):
    """Layer normalization over the channels of (N, C, H, W)."""

    def forward(self, x):
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class Response(nn.Module):
    """Global response normalization of (N, H, W, C)."""

    def __init__(self, channels):
        super().__init__()
        self.gamma, self.beta = (nn.Parameter(torch.zeros(1, 1, 1, channels)) for _ in range(2))

    def forward(self, x):
        length = torch.linalg.vector_norm(x, dim=(1, 2), keepdim=True)
        return torch.addcmul(self.beta, x, self.gamma * (length / (length.mean(-1, keepdim=True) + 1e-6)) + 1)


class ConvNeXtBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.dwconv = nn.Conv2d(channels, channels, 7, padding=3, groups=channels)
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.pwconv1, self.pwconv2 = nn.Linear(channels, 4 * channels), nn.Linear(4 * channels, channels)
        self.grn = Response(4 * channels)

    def forward(self, x):
        y = self.norm(self.dwconv(x).permute(0, 2, 3, 1))
        return x + self.pwconv2(self.grn(F.gelu(self.pwconv1(y)))).permute(0, 3, 1, 2)


class Detector(nn.Module):
    """M's ConvNeXt V2 and its heads."""

    def __init__(self, widths, blocks, points, bins):
        super().__init__()
        stem = nn.Sequential(nn.Conv2d(3, widths[0], 4, 4), ChannelNorm(widths[0], eps=1e-6))
        self.downsample_layers = nn.ModuleList(
            [stem] + [nn.Sequential(ChannelNorm(a, eps=1e-6), nn.Conv2d(a, b, 2, 2)) for a, b in zip(widths, widths[1:])])
        self.stages = nn.ModuleList(
            nn.Sequential(*[ConvNeXtBlock(width) for _ in range(count)]) for width, count in zip(widths, blocks))
        self.norm = nn.LayerNorm(widths[-1], eps=1e-6)
        for name, outputs in [("kp", 3 * points), ("scale", 1), ("pitch", bins), ("yaw", bins), ("roll", bins), ("t", 3),
                              ("exp", 3 * points)]:
            setattr(self, f"fc_{name}", nn.Linear(widths[-1], outputs))

    def forward(self, x):
        for layer, stage in zip(self.downsample_layers, self.stages):
            x = stage(layer(x))
        x = self.norm(x.mean((-2, -1)))
        heads = {name: getattr(self, f"fc_{name}")(x) for name in ("kp", "scale", "t", "exp")}
        for name in ("pitch", "yaw", "roll"):
            parts = getattr(self, f"fc_{name}")(x).softmax(-1)
            heads[name] = 3 * (parts * torch.arange(parts.shape[1])).sum(-1, keepdim=True) - 97.5
        return heads


class Motion(nn.Module):
    """M: key points, expression and pose of a picture."""

    def __init__(self, **measures):
        super().__init__()
        self.detector = Detector(**measures)

    def forward(self, picture):
        return self.detector(picture)


class Hourglass(nn.Module):
    def __init__(self, inputs, down, up):
        super().__init__()
        self.encoder, self.decoder = nn.Module(), nn.Module()
        read = [inputs] + down
        self.encoder.down_blocks = nn.ModuleList(Normalized(a, b, axes=3) for a, b in zip(read, down))
        beside = [down[-1]] + [up[i] + down[-2 - i] for i in range(len(up) - 1)]
        self.decoder.up_blocks = nn.ModuleList(Normalized(a, b, axes=3) for a, b in zip(beside, up))
        self.outputs = up[-1] + inputs
        self.decoder.conv = nn.Conv3d(self.outputs, self.outputs, 3, padding=1)
        self.decoder.norm = nn.BatchNorm3d(self.outputs)

    def fold(self):
        fold(self.decoder.conv, self.decoder.norm)
        self.decoder.norm = nn.Identity()

    def forward(self, x):
        passed = [x]
        for block in self.encoder.down_blocks:
            passed.append(F.avg_pool3d(block(passed[-1]), (1, 2, 2)))
        y = passed.pop()
        for block in self.decoder.up_blocks:
            y = torch.cat([block(F.interpolate(y, scale_factor=(1, 2, 2))), passed.pop()], 1)
        return F.relu_(self.decoder.norm(self.decoder.conv(y)))


def sample(volume, grids):
    """Values of one volume (1, C, D, H, W) at places (N, D', H', W', 3): (N, C, D', H', W')."""
    if not torch.onnx.is_in_onnx_export():
        return F.grid_sample(volume.expand(len(grids), -1, -1, -1, -1), grids, align_corners=False)
    # Other programs sample planes alone: there the eight neighbours are rows of a table.
    channels, extents = volume.shape[1], volume.shape[:1:-1]
    table = volume[0].flatten(1).t()
    floors, parts = [], []
    for axis, extent in enumerate(extents):
        place = ((grids[..., axis] + 1) * extent - 1) / 2
        floors.append(place.floor())
        parts.append(place - floors[-1])
    result = 0
    for corner in range(8):
        weight, index = 1, 0
        for axis, extent in reversed(list(enumerate(extents))):
            side = corner >> axis & 1
            at = floors[axis] + side
            share = parts[axis] if side else 1 - parts[axis]
            weight = weight * share * ((at >= 0) & (at < extent)).to(share.dtype)
            index = index * extent + at.clamp(0, extent - 1).long()
        rows = table.index_select(0, index.flatten()).reshape(*index.shape, channels)
        result = result + rows * weight[..., None]
    return result.permute(0, 4, 1, 2, 3)


class DenseMotion(nn.Module):
    def __init__(self, channels, depth, compressed, points, down, up):
        super().__init__()
        self.hourglass = Hourglass((points + 1) * (compressed + 1), down, up)
        outputs = self.hourglass.outputs
        self.mask = nn.Conv3d(outputs, points + 1, 7, padding=3)
        self.compress, self.norm = nn.Conv3d(channels, compressed, 1), nn.BatchNorm3d(compressed)
        self.occlusion = nn.Conv2d(outputs * depth, 1, 7, padding=3)

    def fold(self):
        fold(self.compress, self.norm)
        self.norm = nn.Identity()

    def prepare(self, volume):
        """The compressed features and the grid of places (1, D, H, W, 3)."""
        axes = [torch.linspace(-1, 1, extent) for extent in volume.shape[2:]]
        z, y, x = torch.meshgrid(*axes, indexing="ij")
        return F.relu_(self.norm(self.compress(volume))), torch.stack([x, y, z], -1)[None]

    def forward(self, prepared, target, source):
        """The deformation (1, D, H, W, 3), the occlusion (1, 1, H, W), and what the mask was made from."""
        features, places = prepared
        moves = torch.cat([torch.zeros(1, 1, 3), source - target], 1)
        grids = places + moves[0, :, None, None, None]
        moved = sample(features, grids)
        bells = [torch.exp(-50 * (places - points[0, :, None, None, None]).square().sum(-1)) for points in (target, source)]
        heat = torch.cat([torch.zeros_like(bells[0][:1]), bells[0] - bells[1]])[:, None]
        prediction = self.hourglass(torch.cat([heat, moved], 1).flatten(0, 1)[None])
        mask = self.mask(prediction).softmax(1)
        deformation = torch.einsum("kdhw,kdhwc->dhwc", mask[0], grids)[None]
        return deformation, torch.sigmoid(self.occlusion(prediction.flatten(1, 2))), mask


class Warping(nn.Module):
    """W: the label map of a volume moved as its key points move."""

    def __init__(self, channels, depth, labels, **measures):
        super().__init__()
        self.dense_motion_network = DenseMotion(channels, depth, **measures)
        self.third = Normalized(channels * depth, labels, slope=0.01)
        self.fourth = nn.Conv2d(labels, labels, 1)

    def prepare(self, volume):
        return volume, self.dense_motion_network.prepare(volume)

    def forward(self, prepared, target, source, observe=None):
        volume, motion = prepared
        deformation, occlusion, mask = self.dense_motion_network(motion, target, source)
        if observe:
            observe(deformation=deformation, occlusion=occlusion, mask=mask)
        warped = sample(volume, deformation).flatten(1, 2)
        return self.fourth(self.third(warped)) * occlusion


class Spectral(nn.Module):
    """A convolution whose weights are divided by u·(W·v)."""

    def __init__(self, inputs, outputs, side=3, biased=True):
        super().__init__()
        self.weight_orig = nn.Parameter(torch.randn(outputs, inputs, side, side) / math.sqrt(inputs * side * side))
        self.bias = nn.Parameter(torch.zeros(outputs)) if biased else None
        rest = inputs * side * side
        self.register_buffer("weight_u", F.normalize(torch.randn(outputs), dim=0))
        self.register_buffer("weight_v", F.normalize(torch.randn(rest), dim=0))
        self.weight = None

    def fold(self):
        sigma = self.weight_u @ (self.weight_orig.flatten(1) @ self.weight_v)
        self.weight = (self.weight_orig / sigma).detach()

    def forward(self, x):
        return F.conv2d(x, self.weight, self.bias, padding=self.weight.shape[-1] // 2)


class SPADE(nn.Module):
    def __init__(self, channels, labels, hidden):
        super().__init__()
        self.mlp_shared = nn.Sequential(nn.Conv2d(labels, hidden, 3, padding=1))
        self.mlp_gamma, self.mlp_beta = (nn.Conv2d(hidden, channels, 3, padding=1) for _ in range(2))
        self.both = None

    def fold(self):
        layers = self.mlp_gamma, self.mlp_beta
        self.both = [torch.cat([layer.weight for layer in layers]).detach(), torch.cat([layer.bias for layer in layers]).detach()]
        # 1 + gamma.
        self.both[1][:len(self.both[1]) // 2] += 1

    def forward(self, normalized, label):
        gamma, beta = F.conv2d(F.relu_(self.mlp_shared(label)), *self.both, padding=1).chunk(2, 1)
        return torch.addcmul(beta, normalized, gamma)


class SPADEBlock(nn.Module):
    def __init__(self, inputs, outputs, labels, hidden):
        super().__init__()
        middle = min(inputs, outputs)
        self.norm_0, self.norm_1 = SPADE(inputs, labels, hidden), SPADE(middle, labels, hidden)
        self.conv_0, self.conv_1 = Spectral(inputs, middle), Spectral(middle, outputs)
        if inputs != outputs:
            self.norm_s, self.conv_s = SPADE(inputs, labels, hidden), Spectral(inputs, outputs, side=1, biased=False)

    def forward(self, x, label):
        normalized = F.instance_norm(x)
        y = self.conv_0(F.leaky_relu_(self.norm_0(normalized, label), 0.2))
        y = self.conv_1(F.leaky_relu_(self.norm_1(F.instance_norm(y), label), 0.2))
        return y + (self.conv_s(self.norm_s(normalized, label)) if hasattr(self, "conv_s") else x)


class Generator(nn.Module):
    """G: the picture of a label map."""

    def __init__(self, labels, width, doubled, hidden, blocks=6):
        super().__init__()
        self.fc = nn.Conv2d(labels, width, 3, padding=1)
        for index in range(blocks):
            setattr(self, f"G_middle_{index}", SPADEBlock(width, width, labels, hidden))
        self.up_0, self.up_1 = SPADEBlock(width, doubled[0], labels, hidden), SPADEBlock(*doubled, labels, hidden)
        self.conv_img = nn.Sequential(nn.Conv2d(doubled[1], 12, 3, padding=1))
        self.middle = [f"G_middle_{index}" for index in range(blocks)]

    def forward(self, label):
        x = self.fc(label)
        for name in self.middle:
            x = getattr(self, name)(x, label)
        for block in (self.up_0, self.up_1):
            x, label = F.interpolate(x, scale_factor=2), F.interpolate(label, scale_factor=2)
            x = block(x, label)
        return torch.sigmoid(F.pixel_shuffle(self.conv_img(F.leaky_relu_(x, 0.2)), 2))


# The measures of the networks by name: those of the published files, and the small ones of the vectors.
PUBLISHED = {
    "appearance": dict(widths=[64, 128, 256], channels=32, depth=16, blocks=6),
    "motion": dict(widths=[96, 192, 384, 768], blocks=[3, 3, 9, 3], points=21, bins=66),
    "warping": dict(channels=32, depth=16, labels=256, compressed=4, points=21, down=[64, 128, 256, 512, 1024],
                    up=[512, 256, 128, 64, 32]),
    "generator": dict(labels=256, width=512, doubled=[256, 64], hidden=128),
}
SMALL = {
    "appearance": dict(widths=[4, 8, 16], channels=6, depth=4, blocks=2),
    "motion": dict(widths=[8, 12, 16, 24], blocks=[1, 1, 2, 1], points=21, bins=66),
    "warping": dict(channels=6, depth=4, labels=8, compressed=2, points=21, down=[8, 16, 24], up=[16, 8, 4]),
    "generator": dict(labels=8, width=16, doubled=[8, 4], hidden=16),
}


def values(name, tensor):
    """Weights that follow from their names; the vectors of spectral norms are of unit length, and so is what they give."""
    noise = named_weights.values(name, tensor)
    if name.endswith(("weight_u", "weight_v")):
        return torch.full_like(tensor, len(tensor) ** -0.5)
    # u·(W·v) of the vectors above is 2.
    return noise + 2 / math.sqrt(noise[0].numel() * len(noise)) if name.endswith("weight_orig") else noise


class LivePortrait:
    """The four networks that make a frame, at rest."""

    def __init__(self, measures=PUBLISHED, folder=None):
        kinds = {"appearance": Appearance, "motion": Motion, "warping": Warping, "generator": Generator}
        for name, kind in kinds.items():
            network = kind(**measures[name]).eval().requires_grad_(False)
            if folder:
                network.load_state_dict(torch.load(folder / FILES[name], map_location="cpu", weights_only=True))
            else:
                named_weights.fill(network, values)
            for layer in list(network.modules()):
                if hasattr(layer, "fold"):
                    layer.fold()
            setattr(self, name, network)

    def keep_channels_last(self):
        """Stores weights with channels last; shapes stay as they are."""
        formats = {4: torch.channels_last, 5: torch.channels_last_3d}
        for network in (self.appearance, self.motion, self.warping, self.generator):
            for layer in network.modules():
                for tensor in list(layer.parameters(recurse=False)):
                    if tensor.dim() in formats:
                        tensor.data = tensor.data.contiguous(memory_format=formats[tensor.dim()])
                if isinstance(layer, Spectral):
                    layer.weight = layer.weight.contiguous(memory_format=torch.channels_last)
                if isinstance(layer, SPADE):
                    layer.both[0] = layer.both[0].contiguous(memory_format=torch.channels_last)


def check(folder, channels_last, tolerance=1e-4):
    """Compares with the authors' modules; prints the largest errors, and returns whether all are within."""
    networks = LivePortrait(SMALL, folder / "small")
    if channels_last:
        networks.keep_channels_last()
    vectors = tensor_file.read(folder / "cases.safetensors")
    worst = {}

    def compare(name, found):
        expected = vectors[name]
        error = (found.reshape(expected.shape) - expected).abs().max().item()
        error /= max(1.0, expected.abs().max().item())
        worst[name] = math.inf if math.isnan(error) else error

    def picture(name):
        return vectors[name].reshape(-1, *vectors[name].shape[-3:]).permute(0, 3, 1, 2).float() / 255

    with torch.inference_mode():
        volume = networks.appearance(picture("source"))
        compare("F/feature", volume)
        for name, pictures in (("source", picture("source")), *((f"driving{i}", picture("driving")[i:i + 1]) for i in range(3))):
            for head, values in networks.motion(pictures).items():
                compare(f"M/{name}/{head}", values)
        prepared = networks.warping.prepare(vectors["F/feature"])
        label = networks.warping(prepared, vectors["W/x_d"], vectors["W/x_s"], lambda **parts: [
            compare(f"W/{name}", values) for name, values in parts.items()])
        compare("W/out", label)
        made = networks.generator(vectors["W/out"])
        bytes_made = (made[0].permute(1, 2, 0) * 255).floor()
        differing = (bytes_made != vectors["picture"].float()).sum().item()
    name, error = max(worst.items(), key=lambda item: item[1])
    print(f"{len(worst)} vectors compared, largest error {error:.2e} ({name}); {differing} of {bytes_made.numel()} values of the picture "
          f"differ by one")
    return error <= tolerance and differing <= bytes_made.numel() / 1000


if __name__ == "__main__":
    checking.command("LivePortrait in PyTorch", "liveportrait", *checking.both_layouts(check))
