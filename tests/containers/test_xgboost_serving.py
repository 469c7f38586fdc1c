from __future__ import annotations

import http.client
import json
import os
import pickle
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import xgboost as xgb

from sagemaker_images.paths import Paths
from sagemaker_images.xgboost import serve
from sagemaker_images.xgboost.errors import UserError
from sagemaker_images.xgboost.model import Model

FEATURES = np.array([[index % 7, index % 3] for index in range(40)], dtype=float)
BODY = "\n".join(f"{a},{b}" for a, b in FEATURES).encode()


def train(folder: Path) -> xgb.Booster:
    rows = xgb.DMatrix(FEATURES, label=FEATURES[:, 0] > 3)
    booster = xgb.train({"objective": "binary:logistic"}, rows, 3)
    folder.mkdir(parents=True)
    booster.save_model(folder / "xgboost-model")
    return booster


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path)


@pytest.fixture
def expected(paths: Paths) -> list[float]:
    predicted: list[float] = train(paths.model).predict(xgb.DMatrix(FEATURES)).tolist()
    return predicted


Ask = Callable[..., tuple[int, str]]


@pytest.fixture
def ask(paths: Paths, expected: list[float]) -> Iterator[Ask]:
    """Sends a request to a server in this process, over one connection."""
    server = serve.ModelServer(Model.load(paths.model), port=0)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)

    def send(method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, str]:
        connection.request(method, path, body, {name.replace("_", "-"): each for name, each in headers.items()})
        response = connection.getresponse()
        return response.status, response.read().decode()

    yield send
    connection.close()
    server.shutdown()
    server.server_close()


def test_the_command_listens_predicts_and_ends_on_sigterm(paths: Paths, expected: list[float]) -> None:
    command = [sys.executable, "-m", "sagemaker_images.xgboost", "serve"]
    environment = {
        **os.environ,
        "SAGEMAKER_BASE_DIR": str(paths.base),
        "SAGEMAKER_BIND_TO_PORT": "0",
        "SAGEMAKER_BATCH": "true",
        "PYTHONPATH": os.getcwd(),
    }
    served = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert served.stdout is not None
        line = served.stdout.readline()
        found = re.match(r"Listening on http://127\.0\.0\.1:(\d+) with a model of binary:logistic", line)
        assert found, line
        connection = http.client.HTTPConnection("127.0.0.1", int(found[1]), timeout=10)
        # Batch transform gets lines whatever it accepts.
        headers = {"Content-Type": "text/csv", "Accept": "application/json"}
        connection.request("POST", "/invocations", BODY, headers)
        assert connection.getresponse().read().decode() == "".join(f"{each}\n" for each in expected)
        connection.close()
    finally:
        served.terminate()
        _, errors = served.communicate(timeout=10)
    assert served.returncode == 0
    assert errors == ""


