"""What all steps have in common that are training jobs to the service."""

from __future__ import annotations

from typing import ClassVar

from aws_cdk import aws_iam as iam

from sagemaker_rules.actions import CREATE_TRAINING_JOB
from sagemaker_workflows.pipelines.permissions import PIPELINE_JOB_NAME_PATTERN, action_statements
from sagemaker_workflows.pipelines.retries import JOB_EXCEPTIONS
from sagemaker_workflows.pipelines.step import Operation, PipelineStep


class TrainingJobStep(PipelineStep):
    """Base of the steps that run a training job."""

    TYPE: ClassVar[str] = "Training"
    OPERATION: ClassVar[Operation | None] = Operation("CreateTrainingJob", ("TrainingJobName",))
    DESCRIBE: ClassVar[str | None] = "DescribeTrainingJob"
    RETRYABLE: ClassVar[frozenset[str]] = JOB_EXCEPTIONS

    @property
    def job_names(self) -> str:
        """Pattern of the names of the step's jobs."""
        return PIPELINE_JOB_NAME_PATTERN

    def statements(self) -> list[iam.PolicyStatement]:
        """The training job."""
        return action_statements(self, CREATE_TRAINING_JOB, name=self.job_names, role_arns=self._role_arns)
