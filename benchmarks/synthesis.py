"""Measures the synthesis of app.py: its calls into jsii, and its CPU time against that of an empty app.

The count is the same in each run, whatever else the machine does. The ratio is the median of pairs that ran one after
the other, of CPU seconds of Python and Node.js together, both with validation. Exit status 0 whether goals are met or
not.

Usage: ``python benchmarks/synthesis.py [--pairs N]``
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import os
import runpy
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
# In place of this file's folder, in which `local_aws` is a benchmark.
sys.path[0] = str(ROOT)

EMPTY = """
import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks

app = cdk.App()
cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
app.synth()
"""


def count_calls() -> None:
    """Synthesizes app.py in this process; prints how many requests, answers to callbacks included, went to Node.js."""
    # jsii has no public place at which all requests pass.
    from jsii._kernel.providers import process

    sent = 0
    send = process._NodeProcess.send

    def counted(*arguments: Any) -> Any:
        nonlocal sent
        sent += 1
        return send(*arguments)

    setattr(process._NodeProcess, "send", counted)  # noqa: B010 - mypy refuses an assignment to a method
    runpy.run_path(str(ROOT / "app.py"), run_name="__main__")
    print(sent)


def calls() -> int:
    """Requests to Node.js of one synthesis."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "CDK_OUTDIR": folder}
        command = [sys.executable, __file__, "--count-calls"]
        done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return int(done.stdout.splitlines()[-1])


def adopt_orphans() -> None:
    """Makes this process the parent of Node.js where Python ends first, so that its CPU time is not lost."""
    set_child_subreaper = 36
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(set_child_subreaper, 1)


def cpu_seconds(command: list[str]) -> float:
    """CPU seconds of a synthesis, Node.js included."""
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env={**os.environ, "CDK_OUTDIR": folder}, stdout=subprocess.DEVNULL
        )
        used = 0.0
        with contextlib.suppress(ChildProcessError):  # nobody is left
            while True:
                pid, status, usage = os.wait3(0)
                used += usage.ru_utime + usage.ru_stime
                if pid == process.pid:
                    process.returncode = os.waitstatus_to_exitcode(status)  # reaped: Popen must not wait for it again
    if process.returncode:
        sys.exit(f"error: exit status {process.returncode} of {' '.join(command)}")
    return used


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=5, help="pairs of the ratio (default: 5)")
    parser.add_argument("--count-calls", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.count_calls:
        count_calls()
        return
    from benchmarks.local_aws import Goal, report

    count = calls()  # leaves byte code and file caches behind
    adopt_orphans()
    ratios = []
    for _ in range(options.pairs):
        full, empty = cpu_seconds(["app.py"]), cpu_seconds(["-c", EMPTY])
        print(f"app.py: {full:.2f} s of CPU, empty app {empty:.2f} s", flush=True)
        ratios.append(full / empty)
    print()
    report(
        [
            Goal("calls of app.py into jsii", count, 3500),
            Goal("synthesis of app.py / of an empty app, CPU", statistics.median(ratios), 2.2),
        ]
    )


if __name__ == "__main__":
    main()
