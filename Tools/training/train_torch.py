#!/usr/bin/env python3
"""Trains a LIA in PyTorch, on an accelerator where there is one: the same losses, optimizer and checkpoints as `lia train`.

    lia train --data data.safetensors --output runs/portrait --config Examples/portrait.json --write-batches queue &
    python3 Tools/training/train_torch.py runs/portrait queue
    lia export runs/portrait Models/mine

The program draws people, warps and cuts frames, knows flow and poses, and writes all of that into the queue, a file a step; this reads
the files, learns, and keeps the run's checkpoint.safetensors, with which `lia train --resume` and `lia export` go on at any time. Needs
PyTorch, and for `losses.mesh` PyPI's tflite package.

An accelerator reads batches faster than one program writes them. Several, each with a run and a `seed` of its own, fill several queues,
which are read in turns: train_torch.py runs/a queues/a queues/b queues/c learns in runs/a.

What is computed is defined in Sources/Training/LIA; networks are those of Tools/reference/lia_torch.py.
"""

import argparse
import collections
import contextlib
import json
import math
import os
import pathlib
import queue
import random
import signal
import sys
import threading
import time

import torch
from torch import nn
from torch.nn import functional as F

TOOLS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TOOLS / "reference"), str(TOOLS / "common")]
import lia_torch  # noqa: E402
import tensor_file  # noqa: E402

ROOT_TWO = math.sqrt(2)


# MARK: Networks beside LIA


