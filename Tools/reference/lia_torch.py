"""LIA (Wang, Yang, Bremond and Dantcheva, ICLR 2022) in PyTorch: the peer that the Swift network is measured against.

    python3 Tools/reference/lia_torch.py --check

compares it with the vectors of the authors' modules in Tests/TestSupport/Fixtures/reference and prints the largest errors.

The parameters have the names and shapes of the published checkpoints, so that those load as they are. The text is our own, and
it does what makes eager PyTorch fast on a processor: the activation's factor √2 is folded into the weights (leaky ReLU is
homogeneous), the blur is a depthwise convolution, activations are in place, what depends on the weights alone is computed once
when no gradient is wanted, and a group of frames is one batch.

Axes are (sample, channel, row, column); pictures are RGB in [-1, 1].
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

ROOT_TWO = math.sqrt(2)


def blur_kernel(gain=1.0):
    """outer([1, 3, 3, 1], [1, 3, 3, 1]), whose sum is `gain`; (4, 4)."""
    line = torch.tensor([1.0, 3.0, 3.0, 1.0])
    return torch.outer(line, line) * (gain / 64)


class Fixed:
    """Something computed from parameters: anew where gradients are wanted, once where they are not."""

    def __init__(self, compute):
        self.compute, self.value = compute, None

    def __call__(self):
        if torch.is_grad_enabled():
            self.value = None
            return self.compute()
        if self.value is None:
            self.value = self.compute()
        return self.value


class Blur(nn.Module):
    """The low-pass filter [1, 3, 3, 1] in both directions, on every channel."""

    def __init__(self, padding, gain=1.0, stride=1):
        super().__init__()
        self.padding, self.stride = padding, stride
        self.register_buffer("kernel", blur_kernel(gain))

    def forward(self, x):
        channels = x.shape[1]
        return F.conv2d(
            x, self.kernel.expand(channels, 1, 4, 4), stride=self.stride, padding=self.padding, groups=channels)


class Upsample(nn.Module):
    """Doubles a map of few channels: zeros between the values, then the low-pass filter."""

    def __init__(self):
        super().__init__()
        self.register_buffer("kernel", blur_kernel(4.0))

    def forward(self, x):
        channels = x.shape[1]
        return F.conv_transpose2d(
            x, self.kernel.expand(channels, 1, 4, 4), stride=2, padding=1, groups=channels)


class EqualConvolution(nn.Module):
    """A convolution whose weights have unit variance and are used times gain/√fan-in."""

    def __init__(self, inputs, outputs, kernel, stride=1, padding=0, gain=1.0):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs, kernel, kernel))
        self.stride, self.padding = stride, padding
        scale = gain / math.sqrt(inputs * kernel * kernel)
        self.scaled = Fixed(lambda: self.weight * scale)

    def forward(self, x, bias=None):
        return F.conv2d(x, self.scaled(), bias, stride=self.stride, padding=self.padding)


class Bias(nn.Module):
    """The bias of an activation, (1, C, 1, 1); its use is the layer's."""

    def __init__(self, channels):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(1, channels, 1, 1))
        self.scaled = Fixed(lambda: self.bias.flatten() * ROOT_TWO)


class ConvolutionLayer(nn.Sequential):
    """Convolution, bias, leaky ReLU; halving the resolution, when asked to, by blur and stride."""

    def __init__(self, inputs, outputs, kernel, halving=False, activated=True):
        parts = []
        if halving:
            # Before a 1×1 convolution only what its stride keeps needs the blur.
            parts.append(Blur(padding=1, stride=2) if kernel == 1 else Blur(padding=2))
        stride = 2 if halving and kernel > 1 else 1
        padding = 0 if halving else kernel // 2
        parts.append(EqualConvolution(inputs, outputs, kernel, stride, padding, gain=ROOT_TWO if activated else 1.0))
        if activated:
            parts.append(Bias(outputs))
        super().__init__(*parts)
        self.halving, self.activated = halving, activated

    def forward(self, x):
        if self.halving:
            x = self[0](x)
        if not self.activated:
            return self[-1](x)
        return F.leaky_relu_(self[-2](x, self[-1].scaled()), 0.2)


