"""Faces whose pose is known: those of drawn people, and the landmarks of photographed ones."""
import json
import math
import pathlib
import struct
import subprocess
import sys

import numpy

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


class Landmarks:
    """How far lids, lips and brows are apart, by the face landmarks of MediaPipe (Lugaresi et al. 2019)."""

    NAMES = ("lids", "lips", "brows")
    # Which of these distances tells a part of a drawn pose, and what it changes by for 1 of the part.
    TELLS = {"blink_left": (0, -0.2), "blink_right": (0, -0.2), "brows": (2, 0.05), "mouth_open": (1, 0.25)}
    # Numbers in the face mesh: of each eye three pairs above and below, and its corners; the eyes' outer corners; the lips' insides;
    # each brow and the lid under it.
    EYES = [((159, 145), (158, 153), (160, 144), (33, 133)), ((386, 374), (385, 380), (387, 373), (362, 263))]
    CORNERS, LIPS, BROWS = (33, 263), (13, 14), ((105, 159), (334, 386))
    # The edges of both eyes' openings.
    EYE_RINGS = [{33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246},
                 {362, 382, 381, 380, 374, 373, 390, 249, 263, 466, 388, 387, 386, 385, 384, 398}]
    # The lips' inner edges.
    LIP_RING = {78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95}
    COUNT = 468
    # Frames that are smaller are enlarged to so many pixels.
    SIDE = 256

    def __init__(self):
        try:
            import mediapipe
        except ImportError:
            sys.exit("mediapipe is not there: pip install mediapipe==0.10.14, the last that brings its landmarks along")
        self.mesh = mediapipe.solutions.face_mesh.FaceMesh(static_image_mode=True, max_num_faces=1, min_detection_confidence=0.3)

    def places(self, frame):
        """Where the landmarks lie in a frame, in pixels (points, 2); no numbers where no face is found."""
        factor = max(1, math.ceil(self.SIDE / min(frame.shape[:2])))
        found = self.mesh.process(frame.repeat(factor, 0).repeat(factor, 1)).multi_face_landmarks
        if not found:
            return numpy.full((self.COUNT, 2), numpy.nan)
        return numpy.array([[mark.x * frame.shape[1], mark.y * frame.shape[0]] for mark in found[0].landmark])

    def distances(self, places):
        """Of a face the distance of the lids (over the eyes' width), of the lips and of the brows from the lids (over the distance
        of the eyes' outer corners)."""
        lids = numpy.mean([apart(places, pair) / apart(places, eye[-1]) for eye in self.EYES for pair in eye[:-1]])
        corners = apart(places, self.CORNERS)
        return [lids, apart(places, self.LIPS) / corners, sum(apart(places, pair) for pair in self.BROWS) / 2 / corners]

    def measure(self, frame):
        """The distances in a frame; no numbers where no face is found."""
        return self.distances(self.places(frame))


def apart(places, pair):
    """The distance of two points of one face or of many: (..., points, 2) to (...)."""
    return numpy.linalg.norm(places[..., pair[0], :] - places[..., pair[1], :], axis=-1)