class Discriminator(nn.Module):
    """Scores how real pictures look (StyleGAN2, with the minibatch's deviation before its end); `channels` from 4 px up."""

    def __init__(self, channels):
        super().__init__()
        counts = channels[::-1]
        self.convs = nn.ModuleList(
            [lia_torch.ConvolutionLayer(3, counts[0], 1)]
            + [lia_torch.ResidualBlock(before, after) for before, after in zip(counts, counts[1:])])
        deepest = channels[0]
        self.final_conv = lia_torch.ConvolutionLayer(deepest + 1, deepest, 3)
        self.final_linear = nn.ModuleList(
            [lia_torch.EqualLinear(deepest * 16, deepest), lia_torch.EqualLinear(deepest, 1)])

    def forward(self, x):
        for layer in self.convs:
            x = layer(x)
        samples, channels, height, width = x.shape
        members = min(4, samples) if samples % min(4, samples) == 0 else samples
        grouped = x.reshape(members, samples // members, channels, height, width)
        deviation = (grouped.var(0, unbiased=False) + 1e-8).sqrt().mean((1, 2, 3))
        x = torch.cat((x, deviation.repeat(members)[:, None, None, None].expand(-1, 1, height, width)), 1)
        x = self.final_conv(x).flatten(1)
        return self.final_linear[1](F.leaky_relu(self.final_linear[0](x), 0.2) * ROOT_TWO)


class FaceMesh:
    """MediaPipe's network of the face mesh, read from its TensorFlow Lite file; constant."""

    def __init__(self, path, device):
        import numpy
        import tflite
        model = tflite.Model.GetRootAsModel(pathlib.Path(path).read_bytes(), 0)
        graph = model.Subgraphs(0)
        self.constants, self.nodes, self.shapes = {}, [], {}
        types = {
            tflite.TensorType.FLOAT32: numpy.float32, tflite.TensorType.FLOAT16: numpy.float16, tflite.TensorType.INT32: numpy.int32}
        for index in range(graph.TensorsLength()):
            tensor = graph.Tensors(index)
            data = model.Buffers(tensor.Buffer()).DataAsNumpy()
            self.shapes[index] = list(tensor.ShapeAsNumpy())
            if not isinstance(data, int) and len(data):
                values = numpy.frombuffer(data.tobytes(), types[tensor.Type()]).reshape(self.shapes[index])
                kind = numpy.int64 if values.dtype == numpy.int32 else numpy.float32
                self.constants[index] = torch.from_numpy(values.astype(kind)).to(device)
        names = {value: name for name, value in vars(tflite.BuiltinOperator).items() if isinstance(value, int)}
        for index in range(graph.OperatorsLength()):
            node = graph.Operators(index)
            code = model.OperatorCodes(node.OpcodeIndex())
            kind = names[max(code.BuiltinCode(), code.DeprecatedBuiltinCode())]
            inputs, output, table = list(node.InputsAsNumpy()), int(node.OutputsAsNumpy()[0]), node.BuiltinOptions()
            if kind == "DEQUANTIZE":
                self.constants[output] = self.constants[inputs[0]]
                continue
            options = {}
            classes = {"CONV_2D": tflite.Conv2DOptions, "DEPTHWISE_CONV_2D": tflite.DepthwiseConv2DOptions,
                       "MAX_POOL_2D": tflite.Pool2DOptions, "ADD": tflite.AddOptions}
            if kind in classes and table is not None:
                read = classes[kind]()
                read.Init(table.Bytes, table.Pos)
                options["rectified"] = read.FusedActivationFunction() == tflite.ActivationFunctionType.RELU
                if kind != "ADD":
                    options.update(stride=read.StrideH(), padded=read.Padding() == tflite.Padding.SAME)
                if kind == "MAX_POOL_2D":
                    options["window"] = read.FilterHeight()
            if kind == "PAD":
                ends = self.constants[inputs[1]].tolist()
                options["ends"] = [*ends[2], *ends[1], *ends[3]]
            if kind.endswith("CONV_2D"):
                # (O, kh, kw, C), or (1, kh, kw, C) for each channel by itself.
                order = (0, 3, 1, 2) if kind == "CONV_2D" else (3, 0, 1, 2)
                options["weight"] = self.constants[inputs[1]].permute(order).contiguous()
            self.nodes.append((kind, [int(i) for i in inputs], output, options))
        self.input, self.outputs = int(graph.Inputs(0)), [int(graph.Outputs(i)) for i in range(graph.OutputsLength())]
        self.side = self.shapes[self.input][1]
        # For each size of planes, largest first, the last tensor of that size.
        sizes = {}
        for _, _, output, _ in self.nodes:
            shape = self.shapes[output]
            if len(shape) == 4 and shape[1] > 1:
                sizes[shape[1] * shape[2]] = output
        self.stages = [sizes[size] for size in sorted(sizes, reverse=True)]

    @staticmethod
    def padded(x, window, stride):
        ends = []
        for extent in (x.shape[3], x.shape[2]):
            zeros = max((math.ceil(extent / stride) - 1) * stride + window - extent, 0)
            ends += [zeros // 2, zeros - zeros // 2]
        return ends

    def __call__(self, pictures, points):
        """Faces (N, 3, side, side) in [0, 1] to the features of every stage and the landmarks (N, points, 3)."""
        found = {self.input: pictures}
        for kind, inputs, output, options in self.nodes:
            x = found[inputs[0]]
            if kind.endswith("CONV_2D"):
                weight, stride = options["weight"], options["stride"]
                if options["padded"]:
                    x = F.pad(x, self.padded(x, weight.shape[2], stride))
                x = F.conv2d(x, weight, self.constants[inputs[2]], stride, groups=1 if kind == "CONV_2D" else x.shape[1])
            elif kind == "PRELU":
                slope = self.constants[inputs[1]].flatten()[None, :, None, None]
                x = torch.where(x > 0, x, x * slope)
            elif kind == "ADD":
                x = x + found[inputs[1]]
            elif kind == "MAX_POOL_2D":
                if options["padded"]:
                    x = F.pad(x, self.padded(x, options["window"], options["stride"]), value=-math.inf)
                x = F.max_pool2d(x, options["window"], options["stride"])
            elif kind == "PAD":
                x = F.pad(x, options["ends"])
            elif kind == "RESHAPE":
                x = x.permute(0, 2, 3, 1).reshape(len(x), *self.shapes[output][1:])
            else:
                raise ValueError(f"the face mesh has an operator {kind}, which is not run here")
            found[output] = F.relu(x) if options.get("rectified") else x
        landmarks = [found[i] for i in self.outputs if found[i][0].numel() == 3 * points]
        return [found[i] for i in self.stages], landmarks[0].reshape(len(pictures), points, 3)


# MARK: Losses


def cut(pictures, squares, side):
    """Squares (n, 4), each with its frame, centre and reach, of pictures: (n, C, side, side)."""
    line = (2 * torch.arange(side, device=pictures.device) + 1) / side - 1
    place = torch.stack((line.expand(side, side), line[:, None].expand(side, side)), 2)
    grid = squares[:, None, None, 1:3] + squares[:, None, None, 3:] * place
    return F.grid_sample(pictures[squares[:, 0].long()], grid, align_corners=False)


def weighted(x, target, weights):
    """Σ w·|x − target|; all channels share their weights."""
    return ((x - target).abs() * weights.reshape(weights.shape[0], 1, *weights.shape[1:])).sum()


class Losses:
    """The losses of `lia train` but for those of a discriminator of whole pictures and of a perceptual network."""

    def __init__(self, settings, detail, constants, device):
        self.settings, self.detail = settings, detail
        if settings["adversarial"] > 0 or settings["perceptual_weights"]:
            raise SystemExit("losses.adversarial and losses.perceptual_weights are not learned with here; train with lia")
        self.features = [constants[f"features.{level}"] for level in range(3)]
        self.mesh, self.constants = None, constants
        if settings["mesh"] > 0:
            self.mesh = FaceMesh(settings["mesh_network"], device)
        line = torch.tensor([math.exp(-((i - 5) ** 2) / (2 * 1.5**2)) for i in range(11)], device=device)
        self.window = torch.outer(line / line.sum(), line / line.sum())[None, None]

    def perceptual(self, x, target):
        """Of full, 1/2, 1/4 and 1/8 size: L1 of pictures, of edges twice, and of random orthogonal features; their mean."""
        terms = []
        while True:
            term = F.l1_loss(x, target)
            # The last column's and row's differences are 0; a mean over both directions, twice.
            term = term + sum((x - target).diff(dim=axis).abs().sum() for axis in (2, 3)) / x.numel()
            a, b = x, target
            for level, kernel in enumerate(self.features):
                if level:
                    a, b = F.avg_pool2d(a, 2), F.avg_pool2d(b, 2)
                a, b = (F.leaky_relu(F.conv2d(y, kernel, padding=1), 0.2) * ROOT_TWO for y in (a, b))
                term = term + F.l1_loss(a, b)
            terms.append(term)
            if len(terms) == 4 or x.shape[2] < 16:
                return sum(terms) / len(terms)
            x, target = F.avg_pool2d(x, 2), F.avg_pool2d(target, 2)

    def similarity(self, x, target):
        """1 − SSIM of windows of 11 pixels, of levels from 0 to 1."""
        x, y = ((v.flatten(0, 1)[:, None] + 1) / 2 for v in (x, target))
        mx, my, xx, yy, xy = (F.conv2d(v, self.window) for v in (x, y, x * x, y * y, x * y))
        c1, c2 = 0.01**2, 0.03**2
        return 1 - ((2 * mx * my + c1) * (2 * (xy - mx * my) + c2)
                    / ((mx * mx + my * my + c1) * (xx - mx * mx + yy - my * my + c2))).mean()

    def mesh_loss(self, pictures, target, squares):
        """Of features, by the size of the target's, of landmarks, and of lines across lids, lips and brows."""
        weights, lines = self.constants["mesh.weights"], self.constants["mesh.lines"]
        points, faces = len(weights), len(squares)
        side = self.mesh.side

        def gray(pictures):
            """Faces without colours, by which the network may take shut mouths for open ones."""
            seen = cut(pictures, squares, side)
            return ((seen * seen.new_tensor([0.299, 0.587, 0.114])[:, None, None]).sum(1, keepdim=True).expand_as(seen) + 1) / 2

        found, marks = self.mesh(gray(pictures), points)
        with torch.no_grad():
            wanted, goals = self.mesh(gray(target), points)
        total = ((marks - goals).abs() * weights).sum()
        for a, b in zip(found, wanted):
            size = b.abs().sum((1, 2, 3)).clamp_min(1e-3) * len(wanted)
            total = total + ((a - b).abs().sum((1, 2, 3)) / size).sum()
        if self.settings["mesh_openings"] > 0:
            a, b = (points.flatten(1) @ lines.t() for points in (marks, goals))
            total = total + self.settings["mesh_openings"] * ((a - b).abs() * self.constants["mesh.line_weights"]).sum()
        return total / faces

    def __call__(self, network, discriminators, batch, step, judging=None):
        """The terms by name, without their weights, their sum with them, and what the discriminators are to make small.

        `judging` is 1 where the discriminators count and 0 where they only learn; None: as the step says."""
        settings, frames = self.settings, batch["frames"]
        sources, drivings, references = (batch[name].long() for name in ("sources", "drivings", "references"))
        code, features, magnitudes = network.encode(frames)
        moved = magnitudes[drivings] + magnitudes[sources] - magnitudes[references]
        # Magnitudes that are given instead of read have no gradient.
        moved = moved + (batch["given_values"] - moved.detach()) * batch["given_mask"]
        flows, masks = [], []

        def observe(level, flow, mask, warped):
            flows.append(flow)
            masks.append(mask)

        pictures = network.dec(
            code[sources] + network.dec.direction(moved), [maps[sources] for maps in features], observe)
        if self.detail:
            pictures = self.detailed(frames, pictures, sources, flows[-1], masks[-1].detach())
        terms = {
            "l1": lambda: F.l1_loss(pictures, frames),
            "moving": lambda: weighted(pictures, frames, batch["moving"]),
            "perceptual": lambda: self.perceptual(pictures, frames),
            "ssim": lambda: self.similarity(pictures, frames),
            "regions": lambda: self.regions(pictures, frames, batch),
            "mesh": lambda: self.mesh_loss(pictures, frames, batch["face"]) if len(batch["face"]) else pictures.new_zeros(()),
            "reading": lambda: ((magnitudes - batch["reading"]) * batch["reading_mask"]).square().sum()
            / batch["reading_mask"].sum().clamp_min(1),
            "reading_changes": lambda: self.changes(
                magnitudes, batch["reading"], batch["reading_mask"], batch["emphases"], sources),
            "canonical": lambda: self.canonical(
                network.dec(code, features, lambda *_: None), sources),
            "sparsity": lambda: magnitudes.abs().mean(),
            "flow": lambda: sum(
                weighted(flow, batch[f"flow.{flow.shape[2]}"], batch[f"flow_weights.{flow.shape[2]}"]) for flow in flows) / len(flows),
            "closing": lambda: weighted(masks[-1], batch["mask"], batch["opened"]),
            "inside": lambda: weighted(pictures, frames, batch["opened"]) / frames.shape[1],
        }
        scale = dict(settings)
        start, end, count = settings["flow_start"], settings["flow_end"], settings["flow_steps"]
        scale["flow"] = end if step >= count else start + (end - start) * step / count
        losses = {name: term() for name, term in terms.items() if scale[name] > 0}
        judged = None
        if discriminators and (judging is not None or step >= settings["adversarial_from"]):
            if judging is not None:
                scale["adversarial_regions"] = judging * settings["adversarial_regions"]
            # Of the mouths those that open; nearly all others are warped from real ones.
            squares = {"eyes": batch["eyes"], "mouth": batch["opened_mouth"]}
            kinds = [(discriminators[kind], own) for kind, own in squares.items() if len(own)]
            side = max(16, frames.shape[2] // 4)

            def softplus(kind, squares, x, sign):
                return F.softplus(sign * kind(cut(x, squares, side))).mean()

            losses["adversarial_regions"] = sum(softplus(kind, squares, pictures, -1) for kind, squares in kinds)
            fixed = pictures.detach()

            def judged():
                return sum(softplus(kind, squares, frames, -1) + softplus(kind, squares, fixed, 1) for kind, squares in kinds)

        total = sum(scale[name] * value for name, value in losses.items())
        return losses, total, judged

    @staticmethod
    def changes(magnitudes, known, mask, emphases, sources):
        """How magnitudes change from a person's source to another frame, against those that are known of both, times the emphases."""
        mask = mask * mask[sources]
        mask = mask * (sources != torch.arange(len(sources), device=sources.device))[:, None]
        difference = magnitudes - magnitudes[sources] - emphases * (known - known[sources])
        return (difference * mask).square().sum() / mask.sum().clamp_min(1)

    @staticmethod
    def canonical(pictures, sources):
        """How far canonical pictures differ: of all frames that have the same source the first is compared with it."""
        places = torch.arange(len(sources), device=sources.device)
        others = sources != places
        earlier = (sources[None] == sources[:, None]) & others[None] & (places[None] < places[:, None])
        counts = (others & ~earlier.any(1)).to(pictures.dtype)
        return ((pictures - pictures[sources]).abs().mean((1, 2, 3)) * counts).sum() / counts.sum().clamp_min(1)

    def regions(self, pictures, frames, batch):
        """Eyes and mouths, each enlarged to half the picture's side; in Swift's order of squares, which no mean depends on."""
        squares = torch.cat((batch["eyes"], batch["mouth"]))
        if not len(squares):
            return pictures.new_zeros(())
        side = max(16, frames.shape[2] // 2)
        return self.perceptual(cut(pictures, squares, side), cut(frames, squares, side))

    @staticmethod
    def detailed(frames, pictures, sources, flow, mask):
        """Adds what the sources' own reconstructions lack of them, moved by how the flows differ (SourceDetail)."""
        residuals, own = frames - pictures, flow[sources]
        count, size = len(frames), frames.shape[2]
        line = (2 * torch.arange(size, device=frames.device) + 1) / size - 1
        place = torch.stack((line.expand(size, size), line[:, None].expand(size, size)), 2)
        grid = place + (flow - own).permute(0, 2, 3, 1)
        moved = F.grid_sample(residuals[sources], grid, align_corners=False)
        with torch.no_grad():
            there = F.grid_sample(mask[sources], grid, align_corners=False)
            fraction = torch.where(mask < there, mask / there, torch.ones_like(mask))
        apart = (sources != torch.arange(count, device=frames.device))[:, None, None, None]
        return pictures + torch.where(apart, moved * fraction, torch.zeros_like(moved))


# MARK: The run


class Adam:
    """Adam as `lia train` has it; a parameter without a gradient stays as it is."""

    def __init__(self, parameters, settings, state, prefix, steps):
        self.parameters, self.settings, self.steps = parameters, settings, steps
        self.means = {name: state[f"{prefix}_mean.{name}"] for name in parameters}
        self.squares = {name: state[f"{prefix}_square.{name}"] for name in parameters}

    @torch.no_grad()
    def step(self, gradients, rate):
        self.steps += 1
        b1, b2, epsilon = (self.settings[name] for name in ("beta1", "beta2", "epsilon"))
        names = [name for name in self.parameters if gradients.get(name) is not None]
        weights, g = [self.parameters[name] for name in names], [gradients[name] for name in names]
        means, squares = [self.means[name] for name in names], [self.squares[name] for name in names]
        torch._foreach_lerp_(means, g, 1 - b1)
        torch._foreach_mul_(squares, b2)
        torch._foreach_addcmul_(squares, g, g, 1 - b2)
        roots = torch._foreach_sqrt(squares)
        torch._foreach_div_(roots, math.sqrt(1 - b2**self.steps))
        torch._foreach_add_(roots, epsilon)
        torch._foreach_addcdiv_(weights, means, roots, value=-rate / (1 - b1**self.steps))


def dense(batch, directions):
    """Adds which of the magnitudes (N, directions) are given, and what they are, from the list of them."""
    shape = len(batch["frames"]), directions
    batch["given_values"], batch["given_mask"] = torch.zeros(shape), torch.zeros(shape)
    frame, direction, value = batch.pop("given").reshape(-1, 3).unbind(1)
    batch["given_values"][frame.long(), direction.long()] = value
    batch["given_mask"][frame.long(), direction.long()] = 1
    return batch


def evened(batch):
    """Makes as many squares as there are frames, or eyes of theirs, of those of faces, mouths and eyes, the first of which come twice;
    None where there are none."""
    for name, count in (("face", 1), ("mouth", 1), ("opened_mouth", 1), ("eyes", 2)):
        squares, wanted = batch[name], count * len(batch["frames"])
        if not len(squares):
            return None
        batch[name] = squares[torch.arange(wanted) % len(squares)]
    return batch


class Batches:
    """Reads the files of some queues in turns, ahead of who learns; removes those that were learned from."""

    AHEAD = 4
    # How many batches are kept to be learned from again.
    KEPT = 64

    def __init__(self, folders, step, device, directions, even=False, again=0):
        self.folders, self.step, self.device, self.directions, self.even, self.again = folders, step, device, directions, even, again
        self.ready, self.kept = queue.Queue(self.AHEAD), collections.deque(maxlen=self.KEPT)
        self.learned, self.ended = None, threading.Event()
        self.reader = threading.Thread(target=self.fill, daemon=True)
        self.reader.start()

    def close(self):
        """Ends the reader, which must not outlive the accelerator's driver."""
        self.ended.set()
        while self.reader.is_alive():
            with contextlib.suppress(queue.Empty):
                self.ready.get(timeout=0.01)
        self.kept.clear()

    def fill(self):
        try:
            # A single queue goes on with the run's next step; several begin where they begin.
            several = len(self.folders) > 1
            steps = [self.first(folder) if several else self.step + 1 for folder in self.folders]
            for turn in range(sys.maxsize):
                which = turn % len(self.folders)
                path = self.wait(self.folders[which] / f"step-{steps[which]:06d}.safetensors", self.ended)
                if path is None:
                    return
                steps[which] += 1
                batch, metadata = dense(tensor_file.read(path), self.directions), tensor_file.metadata(path)
                if self.even and evened(batch) is None:
                    path.unlink()
                    continue
                if torch.device(self.device).type == "cuda":
                    batch = {name: tensor.pin_memory() for name, tensor in batch.items()}
                self.ready.put((batch, metadata, path))
        except (OSError, ValueError) as error:
            self.ready.put(error)

    def first(self, folder):
        """The first step that a queue has, once it has any."""
        while not (found := sorted(folder.glob("step-*.safetensors"))):
            if self.ended.is_set():
                return 0
            time.sleep(0.002)
        return int(found[0].stem.removeprefix("step-"))

    @staticmethod
    def wait(path, ended=None):
        """The path, once it is there: files appear whole, in the order of their steps; None where nobody wants it any more."""
        while not path.exists():
            if ended and ended.is_set():
                return None
            later = sorted(other.name for other in path.parent.glob("step-*.safetensors") if other.name > path.name)
            if later and not path.exists():
                raise ValueError(
                    f"{path}: no such batch, and the queue goes on with {later[0]}; empty it, and let lia train --resume --write-batches "
                    "fill it anew")
            time.sleep(0.002)
        return path

    def next(self):
        """The next batch's tensors by name, and what else its file says; where none is ready, one of the last again."""
        if self.ready.empty() and self.kept:
            place = random.randrange(len(self.kept))
            batch, metadata, left = self.kept[place]
            if left:
                self.kept[place] = batch, metadata, left - 1
                return batch, metadata
        found = self.ready.get()
        if isinstance(found, Exception):
            raise SystemExit(f"{found.filename}: {found.strerror}" if isinstance(found, OSError) else str(found))
        batch, metadata, self.learned = found
        batch = {name: tensor.to(self.device, non_blocking=True) for name, tensor in batch.items()}
        if self.again:
            self.kept.append((batch, metadata, self.again))
        return batch, metadata

    def done(self):
        """Removes the file of the batch that was taken last."""
        if self.learned:
            self.learned.unlink()
            self.learned = None


class Step:
    """What a step computes from a batch: losses, their sum, and the gradients, those of discriminators too."""

    def __init__(self, run):
        self.losses, self.network, self.discriminators = run.losses, run.network, run.discriminators
        self.parameters = list(run.adam.parameters.values())
        self.judges = list(run.judge.parameters.values()) if run.discriminators else []

    def __call__(self, batch, step, judging=None, besides=()):
        """`judging` as for the losses; `besides`: further tensors whose gradients are wanted."""
        losses, total, judged = self.losses(self.network, self.discriminators, batch, step, judging)
        gradients = torch.autograd.grad(total, [*self.parameters, *besides], allow_unused=True)
        found = None
        if judged:
            losses["discriminator"] = judged()
            found = torch.autograd.grad(losses["discriminator"], self.judges, allow_unused=True)
        return {name: value.detach() for name, value in losses.items()}, total.detach(), gradients, found


class RecordedStep(Step):
    """The same, recorded once as a CUDA graph and replayed, which spares thousands of launches a step. All batches have one shape."""

    def __init__(self, run):
        super().__init__(run)
        settings = run.losses.settings
        self.start = settings["adversarial_from"]
        if settings["flow_start"] != settings["flow_end"] and run.step < settings["flow_steps"]:
            raise SystemExit("--graph: losses.flow_start and flow_end differ, and a recorded step cannot change; make them equal")
        self.dictionary = run.network.dec.direction
        self.graph = None

    def record(self, batch, step):
        self.batch = {name: tensor.clone() for name, tensor in batch.items()}
        self.judging = torch.zeros((), device=batch["frames"].device)
        # The decomposition that makes the dictionary orthonormal waits for the processor, and stays outside.
        compute = self.dictionary.basis.compute
        self.basis = compute().detach().requires_grad_()
        self.dictionary.basis.compute = lambda: self.basis
        self.orthonormal = compute
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(3):
                super().__call__(self.batch, step, self.judging, [self.basis])
        torch.cuda.current_stream().wait_stream(side)
        self.graph = torch.cuda.CUDAGraph()
        # Another thread reads the next batches meanwhile.
        with torch.cuda.graph(self.graph, capture_error_mode="relaxed"):
            self.result = super().__call__(self.batch, step, self.judging, [self.basis])

    def __call__(self, batch, step):
        if self.graph is None:
            self.record(batch, step)
        for name, tensor in batch.items():
            self.batch[name].copy_(tensor, non_blocking=True)
        self.judging.fill_(float(step >= self.start))
        basis = self.orthonormal()
        with torch.no_grad():
            self.basis.copy_(basis)
        self.graph.replay()
        losses, total, gradients, found = self.result
        *gradients, along = gradients
        (turned,) = torch.autograd.grad(basis, [self.dictionary.weight], along)
        gradients = [turned if p is self.dictionary.weight else g for p, g in zip(self.parameters, gradients)]
        return losses, total, gradients, found


class Run:
    """A run of `lia train` in its folder."""

    def __init__(self, folder, queues, device, minutes=None, graph=False, again=0):
        self.folder, self.device, self.stopped = pathlib.Path(folder), device, False
        self.seconds, self.begun = minutes and minutes * 60, None
        self.configuration = json.loads((self.folder / "configuration.json").read_text())
        self.checkpoint = self.folder / "checkpoint.safetensors"
        self.metadata = tensor_file.metadata(self.checkpoint)
        state = self.read(self.checkpoint)
        self.state, self.step = state, int(self.metadata["step"])
        measures = self.configuration["network"]
        if not measures["masks"] or measures["dictionary"] != "orthonormal":
            raise SystemExit("network.masks=false and other dictionaries are not learned with here; train with lia")
        channels = [int(pair.split(":")[1]) for pair in measures["channels"].split()]
        self.network = lia_torch.LIA(
            measures["size"], channels, measures["code"], measures["directions"], measures.get("paints", False)).to(device)
        weights = {name.removeprefix("weights."): value for name, value in state.items() if name.startswith("weights.")}
        self.names = list(weights)
        self.load(self.network, weights)
        optimization = self.configuration["optimization"]
        if optimization["accumulation"] != 1:
            raise SystemExit("optimization.accumulation is 1 here: larger batches fit, set data.groups")
        own = dict(self.network.named_parameters())
        # Frozen weights have no moments.
        learned = {name: own[name] for name in weights if f"adam_mean.{name}" in state}
        self.adam = Adam(learned, optimization, state, "adam", int(self.metadata["adam_steps"]))
        self.average = {name: state[f"average.{name}"].clone() for name in weights}
        live = self.network.state_dict()
        self.averages, self.weights = [self.average[name] for name in self.names], [live[name] for name in self.names]
        self.discriminators = None
        judging = {name.removeprefix("discriminator."): value for name, value in state.items() if name.startswith("discriminator.")}
        if judging:
            side = max(16, measures["size"] // 4)
            counts = [max(8, count // 2) for count in channels[:side.bit_length() - 2]]
            self.discriminators = nn.ModuleDict({kind: Discriminator(counts) for kind in ("eyes", "mouth")}).to(device)
            self.load(self.discriminators, judging)
            self.judge = Adam(
                dict(self.discriminators.named_parameters()), optimization, state, "discriminator_adam",
                int(self.metadata["discriminator_steps"]))
        folders = [pathlib.Path(name) for name in queues]
        constants = self.read(Batches.wait(folders[0] / "constants.safetensors"))
        self.losses = Losses(self.configuration["losses"], measures["detail"], constants, device)
        self.compute = (RecordedStep if graph else Step)(self)
        # Last: whoever has a run closes its reader.
        self.batches = Batches(folders, self.step, device, measures["directions"], graph, again)

    @staticmethod
    def load(network, weights):
        missing, unexpected = network.load_state_dict(weights, strict=False)
        idle = ("kernel", "noise.weight")
        missing = [name for name in missing if not name.endswith(idle) and not name.startswith("dec.to_rgb1.")]
        if missing or unexpected:
            raise SystemExit(f"not this network: missing {missing[:3]}, unexpected {unexpected[:3]}")

    def read(self, path):
        return {name: tensor.to(self.device) for name, tensor in tensor_file.read(path).items()}

    def progress(self):
        """How much of the run is done after the warm-up, from 0 to 1: of its steps or, if that is more, of its time."""
        o, steps = self.configuration["optimization"], self.configuration["steps"]
        done = (self.step - o["warmup_steps"]) / max(steps - o["warmup_steps"], 1)
        if self.seconds:
            self.begun = self.begun or time.monotonic()
            done = max(done, (time.monotonic() - self.begun) / self.seconds)
        return min(1, max(0, done))

    def rate(self):
        o, progress = self.configuration["optimization"], self.progress()
        highest, last, warmup = o["learning_rate"], o["final_learning_rate"], o["warmup_steps"]
        if self.step < warmup:
            return highest * (self.step + 1) / warmup
        return last + (highest - last) * (1 + math.cos(math.pi * progress)) / 2

    def advance(self):
        """One step; its losses by name, their sum, the gradient's length (tensors, which may not be computed yet) and the rate."""
        batch, metadata = self.batches.next()
        losses, total, found, judged = self.compute(batch, self.step)
        gradients = {name: g for name, g in zip(self.adam.parameters, found) if g is not None}
        length = torch.linalg.vector_norm(torch.stack(torch._foreach_norm(list(gradients.values()))))
        limit, rate = self.configuration["optimization"]["clip_norm"], self.rate()
        if limit > 0:
            factor = torch.clamp(limit / length, max=1)
            gradients = dict(zip(gradients, torch._foreach_mul(list(gradients.values()), factor)))
        if judged:
            times = self.configuration["optimization"]["discriminator_rate"]
            self.judge.step(dict(zip(self.judge.parameters, judged)), times * rate)
        self.adam.step(gradients, rate)
        decay = min(self.configuration["optimization"]["average_decay"], (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            torch._foreach_lerp_(self.averages, self.weights, 1 - decay)
        self.metadata.update(metadata)
        self.step += 1
        self.batches.done()
        return losses, total, length, rate

    def save(self):
        """Writes the checkpoint, which appears whole."""
        state = self.network.state_dict()
        for name in self.names:
            self.state[f"weights.{name}"], self.state[f"average.{name}"] = state[name], self.average[name]
        for name, value in self.adam.means.items():
            self.state[f"adam_mean.{name}"], self.state[f"adam_square.{name}"] = value, self.adam.squares[name]
        if self.discriminators:
            for name, value in self.discriminators.state_dict().items():
                if f"discriminator.{name}" in self.state:
                    self.state[f"discriminator.{name}"] = value
            for name, value in self.judge.means.items():
                self.state[f"discriminator_adam_mean.{name}"] = value
                self.state[f"discriminator_adam_square.{name}"] = self.judge.squares[name]
            self.metadata["discriminator_steps"] = str(self.judge.steps)
        self.metadata.update(step=str(self.step), adam_steps=str(self.adam.steps))
        partial = self.checkpoint.with_suffix(".partial")
        tensor_file.write(partial, {name: value.cpu() for name, value in self.state.items()}, self.metadata)
        os.replace(partial, self.checkpoint)

    def stop(self):
        """Ends the run after this step; the second time at once."""
        if self.stopped:
            raise KeyboardInterrupt
        self.stopped = True

    def train(self, every=1):
        """Learns to the end, and says how it goes after so many steps each time."""
        steps, kept = self.configuration["steps"], self.configuration["record"]["checkpoint_every"]
        with open(self.folder / "metrics.jsonl", "a") as metrics:
            before, done = time.monotonic(), self.step
            ends = self.step >= steps
            while not ends:
                losses, total, length, rate = self.advance()
                ends = self.step == steps or self.progress() == 1 or self.stopped
                saves = ends or kept and self.step % kept == 0
                if self.step % every == 0 or saves:
                    # Only these steps wait for what they compute; what is not finite is never saved.
                    total = float(total)
                    if not math.isfinite(total):
                        raise SystemExit(f"step {self.step}: the loss is not finite")
                    seconds = (time.monotonic() - before) / (self.step - done)
                    before, done = time.monotonic(), self.step
                    metrics.write(json.dumps({
                        "step": self.step, "losses": {name: float(value) for name, value in losses.items()}, "total": total,
                        "gradient_norm": float(length), "learning_rate": rate, "seconds": round(seconds, 3)}, sort_keys=True) + "\n")
                    print(f"step {self.step} of {steps}: loss {total:.4f}, {seconds:.3f} s", flush=True)
                if saves:
                    metrics.flush()
                    self.save()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="Trains a LIA in PyTorch, from the batches that lia train writes.")
    arguments.add_argument("run", help="the run's folder")
    arguments.add_argument("queues", nargs="+", metavar="queue", help="a folder that lia train --write-batches fills")
    arguments.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu", help="where to compute")
    arguments.add_argument("--threads", type=int, help="of the processor")
    arguments.add_argument(
        "--tensor-float", action="store_true",
        help="round what an accelerator's convolutions multiply to 11 binary digits (TF32), which is faster")
    arguments.add_argument(
        "--minutes", type=float, help="end after so long, with the learning rate at its last, if the steps take longer")
    arguments.add_argument(
        "--every", type=int, default=1, help="steps from one line of the record to the next; no step between them waits")
    arguments.add_argument(
        "--graph", action="store_true",
        help="record a step as a CUDA graph: much faster; eyes, mouths and faces are cut out as often as there are frames, some twice")
    arguments.add_argument(
        "--again", type=int, default=0, metavar="TIMES", help="where batches come too slowly, learn from the last up to so often again")
    options = arguments.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = options.tensor_float
    try:
        run = Run(options.run, options.queues, options.device, options.minutes, options.graph, options.again)
        # An interrupt ends the run after the step that it comes in.
        signal.signal(signal.SIGINT, lambda *_: run.stop())
        try:
            run.train(options.every)
        finally:
            run.batches.close()
        if run.stopped:
            sys.exit(130)
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        sys.exit(f"{error.filename}: {error.strerror}")
