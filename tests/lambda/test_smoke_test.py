"""What the smoke test asks of an endpoint, with whose permissions, and what it makes of the answers."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import boto3
import pytest

ROLE = "arn:aws:iam::222233334444:role/sagemaker-mlops-deployer"


class Endpoint:
    """A client of SageMaker's runtime that answers from a list."""

    def __init__(self) -> None:
        self.answers: list[str] = []
        self.requests: list[dict[str, Any]] = []
        self.credentials: dict[str, Any] = {}

    def invoke_endpoint(self, **request: Any) -> dict[str, Any]:
        self.requests.append(request)
        return {"Body": io.BytesIO(self.answers.pop(0).encode())}


@pytest.fixture
def endpoint() -> Endpoint:
    return Endpoint()


@pytest.fixture
def index(
    load: Callable[[str, str], ModuleType], s3: Any, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> ModuleType:
    """The module with moto's STS and an endpoint of the test's own."""
    module = load("smoke_test", "index")

    def client(service: str, **options: Any) -> Any:
        if service != "sagemaker-runtime":
            return boto3.client(service, **options)  # type: ignore[call-overload]
        endpoint.credentials = options
        return endpoint

    monkeypatch.setattr(module, "boto3", SimpleNamespace(client=client))
    return module


@pytest.fixture
def run(index: ModuleType, endpoint: Endpoint) -> Callable[..., dict[str, Any]]:
    def run(*answers: str, tolerance: float = 0.5, **event: Any) -> dict[str, Any]:
        """Sends one record for each answer; the first expects 1, the second 2 ..."""
        endpoint.answers = list(answers)
        records = [
            {"Body": f"{number},x", "Expected": number, "Tolerance": tolerance} for number in range(1, len(answers) + 1)
        ]
        result: dict[str, Any] = index.handler(
            {"RoleArn": ROLE, "EndpointName": "houses-qa", "Records": records, **event}, None
        )
        return result

    return run


def test_passes_if_every_prediction_is_near_what_is_expected(run: Callable[..., Any]) -> None:
    assert run("1.5", "1.5") == {
        "Passed": True,
        "Endpoint": "houses-qa",
        "Records": [
            {"Prediction": 1.5, "Expected": 1.0, "Tolerance": 0.5, "Passed": True},
            {"Prediction": 1.5, "Expected": 2.0, "Tolerance": 0.5, "Passed": True},
        ],
    }


def test_fails_if_one_prediction_is_further_away(run: Callable[..., Any]) -> None:
    result = run("1", "2.51")
    assert result["Passed"] is False
    assert [each["Passed"] for each in result["Records"]] == [True, False]


def test_fails_on_a_prediction_that_is_no_number_and_still_answers_in_json(run: Callable[..., Any]) -> None:
    result = run("nan")
    assert result["Passed"] is False
    assert json.loads(json.dumps(result, allow_nan=False))["Records"][0]["Prediction"] == "nan"


def test_asks_with_the_record_as_it_is(run: Callable[..., Any], endpoint: Endpoint) -> None:
    run("1")
    assert endpoint.requests == [
        {"EndpointName": "houses-qa", "Body": b"1,x", "ContentType": "text/csv", "Accept": "text/csv"}
    ]


def test_types_of_request_and_answer_can_be_chosen(run: Callable[..., Any], endpoint: Endpoint) -> None:
    run('{"predictions": [{"score": 1.0}]}', ContentType="application/json", Accept="application/json")
    assert endpoint.requests[0]["ContentType"] == endpoint.requests[0]["Accept"] == "application/json"


def test_asks_with_a_session_of_the_role(run: Callable[..., Any], endpoint: Endpoint) -> None:
    run("1")
    sts = boto3.client("sts", **endpoint.credentials)
    assert sts.get_caller_identity()["Arn"] == (
        "arn:aws:sts::222233334444:assumed-role/sagemaker-mlops-deployer/smoke-test"
    )


@pytest.mark.parametrize("answer", ["1.25", " 1.25\n", "[1.25]", "[[1.25]]", '{"predictions": [{"score": 1.25}]}'])
def test_reads_the_number_in_the_ways_that_containers_write_it(index: ModuleType, answer: str) -> None:
    assert index.number_in(answer) == 1.25


@pytest.mark.parametrize("answer", ["", "1,2", "[1, 2]", "yes", "{}", "null"])
def test_an_answer_that_is_no_single_number_is_an_error(index: ModuleType, answer: str) -> None:
    with pytest.raises(index.UnreadablePredictionError, match="not a single number"):
        index.number_in(answer)


def test_without_records_nothing_can_pass(run: Callable[..., Any]) -> None:
    with pytest.raises(ValueError, match="Records is empty"):
        run()


@pytest.mark.parametrize("tolerance", [-1, float("nan"), float("inf")])
def test_a_tolerance_that_means_nothing_is_an_error(run: Callable[..., Any], tolerance: float) -> None:
    with pytest.raises(ValueError, match="Tolerance"):
        run("1", tolerance=tolerance)
