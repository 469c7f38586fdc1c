"""Statements for the role of a pipeline, by step: the names that pipelines make up, and experiments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import aws_iam as iam
from constructs import Construct

from sagemaker_rules.actions import SageMakerAction
from sagemaker_workflows._core.variables import is_token
from sagemaker_workflows.iam.arns import arn
from sagemaker_workflows.iam.policies import allow, call_statements

#: Names of the jobs, models and endpoint configurations that pipelines create: the service makes them up as
#: ``pipelines-<execution id>-<step>-<random>``. Execution roles take it as ``job_name_pattern``.
PIPELINE_JOB_NAME_PATTERN = "pipelines-*"
#: Names of the tuning and AutoML jobs that pipelines create, for which 32 characters must do: the service makes them up
#: as ``<execution id>-<step>-<random>``, with 12 and 10 lower-case letters and digits. What they start is named after
#: them.
PIPELINE_SHORT_JOB_NAME_PATTERN = "????????????-*-??????????"


def action_statements(
    scope: Construct,
    action: SageMakerAction,
    *,
    name: str = PIPELINE_JOB_NAME_PATTERN,
    role_arns: Sequence[str] = (),
) -> list[iam.PolicyStatement]:
    """Statements for a step that calls one action of SageMaker and follows the resource to its end.

    Args:
        scope: Any construct of the stack.
        action: The action.
        name: Name of the resource, or its pattern.
        role_arns: Execution roles that the request passes.
    """
    # The service tags what it starts with the execution and the step.
    return call_statements(scope, action, name, follows=True, tag_calls=("AddTags",), role_arns=role_arns)


def experiment_statements(
    scope: Construct, config: Mapping[str, Any], job_names: Sequence[str] = (PIPELINE_JOB_NAME_PATTERN,)
) -> list[iam.PolicyStatement]:
    """Recording executions in SageMaker Experiments.

    Args:
        scope: Any construct of the stack.
        config: The definition's ``PipelineExperimentConfig``.
        job_names: Patterns of the names of the jobs; default: those of most steps.
    """
    experiment, trial = (
        each if isinstance(each, str) else "*" for each in (config["ExperimentName"], config["TrialName"])
    )
    resources = [
        arn(scope, "sagemaker", f"experiment/{_as_in_arns(experiment)}"),
        arn(scope, "sagemaker", f"experiment-trial/{_as_in_arns(trial)}"),
        # Named after the jobs, with the kind of the job behind.
        *(arn(scope, "sagemaker", f"experiment-trial-component/{each.removesuffix('-*')}-*") for each in job_names),
    ]
    calls = ["CreateExperiment", "CreateTrial", "CreateTrialComponent", "AssociateTrialComponent", "AddTags"]
    return [allow([f"sagemaker:{each}" for each in calls], resources)]


def _as_in_arns(name: str) -> str:
    # The service writes names in ARNs in lower case, which would break a token.
    return name if is_token(name) else name.lower()
