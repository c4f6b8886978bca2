"""The table at the beginning of a safetensors file, with the standard library alone."""

import json
import struct


def read(path):
    """The table, and the byte at which the values begin."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        return json.loads(file.read(length)), 8 + length


def beginning(table):
    """A file's bytes before its values, which begin at a multiple of 64 bytes."""
    text = json.dumps(table).encode()
    text += b" " * (-(8 + len(text)) % 64)
    return struct.pack("<Q", len(text)) + text
