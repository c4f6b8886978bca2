"""What the notebooks share."""
import io
import os
import pathlib

import IPython.display
import PIL.Image

ROOT = pathlib.Path(__file__).resolve().parent.parent

# With LIA_QUICK=1 notebooks take small settings: to see that they work, not to learn from them.
QUICK = os.environ.get("LIA_QUICK") == "1"

# The program that was built in this checkout comes before an installed one.
if (ROOT / ".build/release/lia").exists():
    os.environ.setdefault("LIA", str(ROOT / ".build/release/lia"))


def picture(source, width=900):
    """A picture to display, a file or an array, at most so many pixels wide, as a JPEG, so that notebooks stay small."""
    image = PIL.Image.open(source).convert("RGB") if isinstance(source, (str, os.PathLike)) else PIL.Image.fromarray(source)
    if image.width > width:
        image = image.resize((width, image.height * width // image.width), PIL.Image.LANCZOS)
    data = io.BytesIO()
    image.save(data, "JPEG", quality=88)
    return IPython.display.Image(data.getvalue())
