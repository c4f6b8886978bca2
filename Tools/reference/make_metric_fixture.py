"""Writes pairs of pictures and what scikit-image and pytorch-msssim make of them, and ridge regressions by numpy.

    python3 Tools/reference/make_metric_fixture.py Tests/TestSupport/Fixtures/metrics.safetensors

Needs numpy, torch, scikit-image and pytorch-msssim. Pictures are uint8 (height, width, 3), numbers float32.
"""
import json
import struct
import sys

import numpy as np
import torch
from pytorch_msssim import ms_ssim
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

random = np.random.default_rng(11)


def scene(height, width):
    """Waves, a disc with a sharp edge and some noise: smooth parts, edges and texture."""
    y, x = np.mgrid[0:height, 0:width]
    picture = np.empty((height, width, 3))
    for channel in range(3):
        a, b, c = random.uniform(0.02, 0.25, 3)
        picture[:, :, channel] = 120 + 60 * np.sin(a * x + b * y) + 30 * np.cos(c * (x - y))
    disc = (x - 0.6 * width) ** 2 + (y - 0.4 * height) ** 2 < (0.25 * min(height, width)) ** 2
    picture[disc] = random.uniform(0, 255, 3)
    return picture + random.normal(0, 4, picture.shape)


def bytes_of(picture):
    return np.clip(np.rint(picture), 0, 255).astype(np.uint8)


def pairs():
    a = scene(41, 36)
    yield "noisy", a, a + random.normal(0, 25, a.shape)
    a = scene(48, 64)
    yield "shifted", a, np.roll(a, 3, axis=1)
    a = scene(11, 12)
    yield "smallest", a, a * 0.7 + 20
    a = scene(32, 32)
    yield "opposite", a, 255 - a
    # Of odd sides at several scales, and just large enough for five of them.
    a = scene(171, 165)
    yield "large", a, np.roll(a, 2, axis=0) + random.normal(0, 12, a.shape)
    a = scene(161, 166)
    yield "five", a, 0.5 * a + 0.25 * np.roll(a, 5, axis=1) + 40


tensors = {}
for name, a, b in pairs():
    a, b = bytes_of(a), bytes_of(b)
    x, y = a / 255, b / 255
    tensors[f"{name}/a"], tensors[f"{name}/b"] = a, b
    values = [
        np.abs(x - y).mean(),
        peak_signal_noise_ratio(x, y, data_range=1),
        structural_similarity(x, y, channel_axis=2, data_range=1, gaussian_weights=True, sigma=1.5, use_sample_covariance=False),
    ]
    if min(a.shape[:2]) > 160:
        values.append(ms_ssim(*(torch.tensor(p).permute(2, 0, 1)[None] for p in (x, y)), data_range=1).item())
    tensors[f"{name}/values"] = np.array(values, np.float32)

# Ridge regression with standardized predictors: people are held out one after another, and R² is that of all that was predicted.
people, each, count = 5, 14, 6
x = random.normal(size=(people * each, count)) * random.uniform(0.2, 5, count) + np.repeat(random.normal(size=(people, count)), each, 0)
y = np.stack([x @ random.normal(size=count) + random.normal(0, 3, len(x)), random.normal(size=len(x)), 2 - 0.5 * x[:, 1]], 1)
group = np.repeat(np.arange(people), each)
x, y = x.astype(np.float32).astype(np.float64), y.astype(np.float32).astype(np.float64)
predicted = np.empty_like(y)
for held in range(people):
    train, test = group != held, group == held
    mean, deviation = x[train].mean(0), x[train].std(0)
    z, t = (x[train] - mean) / deviation, (x[test] - mean) / deviation
    center = y[train].mean(0)
    weights = np.linalg.solve(z.T @ z + np.eye(count), z.T @ (y[train] - center))
    predicted[test] = t @ weights + center
tensors["ridge/x"], tensors["ridge/y"] = x.astype(np.float32), y.astype(np.float32)
tensors["ridge/r2"] = (1 - ((y - predicted) ** 2).sum(0) / ((y - y.mean(0)) ** 2).sum(0)).astype(np.float32)
tensors["ridge/squared_correlation"] = np.array(
    [[np.corrcoef(x[:, i], y[:, j])[0, 1] ** 2 for j in range(y.shape[1])] for i in range(count)], np.float32)
# The two leading axes of centered points, by singular values: the coordinates, each axis' largest coordinate positive.
centered = x - x.mean(0)
u, s, _ = np.linalg.svd(centered, full_matrices=False)
points = (u * s)[:, :2]
points *= np.sign(points[np.abs(points).argmax(0), [0, 1]])
tensors["axes/points"] = points.astype(np.float32)
tensors["axes/shares"] = (s[:2] ** 2 / (s**2).sum()).astype(np.float32)

header, data = {}, b""
for name, value in sorted(tensors.items(), key=lambda entry: entry[1].dtype != np.float32):
    kind = {"float32": "F32", "uint8": "U8"}[str(value.dtype)]
    header[name] = {"dtype": kind, "shape": value.shape, "data_offsets": [len(data), len(data) + value.nbytes]}
    data += np.ascontiguousarray(value).tobytes()
text = json.dumps(header).encode()
text += b" " * (-(8 + len(text)) % 64)
with open(sys.argv[1], "wb") as file:
    file.write(struct.pack("<Q", len(text)) + text + data)
