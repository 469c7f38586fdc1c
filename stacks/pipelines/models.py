"""Seed → train → create model → transform, register, deploy."""

from __future__ import annotations

from constructs import Construct

from sagemaker_workflows import ModelContainer, ModelPackageGroup, ProductionVariant
from sagemaker_workflows.pipelines import (
    DeployStep,
    ParameterString,
    Pipeline,
    PipelineStep,
    RegisterModelStep,
    StepGroup,
    TransformStep,
)
from stacks.pipelines.shared import SharedParts


def models(scope: Construct, shared: SharedParts, *, prefix: str) -> Pipeline:
    """CreateModel, Transform, RegisterModel and Deploy.

    Args:
        scope: Scope of the steps.
        shared: What the pipelines share.
        prefix: First part of the names of group and endpoint.
    """
    approval = ParameterString(
        "ApprovalStatus",
        default_value="PendingManualApproval",
        enum_values=["PendingManualApproval", "Approved", "Rejected"],
    )
    group = ModelPackageGroup(scope, "Group", model_package_group_name=f"{prefix}-models")
    seed = shared.seed(scope)
    train = shared.training(scope, after=seed)
    model = shared.model(scope, train)
    predict = TransformStep(
        scope,
        "Predict",
        model_name=model.model_name,
        source=shared.test,
        output=shared.run("Predict"),
        content_type="text/csv",
        instance_type=shared.settings.instance_type,
    )
    register = RegisterModelStep(
        scope,
        "Register",
        group=group,
        containers=[ModelContainer(shared.xgboost, train.model_artifacts)],
        approval_status=approval,
        content_types=["text/csv"],
        response_types=["text/csv"],
        depends_on=[predict],
    )
    deploy = DeployStep(
        scope,
        "Deploy",
        variants=[ProductionVariant(model.model_name, instance_type=shared.settings.instance_type)],
        endpoint_name=f"{prefix}-endpoint",
        config_name_prefix=f"{prefix}-endpoint",
        depends_on=[predict],
    )
    steps: list[PipelineStep | StepGroup] = [seed, train, model, predict, register, deploy]
    return Pipeline(scope, "Pipeline", steps=steps, parameters=[approval])
