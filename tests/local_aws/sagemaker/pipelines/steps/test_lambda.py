"""Lambda steps."""

from __future__ import annotations

import io
import threading
import time
import uuid
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from local_aws import LocalAws
from local_aws.sagemaker.pipelines.steps import lambda_
from local_aws.sagemaker.pipelines.steps.base import StepFailedError, StepRun, StepStoppedError

INVOKE = ["lambda:InvokeFunction"]
ALL_TYPES = {"text": "String", "count": "Integer", "share": "Float", "good": "Boolean"}


@pytest.fixture
def function(aws: LocalAws, local_aws: str, role: Callable[[str, list[str]], str]) -> Callable[[str], str]:
    """Makes a function of the body of its handler and returns its ARN."""

    def make(body: str) -> str:
        package = io.BytesIO()
        with zipfile.ZipFile(package, "w") as archive:
            archive.writestr("index.py", f"import time\ndef handler(event, context):\n    {body}\n")
        arn: str = aws.sessions.client("lambda").create_function(
            FunctionName=f"function-{uuid.uuid4().hex[:8]}",
            Runtime="python3.13",
            Role=role("lambda.amazonaws.com", ["logs:*"]),
            Handler="index.handler",
            Code={"ZipFile": package.getvalue()},
            Timeout=20,
        )["FunctionArn"]
        return arn

    return make


def _step(arn: str, outputs: dict[str, str] | None = None, **arguments: Any) -> dict[str, Any]:
    declared = [{"OutputName": name, "OutputType": kind} for name, kind in (outputs or {}).items()]
    return {"Type": "Lambda", "FunctionArn": arn, "Arguments": arguments, "OutputParameters": declared}


def test_the_arguments_are_the_event_and_what_the_function_returns_the_output_parameters(
    function: Callable[[str], str], step_run: Callable[..., StepRun]
) -> None:
    arn = function("return {**event, 'text': 'a', 'share': 1, 'good': True, 'more': []}")
    run = step_run(_step(arn, ALL_TYPES, count=3), may=INVOKE)
    values = {"text": "a", "count": 3, "share": 1.0, "good": True}
    assert lambda_.run(run) == {"OutputParameters": values}
    listed = [{"Name": "text", "Value": "a"}, {"Name": "count", "Value": "3"}]
    listed += [{"Name": "share", "Value": "1.0"}, {"Name": "good", "Value": "true"}]
    assert run.metadata == {"Lambda": {"Arn": arn, "OutputParameters": listed}}


def test_a_function_without_declared_output_parameters_may_return_anything(
    function: Callable[[str], str], step_run: Callable[..., StepRun]
) -> None:
    assert lambda_.run(step_run(_step(function("pass")), may=INVOKE)) == {"OutputParameters": {}}


@pytest.mark.parametrize(
    ("returned", "kind", "value"),
    [("200", "String", "200"), ("{'a': 1}", "String", '{"a": 1}'), ("3.0", "Integer", 3)],
)
def test_a_string_is_the_text_of_whatever_is_returned(
    returned: str, kind: str, value: Any, function: Callable[[str], str], step_run: Callable[..., StepRun]
) -> None:
    arn = function(f"return {{'x': {returned}}}")
    assert lambda_.run(step_run(_step(arn, {"x": kind}), may=INVOKE)) == {"OutputParameters": {"x": value}}


@pytest.mark.parametrize(
    ("returned", "kind", "reason"),
    [
        ("{}", "String", "output parameter x (String) is missing"),
        ("{'x': None}", "String", "output parameter x (String) is missing"),
        ("{'x': '3'}", "Integer", 'output parameter x: "3" is no Integer'),
        ("{'x': 3.5}", "Integer", "output parameter x: 3.5 is no Integer"),
        ("{'x': True}", "Float", "output parameter x: true is no Float"),
        ("{'x': 1}", "Boolean", "output parameter x: 1 is no Boolean"),
        ("[1]", "String", "the function returned [1], not an object with the output parameters x"),
    ],
)
def test_an_output_parameter_that_is_missing_or_of_another_type_fails_the_step_by_name(
    returned: str, kind: str, reason: str, function: Callable[[str], str], step_run: Callable[..., StepRun]
) -> None:
    run = step_run(_step(function(f"return {returned}"), {"x": kind}), may=INVOKE)
    with pytest.raises(StepFailedError) as failure:
        lambda_.run(run)
    assert reason in str(failure.value)


def test_an_error_of_the_function_is_the_failure_reason(
    function: Callable[[str], str], step_run: Callable[..., StepRun]
) -> None:
    arn = function("raise KeyError('no such order')")
    with pytest.raises(StepFailedError, match="KeyError: 'no such order'"):
        lambda_.run(step_run(_step(arn), may=INVOKE))


def test_a_function_that_takes_longer_than_a_step_may_wait_fails_the_step(
    function: Callable[[str], str], step_run: Callable[..., StepRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert lambda_.LIMIT_SECONDS == 600
    monkeypatch.setattr(lambda_, "LIMIT_SECONDS", 0.1)
    with pytest.raises(StepFailedError, match=r"has not answered within 0\.1 seconds"):
        lambda_.run(step_run(_step(function("time.sleep(2)")), may=INVOKE))


def test_without_the_permission_to_invoke_the_step_fails_with_the_name_of_the_error(
    function: Callable[[str], str], step_run: Callable[..., StepRun]
) -> None:
    with pytest.raises(StepFailedError, match=r"AccessDeniedException: .* perform: lambda:InvokeFunction"):
        lambda_.run(step_run(_step(function("pass")), may=[]))


def test_a_function_that_is_not_there_fails_the_step(step_run: Callable[..., StepRun]) -> None:
    arn = "arn:aws:lambda:us-east-1:123456789012:function:none"
    with pytest.raises(StepFailedError, match=r"Failed to invoke lambda:Invoke. .*ResourceNotFoundException"):
        lambda_.run(step_run(_step(arn), may=INVOKE))


def test_a_stop_waits_for_the_function(function: Callable[[str], str], step_run: Callable[..., StepRun]) -> None:
    run = step_run(_step(function("time.sleep(0.5); return {'x': 'done'}"), {"x": "String"}), may=INVOKE)
    threading.Timer(0.1, run.stop_requested.set).start()
    since = time.monotonic()
    assert lambda_.run(run) == {"OutputParameters": {"x": "done"}}
    assert time.monotonic() - since > 0.5


def test_after_a_stop_nothing_is_invoked(step_run: Callable[..., StepRun]) -> None:
    run = step_run(_step("arn:aws:lambda:us-east-1:123456789012:function:none"), may=INVOKE)
    run.stop_requested.set()
    with pytest.raises(StepStoppedError):
        lambda_.run(run)
