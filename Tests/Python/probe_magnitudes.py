#!/usr/bin/env python3
"""The arithmetic of Tools/training/probe_magnitudes.py, against closed forms.

Ends with 77 where this Python has no NumPy, PyTorch or tflite.
"""
import importlib.util
import sys
from pathlib import Path

SKIPPED = 77
PROBE = Path(__file__).resolve().parents[2] / "Tools/training/probe_magnitudes.py"


def main():
    if not all(importlib.util.find_spec(name) for name in ("numpy", "torch", "tflite")):
        print("skipped: NumPy, PyTorch and tflite are not installed for", sys.executable)
        return SKIPPED
    import numpy

    spec = importlib.util.spec_from_file_location("probe_magnitudes", PROBE)
    probe = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(probe)
    random = numpy.random.default_rng(4)

    # Half as far, the other way: correlation -1, slope -0.5; what hardly moves, or in few frames, says nothing.
    wanted = random.normal(size=40)
    assert numpy.allclose(probe.agreement(wanted, 3 - wanted / 2), (-1, -0.5))
    assert probe.agreement(wanted / 1000, wanted) is None and probe.agreement(wanted[:9], wanted[:9]) is None

    # Eyes that are 0.3 of their breadth open, lips 0.2 and brows 0.1 of the corners' distance apart, whatever the face's size.
    points = numpy.zeros((2, 478, 3))
    for (outer, inner), pairs in probe.EYES:
        points[:, inner, 0] = points[:, outer, 0] + 1
        for upper, lower in pairs:
            points[:, upper, 1] = points[:, lower, 1] + 0.3
    points[:, probe.CORNERS[1], 0] = 5
    points[:, probe.EYES[1][0][1], 0] = 4
    points[:, probe.LIPS[1], 1] = 1
    for brow, lid in probe.BROWS:
        points[:, brow, 1] = points[:, lid, 1] + 0.5
    points[1] *= 7
    assert numpy.allclose(probe.distances(points), (0.3, 0.2, 0.1))

    # What is a linear function of the magnitudes is found in a clip that was not fitted to, whatever its person's rest; noise is not.
    rule = random.normal(size=(5, 3))
    clips = [(magnitudes, magnitudes @ rule + random.normal(size=3)) for magnitudes in random.normal(size=(4, 200, 5))]
    pairs = list(zip(*probe.fitted(clips)))
    scores = numpy.array([probe.agreement(a[:, column], b[:, column]) for a, b in pairs for column in range(3)])
    assert (scores > 0.97).all() and (scores < 1.03).all(), scores
    noise = [(magnitudes, random.normal(size=(200, 3))) for magnitudes, _ in clips]
    scores = [probe.agreement(a[:, 0], b[:, 0])[0] for a, b in zip(*probe.fitted(noise))]
    assert max(map(abs, scores)) < 0.3, scores
    print("the probe finds what is there, and nothing where nothing is")
    return 0


if __name__ == "__main__":
    sys.exit(main())
