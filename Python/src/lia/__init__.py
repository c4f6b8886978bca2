"""Animates portraits with the motion of videos: numpy frames in, numpy frames out.

    import lia

    with lia.Animator("portrait") as animator:
        for frame in animator.animate("portrait.jpg", "talk.mp4"):
            ...

Pictures and frames are arrays of unsigned bytes, (height, width, 3): red, green and blue of sRGB, the top row first. Wherever a picture is
taken, the path of a file goes too. The work is done by one process of the program ``lia`` that goes on as long as the animator.
"""
from ._animator import Animator, Portrait
from ._command import run
from ._errors import LiaError, LiaWarning
from ._process import Process
from ._program import find_program
from ._results import Direction, Face, Motion

__version__ = "0.2.0"

__all__ = [
    "Animator", "Direction", "Face", "LiaError", "LiaWarning", "Motion", "Portrait", "Process", "find_program", "run",
]
