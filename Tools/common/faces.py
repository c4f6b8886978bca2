"""Faces whose pose is known: those of drawn people, and what landmarks say of photographed ones."""
import json
import pathlib
import struct
import subprocess
import sys

import numpy

import tensor_file

# The parts of a drawn person's pose, and half of each one's natural range.
PARTS = ["yaw", "pitch", "roll", "shift_x", "shift_y", "scale", "blink_left", "blink_right", "gaze_x", "gaze_y", "brows", "mouth_open",
         "mouth_wide", "smile", "pucker"]
HALVES = [0.6, 0.4, 0.4, 0.15, 0.15, 0.225, 0.5, 0.5, 1, 1, 1, 0.5, 1, 1, 0.5]


def frames(path, width, height):
    """The frames of a video or a picture, resized: (frames, height, width, 3), RGB."""
    raw = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(path), "-vf", f"scale={width}:{height}:flags=bicubic", "-f", "rawvideo", "-pix_fmt", "rgb24",
         "-"], check=True, capture_output=True).stdout
    return numpy.frombuffer(raw, numpy.uint8).reshape(-1, height, width, 3)


def drawn_clips(folder, size):
    """Of every clip that 'lia puppets --output' made: the frames, and the poses in halves of their ranges (frames, 15).

    Raises ValueError where there are fewer than 20.
    """
    clips = sorted(pathlib.Path(folder).glob("identity-*/clip-*.json"))
    if len(clips) < 20:
        raise ValueError(f"{folder}: expected at least 20 clips of 'lia puppets', found {len(clips)}")
    for number, clip in enumerate(clips, 1):
        poses = json.loads(clip.read_text())["frames"]
        yield frames(clip.with_suffix(".mp4"), size, size), numpy.array([[pose[part] for part in PARTS] for pose in poses]) / HALVES
        report("drawn clips", number, len(clips))


def prepared_clips(path):
    """The clips of a file that 'lia prepare' made: names, and frames (frames, size, size, 3)."""
    wrong = ValueError(f"{path}: expected a file of 'lia prepare'")
    with open(path, "rb") as file:
        start = file.read(8)
        length = struct.unpack("<Q", start)[0] if len(start) == 8 else 0
        # A header of gigabytes is none.
        if not 2 <= length < 1 << 30:
            raise wrong
        try:
            header = json.loads(file.read(length))
        except ValueError:
            raise wrong from None
    if not isinstance(header, dict) or "lia_dataset" not in header.get("__metadata__", {}):
        raise wrong
    entry = header["frames"]
    every = numpy.memmap(path, numpy.uint8, "r", 8 + length + entry["data_offsets"][0], tuple(entry["shape"]))
    return [(clip["name"], every[clip["first"]:clip["first"] + clip["count"]])
            for clip in json.loads(header["__metadata__"]["index"])]


def report(what, done, total):
    if sys.stderr.isatty():
        print(f"\r{what}: {done} of {total}", end="\n" if done == total else "", file=sys.stderr)


def landmark_parts(path):
    """What landmarks tell of the parts of a pose, of every frame of a data set, by the parts' names; from 'lia prepare --landmarks'.

    Raises ValueError where the file is another.
    """
    with open(path, "rb") as file:
        start = file.read(8)
        length = struct.unpack("<Q", start)[0] if len(start) == 8 else 0
        try:
            header = json.loads(file.read(length)) if 2 <= length < 1 << 30 else {}
        except ValueError:
            header = {}
    names = header.get("__metadata__", {}).get("parts", "").split() if isinstance(header, dict) else []
    if not names:
        raise ValueError(f"{path}: expected a file of 'lia prepare --landmarks'")
    return dict(zip(names, tensor_file.read(path)["parts"].T))
