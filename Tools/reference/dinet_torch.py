"""DINet (Zhang et al. 2023) in PyTorch: the peer that the Swift network is measured against.

    python3 Tools/reference/dinet_torch.py --check

compares it with the vectors of the authors' modules in Tests/TestSupport/Fixtures/dinet and prints the largest error.

The parameters have the names and shapes of the published checkpoint, so that it loads as it is. The text is our own, and it does what
makes eager PyTorch fast on a processor: normalizations are folded into the convolutions before them where one comes before, activations
are in place, and what depends on the reference pictures alone is computed once. The authors sample the features as one volume; here
neighbouring channels are blended once, and each channel is warped in its plane, which gives the same values.

Axes are (sample, channel, row, column); pictures are RGB in [0, 1]; sound is (sample, value, row of features).
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

PUBLISHED = dict(widths=(64, 128, 256), references=5, comparison=128, decoder=128, values=29, sound=128, hidden=256, blocks=4)
TINY = dict(widths=(8, 16, 32), references=5, comparison=16, decoder=16, values=29, sound=16, hidden=32, blocks=4)
# The authors' π.
PI = 3.14159


def fold(convolution, norm):
    """Multiplies a normalization at rest into the convolution before it."""
    scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    convolution.weight.data *= scale.reshape(-1, *[1] * (convolution.weight.dim() - 1))
    convolution.bias.data = (convolution.bias - norm.running_mean) * scale + norm.bias


def layers(axes):
    """The convolution and the normalization for so many axes."""
    return (nn.Conv1d, nn.BatchNorm1d) if axes == 1 else (nn.Conv2d, nn.BatchNorm2d)


class Normalized(nn.Module):
    """ReLU(norm(conv(x))), of the doubled x where asked for; at rest one convolution."""

    def __init__(self, inputs, outputs, kernel=3, stride=1, axes=2, doubling=False):
        super().__init__()
        convolution, norm = layers(axes)
        self.conv, self.norm = convolution(inputs, outputs, kernel, stride, kernel // 2), norm(outputs)
        self.doubling = doubling

    def fold(self):
        fold(self.conv, self.norm)
        self.norm = nn.Identity()

    def forward(self, x):
        x = F.interpolate(x, scale_factor=2.0, mode="nearest") if self.doubling else x
        return F.relu_(self.norm(self.conv(x)))


class Residual(nn.Module):
    """x + conv2(ReLU(norm2(conv1(ReLU(norm1(x))))))."""

    def __init__(self, channels, axes=2):
        super().__init__()
        convolution, norm = layers(axes)
        self.conv1, self.conv2 = (convolution(channels, channels, 3, padding=1) for _ in range(2))
        self.norm1, self.norm2 = norm(channels), norm(channels)

    def fold(self):
        fold(self.conv1, self.norm2)
        self.norm2 = nn.Identity()

    def forward(self, x):
        y = self.conv1(F.relu_(self.norm1(x)))
        return self.conv2(F.relu_(self.norm2(y))).add_(x)


class AffineWarp(nn.Module):
    """AdaAT: a code chooses how each channel is scaled, turned and moved."""

    def __init__(self, channels, code, hidden):
        super().__init__()
        self.commn_linear = nn.Sequential(nn.Linear(code, hidden))
        self.scale, self.rotation, self.translation = (
            nn.Sequential(nn.Linear(hidden, count)) for count in (channels, channels, 2 * channels))

    @staticmethod
    def blend(x):
        """Blends neighbouring channels as sampling in a volume does, without aligned corners: (N, C, H, W) → (N, C, H, W)."""
        channels = x.shape[1]
        depth = torch.arange(channels) * (channels / (channels - 1)) - 0.5
        below = depth.floor()
        part = (depth - below)[:, None, None]
        # A channel of zeros on either side.
        padded, below = F.pad(x, (0, 0, 0, 0, 1, 1)), below.long() + 1
        return padded[:, below] * (1 - part) + padded[:, below + 1] * part

    def forward(self, blended, code, observe=None):
        hidden = F.relu(self.commn_linear(code))
        scale, angle = torch.sigmoid(self.scale(hidden)), torch.tanh(self.rotation(hidden))
        shift = torch.tanh(self.translation(hidden))
        if observe:
            observe("adaAT.commn_linear", hidden)
            observe("adaAT.scale", scale)
            observe("adaAT.rotation", angle)
            observe("adaAT.translation", shift)
        scale, angle = 2 * scale.flatten()[:, None, None], PI * angle.flatten()[:, None, None]
        along, across, shift = scale * torch.cos(angle), scale * torch.sin(angle), shift.reshape(-1, 1, 1, 2)
        height, width = blended.shape[2:]
        u, v = torch.linspace(-1, 1, width)[None, None], torch.linspace(-1, 1, height)[None, :, None]
        places = torch.stack([along * u - across * v, across * u + along * v], -1) + shift
        return F.grid_sample(blended.reshape(-1, 1, height, width), places, align_corners=False).reshape(blended.shape)


class DINet(nn.Module):
    """The generator, at rest: (N, 3, H, W) with the mouth masked, references and sound to (N, 3, H, W)."""

    def __init__(self, measures=PUBLISHED, path=None):
        super().__init__()
        self.compose(**measures)
        self.eval().requires_grad_(False)
        if path:
            state = torch.load(path, map_location="cpu", weights_only=True)["state_dict"]["net_g"]
            self.load_state_dict({name.removeprefix("module."): tensor for name, tensor in state.items()})
        else:
            named_weights.fill(self)
        for layer in list(self.modules()):
            if hasattr(layer, "fold"):
                layer.fold()

    def compose(self, widths, references, comparison, decoder, values, sound, hidden, blocks):
        def encoder(inputs):
            return nn.Sequential(
                Normalized(inputs, widths[0], 7), Normalized(widths[0], widths[1], stride=2), Normalized(widths[1], widths[2], stride=2))

        self.source_in_conv, self.ref_in_conv = encoder(3), encoder(3 * references)
        steps = [(11, 1), (11, 1), (3, 2), (7, 1), (7, 1), (3, 2), (3, 1), (3, 2), (3, 1), (3, 2)]
        self.trans_conv = nn.Sequential(
            Normalized(2 * widths[2], comparison), *[Normalized(comparison, comparison, *step) for step in steps])
        self.audio_encoder = nn.Sequential(
            Normalized(values, sound, 5, axes=1), Residual(sound, axes=1), Normalized(sound, sound, stride=2, axes=1),
            Residual(sound, axes=1), Normalized(sound, sound, stride=2, axes=1), Normalized(sound, sound, axes=1))
        self.appearance_conv_list = nn.ModuleList(nn.Sequential(*[Residual(widths[2]) for _ in range(blocks)]) for _ in range(2))
        self.adaAT = AffineWarp(widths[2], comparison + sound, hidden)
        self.out_conv = nn.Sequential(
            Normalized(2 * widths[2], decoder), Normalized(decoder, decoder, doubling=True), Residual(decoder),
            Normalized(decoder, decoder, doubling=True), nn.Conv2d(decoder, 3, 7, padding=3), nn.Sigmoid())

    def keep_channels_last(self):
        """Stores weights with channels last; shapes stay as they are."""
        for parameter in self.parameters():
            if parameter.dim() == 4:
                parameter.data = parameter.data.contiguous(memory_format=torch.channels_last)

    def _halves(self):
        """The weights by which the first layer of the comparison reads the source's features, and the references'."""
        return self.trans_conv[0].conv.weight.chunk(2, 1)

    def prepare(self, references):
        """What depends on the reference pictures alone, (N, 3·count, H, W): features to be moved, and their half of the comparison."""
        features = self.ref_in_conv(references)
        compared = F.conv2d(features, self._halves()[1], self.trans_conv[0].conv.bias, padding=1)
        return self.adaAT.blend(self.appearance_conv_list[0](features)), compared

    def forward(self, masked, prepared, sound, observe=None):
        blended, compared = prepared
        seen = self.source_in_conv(masked)
        x = F.relu_(F.conv2d(seen, self._halves()[0], padding=1) + compared)
        if observe:
            observe("trans_conv.0", x)
        code = torch.cat([self.trans_conv[1:](x).mean((2, 3)), self.audio_encoder(sound).mean(2)], 1)
        moved = self.adaAT(blended, code, observe)
        if observe:
            observe("source_in_conv.2", seen)
            observe("parameter_code", code)
            observe("adaAT", moved)
        return self.out_conv(torch.cat([seen, self.appearance_conv_list[1](moved)], 1))


def check(folder, channels_last, tolerance=1e-4):
    """Compares with the authors' modules; prints the largest error, and returns whether all are within."""
    vectors = tensor_file.read(folder / "cases.safetensors")
    network, worst = DINet(TINY, folder / "dinet-tiny.pth"), {}
    if channels_last:
        network.keep_channels_last()

    def compare(name, found):
        expected = vectors[name]
        error = (found.reshape(expected.shape) - expected).abs().max().item() / max(1.0, expected.abs().max().item())
        worst[name] = math.inf if math.isnan(error) else error

    with torch.inference_mode():
        prepared = network.prepare(vectors["dub/reference_input"][None].float() / 255)
        for frame in (0, 8):
            made = network(
                vectors[f"dub/{frame}/source_input"][None].float() / 255, prepared, vectors[f"dub/{frame}/audio_input"][None],
                (lambda name, values: compare(f"frame/{name}", values)) if frame == 8 else None)
            compare(f"dub/{frame}/network_output", made)
        compare("frame/out_conv.5", made)
    name, error = max(worst.items(), key=lambda item: item[1])
    print(f"{len(worst)} vectors compared, largest error {error:.2e} ({name})")
    return error <= tolerance


if __name__ == "__main__":
    checking.command("DINet in PyTorch", "dinet", *checking.both_layouts(check))
