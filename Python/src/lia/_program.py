"""Where the program is."""
import os
import pathlib
import shutil

from ._errors import LiaError

CARRIED = pathlib.Path(__file__).parent / "program/bin/lia"


def find_program(program: str | os.PathLike[str] | None = None) -> str:
    """The path of the program: the one named here, that of the variable LIA, the one in the package, or the one on the PATH.

    Raises LiaError where there is none.
    """
    named = os.fspath(program) if program is not None else os.environ.get("LIA")
    if named:
        found = shutil.which(named)
        if found is None:
            raise LiaError(f"{named}: no such program", "input", 65)
        return found
    if CARRIED.exists():
        return str(CARRIED)
    found = shutil.which("lia")
    if found is None:
        raise LiaError("the program lia is not here: install it ('make install'), or name it by the variable LIA", "input", 65)
    return found
