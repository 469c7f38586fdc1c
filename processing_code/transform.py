"""Standardizes a CSV file: x' = (x - mean) / standard deviation, for each feature column.

Runs in SageMaker's scikit-learn container with nothing installed (Python 3.9 and later, numpy, pyarrow). Files have no
header; the label column, by default the first, is passed through character by character. The standard deviation is that
of the population (ddof 0); a constant column becomes 0.

The test set is standardized with the statistics of the training set, which are also written to ``statistics.json``, so
that later inference can use them (``--apply-statistics``).

Memory does not grow with the file: it is read twice, in blocks of 1 MiB (a row must be shorter), of which pyarrow reads
a bounded number ahead: about 200 MiB for the whole process, measured, up to 10,000 columns, and 700 MiB for the 50,000
that a file may have. Any error in the data ends the job with one line that names file, line and column, both from 1,
and leaves no output behind.

https://docs.aws.amazon.com/sagemaker/latest/dg/build-your-own-processing-container.html
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import os
import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

BASE = Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))
BLOCK_BYTES = 1 << 20
# Each column costs pyarrow some KiB, whatever is in it.
MAX_COLUMNS = 50_000
STATISTICS_VERSION = 1
# What counts as a number, as pyarrow sees it; float() would also take nan, inf, 1_000, line breaks and other digits.
NUMBER = re.compile(r"[ \t]*[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?[ \t]*")


class DataError(Exception):
    """A mistake in the data; the message is one line with file, line and column."""


class Table:
    """A CSV file without header, read in blocks.

    Args:
        path: The file.
        label_column: Zero-based index of the label, or None.
    """

    def __init__(self, path: Path, label_column: int | None) -> None:
        self.path = path
        self.label_column = label_column
        self.columns = self._count_columns()
        if label_column is not None and label_column >= self.columns:
            raise DataError(f"{path}, line 1, column {label_column + 1}: no such column for the label")
        self.features = [index for index in range(self.columns) if index != label_column]
        if not self.features:
            raise DataError(f"{path}, line 1, column 2: there is no feature column beside the label")

    def blocks(self) -> Iterator[tuple[list[np.ndarray], pa.Array | None]]:
        """Feature columns (one array of float64 each) and the label column (text) of one block after the other.

        Raises:
            DataError: A field is empty or not a finite number, or a row has too few or too many fields.
        """
        try:
            for batch in self._open():
                features = [batch.column(index).to_numpy() for index in self.features]
                label = None if self.label_column is None else batch.column(self.label_column)
                checked = list(features)
                if label is not None:
                    checked.append(pc.utf8_trim(label, " \t").cast(pa.float64()).to_numpy())
                if not all(np.isfinite(column).all() for column in checked):
                    raise self._explain("a number is not finite")
                yield features, label
        except pa.ArrowInvalid as error:
            reason = str(error).splitlines()[0]
            if "straddling object" in reason:
                reason = f"a row is longer than {BLOCK_BYTES} bytes"
            raise self._explain(reason) from None

    def _open(self) -> arrow_csv.CSVStreamingReader:
        names = [str(index) for index in range(self.columns)]
        types = {name: pa.string() if int(name) == self.label_column else pa.float64() for name in names}
        return arrow_csv.open_csv(
            self.path,
            read_options=arrow_csv.ReadOptions(column_names=names, block_size=BLOCK_BYTES),
            convert_options=arrow_csv.ConvertOptions(column_types=types, null_values=[], strings_can_be_null=False),
        )

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        """Line number and fields of each row that is not blank."""
        with self.path.open(newline="", encoding="utf-8-sig", errors="replace") as stream:
            csv.field_size_limit(sys.maxsize)
            # Before Python 3.11 the reader stops at a NUL character without saying where.
            reader = csv.reader(line.replace("\0", "\ufffd") for line in stream)
            for row in reader:
                if row:
                    yield reader.line_num, row

    def _count_columns(self) -> int:
        for line, row in self._rows():
            if len(row) > MAX_COLUMNS:
                raise DataError(
                    f"{self.path}, line {line}, column {MAX_COLUMNS + 1}: the row has {len(row)} columns, and at most "
                    f"{MAX_COLUMNS} are standardized; leave columns out, or split the file by columns"
                )
            return len(row)
        raise DataError(f"{self.path}, line 1, column 1: the file is empty")

    def _explain(self, reason: str) -> DataError:
        """The exact place of the error that the fast reader has met; found by a second, slow reading."""
        for line, row in self._rows():
            for column, field in enumerate(row[: self.columns], start=1):
                if problem := _problem(field):
                    return DataError(f"{self.path}, line {line}, column {column}: {problem}")
            if len(row) != self.columns:
                column = min(len(row), self.columns) + 1
                return DataError(
                    f"{self.path}, line {line}, column {column}: "
                    f"the row has {len(row)} fields where the first has {self.columns}"
                )
        return DataError(f"{self.path}: {reason}")


def _problem(field: str) -> str | None:
    if not field.strip():
        return "the field is empty"
    if not NUMBER.fullmatch(field):
        return f"{field[:40]!r} is not a finite number"
    return None if math.isfinite(float(field)) else f"{field[:40]!r} is too large for a double"


class Statistics:
    """Count, mean and sum of squared deviations of each feature, merged block by block.

    The merge is that of Chan, Golub and LeVeque (1983): a mean that is large against the deviation costs no digits.
    """

    def __init__(self, features: int) -> None:
        self.rows = 0
        self.mean = np.zeros(features)
        self.squares = np.zeros(features)
        self.least = np.full(features, np.inf)
        self.greatest = np.full(features, -np.inf)

    def add(self, columns: list[np.ndarray]) -> None:
        """Adds the rows of one block."""
        rows = len(columns[0])
        if rows == 0:
            return
        with np.errstate(all="ignore"):  # an overflow shows in standard_deviation
            mean = np.array([column.mean() for column in columns])
            deviations = (column - each for column, each in zip(columns, mean))
            squares = np.array([np.dot(each, each) - each.sum() ** 2 / rows for each in deviations])
            total = self.rows + rows
            delta = mean - self.mean
            self.squares += squares + delta**2 * (self.rows * rows / total)
            self.mean += delta * (rows / total)
        self.rows = total
        self.least = np.minimum(self.least, [column.min() for column in columns])
        self.greatest = np.maximum(self.greatest, [column.max() for column in columns])

    @property
    def constant(self) -> np.ndarray:
        """Whether a column has one value only; rounding in the mean must not make it look otherwise."""
        equal: np.ndarray = self.least == self.greatest
        return equal

    @property
    def standard_deviation(self) -> np.ndarray:
        """Standard deviation of each column, 0 where it is constant."""
        with np.errstate(all="ignore"):
            deviation: np.ndarray = np.sqrt(np.maximum(self.squares, 0.0) / self.rows)
        deviation[self.constant] = 0.0
        return deviation

    def document(self, label_column: int | None, columns: list[int]) -> dict[str, object]:
        """The statistics as ``statistics.json`` holds them; numbers round-trip."""
        means, deviations = self.mean.tolist(), self.standard_deviation.tolist()
        keys = ("column", "mean", "standardDeviation", "constant")
        features = [dict(zip(keys, each)) for each in zip(columns, means, deviations, self.constant.tolist())]
        return {"version": STATISTICS_VERSION, "rows": self.rows, "labelColumn": label_column, "features": features}


def compute(tables: list[Table]) -> dict[str, object]:
    """Statistics document of all rows of the tables; DataError where a spread cannot be represented."""
    if not tables:
        raise DataError("the input directory holds no CSV file")
    first = tables[0]
    statistics = Statistics(len(first.features))
    for table in tables:
        _check_width(table, len(first.features))
        for columns, _ in table.blocks():
            statistics.add(columns)
    for index, deviation, constant in zip(first.features, statistics.standard_deviation, statistics.constant):
        if not constant and not (deviation > 0 and math.isfinite(deviation)):
            raise DataError(f"{first.path}, line 1, column {index + 1}: the column's spread does not fit into a double")
    return statistics.document(first.label_column, first.features)


def load(path: Path) -> dict[str, object]:
    """A statistics document written by an earlier run; DataError if the file is none."""
    try:
        document: dict[str, object] = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: cannot read statistics ({error})") from None
    if not isinstance(document, dict) or document.get("version") != STATISTICS_VERSION:
        raise DataError(f"{path}: no statistics of version {STATISTICS_VERSION}")
    features = document.get("features")
    if not isinstance(features, list) or not all(_usable(each) for each in features):
        raise DataError(f"{path}: a feature lacks a finite mean, a standard deviation above 0 or its constant flag")
    return document


def _usable(feature: object) -> bool:
    if not isinstance(feature, dict) or not isinstance(feature.get("constant"), bool):
        return False
    numbers = [feature.get("mean"), feature.get("standardDeviation")]
    if not all(isinstance(each, (int, float)) and math.isfinite(each) for each in numbers):
        return False
    return bool(feature["constant"] or feature["standardDeviation"] > 0)


def standardize(table: Table, document: dict[str, object], target: Path) -> None:
    """Writes ``table``, standardized, to ``target``: same rows and columns, no header."""
    features: list[dict[str, float]] = document["features"]  # type: ignore[assignment]
    _check_width(table, len(features))
    schema = pa.schema(
        [(str(index), pa.string() if index == table.label_column else pa.float64()) for index in range(table.columns)]
    )
    options = arrow_csv.WriteOptions(include_header=False, quoting_style="none")
    with arrow_csv.CSVWriter(str(target), schema, write_options=options) as writer:
        for columns, label in table.blocks():
            arrays = [pa.array(_scaled(column, each)) for column, each in zip(columns, features)]
            if table.label_column is not None:
                arrays.insert(table.label_column, label)
            writer.write_batch(pa.record_batch(arrays, schema=schema))


def _scaled(column: np.ndarray, feature: dict[str, float]) -> np.ndarray:
    if feature["constant"]:
        return np.zeros_like(column)
    scaled: np.ndarray = (column - feature["mean"]) / feature["standardDeviation"]
    return scaled


def _check_width(table: Table, features: int) -> None:
    if len(table.features) != features:
        raise DataError(
            f"{table.path}, line 1, column {min(table.columns, features) + 1}: "
            f"{len(table.features)} feature columns where {features} are expected"
        )


class Outputs:
    """Files that appear under their names all together at the end, or not at all."""

    def __init__(self) -> None:
        self._files: list[tuple[Path, Path]] = []

    def add(self, directory: Path, name: str) -> Path:
        """The path to write to for now."""
        directory.mkdir(parents=True, exist_ok=True)
        partial = directory / f".{name}.partial"
        if any(partial == each for each, _ in self._files):
            raise DataError(f"{directory / name}: two outputs would have this name; give them different directories")
        self._files.append((partial, directory / name))
        return partial

    def commit(self) -> None:
        """Gives the files their names."""
        for partial, final in self._files:
            partial.replace(final)

    def discard(self) -> None:
        """Removes what was not committed."""
        for partial, _ in self._files:
            partial.unlink(missing_ok=True)


def run(options: argparse.Namespace, outputs: Outputs) -> None:
    """Standardizes what the options name."""
    paths = sorted(options.input.glob("*.csv")) if options.input.is_dir() else [options.input]
    train = [Table(path, options.label_column) for path in paths]
    test = [Table(options.test_input, options.test_label_column)] if options.test_input else []
    document = load(options.apply_statistics) if options.apply_statistics else compute(train)
    for tables, directory in ((train, options.output), (test, options.test_output)):
        for table in tables:
            standardize(table, document, outputs.add(directory, table.path.name))
    outputs.add(options.statistics, "statistics.json").write_text(json.dumps(document, indent=1) + "\n")
    outputs.commit()
    print(
        f"standardized with the statistics of {document.get('rows')} rows, in {options.statistics / 'statistics.json'}",
        flush=True,
    )


def _column(text: str) -> int | None:
    if text == "none":
        return None
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r}: write a zero-based index, or none")
    return int(text)


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    processing = BASE / "processing"
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("--input", type=Path, default=processing / "input" / "raw.csv", help="CSV file, or a directory of them")
    add("--label-column", type=_column, default=0, help="zero-based index of the label, or none (default: 0)")
    add("--output", type=Path, default=processing / "output" / "train", help="directory for the standardized rows")
    add("--test-input", type=Path, help="CSV file to standardize with the statistics of --input")
    add("--test-label-column", type=_column, default=None, help="its label, or none (default: none)")
    add("--test-output", type=Path, default=processing / "output" / "test", help="directory for its standardized rows")
    add("--statistics", type=Path, default=processing / "output" / "statistics", help="directory for statistics.json")
    add("--apply-statistics", type=Path, help="use this statistics.json instead of computing one")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Runs the job and returns its exit status; an error is one line on standard error and the job's exit message."""
    options = parse(arguments)
    outputs = Outputs()
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        run(options, outputs)
    except (DataError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        message = BASE / "output" / "message"
        if message.parent.is_dir():
            message.write_text(str(error))
        return 1
    finally:
        outputs.discard()
    return 0


if __name__ == "__main__":
    sys.exit(main())
