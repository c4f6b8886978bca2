"""Portraits, and what is done with them."""
import itertools
import os
import warnings
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, SupportsFloat, TypeAlias

import numpy as np
import numpy.typing as npt

from ._errors import LiaWarning
from ._process import Process
from ._results import Direction, Face, Motion

Picture: TypeAlias = npt.NDArray[np.uint8]
Path: TypeAlias = str | os.PathLike[str]
Frames: TypeAlias = Path | Motion | Iterable[Picture]
Edit: TypeAlias = Mapping[str, SupportsFloat] | Mapping[int, SupportsFloat] | str
Square: TypeAlias = str | Sequence[float]
Directions: TypeAlias = str | Sequence[str | int]

# Frames of a request where all are at hand: enough for every core, and not too much memory.
TOGETHER = 8


class Portrait:
    """A source picture, encoded once; ``Animator.portrait`` makes it."""

    width: int
    height: int
    """Of its pictures, in pixels."""
    motion: npt.NDArray[np.float32]
    """(values,): its own motion; for LIA the magnitudes along the model's directions."""
    crop: dict[str, Any]
    """What was cut out of the picture: "crop" says by what, "squares" where, in pixels."""
    notes: list[str]
    """What was decided."""

    def __init__(self, process: Process, result: dict[str, Any]) -> None:
        self._process = process
        self._number: int = result["portrait"]
        self.width, self.height = result["width"], result["height"]
        self.motion = np.array(result["motion"], np.float32)
        self.crop, self.notes = result["crop"], result["notes"]
        weakref.finalize(self, process.release_later, "portrait", self._number)


