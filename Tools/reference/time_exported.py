"""Times a frame that export_frame.py wrote, in OpenVINO, ONNX Runtime or compiled PyTorch: further sides of Benchmarks/compare.

    python3 Tools/reference/time_exported.py openvino FOLDER/published-256 --threads 2 --rounds 5 [--precision bfloat16]

Before it times anything it compares the pictures with PyTorch's. Prints one JSON object: the times, the largest difference as a part of
the largest value, the PSNR, and, where the program tells, how many of its kernels there are for each set of the processor's instructions.
"""

import argparse
import collections
import json
import math
import os
import pathlib
import re
import resource
import statistics
import time

import numpy


class OpenVINO:
    """The graph in OpenVINO, tuned for the time of one frame."""

    def __init__(self, path, threads, precision):
        import openvino

        self.version = openvino.__version__.split("-")[0]
        self.compiled = openvino.Core().compile_model(path, "CPU", {
            "PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": threads,
            "INFERENCE_PRECISION_HINT": {"float32": "f32", "bfloat16": "bf16"}[precision],
        })
        self.request = self.compiled.create_infer_request()

    def __call__(self, inputs):
        return next(iter(self.request.infer(inputs, share_inputs=True, share_outputs=True).values()))

    def instructions(self):
        found = collections.Counter()
        for node in self.compiled.get_runtime_model().get_ops():
            try:
                kernel = node.get_rt_info()["primitiveType"].astype(str)
            except KeyError:
                continue
            found.update(re.findall("avx512|avx2|sse", kernel)[:1])
        return dict(found)


class ONNXRuntime:
    """The graph in ONNX Runtime, with all of its optimizations."""

    def __init__(self, path, threads, precision):
        import onnxruntime

        if precision != "float32":
            raise SystemExit("ONNX Runtime computes float32 alone on a processor")
        self.version = onnxruntime.__version__
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    def __call__(self, inputs):
        return self.session.run(None, inputs)[0]

    def instructions(self):
        return {}


class CompiledPyTorch:
    """The same frame by torch.compile, with weights laid out once."""

    def __init__(self, path, threads, precision):
        import frames
        import torch
        from torch._inductor import config

        torch.set_num_threads(threads)
        config.freezing = True
        if os.environ.get("ATEN_CPU_CAPABILITY") == "avx2":
            config.cpp.simdlen = 256
        self.version, self.torch, self.lower = torch.__version__, torch, precision == "bfloat16"
        self.frame = torch.compile(frames.NETWORKS[pathlib.Path(path).stem]().eval().requires_grad_(False))

    def __call__(self, inputs):
        with self.torch.no_grad(), self.torch.autocast("cpu", dtype=self.torch.bfloat16, enabled=self.lower):
            return self.frame(*map(self.torch.from_numpy, inputs.values())).float().numpy()

    def instructions(self):
        return {}


PROGRAMS = {"openvino": OpenVINO, "onnxruntime": ONNXRuntime, "torch-compiled": CompiledPyTorch}

parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
parser.add_argument("program", choices=PROGRAMS)
parser.add_argument("frame", type=pathlib.Path, help="what export_frame.py wrote, without its suffixes")
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--rounds", type=int, default=5)
parser.add_argument("--precision", choices=["float32", "bfloat16"], default="float32")
arguments = parser.parse_args()
if min(arguments.rounds, arguments.threads) < 1:
    parser.error("rounds and threads begin at 1")

with numpy.load(f"{arguments.frame}.npz") as file:
    expected = file["picture"]
    inputs = {name.removeprefix("input/"): file[name] for name in file.files if name.startswith("input/")}
frames = len(expected)


def given(frame):
    """What one frame is given: a sample of what changes from frame to frame, and all of what does not."""
    return {name: x[frame:frame + 1] if len(x) == frames else x for name, x in inputs.items()}


begun = time.perf_counter()
program = PROGRAMS[arguments.program](f"{arguments.frame}.onnx", arguments.threads, arguments.precision)
prepared = time.perf_counter() - begun
found = numpy.concatenate([numpy.array(program(given(i))) for i in range(frames)])
difference = (found - expected) if found.shape == expected.shape else numpy.full_like(expected, math.nan)
peak = float(expected.max() - expected.min())
mean = float(numpy.sqrt(numpy.square(difference).mean()))

seconds, processor = [], []
for number in range(arguments.rounds):
    own = given(number % frames)
    clock, worked = time.perf_counter(), time.process_time()
    program(own)
    seconds.append(time.perf_counter() - clock)
    processor.append(time.process_time() - worked)
print(json.dumps({
    "network": arguments.frame.name, "program": arguments.program, "version": program.version, "threads": arguments.threads,
    "precision": arguments.precision, "seconds_to_prepare": prepared, "instructions": program.instructions(),
    "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    "largest_difference": float(numpy.abs(difference).max() / numpy.abs(expected).max()),
    "psnr": 20 * math.log10(peak / max(mean, 1e-12 * peak)) if mean == mean else 0.0,
    "parts": {"frame": {"seconds": statistics.median(seconds), "all": seconds, "processor_all": processor}},
}))
