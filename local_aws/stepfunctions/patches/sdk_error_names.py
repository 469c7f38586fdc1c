"""moto 5.2.5 names errors of ``aws-sdk`` tasks after the service in lower case, as in ``s3.NoSuchBucketException``.

AWS capitalizes it (``S3.NoSuchBucketException``), so Retry and Catch of a correct definition never match. The name in
error codes is that of the Java SDK: https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
"""

from __future__ import annotations

from collections.abc import Mapping

from local_aws.base.patching import Patches

# Services whose error name is not the lower-case service name with a capital first letter.
ERROR_NAMES: Mapping[str, str] = {
    "apigateway": "ApiGateway",
    "cloudformation": "CloudFormation",
    "cloudwatch": "CloudWatch",
    "cloudwatchlogs": "CloudWatchLogs",
    "dynamodb": "DynamoDb",
    "ecr": "Ecr",
    "eventbridge": "EventBridge",
    "sagemaker": "SageMaker",
    "sagemakerruntime": "SageMakerRuntime",
    "secretsmanager": "SecretsManager",
}


def error_name(service: str) -> str:
    """The prefix of a service's error codes, as in ``S3`` for ``s3``."""
    return ERROR_NAMES.get(service.lower(), service[:1].upper() + service[1:])


def apply(patches: Patches) -> None:
    """Replaces the prefix."""
    from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_aws_sdk import (
        StateTaskServiceAwsSdk,
    )

    patches.replace(StateTaskServiceAwsSdk, "_normalise_service_error_name", staticmethod(error_name))
