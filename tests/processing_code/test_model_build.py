"""The scripts of the model build: what they read, write and refuse."""

from __future__ import annotations

import contextlib
import csv
import importlib.util
import io
import json
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_diabetes
from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score

FOLDER = Path(__file__).parents[2] / "processing_code" / "model_build"


@dataclass(frozen=True)
class Finished:
    """A script that has ended."""

    returncode: int
    stderr: str


def run(script: str, *arguments: str | Path) -> Finished:
    """Runs a script in this process; the runs of the stack start them as programs."""
    spec = importlib.util.spec_from_file_location(Path(script).stem, FOLDER / script)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with contextlib.redirect_stderr(io.StringIO()) as told, contextlib.redirect_stdout(io.StringIO()):
        status = module.main([*map(str, arguments)])
    return Finished(status, told.getvalue())


def rows(path: Path) -> np.ndarray[Any, Any]:
    with path.open() as file:
        return np.array([[float(field) for field in row] for row in csv.reader(file)])


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder after all three scripts have run on the built-in dataset."""
    base = tmp_path_factory.mktemp("build")
    (base / "data").mkdir()
    (base / "data" / "diabetes.csv").write_bytes((FOLDER / "diabetes.csv").read_bytes())
    options = ("--header", "true", "--label-column", "progression")
    for script, arguments in {
        "preprocess.py": ("--input", base / "data", "--output", base, *options),
        "train.py": ("--train", base / "train", "--model-dir", base, "--num-round", "60"),
    }.items():
        done = run(script, *arguments)
        assert done.returncode == 0, done.stderr
    with tarfile.open(base / "model.tar.gz", "w:gz") as archive:
        archive.add(base / "xgboost-model", "xgboost-model")
    done = run("evaluate.py", "--model", base / "model.tar.gz", "--test", base / "test" / "test.csv", "--output", base)
    assert done.returncode == 0, done.stderr
    return base


def test_the_dataset_is_the_one_of_scikit_learn() -> None:
    data = load_diabetes(scaled=False)
    with (FOLDER / "diabetes.csv").open() as file:
        header, *found = csv.reader(file)
    assert header == ["progression", *data.feature_names]
    assert np.array_equal(np.array(found, dtype=float), np.column_stack([data.target, data.data]))


def test_every_row_is_in_one_part(built: Path) -> None:
    train, test = rows(built / "train" / "train.csv"), rows(built / "test" / "test.csv")
    assert (train.shape, test.shape) == ((353, 11), (89, 11))
    data = load_diabetes(scaled=False)
    everything = np.column_stack([data.target, data.data])
    assert sorted(map(tuple, np.vstack([train, test]))) == sorted(map(tuple, everything))


def test_the_report_has_the_metrics_of_scikit_learn(built: Path) -> None:
    import xgboost as xgb

    report = json.loads((built / "evaluation.json").read_text())
    test = rows(built / "test" / "test.csv")
    booster = xgb.Booster(model_file=str(built / "xgboost-model"))
    labels, predictions = test[:, 0], booster.predict(xgb.DMatrix(test[:, 1:]))
    metrics = {name: each["value"] for name, each in report["regression_metrics"].items()}
    assert report["rows"] == 89
    assert metrics["mse"] == pytest.approx(mean_squared_error(labels, predictions))
    assert metrics["rmse"] == pytest.approx(mean_squared_error(labels, predictions) ** 0.5)
    assert metrics["mae"] == pytest.approx(mean_absolute_error(labels, predictions))
    assert metrics["r2"] == pytest.approx(r2_score(labels, predictions))
    squared = (predictions - labels) ** 2
    assert report["regression_metrics"]["mse"]["standard_deviation"] == pytest.approx(squared.std())
    # Better than always predicting the mean.
    assert metrics["r2"] > 0.3


@pytest.mark.parametrize(
    ("text", "arguments", "problem"),
    [
        ("1,2\n3,x\n", (), "line 2, column 2: 'x' is not a finite number"),
        ("y,a\n1,2\n3,4\n", (), "line 1, column 1: 'y' is not a finite number; if the first row names the columns"),
        ("y,a\n1,\n", ("--header", "true"), "line 2, column 2: '' is not a finite number"),
        ("1,inf\n2,3\n", (), "line 1, column 2: 'inf' is not a finite number"),
        ("y,a\n1,2\n", ("--header", "true", "--label-column", "z"), "no label column 'z'; write one of y, a"),
        ("1,2\n3,4\n", ("--label-column", "7"), "no label column '7'; write one of 0 to 1"),
        ("1\n2\n", (), "2 rows x 1 columns are too few"),
        ("", (), "No columns to parse"),
    ],
)
def test_what_preprocess_refuses(tmp_path: Path, text: str, arguments: tuple[str, ...], problem: str) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "data.csv").write_text(text)
    done = run("preprocess.py", "--input", tmp_path / "in", "--output", tmp_path, *arguments)
    assert done.returncode == 1
    assert problem in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "train").exists()


def test_one_file_of_input_data(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1,2\n")
    (tmp_path / "b.csv").write_text("1,2\n")
    assert "holds a.csv, b.csv; give one CSV file" in run("preprocess.py", "--input", tmp_path).stderr


def test_preprocess_reads_a_file_as_the_check_at_synth_does(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "data.csv").write_text('\ufeff 2019 , "size, m" ,b\r\n1, "2", 3\r\n 0,4 ,5\r\n')
    options = ("--header", "true", "--label-column", "2019")
    done = run("preprocess.py", "--input", tmp_path / "data", "--output", tmp_path, *options)
    assert done.returncode == 0, done.stderr
    found = sorted(row for part in ("train", "test") for row in rows(tmp_path / part / f"{part}.csv").tolist())
    assert found == [[0, 4, 5], [1, 2, 3]]
