"""Measures the check as it is installed alone: its size, its start, and definitions per second.

The wheel is built and installed into an environment of its own, with nothing of this repository; what it needs is
fetched from the package index. Times are CPU time, which other work on the machine changes least. Exit status 0 whether
goals are met or not.

Usage: ``python benchmarks/check.py [--definitions N]``
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]
_ORIGINALS = sorted((ROOT / "tests" / "rules" / "check").glob("*/*.asl.json"))
_GOAL_START, _GOAL_RATE = 0.4, 500
# What a run in a process that lives on takes: a second time over the same files.
_WARM = """\
import contextlib, io, sys, time
from sagemaker_rules.check.command import run
for _ in range(2):
    began = time.process_time()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        run(sys.argv[1:], "text", is_strict=False)
    taken = time.process_time() - began
print(taken)
"""


def installed(folder: Path) -> Path:
    """The ``bin`` of an environment with nothing but the wheel of the rules and what it needs."""
    pip = [sys.executable, "-m", "pip", "--quiet", "--quiet", "--disable-pip-version-check"]
    wheel = ["wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder / "dist"), str(ROOT / "rules")]
    subprocess.run([*pip, *wheel], check=True)
    venv.create(folder / "venv", with_pip=False, symlinks=True)
    python = folder / "venv" / "bin" / "python"
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    install = ["--python", str(python), "install", "--find-links", str(folder / "dist"), "sagemaker-rules"]
    subprocess.run([*pip, *install], check=True, env=environment)
    return python.parent


def megabytes(folder: Path) -> float:
    """Size of the files below a folder."""
    return sum(each.stat().st_size for each in folder.rglob("*") if each.is_file()) / 1e6


def seconds(*command: object, times: int = 3) -> float:
    """CPU seconds of the quickest run of a command."""
    return min(_seconds([str(each) for each in command]) for _ in range(times))


def _seconds(command: list[str]) -> float:
    before = os.times()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(command, capture_output=True, env=environment, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{command} failed:\n{done.stderr.decode()}")
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def definitions(folder: Path, count: int) -> None:
    """Writes ``count`` definitions, no two alike."""
    folder.mkdir()
    originals = [json.loads(each.read_text()) for each in _ORIGINALS]
    for number in range(count):
        definition = {**originals[number % len(originals)], "Comment": f"Number {number}"}
        (folder / f"{number:04}.asl.json").write_text(json.dumps(definition, indent=2))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--definitions", type=int, default=1_000, help="definitions to check (default: 1000)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        programs = installed(folder)
        command = programs / "sagemaker-rules"
        definitions(folder / "definitions", options.definitions)
        own = next((folder / "venv").rglob("sagemaker_rules"))
        print(f"size: {megabytes(folder / 'venv'):.1f} MB installed, of that our own {megabytes(own):.1f} MB")
        _report("start, --help", seconds(command, "check", "--help"), "s", _GOAL_START)
        _report("start, one definition", seconds(command, "check", _ORIGINALS[0]), "s", _GOAL_START)
        cold = options.definitions / seconds(command, "check", folder / "definitions")
        _report(f"{options.definitions} definitions, start included", cold, "a second", _GOAL_RATE)
        again = subprocess.check_output([programs / "python", "-c", _WARM, folder / "definitions"], text=True)
        _report(f"{options.definitions} definitions, warm", options.definitions / float(again), "a second", _GOAL_RATE)


def _report(name: str, value: float, unit: str, goal: float) -> None:
    is_met = value <= goal if unit == "s" else value >= goal
    bound = f"at most {goal}" if unit == "s" else f"at least {goal}"
    print(f"{name}: {value:.2f} {unit}, {bound}: {'met' if is_met else 'MISSED'}", flush=True)


if __name__ == "__main__":
    main()
