"""The permissions that an API call needs on AWS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from local_aws.base.errors import NotSupportedLocallyError
from local_aws.iam.services import logs, messaging, orchestration, platform, s3, sagemaker
from local_aws.iam.services.rules import Call, Need, Rule

# By the boto3 name of the service.
_TABLES: Mapping[str, Mapping[str, Rule]] = MappingProxyType(
    {
        "s3": s3.RULES,
        "sagemaker": sagemaker.RULES,
        "sagemaker-runtime": sagemaker.RUNTIME_RULES,
        "lambda": orchestration.LAMBDA_RULES,
        "stepfunctions": orchestration.STATES_RULES,
        "events": messaging.EVENTS_RULES,
        "sns": messaging.SNS_RULES,
        "sqs": messaging.SQS_RULES,
        "logs": logs.RULES,
        "cloudwatch": platform.CLOUDWATCH_RULES,
        "kms": platform.KMS_RULES,
        "sts": platform.STS_RULES,
        "ecr": platform.ECR_RULES,
        "xray": platform.XRAY_RULES,
        "ssm": platform.SSM_RULES,
        "dynamodb": platform.DYNAMODB_RULES,
        "secretsmanager": platform.SECRETS_RULES,
    }
)


def knows(service: str) -> bool:
    """Whether there is a table for a service, given by its boto3 name."""
    return service in _TABLES


class Requirements:
    """The tables of permissions, with what only a running service can tell.

    Args:
        execution_of: Gives the ARN of the pipeline execution whose callback step has a token; None: no step has it.
    """

    def __init__(self, execution_of: Callable[[str], str | None] = lambda token: None) -> None:
        callbacks = {**_TABLES["sagemaker"], **sagemaker.callback_rules(execution_of)}
        self._tables: Mapping[str, Mapping[str, Rule]] = {**_TABLES, "sagemaker": callbacks}

    def needs(self, call: Call) -> list[Need]:
        """Every permission that AWS checks for a call, in AWS's order where that is known.

        Raises:
            NotSupportedLocallyError: For an operation that the tables do not have.
        """
        rule = self._tables.get(call.service, {}).get(call.operation)
        if rule is None:
            raise unknown_call(call.service, call.operation)
        return rule(call)


def unknown_call(service: str, operation: str) -> NotSupportedLocallyError:
    """The error for a call of a role session that the tables do not have."""
    return NotSupportedLocallyError(
        f"{service}:{operation} by a role session: the local AWS does not know which permissions this call needs"
    )
