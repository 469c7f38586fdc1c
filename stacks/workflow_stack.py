"""Base of the sample projects: a bucket, names, tags and outputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from aws_cdk import Annotations, CfnOutput, Stack, Tags
from constructs import Construct

from sagemaker_workflows import BatchInference, S3Location, WorkflowBucket, WorkflowStateMachine, XGBoostTraining
from sagemaker_workflows.pipelines import Pipeline
from stacks.settings import Settings


class WorkflowStack(Stack):
    """Base of the sample projects; deploys to any account, region and partition.

    Args:
        scope: The app.
        id: Stack name.
        settings: See :class:`Settings`.
        stack_options: Arguments of ``aws_cdk.Stack``.
    """

    #: Whether the stack trains with a logistic objective, whose labels are two classes.
    CLASSIFIES: ClassVar[bool] = True

    def __init__(self, scope: Construct, id: str, *, settings: Settings, **stack_options: Any) -> None:
        super().__init__(scope, id, **stack_options)
        self.settings = settings
        # An error of this stack alone: the app's other stacks may have a use for labels of another kind.
        if self.CLASSIFIES and (problem := settings.dataset.class_problem()):
            Annotations.of(self).add_error(problem)
        #: Bucket for code and data.
        self.bucket = WorkflowBucket(self, "BucketForCodeAndData", demo=settings.demo)
        #: Prefix for model artifacts.
        self.models = self.location("models/")
        #: Prefix for predictions.
        self.predictions = self.location("output/")
        Tags.of(self).add("project", "sagemaker-workflows")
        Tags.of(self).add("workflow", id)

    def location(self, key: str) -> S3Location:
        """The object or prefix ``key`` in the bucket."""
        return S3Location(self.bucket, key)

    def training(self, train: S3Location) -> XGBoostTraining:
        """Training on ``train``, with artifacts below ``models/``."""
        return XGBoostTraining(
            self,
            "Training",
            name_prefix=self.name_prefix("train"),
            train=train,
            models=self.models,
            instance_type=self.settings.instance_type,
        )

    def inference(self, source: S3Location) -> BatchInference:
        """Predictions of the trained model for ``source``, below ``output/``."""
        return BatchInference(
            self,
            "Inference",
            model_name_prefix=self.name_prefix("model"),
            transform_name_prefix=self.name_prefix("batch"),
            model_data_path=XGBoostTraining.MODEL_DATA_PATH,
            models=self.models,
            source=source,
            output=self.predictions,
            instance_type=self.settings.instance_type,
        )

    def name_prefix(self, state: str) -> str:
        """Prefix for names of the jobs of one state, as in ``endtoend-train``."""
        return f"{self.stack_prefix}-{state}"

    @property
    def stack_prefix(self) -> str:
        """First part of all names: the user's prefix, or the stack's name in lower case."""
        return self.settings.name_prefix or self.stack_name.lower()

    def add_outputs(self, machine: WorkflowStateMachine, **locations: S3Location) -> None:
        """Outputs of the stack: state machine, bucket, how to start it, and where its objects lie."""
        self._add_machine_outputs(machine, "")
        self._add_object_outputs(locations)

    def add_outputs_of_several(self, machines: Mapping[str, WorkflowStateMachine], **locations: S3Location) -> None:
        """The same for several state machines, by name, which the outputs of each begin with."""
        for name, machine in machines.items():
            self._add_machine_outputs(machine, name)
        self._add_object_outputs(locations)

    def add_pipeline_outputs(self, pipeline: Pipeline, **locations: S3Location) -> None:
        """The same for a SageMaker pipeline."""
        start = (
            f"aws sagemaker start-pipeline-execution --region {self.region} --pipeline-name {pipeline.pipeline_name}"
        )
        CfnOutput(self, "PipelineName", value=pipeline.pipeline_name, description="SageMaker pipeline")
        CfnOutput(self, "StartCommand", value=start, description="Starts an execution; every parameter has a default")
        self._add_object_outputs(locations)

    def _add_machine_outputs(self, machine: WorkflowStateMachine, name: str) -> None:
        arn = machine.state_machine_arn
        start = f"aws stepfunctions start-execution --region {self.region} --state-machine-arn {arn}"
        CfnOutput(self, f"{name}StateMachineArn", value=arn, description="State machine")
        CfnOutput(self, f"{name}StartCommand", value=start, description="Starts an execution; no input is needed")

    def _add_object_outputs(self, locations: Mapping[str, S3Location]) -> None:
        CfnOutput(self, "BucketName", value=self.bucket.bucket_name, description="Bucket for code and data")
        for name, location in locations.items():
            CfnOutput(self, name, value=location.uri)