class ResidualBlock(nn.Module):
    """Two convolutions that halve the resolution, plus a skip that does the same, over √2."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv1 = ConvolutionLayer(inputs, inputs, 3)
        self.conv2 = ConvolutionLayer(inputs, outputs, 3, halving=True)
        self.skip = ConvolutionLayer(inputs, outputs, 1, halving=True, activated=False)

    def forward(self, x):
        return (self.conv2(self.conv1(x)) + self.skip(x)) * (1 / ROOT_TWO)


class EqualLinear(nn.Module):
    """A fully connected layer with equalized learning rate and no activation."""

    def __init__(self, inputs, outputs, bias=0.0):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs))
        self.bias = nn.Parameter(torch.full((outputs,), bias))
        self.scaled = Fixed(lambda: self.weight * (1 / math.sqrt(inputs)))

    def forward(self, x):
        return F.linear(x, self.scaled(), self.bias)


class ModulatedConvolution(nn.Module):
    """A convolution whose weights are multiplied, input channel by input channel, by a style that the latent code gives, and
    scaled to unit length for every output channel (StyleGAN2)."""

    # What styles multiply: "weights", with one group of channels for each sample (as published), or "activations", where the weights stay
    # as they are; "either" takes the first for one sample.
    way = "either"

    def __init__(self, inputs, outputs, kernel, code, doubling=False, demodulated=True, gain=1.0):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(1, outputs, inputs, kernel, kernel))
        self.modulation = EqualLinear(code, inputs, bias=1.0)
        self.doubling, self.demodulated, self.gain = doubling, demodulated, gain
        self.padding = 0 if doubling else kernel // 2
        self.scale = 1 / math.sqrt(inputs * kernel * kernel)
        if doubling:
            self.blur = Blur(padding=1, gain=4.0)
        # (O, C, k, k), or (C, O, k, k) for the transposed convolution.
        self.plain = Fixed(
            lambda: self.weight[0].transpose(0, 1).contiguous() if doubling else self.weight[0])
        self.energy = Fixed(lambda: self.weight[0].square().sum((2, 3)).t() * self.scale**2)

    def forward(self, x, code, bias=None):
        style = self.modulation(code)
        # (N, O): what multiplies each output channel.
        if self.demodulated:
            factor = torch.rsqrt(style.square() @ self.energy() + 1e-8) * (self.scale * self.gain)
        else:
            factor = None
        by_weights = self.way == "weights" or (self.way == "either" and x.shape[0] == 1)
        return (self.by_weights if by_weights else self.by_activations)(x, style, factor, bias)

    def by_activations(self, x, style, factor, bias):
        if factor is None:
            style = style * (self.scale * self.gain)
        x = x * style[:, :, None, None]
        x = F.conv_transpose2d(x, self.plain(), stride=2) if self.doubling \
            else F.conv2d(x, self.plain(), bias if factor is None else None, padding=self.padding)
        if self.doubling:
            x = self.blur(x)
        if factor is None:
            return x
        if bias is None:
            return x * factor[:, :, None, None]
        return torch.addcmul(bias[None, :, None, None], x, factor[:, :, None, None])

    def by_weights(self, x, style, factor, bias):
        samples, channels, height, width = x.shape
        outputs = self.weight.shape[1]
        weight = self.plain()
        if self.doubling:
            weight = weight * style[:, :, None, None, None] * factor[:, None, :, None, None]
        else:
            weight = weight * style[:, None, :, None, None]
            weight = weight * (self.scale * self.gain if factor is None else factor[:, :, None, None, None])
        x = x.reshape(1, samples * channels, height, width)
        weight = weight.flatten(0, 1)
        if self.doubling:
            x = self.blur(F.conv_transpose2d(x, weight, stride=2, groups=samples))
        else:
            repeated = bias.repeat(samples) if bias is not None else None
            x = F.conv2d(x, weight, repeated, padding=self.padding, groups=samples)
        x = x.reshape(samples, outputs, *x.shape[2:])
        return x + bias[None, :, None, None] if self.doubling and bias is not None else x


class Noise(nn.Module):
    """Published checkpoints have a weight for noise; the published network never adds any."""

    def __init__(self):
        super().__init__()
        self.register_buffer("weight", torch.zeros(1))


class StyledConvolution(nn.Module):
    """A modulated 3×3 convolution, bias, leaky ReLU; doubling the resolution when asked to."""

    def __init__(self, inputs, outputs, code, doubling=False):
        super().__init__()
        self.conv = ModulatedConvolution(inputs, outputs, 3, code, doubling, gain=ROOT_TWO)
        self.noise = Noise()
        self.activate = Bias(outputs)

    def forward(self, x, code):
        return F.leaky_relu_(self.conv(x, code, self.activate.scaled()), 0.2)


class ToRGB(nn.Module):
    """Reads a picture from a level's warped features and adds that of the level before."""

    def __init__(self, channels, upsampling=True):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(1, 3, 1, 1))
        if upsampling:
            self.upsample = Upsample()
        self.conv = ConvolutionLayer(channels, 3, 1)

    def forward(self, warped, previous):
        picture = self.conv(warped) + self.bias
        return picture if previous is None else picture + self.upsample(previous)


