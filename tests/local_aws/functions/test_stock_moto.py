"""What the patches of moto mend. A test that fails here says that upstream is fixed, and the patch can go."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

_SCRIPT = """
import inspect, json, boto3
from moto import mock_aws
from moto.awslambda.models import LambdaFunction
from moto.awslambda.responses import LambdaResponse
facts = {
    "reads_lower_case_qualifier": '_get_param("qualifier")' in inspect.getsource(LambdaResponse.invoke),
    "runs_docker": "containers.run(" in inspect.getsource(LambdaFunction._invoke_lambda),
    "says_handled": '"x-amz-function-error"] = "Handled"' in inspect.getsource(LambdaFunction.invoke),
}
template = {"Resources": {"Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}}},
    "F": {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "f", "Handler": "index.handler",
        "Runtime": "python3.13", "Role": {"Fn::GetAtt": ["Role", "Arn"]}, "Code": {"ZipFile": "x = 1"},
        "EphemeralStorage": {"Size": 2048}, "LoggingConfig": {"LogGroup": "/my/group"}}}}}
with mock_aws():
    boto3.client("cloudformation", "us-east-1").create_stack(StackName="s", TemplateBody=json.dumps(template))
    configuration = boto3.client("lambda", "us-east-1").get_function_configuration(FunctionName="f")
    facts["ephemeral_storage"] = configuration["EphemeralStorage"]["Size"]
    facts["logging_config"] = configuration.get("LoggingConfig")
print(json.dumps(facts))
"""


@pytest.fixture(scope="module")
def stock() -> dict[str, Any]:
    """Facts about moto as it comes, found in a process of its own."""
    environment = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
    run = subprocess.run([sys.executable, "-c", _SCRIPT], capture_output=True, text=True, check=True, env=environment)
    facts: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return facts


def test_invocation_needs_docker(stock: dict[str, Any]) -> None:
    assert stock["runs_docker"]
    assert stock["says_handled"]


def test_the_qualifier_of_an_invocation_is_not_read(stock: dict[str, Any]) -> None:
    assert stock["reads_lower_case_qualifier"]


def test_the_logging_configuration_is_dropped(stock: dict[str, Any]) -> None:
    assert stock["logging_config"] is None


def test_cloudformation_drops_properties_of_functions(stock: dict[str, Any]) -> None:
    assert stock["ephemeral_storage"] == 512
