"""A script's inference functions, and the image's own where it has none."""

from __future__ import annotations

import io
import json
import sys
import uuid
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sagemaker_images.paths import Paths
from sagemaker_images.script import handlers, serve
from sagemaker_images.script.errors import UserCodeError

DOUBLING = """
class Model:
    def predict(self, rows, **options):
        return rows.sum(axis=1) * 2 if hasattr(rows, "sum") else rows

def model_fn(model_dir):
    return Model()
"""

Serve = Callable[..., serve.ScriptServer]


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes the server of a script; nobody listens."""
    opened: list[serve.ScriptServer] = []
    monkeypatch.setattr(sys, "path", [*sys.path])

    def make(script: str, framework: str = "sklearn") -> serve.ScriptServer:
        module = f"script_{uuid.uuid4().hex}"
        (tmp_path / f"{module}.py").write_text(script)
        loaded = handlers.load(f"{module}.py", tmp_path, framework)
        opened.append(serve.ScriptServer(loaded, Paths(tmp_path), port=0))
        return opened[-1]

    yield make
    for each in opened:
        each.server_close()


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/csv", b"1,2\n3,4\n"),
        ("application/json", b"[[1, 2], [3, 4]]"),
        (None, b"[[1, 2], [3, 4]]"),
    ],
)
def test_the_scikit_learn_image_reads_csv_and_json(server: Serve, content_type: str | None, body: bytes) -> None:
    answer = server(DOUBLING).answer(body, content_type, "text/csv")
    assert answer == (HTTPStatus.OK, "6.0\n14.0\n", "text/csv")


def test_the_scikit_learn_image_reads_and_writes_npy(server: Serve) -> None:
    buffer = io.BytesIO()
    np.save(buffer, np.array([[1, 2], [3, 4]]))
    status, body, kind = server(DOUBLING).answer(buffer.getvalue(), "application/x-npy", "application/x-npy")
    assert (status, kind) == (HTTPStatus.OK, "application/x-npy")
    assert isinstance(body, bytes)
    assert np.load(io.BytesIO(body)).tolist() == [6, 14]


@pytest.mark.parametrize("accept", [None, "", "*/*"])
def test_json_is_written_unless_something_else_is_wanted(server: Serve, accept: str | None) -> None:
    assert server(DOUBLING).answer(b"1,2\n3,4\n", "text/csv", accept) == (
        HTTPStatus.OK,
        "[6.0, 14.0]",
        "application/json",
    )


@pytest.mark.parametrize(
    ("content_type", "accept", "status"),
    [("image/png", "text/csv", 415), ("text/csv", "image/png", 406)],
)
def test_other_content_types_are_refused_by_name(server: Serve, content_type: str, accept: str, status: int) -> None:
    found, body, kind = server(DOUBLING).answer(b"1,2\n3,4\n", content_type, accept)
    assert (found, kind) == (status, "application/json")
    assert "Content type image/png is not supported" in json.loads(body)["error-message"]


def test_the_functions_of_the_script_win(server: Serve) -> None:
    script = DOUBLING + (
        "def input_fn(body, content_type): return [body, content_type]\n"
        "def predict_fn(data, model): return data\n"
        "def output_fn(prediction, accept): return '|'.join([*prediction, accept]), 'text/plain'\n"
    )
    answer = server(script).answer(b"row", "text/csv", "any/thing")
    assert answer == (HTTPStatus.OK, "row|text/csv|any/thing", "text/plain")


def test_transform_fn_does_it_all(server: Serve) -> None:
    script = DOUBLING + "def transform_fn(model, body, content_type, accept): return body.upper(), accept\n"
    assert server(script).answer(b"row", "text/csv", "a/b") == (HTTPStatus.OK, "ROW", "a/b")


def test_an_exception_of_the_script_is_a_server_error(server: Serve) -> None:
    answer = server(DOUBLING + "def predict_fn(data, model): raise ValueError('odd rows')\n").answer(
        b"1,2\n", "text/csv", "text/csv"
    )
    assert answer == (HTTPStatus.INTERNAL_SERVER_ERROR, "ValueError: odd rows", "text/html")


def test_the_xgboost_image_predicts_on_a_matrix_of_its_own(server: Serve) -> None:
    script = (
        "class Model:\n"
        "    def predict(self, rows, validate_features):\n"
        "        return [rows.num_row(), rows.num_col()]\n"
        "def model_fn(model_dir): return Model()\n"
    )
    assert server(script, "xgboost").answer(b"1,2,3\n4,5,6", "text/csv", None)[1] == "[2, 3]"
    assert server(script, "xgboost").answer(b"[[1]]", "application/json", None)[0] == 415


def test_execution_parameters_are_those_of_the_script(server: Serve) -> None:
    assert server(DOUBLING).execution_parameters is None
    script = DOUBLING + "def execution_parameters_fn(): return {'MaxPayloadInMB': 1}\n"
    assert server(script).execution_parameters == {"MaxPayloadInMB": 1}


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("", r"has no model_fn: write model_fn\(model_dir\)"),
        (DOUBLING + "def transform_fn(*_): ...\ndef input_fn(*_): ...\n", "transform_fn implementation with input_fn"),
    ],
)
def test_a_script_that_cannot_serve_is_refused(server: Serve, script: str, message: str) -> None:
    with pytest.raises(UserCodeError, match=message):
        server(script)
