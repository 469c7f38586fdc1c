"""What differs between the SageMaker actions that Step Functions can call, as data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SageMakerAction:
    """One action of the optimized SageMaker integration.

    Args:
        name: Name in the Resource of a task state, as in ``createTrainingJob``.
        resource_type: Resource type in ARNs, as in ``training-job``.
        name_field: Request field that holds the name.
        role_field: Request field that holds the execution role, if the action passes one.
        stop: API operation that stops the job; None where the action has no ``.sync``.
        sync_rule: Managed EventBridge rule that ``.sync`` needs; None where the action has no ``.sync``.
    """

    name: str
    resource_type: str
    name_field: str
    role_field: str | None = None
    stop: str | None = None
    sync_rule: str | None = None

    @property
    def operation(self) -> str:
        """API operation, as in ``CreateTrainingJob``."""
        return self.name[0].upper() + self.name[1:]

    @property
    def describe(self) -> str:
        """API operation that ``.sync`` polls, as in ``DescribeTrainingJob``."""
        return self.operation.replace("Create", "Describe", 1)

    @property
    def supports_sync(self) -> bool:
        """Whether Step Functions can wait for the job (``.sync``)."""
        return self.stop is not None


# Actions and patterns: https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html, which names the
# rules for training and transform; the one for processing stands in AWS's Step Functions Data Science SDK.
CREATE_PROCESSING_JOB = SageMakerAction(
    name="createProcessingJob",
    resource_type="processing-job",
    name_field="ProcessingJobName",
    role_field="RoleArn",
    stop="StopProcessingJob",
    sync_rule="StepFunctionsGetEventsForSageMakerProcessingJobsRule",
)
CREATE_TRAINING_JOB = SageMakerAction(
    name="createTrainingJob",
    resource_type="training-job",
    name_field="TrainingJobName",
    role_field="RoleArn",
    stop="StopTrainingJob",
    sync_rule="StepFunctionsGetEventsForSageMakerTrainingJobsRule",
)
CREATE_TRANSFORM_JOB = SageMakerAction(
    name="createTransformJob",
    resource_type="transform-job",
    name_field="TransformJobName",
    stop="StopTransformJob",
    sync_rule="StepFunctionsGetEventsForSageMakerTransformJobsRule",
)
CREATE_MODEL = SageMakerAction(
    name="createModel",
    resource_type="model",
    name_field="ModelName",
    role_field="ExecutionRoleArn",
)
CREATE_HYPER_PARAMETER_TUNING_JOB = SageMakerAction(
    name="createHyperParameterTuningJob",
    resource_type="hyper-parameter-tuning-job",
    name_field="HyperParameterTuningJobName",
    role_field=None,  # stands in each training job definition
    stop="StopHyperParameterTuningJob",
    sync_rule="StepFunctionsGetEventsForSageMakerTuningJobsRule",
)
CREATE_LABELING_JOB = SageMakerAction(
    name="createLabelingJob",
    resource_type="labeling-job",
    name_field="LabelingJobName",
    role_field="RoleArn",
    stop="StopLabelingJob",
    sync_rule=None,  # documented nowhere
)
CREATE_ENDPOINT_CONFIG = SageMakerAction(
    name="createEndpointConfig",
    resource_type="endpoint-config",
    name_field="EndpointConfigName",
    role_field="ExecutionRoleArn",
)
CREATE_ENDPOINT = SageMakerAction(name="createEndpoint", resource_type="endpoint", name_field="EndpointName")
UPDATE_ENDPOINT = SageMakerAction(name="updateEndpoint", resource_type="endpoint", name_field="EndpointName")
