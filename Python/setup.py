"""Says which machines a wheel is for: one that carries the program is for machines of this kind, one without it for any."""
import pathlib

from setuptools import Distribution, setup
from setuptools.command.bdist_wheel import bdist_wheel

CARRIED = pathlib.Path(__file__).parent / "src/lia/program/bin/lia"


class Package(Distribution):
    """A program counts as compiled modules do."""

    def has_ext_modules(self):
        return CARRIED.exists()


class Wheel(bdist_wheel):
    """Any Python 3 will do: the program is a process of its own."""

    def get_tag(self):
        return "py3", "none", super().get_tag()[2]


setup(distclass=Package, cmdclass={"bdist_wheel": Wheel})
