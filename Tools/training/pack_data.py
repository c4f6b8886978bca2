#!/usr/bin/env python3
"""Packs a data set and its landmarks into one small file, to learn from them on another machine, and unpacks it there.

    Tools/training/pack_data.py pack data.safetensors landmarks.safetensors faces.tar
    Tools/training/pack_data.py unpack faces.tar folder

Frames become films (H.264, 4:4:4), landmarks 16-bit numbers: 30,569 frames of 128 px with 478 points each are 1.7 GB before, 60 MB after.
What comes out is not what went in bit for bit: frames differ by 1.4 of 255 levels on average, points by a 64th of a pixel at most.
Needs NumPy and PyPI's av or, to unpack, opencv-python-headless.
"""

import argparse
import concurrent.futures
import io
import json
import lzma
import os
import pathlib
import sys
import tarfile
import tempfile

import numpy

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "common"))
import safetensors_table  # noqa: E402

# As many films, so that as many processors unpack.
FILMS = 16
# Steps of a landmark's place in the half of a frame's side.
STEPS = 2048
MISSING = -32768


def share(frames, film):
    """The frames of a film, of so many in all."""
    return range(frames * film // FILMS, frames * (film + 1) // FILMS)


def encode(data, film, quality):
    """One film of a data set's frames: its bytes."""
    import av
    table, start = safetensors_table.read(data)
    shape = table["frames"]["shape"]
    frames = numpy.memmap(data, numpy.uint8, "r", start + table["frames"]["data_offsets"][0], tuple(shape))
    target = io.BytesIO()
    with av.open(target, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = shape[2], shape[1], "yuv444p"
        stream.options = {"crf": str(quality), "bf": "0"}
        stream.thread_count = 1
        for index in share(shape[0], film):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(numpy.ascontiguousarray(frames[index]), "rgb24")))
        container.mux(stream.encode())
    return target.getvalue()


def pictures(path):
    """The frames of a film, RGB."""
    try:
        import cv2
    except ImportError:
        import av
        with av.open(str(path)) as container:
            for frame in container.decode(video=0):
                yield frame.to_ndarray(format="rgb24")
        return
    film = cv2.VideoCapture(str(path))
    while (read := film.read())[0]:
        yield read[1][:, :, ::-1]


def decode(path, data, film):
    """Writes the frames of a film where they belong in a data set."""
    table, start = safetensors_table.read(data)
    shape = table["frames"]["shape"]
    frames = numpy.memmap(data, numpy.uint8, "r+", start, tuple(shape))
    wanted, count = share(shape[0], film), 0
    for index, picture in zip(wanted, pictures(path)):
        frames[index] = picture
        count += 1
    if count != len(wanted):
        raise SystemExit(f"{path.name}: {count} frames, expected {len(wanted)}; pack the data set again")


def pack(data, landmarks, output, quality):
    table, _ = safetensors_table.read(data)
    if "frames" not in table or "lia_dataset" not in table.get("__metadata__", {}):
        raise SystemExit(f"{data}: no data set of lia prepare")
    points, start = safetensors_table.read(landmarks)
    with open(landmarks, "rb") as file:
        file.seek(start)
        body = file.read()
    begin, end = points["landmarks"]["data_offsets"]
    places = numpy.frombuffer(body[begin:end], numpy.float32).reshape(points["landmarks"]["shape"])
    if len(places) != table["frames"]["shape"][0]:
        raise SystemExit(f"{landmarks}: of {len(places)} frames, the data set has {table['frames']['shape'][0]}")
    steps = numpy.where(numpy.isnan(places), MISSING, numpy.round(places * STEPS)).clip(MISSING, 32767).astype(numpy.int16)
    # Points hardly move from frame to frame.
    changes = numpy.diff(steps, axis=0, prepend=numpy.zeros_like(steps[:1])).view(numpy.uint16)
    halves = (changes & 255).astype(numpy.uint8).tobytes() + (changes >> 8).astype(numpy.uint8).tobytes()
    begin, end = points["triangles"]["data_offsets"]
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as workers:
        films = list(workers.map(encode, [data] * FILMS, range(FILMS), [quality] * FILMS))
    parts = {
        "data.json": json.dumps(table).encode(), "landmarks.json": json.dumps(points).encode(), "triangles": body[begin:end],
        "landmarks.xz": lzma.compress(halves, preset=1), **{f"film{film:02}.mp4": part for film, part in enumerate(films)}}
    partial = pathlib.Path(f"{output}.partial")
    with tarfile.open(partial, "w") as archive:
        for name, part in parts.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(part)
            archive.addfile(entry, io.BytesIO(part))
    os.replace(partial, output)
    print(f"{output}: {table['frames']['shape'][0]} frames, {os.path.getsize(output) / 1e6:.1f} MB")


def unpack(packed, folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    data, landmarks = folder / "data.safetensors", folder / "landmarks.safetensors"
    for path in (data, landmarks):
        if path.exists():
            raise SystemExit(f"{path}: is there already; choose another folder")
    with tempfile.TemporaryDirectory(dir=folder) as name:
        own = pathlib.Path(name)
        with tarfile.open(packed) as archive:
            archive.extractall(own, filter="data")
        points = json.loads((own / "landmarks.json").read_text())
        halves = numpy.frombuffer(lzma.decompress((own / "landmarks.xz").read_bytes()), numpy.uint8).reshape(2, -1)
        changes = (halves[0].astype(numpy.uint16) | halves[1].astype(numpy.uint16) << 8).view(numpy.int16)
        # Sums go round in 16 bits, as differences did.
        steps = numpy.cumsum(changes.reshape(points["landmarks"]["shape"]), axis=0, dtype=numpy.int16)
        places = numpy.where(steps == MISSING, numpy.nan, steps.astype(numpy.float32) / STEPS).astype(numpy.float32)
        triangles = (own / "triangles").read_bytes()
        end = places.nbytes
        points["landmarks"]["data_offsets"], points["triangles"]["data_offsets"] = [0, end], [end, end + len(triangles)]
        (own / landmarks.name).write_bytes(safetensors_table.beginning(points) + places.tobytes() + triangles)
        table = json.loads((own / "data.json").read_text())
        size = numpy.prod(table["frames"]["shape"]).item()
        table["frames"]["data_offsets"] = [0, size]
        with open(own / data.name, "wb") as file:
            file.write(safetensors_table.beginning(table))
            file.truncate(file.tell() + size)
        with concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as workers:
            list(workers.map(decode, [own / f"film{film:02}.mp4" for film in range(FILMS)], [own / data.name] * FILMS, range(FILMS)))
        for path in (landmarks, data):
            os.replace(own / path.name, path)
    print(f"{data} and {landmarks}: {table['frames']['shape'][0]} frames")


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="Packs a data set and its landmarks into one small file, and unpacks it.")
    commands = arguments.add_subparsers(dest="command", required=True)
    packing = commands.add_parser("pack", help="data set and landmarks to a file")
    for name in ("data", "landmarks", "output"):
        packing.add_argument(name)
    packing.add_argument("--quality", type=int, default=14, help="of H.264 (its CRF): less is better and larger")
    unpacking = commands.add_parser("unpack", help="the file to data set and landmarks")
    for name in ("packed", "folder"):
        unpacking.add_argument(name)
    options = arguments.parse_args()
    try:
        if options.command == "pack":
            pack(options.data, options.landmarks, options.output, options.quality)
        else:
            unpack(options.packed, options.folder)
    except OSError as error:
        sys.exit(f"{error.filename}: {error.strerror}")
