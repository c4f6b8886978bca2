"""Makes Tests/TestSupport/Fixtures/media: small self-drawn pictures and videos, and what Pillow and FFmpeg make of them.

Needs Pillow, numpy, PyAV and the ffmpeg command:  python3 Tools/reference/make_media_fixtures.py
Expected pixels are raw RGB, top row first, beside the file they belong to (NAME.rgb); their sizes and the expected
times of video frames stand in expected.json.
"""

import io
import json
import pathlib
import subprocess
from fractions import Fraction

import av
import numpy
from PIL import Image, ImageOps

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "Tests/TestSupport/Fixtures/media"
expected = {"pictures": {}, "resized": [], "videos": {}}


def pattern(width, height, phase=0.0):
    """Smooth gradients, a bright disc and a dark bar: something whose turning and smoothing shows."""
    y, x = numpy.mgrid[0:height, 0:width].astype(float)
    u, v = x / (width - 1), y / (height - 1)
    red = 255 * u
    green = 127 + 127 * numpy.sin(7 * v + 3 * u + phase)
    blue = 255 * (1 - v) * (0.5 + 0.5 * u)
    image = numpy.stack([red, green, blue], -1)
    disc = (u - 0.3) ** 2 + (v - 0.35) ** 2 < 0.04
    image[disc] = (250, 240, 60)
    image[(u > 0.7) & (v > 0.55) & (v < 0.75)] = (10, 20, 40)
    return numpy.clip(image + 0.5, 0, 255).astype(numpy.uint8)


def flattened(image):
    """Upright, over white, 8-bit RGB."""
    image = ImageOps.exif_transpose(image)
    if image.mode in ("I;16", "I;16B", "I"):
        values = numpy.asarray(image).astype(numpy.uint32)
        image = Image.fromarray(((values * 255 + 32767) // 65535).astype(numpy.uint8))
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image.convert("RGB")


def picture(name, tolerance, data=None, upright=None):
    """Records what Pillow reads from a picture file. `upright` replaces that where Pillow cannot read it."""
    if data is not None:
        (FOLDER / name).write_bytes(data)
    image = upright if upright is not None else flattened(Image.open(FOLDER / name))
    (FOLDER / f"{name}.rgb").write_bytes(image.tobytes())
    expected["pictures"][name] = {"width": image.width, "height": image.height, "tolerance": tolerance}


def save(image, name, tolerance, **options):
    image.save(FOLDER / name, **options)
    picture(name, tolerance)


def exif(orientation):
    block = Image.Exif()
    block[0x0112] = orientation
    return block


def pictures():
    rgb = Image.fromarray(pattern(24, 20))
    grey = rgb.convert("L")
    alpha = Image.fromarray(numpy.linspace(0, 255, 24 * 20).reshape(20, 24).astype(numpy.uint8))
    rgba = rgb.copy()
    rgba.putalpha(alpha)
    save(rgb, "rgb.png", 0)
    save(grey, "grey.png", 0)
    save(rgb.convert("1"), "bits.png", 0)
    save(rgb.quantize(16), "palette.png", 0)
    clear = rgb.quantize(16)
    clear.info["transparency"] = 3
    save(clear, "palette-clear.png", 0, transparency=3)
    save(rgba, "alpha.png", 1)
    save(rgba.convert("LA"), "grey-alpha.png", 1)
    ramp = (numpy.arange(24 * 20).reshape(20, 24) * 136).astype(numpy.uint16)
    save(Image.fromarray(ramp), "grey16.png", 0)
    save(rgb, "turned.png", 0, exif=exif(6))
    deep = numpy.asarray(rgb).astype(numpy.uint16) * 257
    deep[..., 0] ^= 0x3A  # low bytes that an 8-bit reading must not show
    ok = subprocess.run(
        ["ffmpeg", "-v", "error", "-f", "rawvideo", "-pix_fmt", "rgb48le", "-s", "24x20", "-i", "-", "-pix_fmt", "rgb48be",
         "-f", "image2pipe", "-c:v", "png", "-"], input=deep.astype("<u2").tobytes(), capture_output=True, check=True)
    picture("rgb16.png", 1, ok.stdout, rgb)

    for orientation in range(1, 9):
        save(rgb, f"orientation-{orientation}.jpg", 2, quality=90, subsampling=0, exif=exif(orientation))
    save(grey, "grey.jpg", 0, quality=90)
    save(rgb.convert("CMYK"), "cmyk.jpg", 1, quality=92)
    save(rgb, "progressive.jpg", 2, quality=85, progressive=True, subsampling=2)
    save(rgb, "lossless.webp", 0, lossless=True)
    save(rgba, "alpha.webp", 1, lossless=True, exact=True)
    save(Image.fromarray(pattern(48, 40)), "lossy.webp", 30, quality=90)
    save(rgb, "turned.webp", 0, lossless=True, exif=exif(8))
    save(rgb, "rgb.bmp", 0)
    save(rgb, "rgb.tiff", 0)
    save(rgb, "lzw.tiff", 0, compression="tiff_lzw")
    save(rgb, "turned.tiff", 0, tiffinfo={274: 5})
    save(rgb.quantize(32), "rgb.gif", 0)
    save(rgb, "rgb.ppm", 0)

    source = Image.fromarray(pattern(61, 47))
    source.save(FOLDER / "pattern.png")
    sizes = [(128, 128), (31, 23), (61, 90), (17, 16), (122, 47), (200, 19), (60, 46)]
    cases = [((width, height), (0, 0, 61, 47)) for width, height in sizes]
    cases += [((size, size), (7, 0, 54, 47)) for size in (16, 32, 47, 96)]
    for (width, height), box in cases:
        name = f"pattern-{width}x{height}-{box[0]}.rgb"
        # Newer Pillow versions take whichever axis first that is cheaper, which differs where values are clipped; rows
        # first is what all older ones do.
        rows = source.resize((width, 47), Image.BICUBIC, box=box)
        (FOLDER / name).write_bytes(rows.resize((width, height), Image.BICUBIC).tobytes())
        expected["resized"].append({"file": name, "width": width, "height": height, "crop": box[0] > 0})


COLORS = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255), (0, 0, 0), (200, 120, 40)]


