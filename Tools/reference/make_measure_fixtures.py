"""Writes what the lpips package, pytorch-fid, torchvision and facenet-pytorch make of made-up pictures and weights.

    python3 Tools/reference/make_measure_fixtures.py Tests/TestSupport/Fixtures

Needs numpy, torch, torchvision, lpips, pytorch-fid and facenet-pytorch. The weights would be hundreds of MB: both sides draw
them (drawn_weights.py); a file has the names and shapes to draw as `KIND/shapes/NAME`, and beside them, in float32,

    lpips.safetensors       pictures `a` and `b` (2, 3, 64, 72); of alex and vgg also `KIND/lin-shapes/NAME`; `KIND/distances` (2)
    inception.safetensors   `picture` (1, 3, 40, 44); of frechet and torchvision `KIND/features` (2048)
    identity.safetensors    of facenet and arcface `KIND/features` (512), of length 1, of a picture drawn value by value as 2u - 1
    frechet.safetensors     samples `NAME/a` and `NAME/b` (count, dimensions), `NAME/distance` (1)
"""

import sys

import lpips
import numpy
import torch
from facenet_pytorch import InceptionResnetV1
from pytorch_fid import inception as fid
from pytorch_fid.fid_score import calculate_frechet_distance
from torch import nn
from torchvision import models

import tensor_file
from drawn_weights import SplitMix64, draw, shapes

folder = sys.argv[1]
torch.set_grad_enabled(False)


def pictures(random, *shape):
    """Levels of 8 bits in [-1, 1]: soft waves with some noise."""
    count, _, height, width = shape
    y, x = numpy.mgrid[0:height, 0:width].astype(numpy.float32)
    result = numpy.empty(shape, numpy.float32)
    for sample in range(count):
        for channel in range(3):
            a, b, c = random.uniform(3)
            wave = 120 + 80 * numpy.sin(0.3 * a * x + 0.3 * b * y + 6 * c)
            result[sample, channel] = wave + 40 * (random.uniform(height * width).reshape(height, width) - 0.5)
    levels = numpy.clip(numpy.rint(result), 0, 255)
    return torch.from_numpy((levels / 127.5 - 1).astype(numpy.float32))


def drawn(network, seed):
    """The network with drawn weights in double precision, so that what is stored is right to its last place."""
    state = network.state_dict()
    draw(state, seed)
    network.load_state_dict(state)
    return network.double().eval(), state


# LPIPS.
random = SplitMix64(31)
a = pictures(random, 2, 3, 64, 72)
b = torch.clamp(a + 0.3 * pictures(random, 2, 3, 64, 72), -1, 1)
b[1] = torch.roll(a[1], 3, -1)
b = torch.round((b + 1) * 127.5) / 127.5 - 1
tensors = {"a": a, "b": b}
for kind, backbone in (("alex", models.alexnet), ("vgg", models.vgg16)):
    whole, state = drawn(backbone(weights=None), 32)
    state = {name: value for name, value in state.items() if name.startswith("features.")}
    measure = lpips.LPIPS(net=kind, pretrained=False, pnet_rand=True, verbose=False).double().eval()
    names = [name for name in measure.state_dict() if name.startswith("lin") and not name.startswith("lins")]
    linear = {name: measure.state_dict()[name] for name in names}
    draw(linear, 33)
    measure.load_state_dict(linear, strict=False)
    # The package's backbone is torchvision's, cut into slices that keep the layers' numbers.
    own = {name.split(".", 1)[1]: value for name, value in measure.net.state_dict().items()}
    for name, value in own.items():
        value.copy_(state["features." + name])
    tensors[f"{kind}/distances"] = measure(a.double(), b.double()).flatten()
    tensors |= shapes(state, f"{kind}/shapes/") | shapes(linear, f"{kind}/lin-shapes/")
    print(kind, tensors[f"{kind}/distances"].tolist())
tensor_file.write(f"{folder}/lpips.safetensors", tensors)