class ToPaint(nn.Module):
    """Reads colours from a level's blended features; not in the paper. A new one adds nothing."""

    def __init__(self, channels, code):
        super().__init__()
        self.conv = StyledConvolution(channels, channels, code)
        self.weight = nn.Parameter(torch.zeros(3, channels, 1, 1))
        scale = 1 / math.sqrt(channels)
        self.scaled = Fixed(lambda: self.weight * scale)

    def forward(self, blended, code):
        return F.conv2d(self.conv(blended, code), self.scaled())


class ToFlow(nn.Module):
    """Reads a flow field and a mask from a level's features and warps the source's features with them."""

    def __init__(self, channels, size, code):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(1, 3, 1, 1))
        self.upsample = Upsample()
        self.conv = ModulatedConvolution(channels, 3, 1, code, demodulated=False)
        line = torch.linspace(-1, 1, size)
        grid = torch.stack((line.expand(size, size), line[:, None].expand(size, size)), dim=2)
        self.register_buffer("grid", grid[None].contiguous(), persistent=False)

    def forward(self, features, code, source, previous, blending):
        raw = self.conv(features, code, self.bias.flatten())
        if previous is not None:
            raw = raw + self.upsample(previous)
        flow, mask = torch.tanh(raw[:, :2]), torch.sigmoid(raw[:, 2:])
        # The grid's ends stand on pixel centres while the sampling puts ±1 on the outer edges: so the weights were trained.
        warped = F.grid_sample(source, self.grid + flow.permute(0, 2, 3, 1), align_corners=False) * mask
        blended = torch.addcmul(warped, 1 - mask, features) if blending else None
        return warped, blended, raw, flow, mask


class Appearance(nn.Module):
    """The encoder's convolutions: (N, 3, size, size) to the code and to features from 8 px to full size."""

    def __init__(self, channels, code):
        super().__init__()
        counts = channels[::-1]
        blocks = [ResidualBlock(before, after) for before, after in zip(counts, counts[1:])]
        self.convs = nn.ModuleList(
            [ConvolutionLayer(3, counts[0], 1)] + blocks + [EqualConvolution(counts[-1], code, 4)])

    def forward(self, picture):
        features, x = [], picture
        for layer in self.convs[:-1]:
            x = layer(x)
            features.append(x)
        return self.convs[-1](x).flatten(1), features[-2::-1]


class Encoder(nn.Module):
    """E: a picture to its code, features and, by five linear layers, the magnitudes of its motion."""

    def __init__(self, channels, code, directions):
        super().__init__()
        self.net_app = Appearance(channels, code)
        self.fc = nn.Sequential(*[EqualLinear(code, code) for _ in range(4)], EqualLinear(code, directions))


class Dictionary(nn.Module):
    """D: the learned directions; their orthonormal basis is what counts."""

    def __init__(self, code, directions):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(code, directions))
        self.basis = Fixed(lambda: torch.linalg.qr(self.weight + 1e-8)[0])

    def forward(self, magnitudes):
        return magnitudes @ self.basis().t()


class Input(nn.Module):
    """The constant that the generator starts from, (1, C, 4, 4)."""

    def __init__(self, channels):
        super().__init__()
        self.input = nn.Parameter(torch.randn(1, channels, 4, 4))


