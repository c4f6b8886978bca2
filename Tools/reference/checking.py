"""What `--check` of the networks in this folder has in common."""

import argparse
import pathlib
import sys

FIXTURES = pathlib.Path(__file__).resolve().parents[2] / "Tests/TestSupport/Fixtures"


def command(description, folder, *runs):
    """Reads the command line, makes the runs on a folder of the vectors, and ends the program: with 0 when all pass.

    `runs`: what is printed before each, and what is called with the folder; it says whether all is near enough."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--check", action="store_true", help="compare with the reference vectors")
    if not parser.parse_args().check:
        parser.error("nothing to do: --check compares the network with the reference vectors")
    passed = True
    for title, run in runs:
        print(title, end="", flush=True)
        passed &= run(FIXTURES / folder)
    sys.exit(0 if passed else 1)


def both_layouts(check):
    """Runs of `check`, told whether channels are last, in both orders."""
    return [(f"channels {'last' if last else 'first'}: ", lambda folder, last=last: check(folder, last)) for last in (True, False)]
