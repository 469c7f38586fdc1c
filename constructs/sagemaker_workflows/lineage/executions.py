"""From a version back to the pipeline execution that registered it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from sagemaker_workflows.lineage.accounts import AccountSessions, arn_parts
from sagemaker_workflows.lineage.origin import EXECUTION_ARN
from sagemaker_workflows.lineage.records import Execution, Step

#: No execution runs longer (https://docs.aws.amazon.com/general/latest/gr/sagemaker.html).
_LONGEST_EXECUTION = timedelta(days=28)


def recorded_execution(package: Mapping[str, Any]) -> str | None:
    """ARN of the execution as the version itself names it; None: it does not."""
    recorded = package.get("CustomerMetadataProperties", {}).get(EXECUTION_ARN)
    generated_by: str | None = recorded or package.get("MetadataProperties", {}).get("GeneratedBy")
    return generated_by if generated_by and "/execution/" in generated_by else None


def search_execution(client: Any, package: Mapping[str, Any]) -> str | None:
    """ARN of the execution of the client's account with a step that registered the version; None: there is none."""
    created = package["CreationTime"]
    for pipeline in _pages(client, "list_pipelines", "PipelineSummaries", CreatedBefore=created):
        executions = _pages(
            client,
            "list_pipeline_executions",
            "PipelineExecutionSummaries",
            PipelineName=pipeline["PipelineName"],
            CreatedAfter=created - _LONGEST_EXECUTION,
            CreatedBefore=created,
            SortOrder="Descending",
        )
        for each in executions:
            arn: str = each["PipelineExecutionArn"]
            if any(_registered(step) == package["ModelPackageArn"] for step in _steps(client, arn)):
                return arn
    return None


def describe_execution(sessions: AccountSessions, arn: str) -> Execution:
    """The execution with this ARN.

    Raises:
        botocore.exceptions.ClientError: It is not there, or may not be described.
    """
    client = sessions.client("sagemaker", arn_parts(arn)[1])
    found = client.describe_pipeline_execution(PipelineExecutionArn=arn)
    parameters = _pages(
        client, "list_pipeline_parameters_for_execution", "PipelineParameters", PipelineExecutionArn=arn
    )
    return Execution(
        arn=arn,
        status=found["PipelineExecutionStatus"],
        started=found["CreationTime"].isoformat(),
        parameters={each["Name"]: each["Value"] for each in parameters},
        steps=tuple(
            Step(each["StepName"], each["StepStatus"], _made(each.get("Metadata", {}))) for each in _steps(client, arn)
        ),
    )


def _registered(step: Mapping[str, Any]) -> str | None:
    arn: str | None = step.get("Metadata", {}).get("RegisterModel", {}).get("Arn")
    return arn


def _made(metadata: Mapping[str, Any]) -> str | None:
    return next((each["Arn"] for each in metadata.values() if isinstance(each, Mapping) and "Arn" in each), None)


def _steps(client: Any, arn: str) -> Iterator[Mapping[str, Any]]:
    return _pages(
        client,
        "list_pipeline_execution_steps",
        "PipelineExecutionSteps",
        PipelineExecutionArn=arn,
        SortOrder="Ascending",
    )


def _pages(client: Any, operation: str, key: str, **arguments: Any) -> Iterator[Mapping[str, Any]]:
    for page in client.get_paginator(operation).paginate(**arguments):
        yield from page[key]
