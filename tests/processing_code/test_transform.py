from __future__ import annotations

import importlib.util
import json
import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import StandardScaler

SCRIPT = Path(__file__).parents[2] / "processing_code" / "transform.py"
DATASET = Path(__file__).parents[2] / "lambda" / "seed_dataset" / "breast_cancer.csv"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("transform", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def base(tmp_path: Path, script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What /opt/ml is in the container."""
    monkeypatch.setattr(script, "BASE", tmp_path)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    for part in ("processing/input", "output"):
        (tmp_path / part).mkdir(parents=True)
    return tmp_path


@pytest.fixture
def transform(script: ModuleType, base: Path) -> Callable[..., Path]:
    """Runs the script on a text and gives the path of the output."""

    def run(text: str | bytes, *arguments: object) -> Path:
        data = text.encode() if isinstance(text, str) else text
        (base / "processing" / "input" / "raw.csv").write_bytes(data)
        assert script.main([*map(str, arguments)]) == 0
        return base / "processing" / "output" / "train" / "raw.csv"

    return run


def rows(path: Path) -> list[list[float]]:
    return [[float(field) for field in line.split(",")] for line in path.read_text().splitlines()]


def statistics(base: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((base / "processing/output/statistics/statistics.json").read_text())
    return document


def outputs(base: Path) -> list[Path]:
    return [path for path in (base / "processing").rglob("*") if path.is_file() and "input" not in path.parts]


def test_the_result_is_that_of_scikit_learn(transform: Callable[..., Path]) -> None:
    features, labels = load_breast_cancer(return_X_y=True)
    result = np.array(rows(transform(DATASET.read_bytes())))
    assert np.array_equal(result[:, 0], labels)
    assert np.abs(result[:, 1:] - StandardScaler().fit_transform(features)).max() < 1e-12


def test_the_label_is_passed_through_character_by_character(transform: Callable[..., Path]) -> None:
    path = transform("1.50,1\n-0,2\n+3e0,3\n")
    assert [line.split(",")[0] for line in path.read_text().splitlines()] == ["1.50", "-0", "+3e0"]


@pytest.mark.parametrize(("column", "label"), [("1", 1), ("none", None)])
def test_the_label_may_stand_elsewhere_or_nowhere(
    transform: Callable[..., Path], base: Path, column: str, label: int | None
) -> None:
    path = transform("1,10\n3,20\n", "--label-column", column)
    assert rows(path) == ([[-1, 10], [1, 20]] if label == 1 else [[-1, -1], [1, 1]])
    assert statistics(base)["labelColumn"] == label


def test_a_constant_column_becomes_zero(transform: Callable[..., Path]) -> None:
    path = transform("".join(f"{i},0.1,{i}\n" for i in range(7)))
    assert {row[1] for row in rows(path)} == {0.0}


def test_a_column_is_constant_even_where_the_means_of_its_blocks_differ_by_rounding(script: ModuleType) -> None:
    statistics = script.Statistics(1)
    for rows in (3, 6, 10):
        statistics.add([np.full(rows, 0.1)])
    assert statistics.squares[0] > 0
    assert statistics.constant.tolist() == [True]
    assert statistics.standard_deviation.tolist() == [0.0]


def test_a_large_mean_costs_no_digits(transform: Callable[..., Path], script: Any) -> None:
    rng = np.random.default_rng(1)
    values = 1e9 + rng.normal(size=200_000)
    script.BLOCK_BYTES, before = 1 << 16, script.BLOCK_BYTES
    try:
        result = np.array(rows(transform("".join(f"0,{value!r}\n" for value in values.tolist()))))[:, 1]
    finally:
        script.BLOCK_BYTES = before
    exact = values - 1e9
    assert np.abs(result - (exact - exact.mean()) / exact.std()).max() < 3e-7


@given(
    blocks=st.lists(
        st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20),
        min_size=1,
        max_size=6,
    )
)
@settings(max_examples=100, deadline=None)
def test_merged_blocks_have_the_statistics_of_all_rows(script: ModuleType, blocks: list[list[float]]) -> None:
    merged = script.Statistics(1)
    for block in blocks:
        merged.add([np.array(block)])
    everything = np.array([value for block in blocks for value in block])
    scale = max(1.0, float(np.abs(everything).max()))
    assert merged.rows == len(everything)
    assert abs(merged.mean[0] - everything.mean()) <= 1e-12 * scale
    assert abs(merged.standard_deviation[0] - everything.std()) <= 1e-8 * scale


def test_the_test_set_is_standardized_with_the_statistics_of_the_training_set(
    transform: Callable[..., Path], base: Path
) -> None:
    test = base / "test.csv"
    test.write_text("2\n7\n")
    transform("0,1\n1,3\n", "--test-input", test)
    assert rows(base / "processing/output/test/test.csv") == [[0], [5]]


def test_later_inference_can_apply_the_statistics(transform: Callable[..., Path], base: Path) -> None:
    transform("0,1\n1,3\n")
    kept = base / "kept.json"
    kept.write_text(json.dumps(statistics(base)))
    path = transform("2\n7\n", "--label-column", "none", "--apply-statistics", kept)
    assert rows(path) == [[0], [5]]


def test_the_statistics_say_what_was_done_to_which_column(transform: Callable[..., Path], base: Path) -> None:
    transform("1,0,5\n3,1,5\n", "--label-column", "1")
    assert statistics(base) == {
        "version": 1,
        "rows": 2,
        "labelColumn": 1,
        "features": [
            {"column": 0, "mean": 2.0, "standardDeviation": 1.0, "constant": False},
            {"column": 2, "mean": 5.0, "standardDeviation": 0.0, "constant": True},
        ],
    }


def test_a_directory_of_files_is_one_dataset(transform: Callable[..., Path], base: Path, script: ModuleType) -> None:
    parts = base / "parts"
    parts.mkdir()
    (parts / "a.csv").write_text("0,1\n")
    (parts / "b.csv").write_text("1,3\n")
    assert script.main(["--input", str(parts)]) == 0
    train = base / "processing/output/train"
    assert (rows(train / "a.csv"), rows(train / "b.csv")) == ([[0, -1]], [[1, 1]])


@pytest.mark.parametrize(
    "text",
    [
        b"\xef\xbb\xbf0,1\n1,3\n",
        b"0,1\r\n1,3\r\n",
        b"0,1\n1,3",
        b"0,1\n1,3\n\n",
        b'"0","1"\n1,"3"\n',
        b"0, 1\n1,3 \n",
        b" 0,1\n1 ,3\n",
    ],
    ids=["byte order mark", "CRLF", "no final newline", "blank last line", "quotes", "spaces", "spaces at the label"],
)
def test_what_programs_write_around_numbers_is_understood(transform: Callable[..., Path], text: bytes) -> None:
    assert rows(transform(text)) == [[0, -1], [1, 1]]


MISTAKES = {
    "empty field": ("0,1\n1,\n", "line 2, column 2: the field is empty"),
    "empty label": ("0,1\n,1\n", "line 2, column 1: the field is empty"),
    "text": ("0,1\n1,many\n", "line 2, column 2: 'many' is not a finite number"),
    "text as label": ("0,1\nB,1\n", "line 2, column 1: 'B' is not a finite number"),
    "header": ("label,x\n0,1\n", "line 1, column 1: 'label' is not a finite number"),
    "NaN": ("0,1\n1,nan\n", "line 2, column 2: 'nan' is not a finite number"),
    "infinity": ("0,1\n1,-inf\n", "line 2, column 2: '-inf' is not a finite number"),
    "overflow": ("0,1\n1,1e400\n", "line 2, column 2: '1e400' is too large for a double"),
    "underscore": ("0,1\n1,1_0\n", "line 2, column 2: '1_0' is not a finite number"),
    "line break in a number": ('0,"1\n"\n1,3\n', "line 2, column 2: '1\\n' is not a finite number"),
    "digits of another script": ("0,1\n1,\uff13\n", "line 2, column 2: '\uff13' is not a finite number"),
    "NUL character": ("0,1\n1,\x003\n", "line 2, column 2: "),
    "very long field": ("0,1\n1," + "1" * 200_000 + "x\n", "line 2, column 2: "),
    "row too short": ("0,1,2\n1,2\n", "line 2, column 3: the row has 2 fields where the first has 3"),
    "row too long": ("0,1\n1,2,3\n", "line 2, column 3: the row has 3 fields where the first has 2"),
    "line break in a label": ('0,1\n"1\n",2\n2,x\n', "line 3, column 1: '1\\n' is not a finite number"),
    "empty file": ("", "line 1, column 1: the file is empty"),
    "blank file": ("\n\n", "line 1, column 1: the file is empty"),
    "no feature": ("1\n2\n", "line 1, column 2: there is no feature column beside the label"),
    "not text": (b"0,1\n1,\xff\xfe\n", "line 2, column 2: "),
    "spread": ("0,1e308\n1,-1e308\n", "line 1, column 2: the column's spread does not fit into a double"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_line_with_its_place_and_leaves_no_output(
    script: ModuleType, base: Path, capsys: pytest.CaptureFixture[str], mistake: str
) -> None:
    text, expected = MISTAKES[mistake]
    path = base / "processing" / "input" / "raw.csv"
    path.write_bytes(text if isinstance(text, bytes) else str(text).encode())
    assert script.main([]) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith(f"error: {path}, {expected}")
    assert (base / "output" / "message").read_text() == line.removeprefix("error: ")
    assert outputs(base) == []


def test_a_mistake_far_down_leaves_no_output_of_the_rows_before(
    script: ModuleType, base: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script, "BLOCK_BYTES", 1 << 12)
    (base / "processing/input/raw.csv").write_text("0,1\n" * 5000 + "1,x\n")
    assert script.main([]) == 1
    assert "line 5001, column 2" in capsys.readouterr().err
    assert outputs(base) == []


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--test-input", "wide.csv"], "wide.csv, line 1, column 2: 2 feature columns where 1 are expected"),
        (["--label-column", "5"], "line 1, column 6: no such column for the label"),
        (["--input", "none.csv"], "No such file or directory: '"),
        (["--apply-statistics", "wide.csv"], "wide.csv: cannot read statistics"),
    ],
)
def test_arguments_that_do_not_fit_the_data_leave_no_output(
    script: ModuleType, base: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], expected: str
) -> None:
    (base / "processing/input/raw.csv").write_text("0,1\n1,3\n")
    (base / "wide.csv").write_text("1,2\n")
    located = [str(base / each) if each.endswith(".csv") else each for each in arguments]
    assert script.main(located) == 1
    assert expected in capsys.readouterr().err
    assert outputs(base) == []


@pytest.mark.parametrize(
    "features",
    [
        None,
        [{"column": 1}],
        [{"column": 1, "mean": "2", "standardDeviation": 1.0, "constant": False}],
        [{"column": 1, "mean": 2.0, "standardDeviation": 0.0, "constant": False}],
    ],
    ids=["none", "no numbers", "mean as text", "deviation 0"],
)
def test_statistics_that_cannot_be_applied_are_refused(
    script: ModuleType, base: Path, capsys: pytest.CaptureFixture[str], features: object
) -> None:
    (base / "processing/input/raw.csv").write_text("0,1\n1,3\n")
    kept = base / "kept.json"
    kept.write_text(json.dumps({"version": 1, "rows": 2, "features": features}))
    assert script.main(["--apply-statistics", str(kept)]) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith(f"error: {kept}: a feature lacks")
    assert outputs(base) == []


def test_two_outputs_never_share_a_name(script: ModuleType, base: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (base / "processing/input/raw.csv").write_text("0,1\n1,3\n")
    (base / "raw.csv").write_text("2\n")
    train = base / "processing/output/train"
    assert script.main(["--test-input", str(base / "raw.csv"), "--test-output", str(train)]) == 1
    assert "two outputs would have this name" in capsys.readouterr().err
    assert outputs(base) == []


def run_script(base: Path, **limits: Any) -> subprocess.Popen[str]:
    environment = {**os.environ, "SAGEMAKER_BASE_DIR": str(base)}
    return subprocess.Popen([sys.executable, SCRIPT], env=environment, text=True, stderr=subprocess.PIPE, **limits)


def test_a_terminated_job_leaves_no_output(tmp_path: Path) -> None:
    (tmp_path / "processing/input").mkdir(parents=True)
    line = ",".join(["1.2345678"] * 50) + "\n"
    (tmp_path / "processing/input/raw.csv").write_text(line * 200_000)
    process = run_script(tmp_path)
    partial = tmp_path / "processing/output/train/.raw.csv.partial"
    deadline = time.monotonic() + 30
    while not partial.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    process.terminate()
    assert process.wait(20) == 128 + signal.SIGTERM
    assert outputs(tmp_path) == []


# Not resident memory: that of a child process starts with its parent's on Linux, and warms up with the size of the file
# before it is flat. benchmarks/standardization.py measures it on files that are large enough.
PEAK_OF_POOL = """
import importlib.util, sys
import pyarrow
spec = importlib.util.spec_from_file_location("transform", sys.argv[1])
transform = importlib.util.module_from_spec(spec)
spec.loader.exec_module(transform)
transform.BLOCK_BYTES = 1 << 16
assert transform.main([]) == 0
print(pyarrow.default_memory_pool().max_memory())
"""


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """Most memory that pyarrow held at once for 32 MB of CSV against that for 8 MB, no clock."""
    peaks = []
    for megabytes in (8, 32):
        base = tmp_path / str(megabytes)
        (base / "processing/input").mkdir(parents=True)
        rng = np.random.default_rng(0)
        block = "\n".join(",".join(f"{value:.12f}" for value in row) for row in rng.normal(size=(2000, 20))) + "\n"
        with (base / "processing/input/raw.csv").open("w") as stream:
            for _ in range(math.ceil(megabytes * 1e6 / len(block))):
                stream.write(block)
        environment = {**os.environ, "SAGEMAKER_BASE_DIR": str(base)}
        command = [sys.executable, "-c", PEAK_OF_POOL, str(SCRIPT)]
        output = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
        peaks.append(int(output.splitlines()[-1]))
    assert peaks[1] < 1.5 * peaks[0], peaks


def test_too_many_columns_are_refused_before_memory_is_spent_on_them(
    script: ModuleType, base: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = ",".join(["1"] * (script.MAX_COLUMNS + 2))
    (base / "processing" / "input" / "raw.csv").write_text(f"{row}\n{row}\n")
    assert script.main([]) == 1
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert f"line 1, column {script.MAX_COLUMNS + 1}: the row has {script.MAX_COLUMNS + 2} columns, and at most" in told
    assert not outputs(base)
