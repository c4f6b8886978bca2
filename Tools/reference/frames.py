"""One frame of each network in PyTorch, as one module from what changes from frame to frame, and what was computed of the source before, to
the picture. Weights follow from their names (named_weights.py)."""

import dinet_torch
import fomm_torch
import lia_torch
import liveportrait_torch
import torch
from torch import nn
from torch.nn import functional as F

# How many frames are compared.
FRAMES = 3


def smooth(name, size, count=1, channels=3):
    """Pictures without noise in [0, 1], which the name chooses, (count, channels, *size): what differs from pixel to pixel without rule
    says more of rounding than of a network."""
    generator = torch.Generator().manual_seed(sum(name.encode()))
    return F.interpolate(torch.rand(count, channels, 9, 9, generator=generator), size=size, mode="bicubic").clamp(0, 1)


class LIAFrame(nn.Module):
    """A driving picture read, and the source with its motion."""

    def __init__(self, name):
        super().__init__()
        self.network = lia_torch.LIA.named(name).eval()
        # Weights that stay as they are can be laid out once.
        lia_torch.ModulatedConvolution.way = "activations"

    def inputs(self):
        size = [self.network.size] * 2
        code, features, _ = self.network.encode(2 * smooth("source", size) - 1)
        return {"driving": 2 * smooth("driving", size, FRAMES) - 1, "code": code, **{f"features{i}": x for i, x in enumerate(features)}}

    def forward(self, driving, code, *features):
        return self.network.generate(code, features, self.network.encode(driving)[2])


class FirstOrderFrame(nn.Module):
    """A driving picture read, and the source moved by its key points."""

    def __init__(self):
        super().__init__()
        model = fomm_torch.FirstOrderMotionModel()
        self.detector, self.generator = model.kp_detector, model.generator

    def inputs(self):
        source = smooth("source", [256, 256])
        features, small = self.generator.prepare(source)
        value, jacobian = self.detector(source)
        return {
            "driving": smooth("driving", [256, 256], FRAMES), "features": features, "small": small, "value": value, "jacobian": jacobian,
        }

    def forward(self, driving, features, small, value, jacobian):
        return self.generator((features, small), (value, jacobian), self.detector(driving))


class LivePortraitFrame(nn.Module):
    """A driving picture read, and the source moved by the expression that was read."""

    def __init__(self):
        super().__init__()
        networks = liveportrait_torch.LivePortrait()
        self.appearance, self.motion = networks.appearance, networks.motion
        self.warping, self.generator = networks.warping, networks.generator

    def inputs(self):
        source = smooth("source", [256, 256])
        volume, (features, places) = self.warping.prepare(self.appearance(source))
        points = self.motion(source)["kp"].reshape(1, -1, 3)
        return {
            "driving": smooth("driving", [256, 256], FRAMES), "volume": volume, "features": features, "places": places,
            "points": points / points.abs().max(),
        }

    def forward(self, driving, volume, features, places, points):
        expression = self.motion(driving)["exp"].reshape(points.shape)
        target = points + 0.1 * torch.tanh(expression)
        return self.generator(self.warping((volume, (features, places)), target, points))


class DINetFrame(nn.Module):
    """A masked face and the sound of a frame made the painted face."""

    def __init__(self):
        super().__init__()
        self.network = dinet_torch.DINet()

    def inputs(self):
        masked = smooth("masked", [416, 320], FRAMES)
        masked[:, :, 128:384, 32:288] = 0
        blended, compared = self.network.prepare(smooth("references", [416, 320], channels=15))
        return {"masked": masked, "sound": smooth("sound", [29, 5], FRAMES, 1)[:, 0], "blended": blended, "compared": compared}

    def forward(self, masked, sound, blended, compared):
        return self.network(masked, (blended, compared), sound)


NETWORKS = {
    **{name: lambda name=name: LIAFrame(name) for name in lia_torch.NETWORKS}, "liveportrait": LivePortraitFrame,
    "fomm": FirstOrderFrame, "dinet": DINetFrame,
}


def given(inputs, frame):
    """What one frame is given: a sample of what changes from frame to frame, and all of what does not."""
    return tuple(x[frame:frame + 1] if len(x) == FRAMES else x for x in inputs.values())
