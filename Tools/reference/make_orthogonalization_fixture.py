"""Writes matrices and LAPACK's Householder Q for them (needs numpy), as float32 safetensors.

    python3 Tools/reference/make_orthogonalization_fixture.py Tests/TestSupport/Fixtures/orthogonalization.safetensors
"""
import json
import struct
import sys

import numpy as np

random = np.random.default_rng(5)
parallel = random.standard_normal((40, 1)) + 1e-3 * random.standard_normal((40, 8))
matrices = {
    "tall": random.standard_normal((64, 20)),
    "square": random.standard_normal((6, 6)),
    "column": random.standard_normal((9, 1)),
    "parallel": parallel,
    "axes": np.eye(12)[:, [3, 1, 7, 0, 11]] * np.array([2, -1, 0.5, -3, 1]),
    "published": random.standard_normal((512, 20)) + 1e-8,
}
tensors = {}
for name, matrix in matrices.items():
    matrix = matrix.astype(np.float32)
    # Factored in double precision, so that nearly parallel columns do not blur the comparison.
    q, _ = np.linalg.qr(matrix.astype(np.float64), mode="reduced")
    tensors[f"{name}/A"] = matrix
    tensors[f"{name}/Q"] = np.ascontiguousarray(q.astype(np.float32))

header, data = {}, b""
for name, value in tensors.items():
    header[name] = {"dtype": "F32", "shape": value.shape, "data_offsets": [len(data), len(data) + value.nbytes]}
    data += value.tobytes()
text = json.dumps(header).encode()
text += b" " * (-(8 + len(text)) % 64)
with open(sys.argv[1], "wb") as file:
    file.write(struct.pack("<Q", len(text)) + text + data)
