"""Training several networks through the lia command alone: nothing is made twice, and what was stopped goes on."""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time


class Failure(Exception):
    """What stops the work, in one line."""


def add_options(parser):
    """The options of every such script."""
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="threads to compute with (default: all cores)")
    parser.add_argument("--lia", default=str(pathlib.Path(__file__).resolve().parents[2] / ".build/release/lia"),
                        help="the program (default: .build/release/lia)")
    parser.add_argument("--quiet", action="store_true", help="say nothing but errors")


def lia(arguments, *words, result=False):
    command = [arguments.lia, *map(str, words)]
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    except OSError as error:
        raise Failure(f"{arguments.lia}: {error.strerror}; build it with 'make build', or pass --lia PATH") from None
    if done.returncode == 130:
        raise KeyboardInterrupt
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        raise Failure(f"'lia {words[0]}' failed: {reason}")
    return done.stdout if result else None


def write(path, text):
    """Whole or not at all."""
    partial = path.with_name(path.name + ".partial")
    partial.write_text(text)
    os.replace(partial, path)


def note(arguments, text):
    if not arguments.quiet:
        print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def is_known(path, plan):
    """Whether a result of the same plan is there; one of another is an error."""
    if not path.exists():
        return False
    found = json.loads(path.read_text())
    differing = sorted(key for key in plan.keys() | found.keys() if plan.get(key) != found.get(key))
    if differing:
        key = differing[0]
        raise Failure(
            f"{path}: was made with another {key}: expected {plan.get(key)}, found {found.get(key)}; "
            "pass the same options, or choose another --output")
    return True


def learn(arguments, data, name, settings):
    """A model trained with settings, in models/ of the output, where its folder appears when it is finished."""
    run, model = arguments.output / "runs" / name, arguments.output / "models" / name
    if model.exists():
        return model
    command = ["train", "--data", data, "--output", run, "--threads", arguments.threads, "--quiet"]
    if (run / "checkpoint.safetensors").exists():
        note(arguments, f"{name}: going on")
        command += ["--resume"]
    else:
        note(arguments, f"{name}: training")
        for key, setting in settings.items():
            command += ["--set", f"{key}={setting if isinstance(setting, str) else json.dumps(setting)}"]
    lia(arguments, *command)
    model.parent.mkdir(exist_ok=True)
    lia(arguments, "export", run, model, "--quiet")
    return model


def report(arguments, name, models, *options):
    """What 'lia evaluate' says of all models together, stored in scores/ of the output."""
    path = arguments.output / "scores" / f"{name}.json"
    if path.exists():
        found = json.loads(path.read_text())
        if found["models"] == [model.name for model in models]:
            return found
    note(arguments, f"measuring {len(models)} models, {name}")
    text = lia(
        arguments, "evaluate", "--model", ",".join(map(str, models)), "--threads", arguments.threads, "--json", "--quiet", *options,
        result=True)
    path.parent.mkdir(exist_ok=True)
    write(path, text)
    return json.loads(text)


def spread(values, form):
    """"0.0312", or with several seeds "0.0312 ± 0.0004"; "–" where nothing was measured."""
    values = [found for found in values if found is not None]
    if not values:
        return "–"
    text = form.format(statistics.mean(values))
    return text + (f" ± {form.format(statistics.stdev(values))}" if len(values) > 1 else "")


def words(text):
    """What stands between commas."""
    return [word.strip() for word in text.split(",") if word.strip()]


def value(text):
    """A setting's value as it is written after its name: JSON, else text."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def seeds(parser, text):
    """Whole numbers from --seeds; none twice."""
    try:
        found = [int(seed) for seed in words(text)]
    except ValueError:
        found = []
    if not found or min(found) < 0 or len(set(found)) < len(found):
        parser.error("--seeds: expected different whole numbers, separated by commas, such as 1,2,3")
    return found
