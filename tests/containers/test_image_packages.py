"""Scripts may import the names of the packages of AWS's images that AWS's samples use; others are refused by name."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from sagemaker_images.packages_path import PACKAGES
from sagemaker_images.paths import Paths
from sagemaker_images.script import serve, train

from .test_script_training import hyperparameters, write

NAMES = [each.name for each in PACKAGES.iterdir() if (each / "__init__.py").is_file()]


@pytest.fixture(autouse=True)
def packages(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sys, "path", [*sys.path, str(PACKAGES)])
    yield
    for name in [each for each in sys.modules if each.partition(".")[0] in NAMES]:
        del sys.modules[name]


def load(name: str) -> Any:
    module, _, attribute = name.partition(":")
    found: ModuleType = importlib.import_module(module)
    return getattr(found, attribute) if attribute else found


@pytest.mark.parametrize(
    "name",
    [
        "sagemaker_containers:entry_point",
        "sagemaker_containers:training_env",
        *(
            f"sagemaker_containers.beta.framework:{each}"
            for each in ("content_types", "encoders", "env", "modules", "transformer", "worker")
        ),
        "sagemaker_training:environment",
        "sagemaker_training:logging_config",
        *(
            f"sagemaker_inference:{each}"
            for each in ("content_types", "decoder", "default_inference_handler", "encoder", "errors", "utils")
        ),
        "sagemaker_xgboost_container:encoder",
        "sagemaker_xgboost_container:distributed",
        "sagemaker_xgboost_container.data_utils:get_dmatrix",
        "sagemaker_sklearn_container:serving",
    ],
)
def test_what_samples_import_is_there(name: str) -> None:
    assert load(name) is not None


@pytest.mark.parametrize("name", ["sagemaker_inference:model_server", "sagemaker_containers:app"])
def test_any_other_name_is_refused_by_name(name: str) -> None:
    with pytest.raises(ImportError, match=f"{name.replace(':', '.')} of AWS's images is not in the local AWS"):
        load(name)


def test_a_request_of_csv_becomes_a_matrix() -> None:
    encoder = load("sagemaker_xgboost_container:encoder")
    matrix = encoder.csv_to_dmatrix("1,2\n3,4\n")
    assert (matrix.num_row(), matrix.num_col()) == (2, 2)
    assert encoder.libsvm_to_dmatrix(b"0 0:1 1:2").num_row() == 1
    assert encoder.json_to_jsonlines({"predictions": [{"a": 1}, {"a": 2}]}) == b'{"a": 1}\n{"a": 2}\n'


@pytest.mark.parametrize("place", ["train/rows.csv", "train"])
def test_a_channel_becomes_a_matrix(tmp_path: Path, place: str) -> None:
    (tmp_path / "train").mkdir()
    (tmp_path / "train" / "rows.csv").write_text("1,5,6\n0,7,8\n")
    matrix = load("sagemaker_xgboost_container.data_utils:get_dmatrix")(str(tmp_path / place), "csv")
    assert matrix.get_label().tolist() == [1.0, 0.0]
    assert load("sagemaker_xgboost_container.data_utils:get_dmatrix")(str(tmp_path / "none"), "csv") is None


def test_arrays_are_read_and_written() -> None:
    for module in ("sagemaker_containers.beta.framework:encoders", "sagemaker_inference:encoder"):
        assert load(module).encode(np.array([1, 2]), "text/csv") == "1\n2\n"
    assert load("sagemaker_inference:decoder").decode("1,2\n3,4", "text/csv").tolist() == [[1, 2], [3, 4]]


def test_one_host_trains_as_the_master() -> None:
    calls: list[dict[str, Any]] = []
    run = load("sagemaker_xgboost_container:distributed").rabit_run
    run(
        exec_fun=lambda **given: calls.append(given),
        args={"a": 1},
        include_in_training=True,
        hosts=["algo-1"],
        current_host="algo-1",
        update_rabit_args=True,
    )
    assert calls == [{"a": 1, "is_master": True}]


def test_an_answer_may_have_a_type_and_a_status() -> None:
    worker = load("sagemaker_containers.beta.framework:worker")
    answer = serve._answer(worker.Response('{"instances": []}', mimetype="application/json"))
    assert answer == (HTTPStatus.OK, '{"instances": []}', "application/json")


def test_a_training_script_asks_for_its_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=":")
    paths = Paths(tmp_path / "ml")
    script = (
        "import json, sagemaker_containers\nfrom sagemaker_training import environment\n"
        "job = environment.Environment()\nassert sagemaker_containers.training_env().hosts == job.hosts\n"
        "found = [job.hyperparameters, job.channel_input_dirs['train'], job.current_host, job.is_main]\n"
        "json.dump(found, open(job.model_dir + '/found.json', 'w'))\n"
    )
    write(paths, hyperparameters(paths, rate="0.5"), script)
    assert train.main(paths) == 0
    found = json.loads((paths.model / "found.json").read_text())
    assert found == [{"rate": 0.5}, str(paths.channel("train")), "algo-1", True]
