"""Every step type of SageMaker Pipelines, in one pipeline per group of types."""

from __future__ import annotations

from typing import Any

from aws_cdk import CfnOutput
from constructs import Construct

from sagemaker_workflows.pipelines import Pipeline
from stacks.pipelines.auto_ml import auto_ml
from stacks.pipelines.checks import checks
from stacks.pipelines.code_steps import code_steps
from stacks.pipelines.integrations import integrations
from stacks.pipelines.models import models
from stacks.pipelines.shared import SharedParts
from stacks.pipelines.training import training
from stacks.settings import Settings
from stacks.workflow_stack import WorkflowStack


class PipelineSteps(WorkflowStack):
    """Six pipelines that share one bucket, one dataset and one execution role per job kind.

    ``Training``, ``Models``, ``Checks``, ``Code``, ``AutoML`` and ``Integrations`` hold every step type together;
    arguments as in :class:`WorkflowStack`.
    """

    def __init__(self, scope: Construct, id: str, *, settings: Settings, **stack_options: Any) -> None:
        super().__init__(scope, id, settings=settings, **stack_options)
        shared = SharedParts(self, "Shared", settings=settings, location=self.location)
        prefix = self.stack_prefix
        pipelines = {
            "Training": training(Construct(self, "Training"), shared),
            "Models": models(Construct(self, "Models"), shared, prefix=prefix),
            "Checks": checks(Construct(self, "Checks"), shared),
            "Code": code_steps(Construct(self, "Code"), shared, location=self.location, prefix=prefix),
            "AutoML": auto_ml(Construct(self, "AutoML"), shared, table=self.location("data/table.csv")),
            "Integrations": integrations(Construct(self, "Integrations"), shared),
        }
        for name, pipeline in pipelines.items():
            self._add_pipeline_outputs(name, pipeline)
        CfnOutput(self, "BucketName", value=self.bucket.bucket_name, description="Bucket for code and data")

    def _add_pipeline_outputs(self, name: str, pipeline: Pipeline) -> None:
        command = f"aws sagemaker start-pipeline-execution --region {self.region}"
        start = f"{command} --pipeline-name {pipeline.pipeline_name}"
        CfnOutput(self, f"{name}PipelineArn", value=pipeline.pipeline_arn, description="Pipeline")
        CfnOutput(self, f"{name}StartCommand", value=start, description="Starts an execution")
