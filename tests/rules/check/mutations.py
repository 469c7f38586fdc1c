"""Single mistakes in legal definitions, and where and as what the check must find each."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

REMOVED = object()

TRAIN = ("training_with_retry_and_catch", "SageMaker CreateTrainingJob")
PROCESS = ("processing_with_validation", "SageMaker CreateProcessingJob Sync")
LABEL = ("labeling_with_validation", "SageMaker CreateLabelingJob")
TRANSFORM = ("transform_with_validation", "SageMaker CreateTransformJob")
TUNE = ("tuning_model_transform", "HyperparameterTuning (XGBoost)")
SAVE = ("train_and_batch_transform", "Save Model")
CONFIG = ("endpoint", "Create configuration")
CREATE = ("endpoint", "Create endpoint")
UPDATE = ("endpoint", "Update endpoint")
DESCRIBE = ("endpoint", "Describe")
JSONATA = ("jsonata", "Train")

S = "arn:aws:states:::sagemaker:"
DAY = 86_400


@dataclass(frozen=True)
class Mutation:
    """One mistake.

    Args:
        where: Definition and state.
        keys: Path to the changed field, separated by slashes, from the state.
        value: What is put there, or REMOVED.
        rule: Rule that must find it.
        found_at: Path of the finding, where it is not that of the changed field.
        state: State of the finding, where it is not the changed one.
    """

    where: tuple[str, str]
    keys: str
    value: Any
    rule: str
    found_at: str | None = None
    state: str | None = None

    @property
    def id(self) -> str:
        what = "removed" if self.value is REMOVED else repr(self.value)[-32:]
        return f"{self.where[1]}-{self.keys}-{what}".replace(" ", "_")

    def apply(self, definition: dict[str, Any]) -> dict[str, Any]:
        """The definition with the mistake."""
        mutant = copy.deepcopy(definition)
        *path, last = [int(key) if key.isdigit() else key for key in self.keys.split("/")]
        target: Any = mutant["States"][self.where[1]]
        for key in path:
            target = target[key]
        if self.value is REMOVED:
            del target[last]
        else:
            target[last] = self.value
        return mutant


def _parameters(where: tuple[str, str], rows: list[tuple[Any, ...]]) -> list[Mutation]:
    """Mutations of a request; their last item, where given, is the path in the request at which they are found."""
    found = ((field, value, rule, f"Parameters.{at[0]}" if at else None) for field, value, rule, *at in rows)
    return [Mutation(where, f"Parameters/{field}", value, rule, at) for field, value, rule, at in found]


CHANNEL = {
    "ChannelName": "train",
    "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://amzn-s3-demo-bucket/again"}},
}

TWICE = {"InputName": "a"}

MUTATIONS = [
    # --- training ---
    *_parameters(
        TRAIN,
        [
            ("TrainingJobName", REMOVED, "required"),
            ("TrainingJobName", "my_job", "pattern"),
            ("TrainingJobName", "a" * 64, "max"),
            ("TrainingJobName", "$$.Execution.Name", "pattern"),
            ("RoleArn", "arn:aws:iam::1234567890:role/ten-digits", "pattern"),
            ("RoleArn", REMOVED, "required"),
            ("roleArn", "arn:aws:iam::123456789012:role/job", "unknown"),
            ("Hyperparameters", {}, "unknown"),
            ("HyperParameters/epochs", 5, "type", "HyperParameters['epochs']"),
            ("HyperParameters/epochs.$", "epochs", "path", "HyperParameters['epochs.$']"),
            ("AlgorithmSpecification", REMOVED, "algorithm"),
            ("AlgorithmSpecification/TrainingInputMode", "file", "enum"),
            ("AlgorithmSpecification/TrainingImage", REMOVED, "algorithm"),
            ("ResourceConfig", REMOVED, "instances"),
            ("ResourceConfig/InstanceCount", "4", "type"),
            ("ResourceConfig/InstanceCount", 0, "instance-count"),
            ("ResourceConfig/InstanceType", "m5.xlarge", "enum"),
            ("ResourceConfig/VolumeSizeInGB", 0, "volume-size"),
            ("StoppingCondition/MaxRuntimeInSeconds", 0, "min"),
            ("StoppingCondition/MaxRuntimeInSeconds", 400 * DAY, "training-runtime"),
            ("StoppingCondition/MaxWaitTimeInSeconds", 200_000, "spot-wait-time"),
            ("EnableManagedSpotTraining", True, "spot-wait-time", "StoppingCondition.MaxWaitTimeInSeconds"),
            ("OutputDataConfig/S3OutputPath", "amzn-s3-demo-bucket/model", "pattern"),
            ("InputDataConfig", [], "min"),
            ("InputDataConfig", [CHANNEL, CHANNEL], "channel-twice", "InputDataConfig[1].ChannelName"),
            ("InputDataConfig/0/DataSource/S3DataSource/S3DataType", "Prefix", "enum"),
            ("Tags", {"team": "search"}, "type"),
        ],
    ),
    Mutation(TRAIN, "Resource", f"{S}createTrainingJobs.sync", "action"),
    Mutation(TRAIN, "Resource", f"{S}CreateTrainingJob.sync", "action"),
    Mutation(TRAIN, "Resource", f"{S}createTrainingJob.sync:2", "integration-pattern"),
    Mutation(TRAIN, "Resource", f"{S}createTrainingJob.waitForTaskToken", "integration-pattern"),
    Mutation(TRAIN, "Resource", "arn:aws:states:eu-west-1:123456789012:sagemaker:createTrainingJob.sync", "resource"),
    Mutation(TRAIN, "Parameters", REMOVED, "required", "Parameters.RoleArn"),
    Mutation(TRAIN, "Next", "Delete Interim Data", "transition"),
    Mutation(TRAIN, "Next", REMOVED, "transition", ""),
    Mutation(TRAIN, "Next", ["Delete Interim Data Job"], "transition"),
    Mutation(TRAIN, "End", True, "transition"),
    Mutation(TRAIN, "Next", "Sagemaker Training Job Error", "unreachable", "", "Delete Interim Data Job"),
    Mutation(TRAIN, "Catch/0/Next", "Error", "transition"),
    Mutation(TRAIN, "Catch/0/ErrorEquals", ["States.ALL", "States.Timeout"], "states-all"),
    Mutation(TRAIN, "Catch/0/ResultPath", "cause", "path"),
    Mutation(TRAIN, "Retry/0/ErrorEquals", ["States.ALL"], "states-all"),
    Mutation(TRAIN, "Retry/2/ErrorEquals", ["States.TaskFailed"], "reused-name"),
    Mutation(TRAIN, "Retry/0/BackoffRate", 0.5, "field-bounds"),
    Mutation(TRAIN, "Retry/0/MaxAttempts", -1, "field-bounds"),
    Mutation(TRAIN, "Retry/0/MaxAttempt", 3, "field-not-allowed"),
    Mutation(TRAIN, "Retry/0/ErrorEquals", [], "field-missing"),
    Mutation(TRAIN, "Retry", {"ErrorEquals": ["States.Timeout"]}, "shape"),
    Mutation(TRAIN, "Type", "task", "state-type"),
    Mutation(TRAIN, "TimeoutSeconds", "3600", "field-type"),
    Mutation(TRAIN, "ResultPath", "$.jobs[*]", "path"),
    Mutation(TRAIN, "Paramaters", {}, "field-not-allowed"),
    # --- processing ---
    *_parameters(
        PROCESS,
        [
            ("ProcessingJobName.$", REMOVED, "required", "ProcessingJobName"),
            ("ProcessingJobName.$", "$.id x", "path"),
            ("ProcessingJobName.$", "States.Formats('job-{}', $.id)", "intrinsic-function"),
            ("ProcessingJobName.$", "States.Format('job_{}', $.id)", "pattern"),
            ("ProcessingJobName.$", "States.Format('job-{}', States.Hash($.id, 'SHA-256'))", "max"),
            ("ProcessingJobName.$", 7, "path"),
            ("ProcessingJobName", "{% $.id %}", "query-language"),
            ("AppSpecification/ImageUri", REMOVED, "required"),
            ("AppSpecification/ContainerEntrypoint", "python3 transform.py", "type"),
            ("ProcessingResources/ClusterConfig", REMOVED, "required"),
            ("ProcessingResources/ClusterConfig/InstanceCount", 101, "max"),
            ("ProcessingResources/ClusterConfig/VolumeSizeInGB", 0, "min"),
            ("ProcessingResources/ClusterConfig/InstanceType", "ml.t3.huge", "enum"),
            ("ProcessingResources/ClusterConfig/InstanceType", REMOVED, "instances"),
            ("ProcessingInputs", [TWICE, TWICE], "processing-name-twice", "ProcessingInputs[1].InputName"),
            ("StoppingCondition", {"MaxRuntimeInSeconds": 400 * DAY}, "max", "StoppingCondition.MaxRuntimeInSeconds"),
            ("Environment", {"N": 1}, "type", "Environment['N']"),
        ],
    ),
    Mutation(PROCESS, "Arguments", {}, "query-language"),
    # --- labeling ---
    *_parameters(
        LABEL,
        [
            ("LabelAttributeName", REMOVED, "required"),
            ("LabelAttributeName", "class-metadata", "label-name"),
            ("HumanTaskConfig/NumberOfHumanWorkersPerDataObject", 10, "max"),
            ("HumanTaskConfig/TaskTimeLimitInSeconds", 5, "min"),
            ("HumanTaskConfig/TaskKeywords", [], "min"),
            ("StoppingConditions/MaxPercentageOfInputDatasetLabeled", 101, "max"),
            ("InputConfig/DataAttributes/ContentClassifiers/0", "Free", "enum"),
        ],
    ),
    # --- transform ---
    *_parameters(
        TRANSFORM,
        [
            ("ModelName", REMOVED, "required"),
            ("TransformInput/CompressionType", "Zip", "enum"),
            ("BatchStrategy", "Multi", "enum"),
            ("MaxPayloadInMB", 101, "payload"),
            ("TransformResources/InstanceCount", 101, "instance-count"),
            ("TransformJobName", "x" * 64, "max"),
        ],
    ),
    # --- tuning ---
    *_parameters(
        TUNE,
        [
            ("HyperParameterTuningJobName", "a" * 33, "max"),
            ("HyperParameterTuningJobName.$", "States.Format('tune-{}', States.UUID())", "max"),
            ("HyperParameterTuningJobConfig/Strategy", "Bayes", "enum"),
            ("HyperParameterTuningJobConfig/ResourceLimits/MaxParallelTrainingJobs", 3, "tuning-limits"),
            ("HyperParameterTuningJobConfig/ResourceLimits/MaxParallelTrainingJobs", REMOVED, "required"),
            ("HyperParameterTuningJobConfig/ParameterRanges/IntegerParameterRanges/0/MinValue", 11, "type"),
            ("HyperParameterTuningJobConfig/ParameterRanges/IntegerParameterRanges/0/MinValue", "11", "range-order"),
            ("TrainingJobDefinition", REMOVED, "tuning-definition"),
            ("TrainingJobDefinition/ResourceConfig/VolumeSizeInGB", 0, "volume-size"),
            ("TrainingJobDefinition/StoppingCondition/MaxRuntimeInSeconds", 29 * DAY, "training-runtime"),
            ("TrainingJobDefinition/HyperParameters", {}, "unknown"),
        ],
    ),
    # --- model ---
    Mutation(SAVE, "Resource", f"{S}createModel.sync", "integration-pattern"),
    Mutation(SAVE, "Parameters/ModelName.$", REMOVED, "required", "Parameters.ModelName"),
    Mutation(SAVE, "Parameters/PrimaryContainer", REMOVED, "model-container"),
    Mutation(SAVE, "Parameters/PrimaryContainer/Image", REMOVED, "model-image"),
    Mutation(SAVE, "Parameters/Containers", [{"Image": "registry/image:1"}], "model-container"),
    Mutation(SAVE, "Parameters/PrimaryContainer/Mode", "Single", "enum"),
    Mutation(SAVE, "Parameters/ExecutionRole", "arn:aws:iam::123456789012:role/job", "unknown"),
    # --- endpoint configuration, endpoint, update ---
    Mutation(CONFIG, "Resource", f"{S}createEndpointConfig.sync", "integration-pattern"),
    Mutation(CONFIG, "Parameters/ProductionVariants", [], "min"),
    Mutation(CONFIG, "Parameters/ProductionVariants/0/InstanceType", REMOVED, "variant-instances"),
    Mutation(CONFIG, "Parameters/ProductionVariants/0/InitialInstanceCount", 0, "min"),
    Mutation(CONFIG, "Parameters/ProductionVariants/0/InitialVariantWeight", "1", "type"),
    Mutation(CREATE, "Resource", f"{S}createEndpoint.sync", "integration-pattern"),
    Mutation(CREATE, "Parameters/EndpointConfigName", REMOVED, "required"),
    Mutation(CREATE, "Parameters/EndpointName", "churn_1", "pattern"),
    Mutation(UPDATE, "Resource", f"{S}updateEndpoint.waitForTaskToken", "integration-pattern"),
    Mutation(UPDATE, "Parameters/RetainAllVariantProperties", "false", "type"),
    Mutation(UPDATE, "Parameters/DeploymentConfig/AutoRollbackConfiguration/Alarms/0/AlarmName", 7, "type"),
    # --- what stands around the tasks ---
    Mutation(DESCRIBE, "Resource", "arn:aws:states:::aws-sdk:sagemaker:describeEndpoints", "action"),
    Mutation(DESCRIBE, "Resource", "arn:aws:states:::aws-sdk:sagemaker:describeEndpoint.sync", "integration-pattern"),
    Mutation(DESCRIBE, "Parameters/Name", "churn", "unknown"),
    Mutation(("endpoint", "In service?"), "Choices/0/Next", "Finished", "transition"),
    Mutation(("endpoint", "In service?"), "Default", "Fail", "transition"),
    Mutation(("endpoint", "In service?"), "Choices", [], "field-missing"),
    Mutation(("endpoint", "In service?"), "Choices/0/Variable", "EndpointStatus", "path"),
    Mutation(("endpoint", "In service?"), "Choices/0/StringEqual", "x", "choice-rule"),
    Mutation(("endpoint", "Wait"), "Seconds", "60", "field-type"),
    Mutation(("endpoint", "Done"), "Next", "Failed", "field-not-allowed"),
    # --- JSONata ---
    Mutation(JSONATA, "Arguments/TrainingJobName.$", "$.name", "query-language"),
    Mutation(JSONATA, "Arguments/RoleArn", "{% $states.input.role", "jsonata-delimiters"),
    Mutation(JSONATA, "Arguments/ResourceConfig/InstanceType", "big", "enum"),
    Mutation(JSONATA, "ResultPath", "$.x", "query-language"),
    Mutation(JSONATA, "Arguments", "request", "field-type"),
]
