"""Roles with which the lineage of a version is read in the accounts that built it and that serve it."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import aws_iam as iam
from constructs import Construct

from sagemaker_workflows._core.acknowledge import acknowledge_resource
from sagemaker_workflows._core.arguments import checks_arguments
from sagemaker_workflows.iam.arns import arn
from sagemaker_workflows.mlops._statements import allow, only_roles
from sagemaker_workflows.mlops.names import (
    APPROVER_ROLE,
    BUILD_LINEAGE_ROLE,
    SERVING_LINEAGE_ROLE,
    Accounts,
    Registry,
    role_arn,
)
from sagemaker_workflows.pipelines.permissions import PIPELINE_JOB_NAME_PATTERN


class BuildLineageRole(iam.Role):
    """Reads how versions were built, in the account of data science; the approver assumes it.

    Args:
        scope: Parent construct.
        id: Construct id.
        registry: The registry, after whose group the pipeline is called.
        report_arns: ARN patterns of the reports of evaluations.

    Example::

        registry = Registry.named("abalone", account="111122223333", region="eu-west-1")
        reports = [S3Location(bucket, "runs/").object_arn]
        BuildLineageRole(self, "Lineage", registry=registry, report_arns=reports)
    """

    @checks_arguments
    def __init__(self, scope: Construct, id: str, *, registry: Registry, report_arns: Sequence[str]) -> None:
        super().__init__(
            scope,
            id,
            role_name=BUILD_LINEAGE_ROLE,
            description=f"Reads how versions of {registry.group_name} were built",
            assumed_by=_approver(registry),
        )
        executions = arn(self, "sagemaker", f"pipeline/{registry.group_name}/execution/*")
        jobs = [
            arn(self, "sagemaker", f"{kind}-job/{PIPELINE_JOB_NAME_PATTERN}") for kind in ("processing", "training")
        ]
        listings = ["ListPipelineExecutionSteps", "ListPipelineParametersForExecution"]
        _add(
            self,
            allow(
                "ReadExecutions",
                [f"sagemaker:{each}" for each in ("DescribePipelineExecution", *listings)],
                [executions],
            ),
            {executions: "SageMaker makes up the ids of executions."},
        )
        _add(
            self,
            allow("ReadJobs", ["sagemaker:DescribeProcessingJob", "sagemaker:DescribeTrainingJob"], jobs),
            dict.fromkeys(jobs, "SageMaker makes up the names of the jobs of pipelines."),
        )
        _add(
            self,
            allow("ReadReports", ["s3:GetObject"], report_arns),
            dict.fromkeys(report_arns, "Each execution writes below its own id."),
        )


class ServingLineageRole(iam.Role):
    """Reads which endpoints of a workload account serve a version; the approver assumes it.

    It describes every endpoint of the account and region, because a version may be served by others than ours.

    Args:
        scope: Parent construct.
        id: Construct id.
        registry: The registry.

    Example::

        registry = Registry.named("abalone", account="111122223333", region="eu-west-1")
        ServingLineageRole(self, "Lineage", registry=registry)
    """

    @checks_arguments
    def __init__(self, scope: Construct, id: str, *, registry: Registry) -> None:
        super().__init__(
            scope,
            id,
            role_name=SERVING_LINEAGE_ROLE,
            description=f"Reads where versions of {registry.group_name} are served",
            assumed_by=_approver(registry),
        )
        kinds = {"Endpoint": "endpoint", "EndpointConfig": "endpoint-config", "Model": "model"}
        _add(
            self,
            # The action knows no resource.
            allow("ListEndpoints", ["sagemaker:ListEndpoints"], ["*"]),
            {"*": "sagemaker:ListEndpoints knows no resource."},
        )
        for name, kind in kinds.items():
            anything = arn(self, "sagemaker", f"{kind}/*")
            _add(
                self,
                allow(f"Read{name}s", [f"sagemaker:Describe{name}"], [anything]),
                {anything: "A version may be served by any endpoint; the role reads only."},
            )


def lineage_statement(accounts: Accounts) -> iam.PolicyStatement:
    """Lets the approver, who has to judge versions, assume the roles above in all accounts."""
    roles = [
        role_arn(accounts.data_science, BUILD_LINEAGE_ROLE),
        *(role_arn(account, SERVING_LINEAGE_ROLE) for account in accounts.workloads),
    ]
    return allow("ReadLineage", ["sts:AssumeRole"], roles)


def _approver(registry: Registry) -> iam.IPrincipal:
    only = only_roles([registry.account], [APPROVER_ROLE])
    return iam.PrincipalWithConditions(iam.ArnPrincipal(registry.account), only)


def _add(role: iam.Role, statement: iam.PolicyStatement, reasons: dict[str, str]) -> None:
    role.add_to_policy(statement)
    for resource, reason in reasons.items():
        acknowledge_resource(role, resource, reason)