class Generator(nn.Module):
    """G, with the dictionary, as the published checkpoints have it."""

    def __init__(self, channels, code, directions, paints=False):
        super().__init__()
        pairs = list(zip(channels, channels[1:]))
        self.direction = Dictionary(code, directions)
        self.input = Input(channels[0])
        self.conv1 = StyledConvolution(channels[0], channels[0], code)
        # The published network has a picture at 4 px that nothing reads.
        self.to_rgb1 = ToRGB(channels[0], upsampling=False)
        self.convs = nn.ModuleList(
            layer for before, after in pairs
            for layer in (StyledConvolution(before, after, code, doubling=True), StyledConvolution(after, after, code)))
        self.to_rgbs = nn.ModuleList(ToRGB(after) for _, after in pairs)
        self.to_paints = nn.ModuleList(ToPaint(after, code) for _, after in pairs if paints)
        self.to_flows = nn.ModuleList(ToFlow(after, 8 << level, code) for level, (_, after) in enumerate(pairs))

    def forward(self, code, features, observe=None):
        """Codes (N, code) and features from 8 px up, each (N, C, H, W), to pictures (N, 3, size, size)."""
        x = self.conv1(self.input.input.expand(code.shape[0], -1, -1, -1), code)
        raw = picture = None
        for level, to_flow in enumerate(self.to_flows):
            x = self.convs[2 * level + 1](self.convs[2 * level](x, code), code)
            warped, x, raw, flow, mask = to_flow(
                x, code, features[level], raw, blending=level + 1 < len(self.to_flows) or len(self.to_paints) > 0)
            picture = self.to_rgbs[level](warped, picture)
            if self.to_paints:
                picture = picture + self.to_paints[level](x, code)
            if observe:
                observe(level, flow, mask, warped)
        return picture


class LIA(nn.Module):
    """The whole network; `channels` is by resolution, from 4 px to `size`, doubling."""

    def __init__(self, size, channels, code, directions, paints=False):
        super().__init__()
        if 4 << (len(channels) - 1) != size:
            raise ValueError(f"{len(channels)} channel counts for {size} px")
        self.size, self.channels = size, list(channels)
        self.enc = Encoder(self.channels, code, directions)
        self.dec = Generator(self.channels, code, directions, paints)

    @staticmethod
    def named(name):
        """A network of `NETWORKS` with weights that follow from their names."""
        return named_weights.fill(LIA(**NETWORKS[name]), named_weights.equalized)

    @staticmethod
    def load(path):
        """The network in a checkpoint of the published layout; its measures come from the tensors' shapes."""
        state = torch.load(path, map_location="cpu", weights_only=True)
        return LIA.from_state(state.get("gen", state))

    @staticmethod
    def from_state(state):
        """The network of these tensors by name; what no picture depends on, and constant kernels, may be missing."""
        blocks = 1 + max(int(name.split(".")[3]) for name in state if name.startswith("enc.net_app.convs."))
        channels = [state["enc.net_app.convs.0.0.weight"].shape[0]]
        channels += [state[f"enc.net_app.convs.{block}.conv2.1.weight"].shape[0] for block in range(1, blocks - 1)]
        code, directions = state["dec.direction.weight"].shape
        network = LIA(2**blocks, channels[::-1], code, directions, "dec.to_paints.0.weight" in state)
        missing, unexpected = network.load_state_dict(state, strict=False)
        idle = ("kernel", "noise.weight")
        missing = [name for name in missing if not name.endswith(idle) and not name.startswith("dec.to_rgb1.")]
        if missing or unexpected:
            raise ValueError(f"not this network: missing {missing[:3]}, unexpected {unexpected[:3]}")
        return network

    def keep_channels_last(self):
        """Stores weights, and so everything that follows from them, with channels last, which the processor's convolutions like
        better; shapes stay as they are."""
        for parameter in self.parameters():
            if parameter.dim() == 4:
                parameter.data = parameter.data.contiguous(memory_format=torch.channels_last)

    def encode(self, pictures):
        """(N, 3, size, size) to codes (N, code), features from 8 px up, and magnitudes (N, directions)."""
        code, features = self.enc.net_app(pictures)
        return code, features, self.enc.fc(code)

    def generate(self, code, features, magnitudes, observe=None):
        """The sources, codes (1 or N, code) and their features, with the motion of the magnitudes (N, directions)."""
        target = code + self.dec.direction(magnitudes)
        features = [maps.expand(len(target), -1, -1, -1) for maps in features]
        return self.dec(target, features, observe)

    def reconstruct(self, frames, sources):
        """Every frame rebuilt from the frame of the batch that `sources` names for it; each frame is encoded once."""
        code, features, magnitudes = self.encode(frames)
        return self.generate(code[sources], [maps[sources] for maps in features], magnitudes)


