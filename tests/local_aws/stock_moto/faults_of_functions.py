"""What is wrong with the Lambda of stock moto, by the module of the patch that mends it."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from typing import Any

import boto3
from moto import mock_aws
from moto.awslambda.models import LambdaFunction
from moto.awslambda.responses import LambdaResponse

TEMPLATE = {
    "Resources": {
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}}},
        "F": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "FunctionName": "f",
                "Handler": "index.handler",
                "Runtime": "python3.13",
                "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                "Code": {"ZipFile": "x = 1"},
                "EphemeralStorage": {"Size": 2048},
                "LoggingConfig": {"LogGroup": "/my/group"},
                "DeadLetterConfig": {"TargetArn": "arn:aws:sqs:us-east-1:123456789012:q"},
            },
        },
    }
}


@mock_aws
def _configuration() -> dict[str, Any]:
    boto3.client("cloudformation", "us-east-1").create_stack(StackName="s", TemplateBody=json.dumps(TEMPLATE))
    return dict(boto3.client("lambda", "us-east-1").get_function_configuration(FunctionName="f"))


def invocation_needs_docker_and_says_handled() -> bool:
    runs = "containers.run(" in inspect.getsource(LambdaFunction._invoke_lambda)
    return runs and '"x-amz-function-error"] = "Handled"' in inspect.getsource(LambdaFunction.invoke)


def the_qualifier_of_an_invocation_is_not_read() -> bool:
    return '_get_param("qualifier")' in inspect.getsource(LambdaResponse.invoke)


def the_logging_configuration_is_dropped() -> bool:
    return _configuration().get("LoggingConfig") is None


def the_dead_letter_queue_is_not_sent_to() -> bool:
    return "dead_letter" not in inspect.getsource(LambdaFunction.invoke).lower()


def cloudformation_drops_properties() -> bool:
    return bool(_configuration()["EphemeralStorage"]["Size"] == 512)


FAULTS: dict[str, list[Callable[[], bool]]] = {
    "functions.patches.cloudformation_properties": [cloudformation_drops_properties],
    "functions.patches.dead_letters": [the_dead_letter_queue_is_not_sent_to],
    "functions.patches.invocation": [invocation_needs_docker_and_says_handled],
    "functions.patches.logging_config": [the_logging_configuration_is_dropped],
    "functions.patches.qualifier": [the_qualifier_of_an_invocation_is_not_read],
}
