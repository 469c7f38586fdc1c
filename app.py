#!/usr/bin/env python3
"""The CDK app: one line per stack."""

from __future__ import annotations

import sys

import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks

from sagemaker_workflows import WorkflowError
from stacks import (
    EndToEnd,
    FeatureTransform,
    ModelBuildPipeline,
    PipelineSteps,
    SageMakerJobs,
    TrainAndBatchTransform,
)
from stacks.context import check_keys
from stacks.mlops.promotion import add_stacks
from stacks.settings import Settings


def build(app: cdk.App) -> cdk.App:
    """Adds the stacks and the AwsSolutions checks to ``app``."""
    check_keys(app.node)
    settings = Settings.from_context(app.node)
    FeatureTransform(app, "FeatureTransform", settings=settings)
    TrainAndBatchTransform(app, "TrainAndBatchTransform", settings=settings)
    EndToEnd(app, "EndToEnd", settings=settings)
    SageMakerJobs(app, "SageMakerJobs", settings=settings)
    ModelBuildPipeline(app, "ModelBuildPipeline", settings=settings)
    PipelineSteps(app, "PipelineSteps", settings=settings)
    add_stacks(app, settings)
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    return app


if __name__ == "__main__":
    try:
        build(cdk.App()).synth()
    except WorkflowError as error:
        sys.exit(f"error: {error}")