def modulations(state):
    """Of tensors by name the names of what reads the latent code in the generator."""
    return [name for name in state if name.startswith("dec.") and name.endswith("modulation.weight")]


# The networks that are timed, by the names that the Swift benchmarks know them by.
NETWORKS = {
    "portrait": dict(size=128, channels=[192, 192, 128, 96, 48, 16], code=256, directions=20, paints=True),
    "published-256": dict(size=256, channels=[512, 512, 512, 512, 256, 128, 64], code=512, directions=20),
}


def check(folder, channels_last, tolerance=1e-4):
    """Compares with the authors' modules: values to `tolerance` at most, gradients to that part of their largest value.

    Prints the largest errors; whether all are within."""
    network = LIA.load(folder / "lia-tiny.pt")
    if channels_last:
        network.keep_channels_last()
    vectors = tensor_file.read(folder / "lia-tiny.cases.safetensors")
    source, driving = vectors["source"], vectors["driving"]
    worst, seen = {}, set()

    def compare(what, name, found, relative=False):
        expected = vectors[name]
        seen.add(name)
        if found.shape != expected.shape:
            raise SystemExit(f"{name}: shape {list(found.shape)}, expected {list(expected.shape)}")
        error = (found - expected).abs().max().item()
        error /= expected.abs().max().clamp_min(1e-30).item() if relative else 1
        # A NaN must not slip through a maximum.
        error = math.inf if math.isnan(error) else error
        if error > worst.get(what, (-1, ""))[0]:
            worst[what] = (error, name)

    with torch.inference_mode():
        code, features, own = network.encode(source)
        magnitudes = network.encode(driving)[2]
        compare("code", "source_code", code)
        for level, maps in enumerate(features):
            compare("features", f"source_feature{level}", maps)
        compare("magnitudes", "source_magnitudes", own)
        compare("magnitudes", "driving_magnitudes", magnitudes)
        compare("directions", "directions", network.dec.direction.basis())
        relative = magnitudes - magnitudes[:1] + own
        for mode, motion in (("absolute", magnitudes), ("relative", relative)):
            # As a batch and frame by frame, which take different ways through the modulated convolutions.
            compare(mode, mode, network.generate(code, features, motion))
            single = [network.generate(code, features, motion[i:i + 1]) for i in range(len(motion))]
            compare(f"{mode}, one at a time", mode, torch.cat(single))

        def observe(level, flow, mask, warped):
            compare("flow", f"relative2/flow{level}", flow)
            compare("mask", f"relative2/mask{level}", mask)
            compare("warped features", f"relative2/warped{level}", warped)

        network.generate(code, features, relative[2:3], observe)
        for name in [name for name in vectors if name.startswith("manipulate/")]:
            direction, amount = name[len("manipulate/d"):].split("/")
            changed = own.clone()
            changed[0, int(direction)] += float(amount)
            compare("manipulation", name, network.generate(code, features, changed))

    frames = driving[:2]
    code, features, _ = network.encode(source)
    loss = F.l1_loss(network.generate(code, features, network.encode(frames)[2]), frames)
    loss.backward()
    compare("loss", "l1/loss", loss.detach().reshape(vectors["l1/loss"].shape))
    parameters = dict(network.named_parameters())
    for name in [name for name in vectors if name.startswith("l1/grad/")]:
        gradient = parameters[name[len("l1/grad/"):]].grad
        if gradient is None:
            raise SystemExit(f"{name}: no gradient")
        compare("gradients (relative)", name, gradient, relative=True)

    missed = set(vectors) - seen - {"source", "driving"}
    for what, (error, name) in worst.items():
        print(f"{what:24} {error:9.2e}  {name}{'' if error <= tolerance else '  TOO FAR'}")
    print(f"{len(seen)} vectors compared" + (f", left out: {', '.join(sorted(missed))}" if missed else ""))
    return all(error <= tolerance for error, _ in worst.values())


def modulated(way, check):
    """A check of the network whose styles multiply one or the other."""
    def run(folder):
        ModulatedConvolution.way = way
        return check(folder)
    return run


if __name__ == "__main__":
    checking.command("LIA in PyTorch", "reference", *(
        (f"{title}modulated by {way}\n", modulated(way, layout))
        for title, layout in checking.both_layouts(check) for way in ("weights", "activations", "either")))
