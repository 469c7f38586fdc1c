"""A function runs as it would on AWS: its result, its context, its environment, its role."""

from __future__ import annotations

import base64
import socket
import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def echo(make_function: Callable[..., Any]) -> Any:
    return make_function(
        "import os, sys, tempfile\n"
        "def handler(event, context):\n"
        "    print('printed')\n"
        "    return {'event': event, 'environment': dict(os.environ), 'tmp': tempfile.gettempdir(),\n"
        "            'cwd': os.getcwd(),\n"
        "            'remaining': context.get_remaining_time_in_millis(), 'context': {key: value for key, value in\n"
        "            vars(context).items() if isinstance(value, str)}}\n",
        Environment={"Variables": {"MODE": "test"}},
        MemorySize=256,
    )


def test_returns_what_the_handler_returns_whatever_it_prints(echo: Any) -> None:
    response = echo.invoke({"text": "x̄ / σ"})
    assert "FunctionError" not in response
    assert response["Payload"]["event"] == {"text": "x̄ / σ"}


def test_gives_the_context(echo: Any) -> None:
    answer = echo.invoke()["Payload"]
    context = answer["context"]
    assert context["function_name"] == echo.name
    assert context["invoked_function_arn"] == f"arn:aws:lambda:us-east-1:123456789012:function:{echo.name}"
    assert context["memory_limit_in_mb"] == "256"
    assert context["log_group_name"] == f"/aws/lambda/{echo.name}"
    assert "[$LATEST]" in context["log_stream_name"]
    assert len(context["aws_request_id"]) == 36
    assert 0 < answer["remaining"] <= 20_000


def test_gives_the_environment_and_a_temporary_directory_of_its_own(echo: Any) -> None:
    first, second = echo.invoke()["Payload"], echo.invoke()["Payload"]
    assert first["environment"]["MODE"] == "test"
    assert first["environment"]["LAMBDA_TASK_ROOT"] == first["cwd"] == second["cwd"]
    assert first["tmp"] != second["tmp"]
    assert not [name for name in first["environment"] if name.startswith("_LOCAL")]


def test_calls_aws_with_the_role_of_the_function(make_function: Callable[..., Any]) -> None:
    function = make_function(
        "import boto3\ndef handler(event, context):\n"
        "    return boto3.client('sts').get_caller_identity()['Arn'] if event else boto3.client('s3').list_buckets()\n"
    )
    assert function.invoke({"who": 1})["Payload"] == (
        f"arn:aws:sts::123456789012:assumed-role/{function.name}/{function.name}"
    )
    refused = function.invoke()
    assert refused["FunctionError"] == "Unhandled"
    assert "s3:ListAllMyBuckets" in refused["Payload"]["errorMessage"]


def test_does_not_run_when_the_trust_policy_does_not_name_lambda(make_function: Callable[..., Any]) -> None:
    function = make_function("def handler(event, context): ...")
    trust = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": '
    function.iam.update_assume_role_policy(
        RoleName=function.name, PolicyDocument=trust + '{"Service": "sagemaker.amazonaws.com"}}]}'
    )
    with pytest.raises(ClientError, match=r"cannot be assumed by Lambda.*trust policy"):
        function.invoke()


def test_a_version_runs_its_own_code(make_function: Callable[..., Any], zip_of: Callable[..., bytes]) -> None:
    function = make_function("def handler(event, context): return 1")
    function.lambda_.publish_version(FunctionName=function.name)
    code = zip_of(index="def handler(event, context): return 2")
    function.lambda_.update_function_code(FunctionName=function.name, ZipFile=code)
    assert function.invoke()["Payload"] == 2
    assert function.invoke(Qualifier="1")["Payload"] == 1


def test_an_asynchronous_invocation_returns_at_once(make_function: Callable[..., Any]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gate:
        address = gate.getsockname()
        function = make_function(
            f"import socket\ndef handler(event, context):\n    socket.create_connection({address}).recv(1)\n"
            "    print('finished')\n",
            Timeout=30,
        )
        assert function.invoke(InvocationType="Event")["StatusCode"] == 202
        # Until now it has waited.
        connection, _ = gate.accept()
        connection.close()
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        groups = function.logs.describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{function.name}")["logGroups"]
        if groups and "finished" in function.log():
            return
        time.sleep(0.1)
    pytest.fail("the function did not run")


def test_a_dry_run_runs_nothing(make_function: Callable[..., Any]) -> None:
    function = make_function("raise SystemExit(1)")
    assert function.invoke(InvocationType="DryRun")["StatusCode"] == 204


def test_the_log_tail_comes_on_request(echo: Any) -> None:
    tail = base64.b64decode(echo.invoke(LogType="Tail")["LogResult"]).decode()
    assert tail.startswith("START RequestId: ")
    assert "\nprinted\n" in tail


@pytest.mark.parametrize(
    ("options", "named"),
    [({"Runtime": "nodejs22.x"}, "runtime nodejs22.x"), ({"PackageType": "Image"}, "container image")],
)
def test_what_cannot_run_is_refused_by_name(
    make_function: Callable[..., Any], options: dict[str, Any], named: str
) -> None:
    function = make_function("", **options)
    with pytest.raises(ClientError, match=named):
        function.invoke()


def test_functions_with_layers_are_refused(make_function: Callable[..., Any]) -> None:
    function = make_function("def handler(event, context): ...")
    content = {"ZipFile": b"PK\x05\x06" + bytes(18)}
    layer = function.lambda_.publish_layer_version(LayerName="tools", Content=content)["LayerVersionArn"]
    function.lambda_.update_function_configuration(FunctionName=function.name, Layers=[layer])
    with pytest.raises(ClientError, match="layers are not supported"):
        function.invoke()
