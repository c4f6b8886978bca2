"""Reads safetensors files of numbers and bytes, and writes such of float32 values, with torch and the standard library alone."""

import safetensors_table
import torch

TYPES = {"F32": torch.float32, "F16": torch.float16, "I64": torch.int64, "I32": torch.int32, "U8": torch.uint8}


def read(path):
    """The tensors of a file, by name."""
    header, start = safetensors_table.read(path)
    with open(path, "rb") as file:
        file.seek(start)
        values = bytearray(file.read())
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        if entry["dtype"] not in TYPES:
            raise ValueError(f"{path}: {name} is {entry['dtype']}, expected {' or '.join(TYPES)}")
        kind, (begin, end) = TYPES[entry["dtype"]], entry["data_offsets"]
        flat = torch.frombuffer(values, dtype=kind, count=(end - begin) // kind.itemsize, offset=begin) if end > begin \
            else torch.zeros(0, dtype=kind)
        tensors[name] = flat.reshape(entry["shape"]).clone()
    return tensors


def metadata(path):
    """What a file says besides its tensors: texts by name."""
    return safetensors_table.read(path)[0].get("__metadata__", {})


def write(path, tensors, metadata=None):
    """Writes tensors by name, as float32; their values begin at a multiple of 64 bytes."""
    header, parts, end = {}, [], 0
    if metadata:
        header["__metadata__"] = metadata
    for name, tensor in tensors.items():
        part = tensor.detach().to(torch.float32).contiguous().numpy().tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [end, end + len(part)]}
        parts.append(part)
        end += len(part)
    with open(path, "wb") as file:
        file.write(safetensors_table.beginning(header) + b"".join(parts))
