#!/usr/bin/env python3
"""Training in PyTorch (Tools/training/train_torch.py) against training in this program: the same first steps, and one checkpoint for both.

Ends with 77 where this Python has no PyTorch; without PyPI's tflite package the loss of the face mesh is left out.
"""
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

SKIPPED = 77
REPOSITORY = Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("LIA", str(REPOSITORY / ".build/release/lia"))
FACES = REPOSITORY / "Models/faces/face_landmark.tflite"
STEPS = 3
TOLERANCE = 1e-3
# A new network samples in the middle of pixels, where bilinear sampling has a kink and two slopes.
GRADIENT_TOLERANCE = 1e-2

SETTINGS = {
    "steps": STEPS,
    "network": {
        "size": 64, "channels": "4:32 8:32 16:24 32:16 64:16", "code": 32, "directions": 12, "detail": True, "paints": True,
        "known_parts": "yaw:1:5 pitch:2:7.5 blink_left:3:4:1.5 mouth_open:4:4"},
    "optimization": {"learning_rate": 0.002, "warmup_steps": 2, "discriminator_rate": 3},
    "data": {
        "group_size": 4, "groups": 2, "puppets": 0.5, "cross_identity": 0.5, "cross_relative": 0.5, "given_parts": 0.5, "expressions": 0.5,
        "pseudo_motion_start": 0.2, "landmarks": "landmarks.safetensors", "validation": 0.5},
    "losses": {
        "perceptual": 2, "ssim": 1, "moving": 10, "closing": 1, "inside": 8, "regions": 5, "adversarial_regions": 0.3,
        "adversarial_from": 1, "reading": 1, "reading_changes": 0.5, "canonical": 0.5, "sparsity": 0.1,
        "flow_moving": 0.3, "flow_expressive": 0.5},
    "record": {"checkpoint_every": 100, "sheet_every": 0, "validate_every": 0},
}


def lia(*arguments):
    subprocess.run([PROGRAM, *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)


def steps(folder):
    return [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]


def main():
    if importlib.util.find_spec("torch") is None:
        print("no PyTorch: training in PyTorch is not tested")
        return SKIPPED
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lia("puppets", "--identities", 3, "--clips", 1, "--frame-count", 12, "--size", 256, "--output", folder / "people")
        lia("prepare", folder / "people", "--output", folder / "data.safetensors", "--size", 64, "--crop", "none", "--landmarks",
            folder / "landmarks.safetensors", "--quiet")
        SETTINGS["data"]["landmarks"] = str(folder / "landmarks.safetensors")
        if importlib.util.find_spec("tflite") is not None:
            SETTINGS["losses"].update(mesh=1.5, mesh_openings=6, mesh_network=str(FACES))
        (folder / "settings.json").write_text(json.dumps(SETTINGS))
        begin = ["train", "--data", folder / "data.safetensors", "--config", folder / "settings.json", "--threads", 1, "--quiet"]
        lia(*begin, "--output", folder / "swift")
        lia(*begin, "--output", folder / "torch", "--write-batches", folder / "queue")
        subprocess.run(
            [sys.executable, REPOSITORY / "Tools/training/train_torch.py", folder / "torch", folder / "queue", "--device", "cpu"],
            check=True, stdout=subprocess.DEVNULL)
        ours, theirs = steps(folder / "swift"), steps(folder / "torch")
        worst = 0.0
        for a, b in zip(ours, theirs, strict=True):
            if set(a["losses"]) != set(b["losses"]):
                sys.exit(f"step {a['step']}: losses {sorted(a['losses'])} and {sorted(b['losses'])}")
            for key, value in {**a["losses"], "total": a["total"], "gradient_norm": a["gradient_norm"]}.items():
                other = b["losses"].get(key, b.get(key))
                error = abs(value - other) / max(1.0, abs(value))
                if key != "gradient_norm":
                    worst = max(worst, error)
                if error > (GRADIENT_TOLERANCE if key == "gradient_norm" else TOLERANCE):
                    sys.exit(f"step {a['step']}: {key} is {value} here and {other} in PyTorch")
        # Either goes on where the other stopped.
        for run in ("swift", "torch"):
            lia("train", "--data", folder / "data.safetensors", "--output", folder / run, "--resume", "--set", f"steps={STEPS + 1}",
                "--threads", 1, "--quiet")
        a, b = steps(folder / "swift")[-1]["total"], steps(folder / "torch")[-1]["total"]
        if abs(a - b) > TOLERANCE * max(1, abs(a)):
            sys.exit(f"after {STEPS} steps in PyTorch the next loses {b}, after {STEPS} steps here {a}")
        lia("export", folder / "torch", folder / "model", "--quiet")
        print(f"{STEPS} steps in PyTorch are those of lia train, largest difference {worst:.1e}; runs go on in either")
    return 0


if __name__ == "__main__":
    sys.exit(main())
