"""Runs the lia command for notebooks. No logic of its own: a notebook reads the command's JSON as it is, and fails where a key that
it reads is gone."""

import io
import json
import os
import pathlib
import subprocess

import IPython.display
import PIL.Image

ROOT = pathlib.Path(__file__).resolve().parent.parent

# With LIA_QUICK=1 notebooks take small settings: to see that they work, not to learn from them.
QUICK = os.environ.get("LIA_QUICK") == "1"


def program():
    """The command: that of the variable LIA, else the one built in this checkout, else the installed one."""
    built = ROOT / ".build/release/lia"
    return os.environ.get("LIA") or (str(built) if built.exists() else "lia")


def run(*arguments):
    """Runs the command and returns what it said as JSON; raises with its own message where it fails."""
    words = [program(), *map(str, arguments), "--quiet", "--json"]
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(words)}\n{done.stderr.strip()} (exit code {done.returncode})")
    return json.loads(done.stdout)


def picture(path, width=900):
    """A picture to display, at most so many pixels wide, as a JPEG, so that notebooks stay small."""
    image = PIL.Image.open(path).convert("RGB")
    if image.width > width:
        image = image.resize((width, image.height * width // image.width), PIL.Image.LANCZOS)
    data = io.BytesIO()
    image.save(data, "JPEG", quality=88)
    return IPython.display.Image(data.getvalue())