# Inception v3. pytorch-fid loads its weights as it makes the network; here it is made as there, without them.
fid.load_state_dict_from_url = lambda *_, **__: made.state_dict()
tensors = {"picture": pictures(SplitMix64(41), 1, 3, 40, 44)}
made = models.inception_v3(weights=None, num_classes=1008, aux_logits=False, init_weights=False)
_, state = drawn(made, 42)
network = fid.InceptionV3([3], resize_input=True, normalize_input=True).double().eval()
tensors |= shapes(state, "frechet/shapes/")
tensors["frechet/features"] = network((tensors["picture"].double() + 1) / 2)[0].flatten()
whole, state = drawn(models.inception_v3(weights=None, aux_logits=True, init_weights=False), 43)
whole.fc = nn.Identity()
tensors |= shapes(state, "torchvision/shapes/")
tensors["torchvision/features"] = whole(
    nn.functional.interpolate(tensors["picture"].double(), size=(299, 299), mode="bilinear", align_corners=False)).flatten()
for kind in ("frechet", "torchvision"):
    features = tensors[f"{kind}/features"]
    print(kind, features.mean().item(), features.std().item(), features.max().item())
tensor_file.write(f"{folder}/inception.safetensors", tensors)


# Identity.
class Block(nn.Module):
    """ArcFace's residual block, after its paper and the names in its checkpoints."""

    def __init__(self, inputs, width, stride):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(inputs)
        self.conv1 = nn.Conv2d(inputs, width, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.prelu = nn.PReLU(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(width)
        self.downsample = None
        if stride > 1:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, width, 1, stride, bias=False), nn.BatchNorm2d(width))

    def forward(self, x):
        y = self.bn3(self.conv2(self.prelu(self.bn2(self.conv1(self.bn1(x))))))
        return y + (x if self.downsample is None else self.downsample(x))


class ArcFace(nn.Module):
    def __init__(self, depths):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.prelu = nn.PReLU(64)
        inputs = 64
        for stage, (width, depth) in enumerate(zip((64, 128, 256, 512), depths)):
            blocks = [Block(inputs if place == 0 else width, width, 2 if place == 0 else 1) for place in range(depth)]
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
            inputs = width
        self.bn2 = nn.BatchNorm2d(512)
        self.fc = nn.Linear(512 * 7 * 7, 512)
        self.features = nn.BatchNorm1d(512)

    def forward(self, x):
        x = self.prelu(self.bn1(self.conv1(x)))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.features(self.fc(torch.flatten(self.bn2(x), 1)))


tensors = {}
for kind, network, side in (("facenet", InceptionResnetV1(classify=False), 160), ("arcface", ArcFace((2, 1, 2, 2)), 112)):
    network, state = drawn(network, 52)
    picture = torch.from_numpy(2 * SplitMix64(51).uniform(3 * side * side) - numpy.float32(1)).reshape(1, 3, side, side)
    tensors |= shapes(state, f"{kind}/shapes/")
    tensors[f"{kind}/features"] = nn.functional.normalize(network(picture.double())).flatten()
    print(kind, tensors[f"{kind}/features"][:4].tolist())
tensor_file.write(f"{folder}/identity.safetensors", tensors)

# The Fréchet distance: many samples, fewer than dimensions, and one that never varies in some of them.
generator = numpy.random.default_rng(61)
tensors = {}
for name, dimensions, first, second in (("many", 12, 200, 150), ("few", 40, 15, 22), ("flat", 10, 60, 50)):
    mix = generator.normal(size=(dimensions, dimensions))
    x = generator.normal(size=(first, dimensions)) @ mix
    y = generator.normal(size=(second, dimensions)) @ (0.7 * mix + 0.4 * generator.normal(size=mix.shape)) + 0.5
    if name == "flat":
        y[:, :4] = 0.25
    x, y = x.astype(numpy.float32), y.astype(numpy.float32)
    statistics = [part for z in (x, y) for part in (z.mean(0, float), numpy.cov(z.astype(float), rowvar=False))]
    tensors[f"{name}/a"], tensors[f"{name}/b"] = torch.from_numpy(x), torch.from_numpy(y)
    tensors[f"{name}/distance"] = torch.tensor([calculate_frechet_distance(*statistics)])
    print(name, tensors[f"{name}/distance"].item())
tensor_file.write(f"{folder}/frechet.safetensors", tensors)
