"""Functions with code given in the test."""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from local_aws import LocalAws

_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
    ],
}


def _zip_of(**files: str) -> bytes:
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        for name, text in files.items():
            archive.writestr(f"{name}.py", text)
    return package.getvalue()


@dataclass
class Function:
    name: str
    role: str
    lambda_: Any
    logs: Any
    iam: Any

    def invoke(self, event: Any = None, **options: Any) -> dict[str, Any]:
        """The response, with its payload parsed."""
        response = self.lambda_.invoke(FunctionName=self.name, Payload=json.dumps(event or {}), **options)
        text = response["Payload"].read().decode()
        return {**response, "Payload": json.loads(text) if text else None}

    def log(self) -> list[str]:
        """Messages of the newest stream."""
        group = self.lambda_.get_function_configuration(FunctionName=self.name)["LoggingConfig"]["LogGroup"]
        [stream, *_] = self.logs.describe_log_streams(logGroupName=group)["logStreams"]
        events = self.logs.get_log_events(logGroupName=group, logStreamName=stream["logStreamName"])["events"]
        return [event["message"] for event in events]


@pytest.fixture
def zip_of() -> Callable[..., bytes]:
    """Makes a zip package of modules, given as ``name="source"``."""
    return _zip_of


@pytest.fixture
def make_function(aws: LocalAws, local_aws: str) -> Callable[..., Function]:
    """Makes a function of ``index.py`` whose role may write logs."""
    iam, lambda_, logs = (aws.sessions.client(service) for service in ("iam", "lambda", "logs"))

    def make(code: str, *, may: list[str] | None = None, **options: Any) -> Function:
        name = f"function-{uuid.uuid4().hex[:8]}"
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(_TRUST))["Role"]["Arn"]
        actions = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"] if may is None else may
        if actions:
            statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
            policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
            iam.put_role_policy(RoleName=name, PolicyName="Policy", PolicyDocument=policy)
        arguments = {
            "FunctionName": name,
            "Runtime": "python3.13",
            "Role": role,
            "Handler": "index.handler",
            "Code": {"ZipFile": _zip_of(index=code)},
            "Timeout": 20,
            **options,
        }
        lambda_.create_function(**arguments)
        return Function(name, role, lambda_, logs, iam)

    return make
