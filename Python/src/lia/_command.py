"""Commands that run once."""
import json
import os
import subprocess
from typing import Any

from ._errors import LiaError
from ._program import find_program

KINDS = {64: "usage", 65: "input", 74: "output"}


def run(*arguments: str | os.PathLike[str] | float, report: bool = True, program: str | os.PathLike[str] | None = None) -> Any:
    """Runs a command, such as ``run("evaluate", "--task", "puppets")``, and returns what it reports as JSON.

    ``report=False`` is for commands that report nothing (``train``); they return None. Raises LiaError with the command's own message.
    """
    texts = (os.fspath(word) if isinstance(word, os.PathLike) else str(word) for word in arguments)
    words = [find_program(program), *texts]
    done = subprocess.run([*words, "--quiet", *(["--json"] if report else [])], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        message = done.stderr.strip() or f"{' '.join(words)}: ended with {done.returncode}"
        raise LiaError(message.removeprefix("lia: "), KINDS.get(done.returncode, "internal"), done.returncode)
    return json.loads(done.stdout) if report else None
