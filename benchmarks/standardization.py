"""Measures processing_code/transform.py against pandas + scikit-learn and against reading and writing alone.

Every measured program is a process of its own: CPU is user and system time of all its threads, memory its peak resident
set. CPU ratios are medians of pairs that ran one after the other. This process imports nothing large on purpose: on
Linux the peak of a child process starts with the resident set of its parent.

Usage: ``python benchmarks/standardization.py [--megabytes N] [--pairs N] [--growth N] [--python PATH]``
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

SCRIPT = Path(__file__).parents[1] / "processing_code" / "transform.py"
MEBIBYTE = 1 << 20
LARGE_MEAN = 1e9


@dataclass(frozen=True)
class Usage:
    """CPU seconds and peak resident MiB of one process."""

    cpu: float
    peak: float


@dataclass(frozen=True)
class Goal:
    """A figure and its upper or lower bound."""

    name: str
    value: float
    bound: float
    at_least: bool = False

    @property
    def met(self) -> bool:
        return self.value >= self.bound if self.at_least else self.value <= self.bound


# --- programs that run in a process of their own; only they import numpy, pandas and pyarrow -------------------------


def generate(path: Path, megabytes: float, mean: float) -> None:
    """A label and ten normal features (deviation 1) in all their digits, until the file has its size."""
    import numpy as np
    import pyarrow as pa
    from pyarrow import csv

    rng = np.random.default_rng(7)
    names = [str(index) for index in range(11)]
    options = csv.WriteOptions(include_header=False)
    with path.open("wb") as stream:
        while stream.tell() < megabytes * 1e6:
            columns = [rng.integers(0, 2, 10_000), *(rng.normal(mean, 1, (10, 10_000)))]
            csv.write_csv(pa.table(columns, names=names), stream, options)


def naive(source: Path, target: Path) -> None:
    """What one writes first: everything in memory, StandardScaler, ``to_csv``."""
    import pandas as pd
    from sklearn.preprocessing import StandardScaler

    frame = pd.read_csv(source, header=None)
    scaled = pd.DataFrame(StandardScaler().fit_transform(frame.iloc[:, 1:].to_numpy()))
    pd.concat([frame.iloc[:, :1], scaled], axis=1).to_csv(target, header=False, index=False)


def passthrough(source: Path, target: Path) -> None:
    """Reads and writes with pyarrow, without any arithmetic: the floor of a script that uses pyarrow."""
    from pyarrow import csv

    with csv.open_csv(source, csv.ReadOptions(autogenerate_column_names=True, block_size=MEBIBYTE)) as reader:
        options = csv.WriteOptions(include_header=False)
        with csv.CSVWriter(str(target), reader.schema, write_options=options) as writer:
            for batch in reader:
                writer.write_batch(batch)


def largest_error(source: Path, target: Path) -> None:
    """Prints the largest absolute difference from the same formula in extended precision."""
    import numpy as np
    import pandas as pd

    def read(path: Path) -> np.ndarray:
        return pd.read_csv(path, header=None, float_precision="round_trip").to_numpy()[:, 1:].astype(np.longdouble)

    exact = read(source)
    exact -= exact.mean(axis=0)
    exact /= np.sqrt((exact * exact).mean(axis=0))
    print(float(np.abs(read(target) - exact).max()))


PROGRAMS: dict[str, Callable[..., None]] = {
    "generate": lambda path, megabytes, mean: generate(Path(path), float(megabytes), float(mean)),
    "naive": lambda source, target: naive(Path(source), Path(target)),
    "passthrough": lambda source, target: passthrough(Path(source), Path(target)),
    "error": lambda source, target: largest_error(Path(source), Path(target)),
}

# --- measurement -----------------------------------------------------------------------------------------------------


class Bench:
    """Runs the programs on files below one folder."""

    def __init__(self, folder: Path, python: str) -> None:
        self.folder = folder
        self.python = python

    def run(self, program: str, *arguments: object) -> str:
        """Output of a program of this file, always in the interpreter of this process."""
        command = [sys.executable, __file__, "--program", program, *map(str, arguments)]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def raw(self, name: str, megabytes: float, mean: float = 0.0) -> Path:
        """Generates a file."""
        path = self.folder / f"{name}.csv"
        self.run("generate", path, megabytes, mean)
        return path

    def ours(self, source: Path) -> Usage:
        """Runs the processing script; its output is at :meth:`output`."""
        places = ["--output", str(self.folder / "output"), "--statistics", str(self.folder / "statistics")]
        return self._measure([str(SCRIPT), "--input", str(source), *places])

    def output(self, source: Path) -> Path:
        return self.folder / "output" / source.name

    def other(self, program: str, source: Path) -> Usage:
        """Runs another program on the same file."""
        return self._measure([__file__, "--program", program, str(source), str(self.folder / "other.csv")])

    def error(self, source: Path) -> float:
        return float(self.run("error", source, self.output(source)))

    def _measure(self, command: list[str]) -> Usage:
        process = subprocess.Popen([self.python, *command], stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)  # it is reaped: Popen must not wait for it again
        if process.returncode:
            sys.exit(f"error: exit status {process.returncode} of {' '.join(command)}")
        return Usage(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def measure(bench: Bench, megabytes: float, pairs: int, growth: int) -> list[Goal]:
    """Takes all figures, prints those of each pair and returns the goals."""
    source = bench.raw("small", megabytes)
    naive_ratios, floor_ratios, peaks = [], [], []
    print(f"{megabytes:g} MB, CPU seconds (peak MiB)")
    print(f"{'pair':>4} {'transform.py':>16} {'pandas+sklearn':>16} {'pyarrow only':>16}")
    for pair in range(1, pairs + 1):
        ours, slow, floor = bench.ours(source), bench.other("naive", source), bench.other("passthrough", source)
        cells = (f"{usage.cpu:8.2f} ({usage.peak:5.0f})" for usage in (ours, slow, floor))
        print(f"{pair:>4} " + " ".join(f"{cell:>16}" for cell in cells), flush=True)
        naive_ratios.append(slow.cpu / ours.cpu)
        floor_ratios.append(ours.cpu / floor.cpu)
        peaks.append(ours.peak)
    error = bench.error(source)
    offset = bench.raw("offset", 10, LARGE_MEAN)
    bench.ours(offset)
    large = bench.ours(bench.raw("large", megabytes * growth))
    print(f"{megabytes * growth:g} MB: {large.cpu:.2f} CPU seconds ({large.peak:.0f} MiB)\n")
    return [
        Goal("CPU, pandas+sklearn / transform.py", statistics.median(naive_ratios), 5, at_least=True),
        Goal("CPU, transform.py / pyarrow only", statistics.median(floor_ratios), 1.5),
        Goal(f"peak memory, {growth} times the file / the file", large.peak / statistics.median(peaks), 1.2),
        Goal("peak memory of the larger file, MiB", large.peak, 300),
        Goal("largest absolute error", error, 1e-12),
        Goal("largest absolute error at mean 1e9", bench.error(offset), 3e-7),
    ]


def main() -> int:
    """Prints the table of goals; they inform, so a missed one does not fail the command."""
    if sys.argv[1:2] == ["--program"]:
        PROGRAMS[sys.argv[2]](*sys.argv[3:])
        return 0
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=float, default=104, help="size of the file (default: 104)")
    parser.add_argument("--pairs", type=int, default=3, help="how often each program runs (default: 3)")
    parser.add_argument("--growth", type=int, default=10, help="how many times larger the second file is (default: 10)")
    parser.add_argument("--python", default=sys.executable, help="interpreter of the measured programs")
    options = parser.parse_args()
    if options.megabytes <= 0 or options.pairs < 1 or options.growth < 1:
        parser.error("--megabytes, --pairs and --growth must be positive")
    with tempfile.TemporaryDirectory() as folder:
        goals = measure(Bench(Path(folder), options.python), options.megabytes, options.pairs, options.growth)
    for goal in goals:
        bound = f"{'>=' if goal.at_least else '<='} {goal.bound:g}"
        print(f"{goal.name:<46} {goal.value:>10.3g}  {bound:>9}  {'met' if goal.met else 'MISSED'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
