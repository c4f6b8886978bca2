"""Says which machines a wheel is for: one that carries the program is for machines of this kind, one without it for any."""
import pathlib

from setuptools import setup
from setuptools.command.bdist_wheel import bdist_wheel

CARRIED = pathlib.Path(__file__).parent / "src/lia/program/bin/lia"


class Wheel(bdist_wheel):
    """Any Python 3 will do; the program is a process of its own."""

    def finalize_options(self):
        super().finalize_options()
        self.root_is_pure = not CARRIED.exists()

    def get_tag(self):
        _, _, platform = super().get_tag()
        return "py3", "none", platform


setup(cmdclass={"bdist_wheel": Wheel})
