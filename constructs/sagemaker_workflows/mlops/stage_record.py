"""The state that tells the registry how a deployment went."""

from __future__ import annotations

from aws_cdk import aws_iam as iam
from constructs import Construct

from sagemaker_workflows.mlops._states import sdk_call
from sagemaker_workflows.mlops.registry_policies import records_stage
from sagemaker_workflows.mlops.stage import Stage
from sagemaker_workflows.state_machines.tasks._task import TaskState

#: Longest StageDescription.
_MAX_DESCRIPTION = 1024


def record_stage(scope: Construct, stage: Stage, status: str) -> TaskState:
    """Records ``Deployed`` or ``Failed`` as the version's life-cycle stage, with the role of the state machine.

    https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-staging-construct.html
    """
    description = (
        f"'Endpoint {stage.endpoint_name} of account {stage.account}'"
        if status == "Deployed"
        else f"$substring($failure.Error & ': ' & $failure.Cause, 0, {_MAX_DESCRIPTION})"
    )
    life_cycle = {"Stage": stage.name, "StageStatus": status, "StageDescription": f"{{% {description} %}}"}
    return sdk_call(
        scope,
        f"{stage.name}: record {status}",
        "updateModelPackage",
        {"ModelPackageArn": "{% $package %}", "ModelLifeCycle": life_cycle},
        statements=[
            iam.PolicyStatement(
                actions=["sagemaker:UpdateModelPackage"],
                resources=[stage.registry.package_arns],
                conditions=dict(records_stage()),
            )
        ],
    )
