"""Asks an endpoint, usually in another account, for predictions that are known.

The event holds:
    RoleArn: Role that may invoke the endpoint.
    EndpointName: The endpoint.
    Records: List of ``{"Body": <request>, "Expected": <number>, "Tolerance": <number>}``: a record that the model was
        not trained on, and how far the prediction may lie from the expected value.
    ContentType: Type of the requests; default ``text/csv``.
    Accept: Type of the answers, ``text/csv`` (default) or ``application/json``.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
"""

from __future__ import annotations

import json
import logging
import math
import re
from collections.abc import Mapping
from typing import Any

import boto3

_SEPARATOR = re.compile(r"[,\s]+")

_log = logging.getLogger()
_log.setLevel(logging.INFO)


class UnreadablePredictionError(Exception):
    """The endpoint has answered something that holds no number, or several."""


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Asks for a prediction of each record.

    Returns:
        ``{"Passed": <bool>, "Endpoint": <name>, "Records": [{"Prediction", "Expected", "Tolerance", "Passed"}, ...]}``.

    Raises:
        ValueError: There are no records, or a tolerance is negative or no number.
        UnreadablePredictionError: An answer is not a single number.
        ClientError: The role may not be assumed, or the endpoint does not answer.
    """
    records = event.get("Records") or []
    if not records:
        raise ValueError("Records is empty; a smoke test without records would pass whatever the endpoint answers")
    client = _runtime(str(event["RoleArn"]))
    results = [_compared(record, _prediction(client, event, record)) for record in records]
    result = {"Passed": all(each["Passed"] for each in results), "Endpoint": event["EndpointName"], "Records": results}
    _log.info(json.dumps(result))
    return result


def _runtime(role_arn: str) -> Any:
    """A client with a session of the role, which ends soon after the test."""
    answer = boto3.client("sts").assume_role(RoleArn=role_arn, RoleSessionName="smoke-test", DurationSeconds=900)
    credentials = answer["Credentials"]
    return boto3.client(
        "sagemaker-runtime",
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )


def _prediction(client: Any, event: Mapping[str, Any], record: Mapping[str, Any]) -> float:
    answer = client.invoke_endpoint(
        EndpointName=event["EndpointName"],
        Body=str(record["Body"]).encode(),
        ContentType=event.get("ContentType", "text/csv"),
        Accept=event.get("Accept", "text/csv"),
    )
    return number_in(answer["Body"].read().decode())


def number_in(text: str) -> float:
    """The one number of an answer: plain, or in JSON as ``{"predictions": [{"score": 1.5}]}`` and ``[[1.5]]``."""
    try:
        found = _leaves(json.loads(text))
    except ValueError:
        found = [each for each in _SEPARATOR.split(text) if each]
    try:
        [value] = [float(each) for each in found]
    except (TypeError, ValueError):
        raise UnreadablePredictionError(
            f"the endpoint has answered {text[:200]!r}, which is not a single number"
        ) from None
    return value


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in _leaves(item)]
    return [leaf for item in value for leaf in _leaves(item)] if isinstance(value, list) else [value]


def _compared(record: Mapping[str, Any], prediction: float) -> dict[str, Any]:
    expected, tolerance = float(record["Expected"]), float(record["Tolerance"])
    if not 0 <= tolerance < math.inf:
        raise ValueError(f"Tolerance {record['Tolerance']!r} is not a number of at least 0")
    # A prediction that is NaN compares false, and fails. JSON has no NaN and no infinity.
    passed = abs(prediction - expected) <= tolerance
    shown = prediction if math.isfinite(prediction) else str(prediction)
    return {"Prediction": shown, "Expected": expected, "Tolerance": tolerance, "Passed": passed}