def matrix(name):
    kr, kb = {"bt709": (0.2126, 0.0722), "smpte170m": (0.299, 0.114), "bt2020nc": (0.2627, 0.0593)}[name]
    return kr, kb


def planes(rgb, name, full):
    kr, kb = matrix(name)
    r, g, b = (rgb[..., c].astype(float) / 255 for c in range(3))
    y = kr * r + (1 - kr - kb) * g + kb * b
    cb, cr = (b - y) / (2 - 2 * kb), (r - y) / (2 - 2 * kr)
    if full:
        y, cb, cr = 255 * y, 255 * cb + 128, 255 * cr + 128
    else:
        y, cb, cr = 219 * y + 16, 224 * cb + 128, 224 * cr + 128
    return [numpy.clip(p + 0.5, 0, 255).astype(numpy.uint8) for p in (y, cb[::2, ::2], cr[::2, ::2])]


def ffmpeg(arguments, data=None):
    subprocess.run(["ffmpeg", "-v", "error", "-y", *arguments], input=data, check=True)


def patches():
    image = numpy.zeros((48, 72, 3), numpy.uint8)
    for index, color in enumerate(COLORS):
        image[index // 3 * 24:index // 3 * 24 + 24, index % 3 * 24:index % 3 * 24 + 24] = color
    return image


def videos():
    for name in ("bt709", "smpte170m", "bt2020nc"):
        for full in (False, True):
            data = b"".join(p.tobytes() for p in planes(patches(), name, full)) * 2
            span = "pc" if full else "tv"
            file = f"colors-{name}-{span}.mp4"
            ffmpeg(["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", "72x48", "-r", "25", "-color_range", span, "-colorspace",
                    name, "-i", "-", "-c:v", "libx264", "-qp", "1", "-color_range", span, "-colorspace", name,
                    "-bsf:v", "filter_units=remove_types=6", FOLDER / file], data)
            expected["videos"][file] = {"colors": COLORS}

    frames = [pattern(64, 48, index / 3) for index in range(25)]
    raw = b"".join(frame.tobytes() for frame in frames)
    base = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", "64x48", "-r", "25", "-i", "-"]
    slim = ["-c:v", "libx264", "-crf", "26", "-pix_fmt", "yuv420p", "-bsf:v", "filter_units=remove_types=6"]
    tone = ["-f", "lavfi", "-i", "aevalsrc='0.4*sin(440*2*PI*t)*(0.6+0.4*sin(5*t))':s=44100:d=1"]
    tagged = ["-metadata", "location=+48.0+002.0/", "-metadata", "title=private"]
    ffmpeg([*base, *tone, *slim, "-c:a", "aac", "-b:a", "48k", "-movflags", "+faststart", *tagged, FOLDER / "sound.mp4"], raw)
    ffmpeg([*base, *tone, "-c:v", "libvpx-vp9", "-crf", "40", "-b:v", "0", "-c:a", "libopus", "-b:a", "32k", "-fflags", "+bitexact",
            FOLDER / "sound.webm"], raw)
    ffmpeg([*tone, "-c:a", "aac", "-b:a", "48k", "-t", "0.3", FOLDER / "only-sound.m4a"])
    ffmpeg([*base, *slim, "-frames:v", "8", FOLDER / "plain.mp4"], raw)
    ffmpeg(["-i", FOLDER / "plain.mp4", "-c", "copy", "-metadata:s:v", "rotate=90", FOLDER / "rotated.mp4"])
    out = subprocess.run(["ffmpeg", "-v", "error", "-i", FOLDER / "rotated.mp4", "-frames:v", "1", "-f", "rawvideo",
                          "-pix_fmt", "rgb24", "-"], capture_output=True, check=True).stdout
    (FOLDER / "rotated.mp4.rgb").write_bytes(out)
    ffmpeg([*base, "-vf", "setsar=2", *slim, "-frames:v", "4", FOLDER / "wide-pixels.mp4"], raw)
    parts = []
    for width, height in ((64, 48), (48, 64)):
        data = b"".join(pattern(width, height, index).tobytes() for index in range(3))
        part = subprocess.run(
            ["ffmpeg", "-v", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-i", "-", *slim,
             "-bf", "0", "-f", "h264", "-"], input=data, capture_output=True, check=True).stdout
        parts.append(part)
    (FOLDER / "changing-size.h264").write_bytes(b"".join(parts))

    times = [0, 40, 100, 110, 300, 420, 425, 700]
    with av.open(str(FOLDER / "variable.mp4"), "w", options={"video_track_timescale": "1000"}) as container:
        stream = container.add_stream("libx264", rate=25, options={"crf": "28", "bf": "2"})
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        packets = []
        for index, time in enumerate(times):
            frame = av.VideoFrame.from_ndarray(frames[index], format="rgb24")
            frame.pts, frame.time_base = time, Fraction(1, 1000)
            packets += stream.encode(frame)
        packets += stream.encode()
        for packet in packets:
            container.mux(packet)
    with av.open(str(FOLDER / "variable.mp4")) as container:
        stream = container.streams.video[0]
        seconds = [Fraction(frame.pts) * frame.time_base for frame in container.decode(stream)]
        assert [int((s - seconds[0]) * 1000) for s in seconds] == times, seconds
    expected["videos"]["variable.mp4"] = {"milliseconds": times}

    images = [Image.fromarray(pattern(32, 24, index)).quantize(32) for index in range(4)]
    images[0].save(FOLDER / "moving.gif", save_all=True, append_images=images[1:], duration=[50, 120, 200, 70], loop=0)
    with Image.open(FOLDER / "moving.gif") as gif:
        frames_rgb = b""
        for index in range(gif.n_frames):
            gif.seek(index)
            frames_rgb += gif.convert("RGB").tobytes()
    (FOLDER / "moving.gif.rgb").write_bytes(frames_rgb)
    expected["videos"]["moving.gif"] = {"milliseconds": [0, 50, 170, 370], "last": 70}


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.iterdir():
        old.unlink()
    pictures()
    videos()
    (FOLDER / "expected.json").write_text(json.dumps(expected, indent=1, sort_keys=True) + "\n")
    print(sum(file.stat().st_size for file in FOLDER.iterdir()), "bytes")
