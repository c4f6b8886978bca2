#!/usr/bin/env python3
"""Says how much of what faces do a LIA reads into its magnitudes, and how much of it its results show.

    lia prepare held-out/ --crop face --size 128 --output data.safetensors --landmarks landmarks.safetensors
    python3 Tools/training/probe_magnitudes.py Models/portrait data.safetensors landmarks.safetensors
    python3 Tools/training/probe_magnitudes.py Models/portrait data.safetensors landmarks.safetensors --factors 7=3 8=3

Of lids, lips and brows it prints two pairs of correlation and slope, means over the clips whose face moves them:

- read: what a linear fit of the magnitudes' changes within the other clips says of a clip, against its landmarks. What is not read no
  generator can show.
- shown: what the landmarks of the rebuilt frames say, against those of the frames; the first frame is the source of all.

A slope below 1 that the fit does not have is lost between the magnitudes and the picture: --factors multiplies the changes of
directions, counted from 1, before frames are made. L1 is that of the frames, levels from 0 to 1. Needs PyTorch, NumPy and PyPI's tflite.
"""

import argparse
import json
import pathlib
import sys

import numpy
import torch

TOOLS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TOOLS / "reference"), str(TOOLS / "common"), str(TOOLS / "training")]
import lia_torch  # noqa: E402
import tensor_file  # noqa: E402
import train_torch  # noqa: E402

NAMES = ("lids", "lips", "brows")
# As lia evaluate: what moves by less does not count, and fewer frames say nothing.
LEAST_MOTION, LEAST_FRAMES = 0.02, 10
# The mesh's points that FaceDistances measures between.
EYES = (((33, 133), ((159, 145), (158, 153), (160, 144))), ((263, 362), ((386, 374), (385, 380), (387, 373))))
LIPS, BROWS, CORNERS = (13, 14), ((105, 159), (334, 386)), (33, 263)


def distances(points):
    """Landmarks (N, points, 2 or 3) to how far lids, lips and brows are apart, (N, 3)."""
    def apart(pair):
        return numpy.linalg.norm(points[:, pair[0], :2] - points[:, pair[1], :2], axis=1)

    breadth = apart(CORNERS)
    lids = numpy.mean([apart(pair) / apart(corners) for corners, pairs in EYES for pair in pairs], axis=0)
    return numpy.stack((lids, apart(LIPS) / breadth, numpy.mean([apart(pair) for pair in BROWS], axis=0) / breadth), 1)


def seen(mesh, pictures, points):
    """How far apart the mesh's network sees lids, lips and brows of pictures (N, 3, S, S), with faces about where the points are."""
    low, high = points[:, :468, :2].min(1), points[:, :468, :2].max(1)
    squares = numpy.column_stack((numpy.arange(len(points)), (low + high) / 2, 0.75 * (high - low).max(1)))
    crops = train_torch.cut(pictures, torch.from_numpy(squares.astype(numpy.float32)), mesh.side)
    return distances(mesh(((crops + 1) / 2).clamp(0, 1), 468)[1].numpy())


def agreement(wanted, found):
    """Correlation and slope of what counts, or None."""
    if len(wanted) < LEAST_FRAMES or wanted.std() < LEAST_MOTION or not found.std() > 0:
        return None
    correlation = numpy.corrcoef(wanted, found)[0, 1]
    return correlation, correlation * found.std() / wanted.std()


def fitted(clips):
    """What the magnitudes' changes of the other clips make of each clip's: two lists, of those measured and those fitted."""
    moved = [magnitudes - magnitudes.mean(0) for magnitudes, _ in clips]
    wanted = [measured - measured.mean(0) for _, measured in clips]
    found = []
    for own in range(len(clips)):
        x = numpy.concatenate([m for index, m in enumerate(moved) if index != own])
        y = numpy.concatenate([m for index, m in enumerate(wanted) if index != own])
        gram = x.T @ x
        # A hundredth of the directions' mean energy keeps those that hardly move from counting.
        gram += 0.01 * numpy.trace(gram) / len(gram) * numpy.eye(len(gram))
        found.append(moved[own] @ numpy.linalg.solve(gram, x.T @ y))
    return wanted, found


def factor(text):
    number, _, value = text.partition("=")
    try:
        return int(number), float(value)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no direction and factor, such as 7=3") from None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=pathlib.Path, help="a model folder with weights.safetensors")
    parser.add_argument("data", help="clips, from lia prepare")
    parser.add_argument("landmarks", help="their landmarks, from the same command")
    parser.add_argument("--factors", nargs="+", type=factor, default=[], metavar="NUMBER=FACTOR")
    parser.add_argument("--every", type=int, default=6, help="of a clip's frames (default: 6)")
    parser.add_argument("--mesh", default=TOOLS.parent / "Models/faces/face_landmark.tflite", help="MediaPipe's network of the mesh")
    options = parser.parse_args()
    torch.set_grad_enabled(False)
    state = {name: values.float() for name, values in tensor_file.read(options.model / "weights.safetensors").items()}
    network, mesh = lia_torch.LIA.from_state(state), train_torch.FaceMesh(options.mesh, "cpu")
    frames = tensor_file.read(options.data)["frames"]
    landmarks = tensor_file.read(options.landmarks)["landmarks"].numpy()
    factors = torch.ones(state["dec.direction.weight"].shape[1])
    for number, value in options.factors:
        if not 1 <= number <= len(factors):
            parser.error(f"direction {number}: expected 1 to {len(factors)}")
        factors[number - 1] = value
    clips, shown, errors = [], [], []
    for clip in json.loads(tensor_file.metadata(options.data)["index"]):
        numbers = numpy.arange(clip["first"], clip["first"] + clip["count"], options.every)
        numbers = numbers[numpy.isfinite(landmarks[numbers]).all((1, 2))]
        if len(numbers) < LEAST_FRAMES:
            continue
        pictures = frames[numbers].permute(0, 3, 1, 2).float() / 127.5 - 1
        code, features, magnitudes = network.encode(pictures)
        last = {}

        def observe(level, flow, mask, warped, last=last):
            last.update(flow=flow, mask=mask)

        driven = magnitudes[:1] + factors * (magnitudes - magnitudes[:1])
        made = network.generate(code[:1], [maps[:1] for maps in features], driven, observe)
        sources = torch.zeros(len(pictures), dtype=torch.long)
        made = train_torch.Losses.detailed(pictures, made, sources, last["flow"], last["mask"])
        measured = seen(mesh, pictures, landmarks[numbers])
        clips.append((magnitudes.numpy(), distances(landmarks[numbers])))
        shown.append((measured, seen(mesh, made.clamp(-1, 1), landmarks[numbers])))
        errors.append((made - pictures).abs().mean().item() / 2)
    if len(clips) < 2:
        parser.error(f"{options.data}: expected at least two clips with landmarks in {LEAST_FRAMES} of the frames, found {len(clips)}")
    read = list(zip(*fitted(clips)))
    print("       clips  read         shown")
    for column, name in enumerate(NAMES):
        def mean(pairs, column=column):
            scores = [agreement(wanted[:, column], found[:, column]) for wanted, found in pairs]
            return numpy.array([score for score in scores if score])

        first, second = mean(read), mean(shown)
        texts = ["%.2f, %.2f" % tuple(scores.mean(0)) if len(scores) else "-" for scores in (first, second)]
        print(f"{name:6} {len(first):5}  {texts[0]:11}  {texts[1]}")
    print(f"L1 of {len(errors)} clips: {numpy.mean(errors):.4f}")


if __name__ == "__main__":
    main()
