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
        role_field: Request field that holds the execution role, if the action passes one at the top level.
        stop: API operation that stops the job; None where the action has no ``.sync``.
        sync_rule: Managed EventBridge rule that ``.sync`` needs, ``*`` at its end where the name is not published; None
            where the action has no ``.sync``.
        child_type: Resource type of the jobs that SageMaker starts on behalf of this one, and tags like it.
        config_field: Request field with the name of an endpoint configuration, which IAM checks as well.
        takes_tags: Whether the request has tags.
    """

    name: str
    resource_type: str
    name_field: str
    role_field: str | None = None
    stop: str | None = None
    sync_rule: str | None = None
    child_type: str | None = None
    config_field: str | None = None
    takes_tags: bool = True

    @property
    def operation(self) -> str:
        """API operation, as in ``CreateTrainingJob``."""
        return self.name[0].upper() + self.name[1:]

    @property
    def noun(self) -> str:
        """What the action is about, as in ``TrainingJob``."""
        return self.operation.removeprefix("Create").removeprefix("Update")

    @property
    def describe(self) -> str:
        """API operation that ``.sync`` polls, as in ``DescribeTrainingJob``."""
        return f"Describe{self.noun}"

    @property
    def supports_sync(self) -> bool:
        """Whether Step Functions can wait for the job (``.sync``)."""
        return self.stop is not None


# Actions and patterns: https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html, which names the
# rules for training and transform; those for processing and tuning stand in AWS's Step Functions Data Science SDK; that
# for labeling is published nowhere.
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
    stop="StopHyperParameterTuningJob",
    sync_rule="StepFunctionsGetEventsForSageMakerTuningJobsRule",
    child_type="training-job",
)
CREATE_LABELING_JOB = SageMakerAction(
    name="createLabelingJob",
    resource_type="labeling-job",
    name_field="LabelingJobName",
    role_field="RoleArn",
    stop="StopLabelingJob",
    sync_rule="StepFunctionsGetEventsForSageMaker*",
)
CREATE_ENDPOINT_CONFIG = SageMakerAction(
    name="createEndpointConfig",
    resource_type="endpoint-config",
    name_field="EndpointConfigName",
    role_field="ExecutionRoleArn",
)
CREATE_ENDPOINT = SageMakerAction(
    name="createEndpoint",
    resource_type="endpoint",
    name_field="EndpointName",
    config_field="EndpointConfigName",
)
UPDATE_ENDPOINT = SageMakerAction(
    name="updateEndpoint",
    resource_type="endpoint",
    name_field="EndpointName",
    config_field="EndpointConfigName",
    takes_tags=False,
)

#: Every action that Step Functions has for SageMaker.
ACTIONS: tuple[SageMakerAction, ...] = (
    CREATE_PROCESSING_JOB,
    CREATE_TRAINING_JOB,
    CREATE_TRANSFORM_JOB,
    CREATE_HYPER_PARAMETER_TUNING_JOB,
    CREATE_LABELING_JOB,
    CREATE_MODEL,
    CREATE_ENDPOINT_CONFIG,
    CREATE_ENDPOINT,
    UPDATE_ENDPOINT,
)
