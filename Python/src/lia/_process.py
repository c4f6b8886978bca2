"""The program as a process, and how one speaks to it."""
import collections
import json
import os
import subprocess
import threading
import weakref
from types import TracebackType
from typing import IO, Any

from ._errors import LiaError
from ._program import find_program

SCHEMA = 1


class Process:
    """One process of ``lia serve --stdio``, which several animators may share, each with a model of its own.

    Threads may share it, too: their requests wait for one another. A process that was killed by somebody else raises LiaError at the next
    request. It ends with ``close``, with the ``with`` block, or with Python.
    """

    def __init__(
        self, program: str | os.PathLike[str] | None = None, *, threads: int | None = None, precision: str | None = None,
        faces_model: str | os.PathLike[str] | None = None,
    ) -> None:
        """``threads`` (all cores by default), ``precision`` and ``faces_model`` are those of the command line."""
        words = [find_program(program), "serve", "--stdio"]
        if threads is not None:
            words += ["--threads", str(threads)]
        if precision is not None:
            words += ["--precision", precision]
        if faces_model is not None:
            words += ["--faces-model", os.fspath(faces_model)]
        self._lock = threading.RLock()
        self._number = 0
        self._released: collections.deque[dict[str, int]] = collections.deque()
        self._said: collections.deque[str] = collections.deque(maxlen=20)
        # A session of its own: Ctrl-C is Python's, and the end of its input ends the program.
        self._process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
        self._listener = threading.Thread(target=_listen, args=(self._process.stderr, self._said), daemon=True)
        self._listener.start()
        # Also where nobody calls close.
        self._end = weakref.finalize(self, _end, self._process, self._listener)
        try:
            self.limits: dict[str, int] = self.request("hello", {"schema": SCHEMA})[0]["limits"]
        except BaseException:
            self.close()
            raise

    def request(self, method: str, params: dict[str, Any], payload: bytes = b"") -> tuple[dict[str, Any], bytearray]:
        """Asks for something (docs/serve.md), and returns its result and the bytes that follow it; raises LiaError for an error."""
        with self._lock:
            while self._released:
                self._ask("release", self._released.popleft(), b"")
            return self._ask(method, params, payload)

    def _ask(self, method: str, params: dict[str, Any], payload: bytes) -> tuple[dict[str, Any], bytearray]:
        if self._process.stdin is None or self._process.stdout is None or self._process.stdin.closed:
            raise LiaError("the process was closed", "ended", 70)
        self._number += 1
        line: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if payload:
            line["bytes"] = len(payload)
        try:
            text = json.dumps(line, allow_nan=False).encode() + b"\n"
        except ValueError:
            raise ValueError(f"{method}: expected finite numbers") from None
        try:
            self._process.stdin.write(text)
            self._process.stdin.write(payload)
            self._process.stdin.flush()
        except BrokenPipeError:
            raise self._ending() from None
        except BaseException:
            # A request that was half written can be followed by no other.
            self._kill()
            raise
        try:
            answer = json.loads(self._process.stdout.readline() or b"null")
            if answer is None:
                raise self._ending()
            data = bytearray(answer.get("bytes", 0))
            view, filled = memoryview(data), 0
            while filled < len(data):
                got = self._process.stdout.readinto(view[filled:])  # type: ignore[attr-defined]
                if not got:
                    raise self._ending()
                filled += got
        except (json.JSONDecodeError, AttributeError):
            self._kill()
            raise LiaError("the program's answer is none; is it another program?", "internal", 70) from None
        except KeyboardInterrupt:
            self._kill()
            raise
        if error := answer.get("error"):
            raise LiaError(error["message"], error["kind"], error["code"])
        if answer.get("id") != self._number:
            self._kill()
            raise LiaError(f"expected the answer to request {self._number}, found that to {answer.get('id')}", "internal", 70)
        return answer["result"], data

    def release_later(self, kind: str, number: int) -> None:
        """Has something that nobody uses any more put away, before the next request."""
        self._released.append({kind: number})

    def _kill(self) -> None:
        self._process.kill()
        self.close()

    def _ending(self) -> LiaError:
        """What the program said when it went away."""
        self.close()
        last = self._said[-1].removeprefix("lia: ") if self._said else "without a word"
        code = self._process.returncode
        return LiaError(f"the program ended ({'signal ' + str(-code) if code < 0 else 'exit code ' + str(code)}): {last}", "ended", code)

    def models(self) -> list[str]:
        """The names that models can be asked for by."""
        names: list[str] = self.request("models", {})[0]["models"]
        return names

    @property
    def is_closed(self) -> bool:
        """Whether the process has ended."""
        return self._process.poll() is not None

    def close(self) -> None:
        """Ends the process."""
        with self._lock:
            self._end()

    def __enter__(self) -> "Process":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _listen(pipe: IO[bytes], said: collections.deque[str]) -> None:
    """Keeps the last of what the program says beside its answers."""
    for line in pipe:
        said.append(line.decode(errors="replace").rstrip("\n"))


def _end(process: subprocess.Popen[bytes], listener: threading.Thread) -> None:
    """The end of its input ends the program."""
    assert process.stdin is not None and process.stdout is not None and process.stderr is not None
    try:
        process.stdin.close()
    except BrokenPipeError:
        pass
    # What it may be writing is read by nobody any more.
    process.stdout.close()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    listener.join(timeout=5)
    process.stderr.close()
