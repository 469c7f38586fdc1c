"""Measures the local AWS: its start, the start of a job, and what a run takes beyond synthesis and jobs.

Timings are ratios of one run, medians of pairs that ran one after the other, because no two machines are equally fast;
the start is CPU time, which other work on the machine changes least. Exit status 0 whether goals are met or not.

Usage: ``python benchmarks/local_aws.py [--pairs N] [--stack NAME]``
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local_aws.sagemaker.prepared import PreparedPython

ROOT = Path(__file__).parents[1]
# In place of this file's folder, in which `local_aws` is this file.
sys.path[0] = str(ROOT)
_SYNTHESIS = re.compile(r"Synthesizing the app (?P<seconds>[0-9.]+) s")
# What a job of the scikit-learn or XGBoost image begins with.
_JOB = "import numpy, pandas, pyarrow, sklearn.linear_model, xgboost\n"


@dataclass(frozen=True)
class Goal:
    """A figure and its upper bound."""

    name: str
    value: float
    bound: float

    @property
    def met(self) -> bool:
        return self.value <= self.bound


# --- the start: in a process of its own, whose environment it changes ------------------------------------------------


def measure_starts(folder: Path) -> None:
    """Prints CPU seconds of the first and of the second start in this process."""
    from local_aws import LocalAws

    found = []
    for number in range(2):
        before = time.process_time()
        aws = LocalAws(work_dir=folder / str(number))
        aws.start()
        found.append(time.process_time() - before)
        aws.stop()
    print(json.dumps(found))


def starts() -> tuple[float, float]:
    """CPU seconds of the first and of the second start."""
    with tempfile.TemporaryDirectory() as name:
        command = [sys.executable, __file__, "--measure-starts", name]
        done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    first, second = json.loads(done.stdout)
    return first, second


# --- the start of a job -----------------------------------------------------------------------------------------------


def job_starts(pairs: int) -> tuple[float, float]:
    """Seconds of a job that only imports, in a fork of the prepared interpreter and in a fresh one: medians."""
    from local_aws.sagemaker.prepared import PreparedPython

    with tempfile.TemporaryDirectory() as name:
        python = PreparedPython(Path(name, "prepared"))
        python.start()
        try:
            if not python.wait_until_ready(120):
                raise SystemExit("the prepared interpreter did not become ready")
            measured = [(_job(Path(name), python), _job(Path(name), None)) for _ in range(pairs)]
        finally:
            python.stop()
    return statistics.median(each[0] for each in measured), statistics.median(each[1] for each in measured)


def _job(folder: Path, python: PreparedPython | None) -> float:
    from local_aws.sagemaker.sandbox import Program

    (folder / "ml" / "code").mkdir(parents=True, exist_ok=True)
    (folder / "ml" / "code" / "script.py").write_text(_JOB)
    lines: list[str] = []
    began = time.monotonic()
    program = Program(
        folder=folder,
        argv=["python3", "/opt/ml/code/script.py"],
        environment={},
        on_line=lines.append,
        prepared=python,
    )
    status = program.wait(120)
    if status:
        raise SystemExit(f"a job ended with {status}: {lines}")
    return time.monotonic() - began


# --- a run ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Run:
    """Seconds of a run, of its synthesis, and of the states that wait for jobs."""

    whole: float
    synthesis: float
    jobs: float

    @property
    def ratio(self) -> float:
        return self.whole / (self.synthesis + self.jobs)


def run(stack: str, is_job: Callable[[str], bool]) -> Run:
    """Runs a stack as a user does."""
    with tempfile.TemporaryDirectory() as name:
        command = [sys.executable, "-m", "local_aws", "run", stack, "--json", "--work-dir", str(Path(name, "run"))]
        began = time.monotonic()
        done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
        whole = time.monotonic() - began
    synthesis = _SYNTHESIS.search(done.stderr)
    if done.returncode or synthesis is None:
        raise SystemExit(f"{stack} failed:\n{done.stderr}")
    states = json.loads(done.stdout)["states"]
    jobs = sum(each["seconds"] for each in states if is_job(each["name"]))
    return Run(whole, float(synthesis["seconds"]), jobs)


def _is_job(state: str) -> bool:
    return state.startswith(("Standardization", "Train model", "Batch transform"))


# --- report -----------------------------------------------------------------------------------------------------------


def report(goals: list[Goal]) -> None:
    width = max(len(each.name) for each in goals)
    for each in goals:
        print(f"{each.name:<{width}}  {each.value:6.2f}  at most {each.bound:<5g} {'met' if each.met else 'MISSED'}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=3, help="pairs of each ratio (default: 3)")
    parser.add_argument("--stack", default="EndToEnd", help="stack of the run (default: EndToEnd)")
    parser.add_argument("--measure-starts", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure_starts:
        measure_starts(options.measure_starts)
        return
    first, second = starts()
    print(f"start of the local AWS: {first:.2f} s of CPU, warm {second:.2f} s", flush=True)
    forked, fresh = job_starts(options.pairs)
    print(f"job that only imports: {forked:.2f} s prepared, {fresh:.2f} s fresh", flush=True)
    run(options.stack, _is_job)  # byte code and file caches
    runs = [run(options.stack, _is_job) for _ in range(options.pairs)]
    for each in runs:
        print(f"{options.stack}: {each.whole:.1f} s, synthesis {each.synthesis:.1f} s, jobs {each.jobs:.1f} s")
    print()
    report(
        [
            Goal("warm start of the local AWS, s of CPU", second, 0.4),
            Goal("start of a job, prepared / fresh", forked / fresh, 0.25),
            Goal(f"run {options.stack} / (synthesis + jobs)", statistics.median(each.ratio for each in runs), 1.25),
        ]
    )


if __name__ == "__main__":
    main()