def test_a_model_that_cannot_be_loaded_ends_the_command(paths: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    paths.model.mkdir(parents=True)
    assert serve.main(paths) == 1
    (paths.model / "xgboost-model").write_text("no model")
    assert serve.main(paths) == 1
    (paths.model / "code.py").write_text("")
    assert serve.main(paths) == 1
    first, second, third = (line for line in capsys.readouterr().err.splitlines() if line.startswith("ERROR"))
    assert "there is no file in" in first
    assert "cannot be loaded" in second
    assert "an ensemble of models does not run locally" in third


def test_a_model_may_be_a_pickled_booster_of_any_name(paths: Paths) -> None:
    paths.model.mkdir(parents=True)
    rows = xgb.DMatrix(FEATURES, label=FEATURES[:, 0] > 3)
    booster = xgb.train({"objective": "binary:logistic"}, rows, 3)
    (paths.model / "my-model.pkl").write_bytes(pickle.dumps(booster))
    # Code of a script-mode model lies beside the model.
    (paths.model / "code").mkdir()
    assert Model.load(paths.model).predict(rows).tolist() == booster.predict(rows).tolist()


def test_a_pickle_of_something_else_is_refused_with_what_to_save(paths: Paths) -> None:
    paths.model.mkdir(parents=True)
    (paths.model / "model.pkl").write_bytes(pickle.dumps({"not": "a booster"}))
    with pytest.raises(UserError, match=r"is a pickled dict, not a Booster: save model.get_booster\(\)"):
        Model.load(paths.model)


def test_a_port_that_is_taken_ends_the_command(
    paths: Paths, expected: list[float], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        monkeypatch.setenv("SAGEMAKER_BIND_TO_PORT", str(other.getsockname()[1]))
        assert serve.main(paths) == 1
    assert "cannot be used" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["SAGEMAKER_INFERENCE_OUTPUT", "SAGEMAKER_MULTI_MODEL"])
def test_settings_that_only_the_image_obeys_end_the_command(
    paths: Paths, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, "true")
    assert serve.main(paths) == 1
    assert f"environment variable {name} is not supported locally" in capsys.readouterr().err


def test_ping(ask: Ask) -> None:
    assert ask("GET", "/ping") == (200, "")


def test_execution_parameters(ask: Ask) -> None:
    status, text = ask("GET", "/execution-parameters")
    assert status == 200
    assert json.loads(text) == {
        "MaxConcurrentTransforms": os.cpu_count(),
        "BatchStrategy": "MULTI_RECORD",
        "MaxPayloadInMB": 6,
    }


def test_csv_answers(ask: Ask, expected: list[float]) -> None:
    answer = ask("POST", "/invocations", BODY, Content_Type="text/csv")
    assert answer == (200, "".join(f"{each}\n" for each in expected))


def test_json_answers(ask: Ask, expected: list[float]) -> None:
    status, text = ask("POST", "/invocations", BODY, Content_Type="text/csv", Accept="application/json")
    assert status == 200
    assert json.loads(text) == {"predictions": [{"score": each} for each in expected]}


def test_libsvm_questions(ask: Ask, expected: list[float]) -> None:
    body = "\n".join(f"0:{a} 1:{b}" for a, b in FEATURES).encode()
    assert ask("POST", "/invocations", body, Content_Type="text/libsvm")[1].split() == [str(each) for each in expected]


@pytest.mark.parametrize(
    ("body", "headers", "status", "message"),
    [
        (b"", {"Content_Type": "text/csv"}, 204, ""),
        (b"1,red", {"Content_Type": "text/csv"}, 415, "Loading csv data failed"),
        (b"{}", {"Content_Type": "application/json"}, 415, "application/json is not an accepted ContentType"),
        (b"1,2,3", {"Content_Type": "text/csv"}, 400, "Unable to evaluate payload provided"),
        (b"1,2", {"Content_Type": "text/csv", "Accept": "text/html"}, 406, "Accept type text/html is not"),
        (b"1,2", {"Content_Type": "text/csv", "Accept": "application/jsonlines"}, 500, "application/jsonlines"),
        (b"1" * (6 * 1024**2 + 1), {"Content_Type": "text/csv"}, 413, "the payload has 6291457 bytes"),
    ],
)
def test_requests_without_predictions(
    ask: Ask, body: bytes, headers: dict[str, str], status: int, message: str
) -> None:
    answer = ask("POST", "/invocations", body, **headers)
    assert answer[0] == status
    assert message in answer[1]


def test_a_connection_survives_a_mistake(ask: Ask) -> None:
    assert ask("POST", "/invocations", b"1,red", Content_Type="text/csv")[0] == 415
    assert ask("POST", "/elsewhere", b"1,2")[0] == 404
    assert ask("GET", "/ping")[0] == 200


def test_many_clients_at_once_get_their_own_predictions(paths: Paths, expected: list[float]) -> None:
    model = Model.load(paths.model)
    with ThreadPoolExecutor(8) as pool:
        rows = [xgb.DMatrix(FEATURES[index : index + 1]) for index in range(len(FEATURES))]
        found = [each[0] for each in pool.map(model.predict, rows)]
    assert found == pytest.approx(expected)
