"""The endpoint that Clarify serves a model from while its job runs, and what the job's role needs for it."""

from __future__ import annotations

import re

from aws_cdk import aws_iam as iam
from constructs import Construct

from sagemaker_workflows._core.variables import PipelineVariable
from sagemaker_workflows.iam.arns import arn
from sagemaker_workflows.iam.policies import allow
from sagemaker_workflows.pipelines.clarify.model import ModelConfig
from sagemaker_workflows.pipelines.name_patterns import name_patterns
from sagemaker_workflows.pipelines.permissions import PIPELINE_JOB_NAME_PATTERN
from sagemaker_workflows.pipelines.values import PipelineReference

#: What a CreateModel step tells of its model.
_NAME_OF_STEP = re.compile(r"Steps\.[^.]+\.ModelName")


def shadow_endpoint_statements(scope: Construct, model: ModelConfig) -> list[iam.PolicyStatement]:
    """Statements for the execution role of a Clarify job that asks a model, for whoever owns that role.

    Args:
        scope: Any construct of the stack; gives region and account.
        model: The model; ``endpoint_name_prefix`` scopes the statements.

    Returns:
        Statements without Sids: creating, describing, invoking and deleting the endpoint and its configuration, and
        describing the model.

    Follows https://docs.aws.amazon.com/sagemaker/latest/dg/clarify-processing-job-configure-how-it-works.html
    """
    beginnings = dict.fromkeys([model.endpoint_name_prefix, model.endpoint_name_prefix.lower()])
    endpoints = [arn(scope, "sagemaker", f"endpoint/{each}-*") for each in beginnings]
    configs = [arn(scope, "sagemaker", f"endpoint-config/{each}-*") for each in beginnings]
    models = [arn(scope, "sagemaker", f"model/{each}") for each in _model_patterns(model.model_name)]
    return [
        allow([f"sagemaker:{each}EndpointConfig" for each in ("Create", "Describe", "Delete")], configs),
        # Creating an endpoint is checked on its configuration, too.
        allow(["sagemaker:CreateEndpoint"], [*endpoints, *configs]),
        allow([f"sagemaker:{each}Endpoint" for each in ("Describe", "Invoke", "Delete")], endpoints),
        allow(["sagemaker:DescribeModel"], models),
    ]


def _model_patterns(name: str | PipelineVariable) -> list[str]:
    if isinstance(name, PipelineReference) and _NAME_OF_STEP.fullmatch(name.render()["Get"]):
        return [PIPELINE_JOB_NAME_PATTERN]
    return name_patterns(name)
