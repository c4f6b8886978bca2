"""The package with the program: what it gives is what the command line gives."""
import gc
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import threading
import unittest
import warnings
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import lia
import numpy as np
import numpy.typing as npt
import png

Picture = npt.NDArray[np.uint8]


def command(*arguments: Any) -> Any:
    return lia.run(*arguments)


class LiaTests(unittest.TestCase):
    """One process for most of the tests, as a program would have it."""

    folder: ClassVar[pathlib.Path]
    temporary: ClassVar["tempfile.TemporaryDirectory[str]"]
    animator: ClassVar[lia.Animator]
    source: ClassVar[Picture]
    driving: ClassVar[list[Picture]]

    @classmethod
    def setUpClass(cls) -> None:
        warnings.simplefilter("ignore", lia.LiaWarning)
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.temporary.name)
        command("puppets", "--identity", 3, "--size", 192, "--output", cls.folder / "source.png")
        command("puppets", "--identity", 8, "--motion", 5, "--frame-count", 7, "--size", 160, "--output", f"{cls.folder}/driving/")
        cls.source = png.read(cls.folder / "source.png")
        cls.driving = [png.read(path) for path in sorted((cls.folder / "driving").glob("*.png"))]
        cls.animator = lia.Animator("portrait")

    @classmethod
    def tearDownClass(cls) -> None:
        cls.animator.close()
        cls.temporary.cleanup()

    def written(self, name: str, *arguments: Any) -> list[Picture]:
        """The frames that a command writes."""
        output = self.folder / name
        command(*arguments, "--output", f"{output}/")
        return [png.read(path) for path in sorted(output.glob("*.png"))]

    def same(self, found: list[Picture], expected: list[Picture]) -> None:
        self.assertEqual(len(found), len(expected))
        for number, (one, other) in enumerate(zip(found, expected)):
            self.assertEqual(one.shape, other.shape)
            self.assertEqual(int(np.abs(one.astype(int) - other.astype(int)).max()), 0, f"frame {number}")

    def test_frames_of_a_path_are_the_commands(self) -> None:
        cases: list[tuple[dict[str, Any], list[Any]]] = [
            ({}, []),
            ({"crop": "centre", "mode": "absolute", "size": 96}, ["--crop", "centre", "--mode", "absolute", "--size", 96]),
            ({"smooth": 0.5, "strength": 1.5, "without": [8], "range": "2..5"},
             ["--smooth", 0.5, "--strength", 1.5, "--without", 8, "--frames", "2..5"]),
            ({"gains": False}, ["--no-gains"]),
            ({"crop": (96, 90, 120), "set": {"turn": 3}}, ["--crop", "96,90,120", "--set", "turn=3"]),
        ]
        for number, (choices, options) in enumerate(cases):
            expected = self.written(
                f"path{number}", "animate", "--source", self.folder / "source.png", "--driving", self.folder / "driving", *options)
            found = list(self.animator.animate(self.folder / "source.png", self.folder / "driving", **choices))
            self.same(found, expected)

    def test_pictures_drive_as_their_files_do(self) -> None:
        expected = self.written(
            "pictures", "animate", "--source", self.folder / "source.png", "--driving", self.folder / "driving", "--crop", "centre",
            "--driving-crop", "none", "--no-paste-back")
        portrait = self.animator.portrait(self.source, crop="centre", paste_back=False)
        for batch in (None, 1, 3):
            self.same(list(self.animator.animate(portrait, self.driving, driving_crop="none", batch=batch)), expected)
        motion = self.animator.encode(self.driving, crop="none")
        self.assertEqual(motion.values.shape, (7, len(self.animator.directions)))
        self.assertTrue(np.all(np.isfinite(motion.values)) and np.all(np.diff(motion.times) > 0))
        self.same(list(self.animator.animate(portrait, motion)), expected)

    def test_frames_come_one_by_one(self) -> None:
        taken = []

        def camera() -> Iterator[Picture]:
            for number, frame in enumerate(self.driving):
                taken.append(number)
                yield frame

        frames = self.animator.animate(self.source, camera())
        self.assertEqual(taken, [])
        for number in range(3):
            self.assertEqual(next(frames).shape, self.source.shape)
            self.assertEqual(taken, list(range(number + 1)))
        self.assertEqual(len(list(frames)), 4)

    def test_frames_of_several_sizes(self) -> None:
        frames = [self.driving[0], self.driving[1][:128, :128], np.ascontiguousarray(self.driving[2][::-1])]
        self.assertEqual(len(list(self.animator.animate(self.source, frames, driving_crop="none"))), 3)
        self.assertEqual(list(self.animator.animate(self.source, [])), [])

    def test_edits_and_sweeps(self) -> None:
        command("edit", "--source", self.folder / "source.png", "--set", "turn=3,jaw=2", "--output", self.folder / "edited.png")
        portrait = self.animator.portrait(self.folder / "source.png")
        edited = self.animator.edit(portrait, {"turn": np.float32(3), "jaw": np.float32(2)})
        self.same([edited], [png.read(self.folder / "edited.png")])
        self.same([self.animator.edit(self.source, "turn=3,jaw=2")], [edited])
        turn = next(row for row in self.animator.directions if row.name == "turn")
        swept = self.animator.sweep(portrait, "turn", np.linspace(turn.low, turn.high, 11))
        self.assertEqual(swept.shape, (11, *self.source.shape))
        self.same([swept[5]], [self.animator.edit(portrait, {turn.number: (turn.low + turn.high) / 2})])
        self.assertGreater(int(np.abs(swept[0].astype(int) - swept[10]).max()), 20)
        self.assertEqual(self.animator.sweep(portrait, "turn", []).shape, (0, *self.source.shape))
        self.assertEqual(self.animator.sweep(portrait, 1, [0], base="zero").shape, (1, *self.source.shape))

    def test_motion_is_the_commands(self) -> None:
        command("encode", self.folder / "driving", "--output", self.folder / "motion.json")
        expected = json.loads((self.folder / "motion.json").read_text())["frames"]
        found = self.animator.encode(self.folder / "driving")
        values = np.array([frame["magnitudes"] for frame in expected], np.float32)
        self.assertEqual(found.values.shape, values.shape)
        self.assertLess(float(np.abs(found.values - values).max()), 1e-5)
        self.same(
            list(self.animator.animate(self.source, self.folder / "motion.json")), list(self.animator.animate(self.source, found)))
        self.assertEqual(self.animator.encode(self.source).values.shape, (1, values.shape[1]))

    def test_faces(self) -> None:
        try:
            faces = self.animator.faces(self.source)
        except lia.LiaError as error:
            self.assertIn("install-dependencies", error.message)
            self.skipTest("the networks that find faces are not here")
        self.assertEqual(len(faces), 1)
        self.assertEqual(faces[0].landmarks.shape, (478, 3))
        expected = command("faces", self.folder / "source.png")["faces"][0]
        self.assertEqual((faces[0].x, faces[0].width), (expected["x"], expected["width"]))
        self.assertEqual(faces[0].keypoints["chin"], tuple(expected["keypoints"]["chin"]))
        self.assertEqual(self.animator.portrait(self.source).crop["crop"], "face")

    def test_mistakes_are_told_as_the_command_does(self) -> None:
        portrait = self.animator.portrait(self.source, crop="centre")
        cases: list[tuple[Callable[[], object], list[Any], int]] = [
            (lambda: lia.Animator("no-such-model", process=self.animator.process),
             ["edit", "--model", "no-such-model", "--source", self.folder / "source.png", "--set", "1=1"], 65),
            (lambda: self.animator.edit(portrait, {"nonesuch": 1}),
             ["edit", "--source", self.folder / "source.png", "--set", "nonesuch=1.0"], 64),
            (lambda: self.animator.portrait(self.folder / "none.png"), ["edit", "--source", self.folder / "none.png", "--set", "1=1"], 65),
        ]
        for act, arguments, code in cases:
            with self.assertRaises(lia.LiaError) as ours:
                act()
            with self.assertRaises(lia.LiaError) as commands:
                command(*arguments, "--output", self.folder / "wrong.png")
            self.assertEqual((ours.exception.message, ours.exception.code), (commands.exception.message, code))
            self.assertEqual(commands.exception.code, code)
        wrong: list[Any] = [self.source.astype(np.float32), self.source[..., 0], "text"]
        for picture in wrong[:2]:
            with self.assertRaisesRegex(ValueError, r"unsigned bytes, \(height, width, 3\)"):
                self.animator.portrait(picture)
        with self.assertRaisesRegex(lia.LiaError, "16"):
            self.animator.portrait(self.source[:8])
        with self.assertRaisesRegex(lia.LiaError, "strength"):
            self.animator.animate(portrait, self.driving, strength=1e9)
        with self.assertRaisesRegex(ValueError, "finite"):
            self.animator.sweep(portrait, 1, [float("inf")])
        with self.assertRaisesRegex(lia.LiaError, "amounts"):
            self.animator.sweep(portrait, 1, [2000])
        # And it goes on.
        self.assertEqual(self.animator.edit(portrait, {1: 0}).shape, (192, 192, 3))

    def test_models_share_a_process(self) -> None:
        with lia.Process() as process:
            self.assertIn("portrait", process.models())
            sharp, plain = lia.Animator(process=process), lia.Animator("portrait", detail=False, process=process)
            pictures = [animator.edit(self.source, {1: 0}) for animator in (sharp, plain)]
            self.assertGreater(int(np.abs(pictures[0].astype(int) - pictures[1]).max()), 4)
            with self.assertRaises(ValueError):
                lia.Animator(process=process, threads=1)
            sharp.close()
            self.assertFalse(process.is_closed)
            # Threads wait for one another.
            found: list[Picture] = []
            threads = [threading.Thread(target=lambda: found.append(plain.edit(self.source, {1: 0}))) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.same(found, [pictures[1]] * 4)
        with self.assertRaises(lia.LiaError):
            plain.edit(self.source, {1: 0})

    def test_what_nobody_uses_is_put_away(self) -> None:
        kept = self.animator.process.limits["objects"]
        for _ in range(kept + 10):
            self.animator.animate(self.animator.portrait(self.source, crop="centre", size=64), self.driving)
        gc.collect()
        self.assertEqual(len(list(self.animator.animate(self.source, self.driving[:1]))), 1)

    def test_a_process_that_was_killed(self) -> None:
        animator = lia.Animator()
        portrait = animator.portrait(self.source)
        os.kill(animator.process._process.pid, signal.SIGKILL)
        with self.assertRaisesRegex(lia.LiaError, "the program ended") as ended:
            animator.edit(portrait, {1: 0})
        self.assertEqual(ended.exception.kind, "ended")
        self.assertTrue(animator.process.is_closed)
        animator.close()

    def test_another_program(self) -> None:
        with self.assertRaises(lia.LiaError):
            lia.Process("/bin/true")
        with self.assertRaises(lia.LiaError):
            lia.Process("/bin/echo")
        with self.assertRaisesRegex(lia.LiaError, "no such program"):
            lia.Process("/nowhere/lia")

    def test_versions_agree(self) -> None:
        said = subprocess.run([lia.find_program(), "--version"], capture_output=True, text=True).stdout.strip()
        self.assertEqual(lia.__version__, said)


if __name__ == "__main__":
    unittest.main()
