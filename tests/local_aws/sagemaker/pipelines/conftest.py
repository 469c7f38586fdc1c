"""Pipelines on a local AWS, with steps of fake types where only the order of steps matters."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import pytest

from local_aws.base import settings
from local_aws.sagemaker.pipelines.steps import EXECUTORS
from local_aws.sagemaker.pipelines.steps.base import StepFailedError, StepRun, StepStoppedError

RUNNING = ("Executing", "Stopping")


def document(*steps: Mapping[str, Any], parameters: Sequence[Mapping[str, Any]] = (), **others: Any) -> str:
    """A pipeline definition."""
    return json.dumps({"Version": "2020-12-01", "Metadata": {}, "Parameters": parameters, "Steps": steps, **others})


def step(name: str, arguments: Mapping[str, Any] | None = None, kind: str = "Lambda", **others: Any) -> dict[str, Any]:
    """A step; of type Lambda, with an output ``o``, unless said otherwise."""
    function = {
        "FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:f",
        "OutputParameters": [{"OutputName": "o", "OutputType": "String"}],
    }
    target = function if kind == "Lambda" else {}
    return {"Name": name, "Type": kind, "Arguments": arguments or {}, **target, **others}


def condition(name: str, left: Any, right: Any, yes: Sequence[Any] = (), no: Sequence[Any] = ()) -> dict[str, Any]:
    """A Condition step that asks whether two values are equal."""
    equals = {"Type": "Equals", "LeftValue": left, "RightValue": right}
    return step(name, {"Conditions": [equals], "IfSteps": list(yes), "ElseSteps": list(no)}, "Condition")


class Script:
    """What the fake executor does: each step does what stands here under its name, and returns its arguments."""

    def __init__(self) -> None:
        self.actions: dict[str, Callable[[StepRun], Any]] = {}
        self.started: list[str] = []
        self.running = 0
        self.most_running = 0
        self._lock = threading.Lock()

    def __call__(self, run: StepRun) -> Mapping[str, Any]:
        with self._lock:
            self.started.append(run.name)
            self.running += 1
            self.most_running = max(self.most_running, self.running)
        try:
            action: Any = self.actions.get(run.name, lambda _: None)
            result = action(run)
        finally:
            with self._lock:
                self.running -= 1
        return result if result is not None else {"OutputParameters": run.arguments}

    def fails(self, name: str, *failures: StepFailedError) -> None:
        """The step fails so often, then it succeeds."""
        left = list(failures)

        def action(_: StepRun) -> None:
            if left:
                raise left.pop(0)

        self.actions[name] = action

    def waits(self, *names: str) -> threading.Event:
        """The steps wait for the event, or for the stop of the execution."""
        event = threading.Event()

        def action(run: StepRun) -> None:
            while not event.wait(0.01):
                if run.stop_requested.is_set():
                    raise StepStoppedError(run.name)

        self.actions.update(dict.fromkeys(names, action))
        return event


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Script:
    """The executor of Lambda steps."""
    fake = Script()
    monkeypatch.setitem(EXECUTORS, "Lambda", fake)
    return fake


class Pipelines:
    """Pipelines of the account, with a role that may do everything."""

    def __init__(self, account: Any, skip: Callable[[Iterable[str]], None]) -> None:
        self.account = account
        self.skip = skip
        self.client = account.sagemaker
        self.role = account.role()
        statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        account.iam.put_role_policy(
            RoleName=self.role.rpartition("/")[2],
            PolicyName="everything",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        )

    def create(self, definition: str, **others: Any) -> str:
        name = f"Pipeline-{uuid.uuid4().hex[:8]}"
        request = {"PipelineName": name, "PipelineDefinition": definition, "RoleArn": self.role, **others}
        self.client.create_pipeline(**request)
        return name

    def start(self, name: str, **others: Any) -> str:
        arn: str = self.client.start_pipeline_execution(PipelineName=name, **others)["PipelineExecutionArn"]
        return arn

    def run(self, definition: str, **parameters: str) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
        """Creates and runs a pipeline; the description of its execution and its steps by name."""
        given = [{"Name": key, "Value": value} for key, value in parameters.items()]
        return self.ended(self.start(self.create(definition), PipelineParameters=given))

    def ended(self, arn: str, timeout: float = 60.0) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
        self.wait(lambda: self.describe(arn)["PipelineExecutionStatus"] not in RUNNING, timeout)
        return self.describe(arn), self.steps(arn)

    def describe(self, arn: str) -> dict[str, Any]:
        found: dict[str, Any] = self.client.describe_pipeline_execution(PipelineExecutionArn=arn)
        return found

    def steps(self, arn: str) -> dict[str, dict[str, Any]]:
        found = self.client.list_pipeline_execution_steps(PipelineExecutionArn=arn, SortOrder="Ascending")
        return {each["StepName"]: each for each in found["PipelineExecutionSteps"]}

    def statuses(self, arn: str) -> dict[str, str]:
        return {name: each["StepStatus"] for name, each in self.steps(arn).items()}

    def wait(self, ready: Callable[[], bool], timeout: float = 10.0) -> None:
        deadline = time.monotonic() + timeout
        while not ready():
            assert time.monotonic() < deadline, "it did not come to pass"
            time.sleep(0.02)


@pytest.fixture
def pipelines(endpoint: settings.Settings, account: Any, sagemaker: Any) -> Iterator[Pipelines]:
    yield Pipelines(account, sagemaker.pipelines.skip)
    sagemaker.pipelines.skip([])
