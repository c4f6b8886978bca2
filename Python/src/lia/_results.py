"""What the program gives."""
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Direction:
    """Something that a model can move: a direction of its motion dictionary, or a slider of its family."""

    number: int
    """From 1."""
    name: str | None
    low: float
    high: float
    """The useful amounts."""
    group: str | None = None


@dataclass(frozen=True, eq=False)
class Motion:
    """The motion of some frames, without what anybody looks like."""

    values: npt.NDArray[np.float32]
    """(frames, values): for LIA the magnitudes along the model's directions. Not a number in a frame where no face was seen."""
    times: npt.NDArray[np.float64]
    """In seconds since the first frame."""

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True, eq=False)
class Face:
    """A face of a picture, in pixels."""

    x: float
    y: float
    width: float
    height: float
    """The box from hairline to chin and ear to ear, by its left upper corner."""
    angle: float
    """The head's turn in the picture, in degrees, clockwise."""
    score: float
    presence: float
    landmarks: npt.NDArray[np.float64]
    """(478, 3)."""
    keypoints: dict[str, tuple[float, float]]
