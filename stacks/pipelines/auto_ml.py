"""AutoML → create the best model."""

from __future__ import annotations

from aws_cdk import Duration
from constructs import Construct

from sagemaker_workflows import S3Location
from sagemaker_workflows.pipelines import AutoMLInput, AutoMLStep, CreateModelStep, Pipeline
from stacks.pipelines.shared import SharedParts


def auto_ml(scope: Construct, shared: SharedParts, *, table: S3Location) -> Pipeline:
    """AutoML, and CreateModel of the best candidate.

    Args:
        scope: Scope of the steps.
        shared: What the pipelines share.
        table: CSV file with a header row and a column ``label``.
    """
    search = AutoMLStep(
        scope,
        "Search",
        role=shared.training_role,
        inputs=[AutoMLInput(table, "label")],
        output=shared.models,
        max_runtime=Duration.hours(2),
    )
    best = CreateModelStep(scope, "CreateBestModel", containers=[search.best_model_container()], role=shared.model_role)
    return Pipeline(scope, "Pipeline", steps=[search, best])
