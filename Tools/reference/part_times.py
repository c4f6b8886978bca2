"""Times of the parts of a frame, for the programs that time PyTorch beside the Swift benchmarks."""

import json
import resource
import statistics
import time

import torch


def _now():
    return time.perf_counter(), time.process_time()


class PartTimes:
    """Seconds by the clock and of the processor, for every part and for the whole frame, round by round."""

    def __init__(self, parts):
        self.names = (*parts, "frame")
        self.seconds = {name: [] for name in self.names}
        self.processor = {name: [] for name in self.names}
        self.marks = []

    def begin(self):
        """Begins a frame."""
        self.marks = [_now()]

    def mark(self):
        """Ends a part."""
        self.marks.append(_now())

    def keep(self):
        """Keeps the frame's times; those of a round that only warms up are not kept."""
        spans = [*zip(self.marks, self.marks[1:]), (self.marks[0], self.marks[-1])]
        for name, (begin, end) in zip(self.names, spans, strict=True):
            self.seconds[name].append(end[0] - begin[0])
            self.processor[name].append(end[1] - begin[1])

    def print(self, network):
        """Prints all times as one JSON object."""
        print(json.dumps({
            "network": network, "threads": torch.get_num_threads(), "version": torch.__version__,
            "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            "parts": {
                name: {
                    "seconds": statistics.median(self.seconds[name]), "all": self.seconds[name], "processor_all": self.processor[name]}
                for name in self.names
            },
        }))