class Animator:
    """A model of portraits, and the process that computes it.

    ``model`` is a model's name, folder or checkpoint, as the command line takes them. ``process`` is one to share with other animators;
    without it the animator has its own, and ``close`` (or the ``with`` block) ends it.
    """

    def __init__(
        self, model: Path = "portrait", *, detail: bool | None = None, process: Process | None = None, program: Path | None = None,
        threads: int | None = None, precision: str | None = None, faces_model: Path | None = None,
    ) -> None:
        """``detail`` carries what the network loses of the source along with the motion (the model's own choice by default).

        ``program``, ``threads``, ``precision`` and ``faces_model`` are the process's.
        """
        mine = (program, threads, precision, faces_model)
        if process is not None and any(choice is not None for choice in mine):
            raise ValueError("program, threads, precision and faces_model are the process's; leave them out, or the process")
        self._owns = process is None
        self.process = process or Process(program, threads=threads, precision=precision, faces_model=faces_model)
        try:
            self._about, _ = self.process.request("load", _given(model=os.fspath(model), detail=detail))
        except BaseException:
            self.close()
            raise
        self._number: int = self._about["model"]
        weakref.finalize(self, self.process.release_later, "model", self._number)
        self.directions = tuple(Direction(**row) for row in ({"name": None, "group": None, **row} for row in self._about["directions"]))
        """What can be moved."""

    @property
    def name(self) -> str:
        """What reports call the model."""
        return str(self._about["name"])

    @property
    def family(self) -> str:
        """The model's family, such as "lia"."""
        return str(self._about["family"])

    @property
    def output_size(self) -> int:
        """The side of the pictures that the network makes, in pixels."""
        return int(self._about["output_size"])

    def portrait(
        self, source: Path | Picture, *, crop: Square | None = None, face: str | int | None = None, fit: str | None = None,
        paste_back: bool | None = None, size: int | None = None,
    ) -> Portrait:
        """Encodes a picture, to be used any number of times.

        Like the command line: the face is found and cut out, and results stand in the picture again. ``crop`` is "face", "centre", "none"
        (the whole picture) or a square (x, y, side[, angle]); ``face`` chooses one of several; ``size`` is the side of the square alone;
        ``paste_back=False`` gives the square, too.
        """
        params = {**_cropping(crop, face, fit), **_given(model=self._number, paste_back=paste_back, size=size)}
        more, payload = _picture(source)
        result, _ = self.process.request("portrait", {**params, **more}, payload)
        portrait = Portrait(self.process, result)
        _warn(portrait.notes)
        return portrait

    def animate(
        self, source: Portrait | Path | Picture, frames: Frames, *, mode: str = "relative", strength: float = 1,
        set: Edit | None = None, only: Directions | None = None, without: Directions | None = None, smooth: float = 0,
        gains: bool = True, driving_crop: Square | None = None, driving_face: str | int | None = None, range: str | None = None,
        batch: int | None = None, **cropping: Any,
    ) -> Iterator[Picture]:
        """The source, moved as the frames are: a picture for each, made as it is asked for.

        ``frames`` is a path (a video, a GIF, a folder, a motion file), what ``encode`` gave, or anything that gives pictures. Of a path all
        frames are looked at first to lay one square around the driving face, as the command does; of pictures the first one lays it.
        ``mode`` is "relative" (the change since the first frame) or "absolute"; ``set`` edits the source, ``only`` and ``without`` choose
        directions; ``gains=False`` takes relative motion as it is read, without the gains of the model's directions. ``range`` is a range
        of a file's frames, "10..60". ``batch`` frames are computed together: 8 where all are at hand, 1 where they come one by one. What
        else ``portrait`` takes, goes too where the source is no portrait yet.
        """
        portrait = self._portrait(source, cropping)
        params: dict[str, Any] = {"portrait": portrait._number}
        if not isinstance(frames, Motion):
            opening = _given(portrait=portrait._number, path=_path(frames), frames=range)
            params["driving"] = self._open({**opening, **_cropping(driving_crop, driving_face, None)})
        elif range is not None or driving_crop is not None or driving_face is not None:
            raise ValueError("range, driving_crop and driving_face are for pictures, and this is motion")
        choices = _given(set=_plain(set), only=only, without=without)
        animation: int = self.process.request("animate", {
            **params, **choices, "mode": mode, "strength": strength, "smooth": smooth, "gains": gains})[0]["animation"]
        made = self._frames(animation, frames, portrait, batch)
        weakref.finalize(made, self.process.release_later, "animation", animation)
        if "driving" in params:
            weakref.finalize(made, self.process.release_later, "driving", params["driving"])
        return made

    def _frames(self, animation: int, frames: Frames, portrait: Portrait, batch: int | None) -> Iterator[Picture]:
        limits, size = self.process.limits, portrait.width * portrait.height
        count = batch or (TOGETHER if _is_path(frames) or hasattr(frames, "__len__") else 1)
        count = max(1, min(count, limits["frames"], limits["answer_pixels"] // size))
        for params, payload in _requests(frames, count, limits["payload_bytes"]):
            result, data = self.process.request("frames", {"animation": animation, **params}, payload)
            _warn(result.get("notes") or [])
            yield from _pictures(result, data)
            if result.get("is_last"):
                return

    def edit(self, source: Portrait | Path | Picture, set: Edit, **cropping: Any) -> Picture:
        """The source with something moved: ``edit(picture, {"turn": 3})``, by directions' names or numbers."""
        portrait = self._portrait(source, cropping)
        result, data = self.process.request("edit", {"portrait": portrait._number, "set": _plain(set)})
        return next(_pictures(result, data))

    def sweep(
        self, source: Portrait | Path | Picture, direction: str | int, amounts: Sequence[float] | npt.NDArray[np.floating[Any]], *,
        base: str = "own", **cropping: Any,
    ) -> npt.NDArray[np.uint8]:
        """(amounts, height, width, 3): the source with each amount along a direction.

        ``base`` is "own", or "zero" for the canonical pose.
        """
        portrait = self._portrait(source, cropping)
        values = [float(amount) for amount in amounts]
        found: list[Picture] = []
        for start in range(0, len(values), TOGETHER):
            params = {"portrait": portrait._number, "direction": direction, "amounts": values[start : start + TOGETHER], "base": base}
            found += _pictures(*self.process.request("sweep", params))
        return np.stack(found) if found else np.empty((0, portrait.height, portrait.width, 3), np.uint8)

    def encode(
        self, frames: Path | Picture | Iterable[Picture], *, crop: Square | None = None, face: str | int | None = None,
        fit: str | None = None, range: str | None = None,
    ) -> Motion:
        """The motion of a file's frames, of pictures, or of one picture."""
        given = [frames] if isinstance(frames, np.ndarray) and frames.ndim == 3 else frames
        driving = self._open({**_given(model=self._number, path=_path(given), frames=range), **_cropping(crop, face, fit)})
        values, times = [np.empty((0, self._about["motion_values"]), np.float32)], []
        try:
            for params, payload in _requests(given, TOGETHER, self.process.limits["payload_bytes"]):
                result, data = self.process.request("encode", {"driving": driving, **params}, payload)
                _warn(result["notes"])
                values.append(np.frombuffer(data, "<f4").reshape(result["count"], result["values"]).astype(np.float32, copy=False))
                times += result["times"]
                if result.get("is_last"):
                    break
        finally:
            self.process.release_later("driving", driving)
        return Motion(np.concatenate(values), np.array(times, np.float64))

    def faces(self, picture: Path | Picture, *, small: bool = False) -> list[Face]:
        """The faces of a picture, the largest first; ``small`` looks for small ones part by part."""
        params, payload = _picture(picture)
        result, _ = self.process.request("faces", {**params, "small": small}, payload)
        return [
            Face(**{
                **face, "landmarks": np.array(face["landmarks"], np.float64).reshape(-1, 3),
                "keypoints": {name: (place[0], place[1]) for name, place in face["keypoints"].items()},
            })
            for face in result["faces"]
        ]

    def _portrait(self, source: Portrait | Path | Picture, cropping: dict[str, Any]) -> Portrait:
        if not isinstance(source, Portrait):
            return self.portrait(source, **cropping)
        if cropping:
            raise ValueError(f"{', '.join(cropping)}: the portrait has been cut out already")
        if source._process is not self.process:
            raise ValueError("the portrait is another process's")
        return source

    def _open(self, params: dict[str, Any]) -> int:
        result, _ = self.process.request("open", params)
        _warn(result["notes"])
        return int(result["driving"])

    def close(self) -> None:
        """Ends the process, unless it is shared."""
        if self._owns:
            self.process.close()

    def __enter__(self) -> "Animator":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _given(**values: Any) -> dict[str, Any]:
    """What is not None."""
    return {name: value for name, value in values.items() if value is not None}


def _plain(edit: Edit | None) -> dict[str, float] | str | None:
    """An edit as JSON takes it, whatever numbers it is made of."""
    return edit if edit is None or isinstance(edit, str) else {str(name): float(amount) for name, amount in edit.items()}


def _is_path(value: object) -> bool:
    return isinstance(value, (str, os.PathLike))


def _path(value: object) -> str | None:
    """A path that does not depend on where Python works now; None for what is none."""
    return os.path.abspath(value) if isinstance(value, (str, os.PathLike)) else None


def _cropping(crop: Square | None, face: str | int | None, fit: str | None) -> dict[str, Any]:
    square = crop if crop is None or isinstance(crop, str) else ",".join(str(float(number)) for number in crop)
    return _given(crop=square, face=face, fit=fit)


def _bytes(picture: object) -> tuple[tuple[int, ...], bytes]:
    """A picture's shape and pixels."""
    if not isinstance(picture, np.ndarray) or picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3:
        found = f"{picture.dtype} {picture.shape}" if isinstance(picture, np.ndarray) else type(picture).__name__
        raise ValueError(f"expected a picture of unsigned bytes, (height, width, 3), found {found}")
    return picture.shape, picture.tobytes()


def _picture(source: Path | Picture) -> tuple[dict[str, Any], bytes]:
    """A request's parameters and bytes for a picture."""
    if isinstance(source, (str, os.PathLike)):
        return {"path": os.path.abspath(source)}, b""
    (height, width, _), payload = _bytes(source)
    return {"width": width, "height": height}, payload


def _requests(frames: object, count: int, limit: int) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Requests' parameters and bytes for driving frames, ``count`` at a time; of pictures, neighbours of one size alone go together."""
    if _is_path(frames):
        while True:
            yield {"count": count}, b""
    if isinstance(frames, Motion):
        rate = (len(frames) - 1) / (frames.times[-1] - frames.times[0]) if len(frames) > 1 and frames.times[-1] > frames.times[0] else 25
        for start in range(0, len(frames), count):
            motions = np.ascontiguousarray(frames.values[start : start + count], "<f4")
            yield {"count": len(motions), "time": float(max(0, frames.times[start])), "frame_rate": float(rate)}, motions.tobytes()
        return
    if not isinstance(frames, Iterable):
        raise ValueError(f"expected a path, motion, or pictures, found {type(frames).__name__}")
    for shape, group in itertools.groupby(map(_bytes, frames), key=lambda found: found[0]):
        together = max(1, min(count, limit // (3 * shape[0] * shape[1])))
        while part := b"".join(pixels for _, pixels in itertools.islice(group, together)):
            yield {"count": len(part) // (3 * shape[0] * shape[1]), "width": shape[1], "height": shape[0]}, part


def _pictures(result: dict[str, Any], data: bytearray) -> Iterator[Picture]:
    """The pictures of an answer."""
    if result["count"]:
        yield from np.frombuffer(data, np.uint8).reshape(result["count"], result["height"], result["width"], 3)


def _warn(notes: list[str]) -> None:
    for note in notes:
        warnings.warn(note, LiaWarning, stacklevel=3)
