"""Reads the PNG files that the program writes: 8-bit RGB, not interlaced."""
import pathlib
import struct
import zlib

import numpy as np
import numpy.typing as npt


def read(path: pathlib.Path) -> npt.NDArray[np.uint8]:
    """(height, width, 3)."""
    data, place, packed, width, height = path.read_bytes(), 8, b"", 0, 0
    while place < len(data):
        (length,), kind = struct.unpack(">I", data[place : place + 4]), data[place + 4 : place + 8]
        content = data[place + 8 : place + 8 + length]
        if kind == b"IHDR":
            width, height, depth, color, _, _, interlace = struct.unpack(">IIBBBBB", content)
            if (depth, color, interlace) != (8, 2, 0):
                raise ValueError(f"{path}: another kind of PNG")
        elif kind == b"IDAT":
            packed += content
        place += 12 + length
    rows = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(height, 1 + 3 * width)
    result = np.zeros((height, width, 3), np.uint8)
    above = np.zeros((width, 3), np.int32)
    for y in range(height):
        kind_of_filter, row = int(rows[y, 0]), rows[y, 1:].reshape(width, 3).astype(np.int32)
        if kind_of_filter == 2:
            row = (row + above) & 255
        elif kind_of_filter in (1, 3, 4):
            left, corner = np.zeros(3, np.int32), np.zeros(3, np.int32)
            for x in range(width):
                if kind_of_filter == 1:
                    guess = left
                elif kind_of_filter == 3:
                    guess = (left + above[x]) // 2
                else:
                    base = left + above[x] - corner
                    a, b, c = abs(base - left), abs(base - above[x]), abs(base - corner)
                    guess = np.where((a <= b) & (a <= c), left, np.where(b <= c, above[x], corner))
                row[x] = (row[x] + guess) & 255
                left, corner = row[x], above[x]
        result[y], above = row, row
    return result
