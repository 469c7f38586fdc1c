"""What a late state or step may not ask for is told before anything starts."""

from __future__ import annotations

from typing import Any

import pytest

from local_aws.base.errors import NotSupportedLocallyError
from local_aws.sagemaker.field_rules import UNKNOWN
from local_aws.sagemaker.foresight import refusal
from local_aws.sagemaker.pipelines import availability
from local_aws.sagemaker.pipelines.definition import parse
from local_aws.stepfunctions.foresight import refusals

from .conftest import SKLEARN, XGBOOST
from .pipelines.conftest import document, step

TRANSFORM: dict[str, Any] = {
    "TransformJobName": UNKNOWN,
    "ModelName": UNKNOWN,
    "TransformInput": {"DataSource": {"S3DataSource": UNKNOWN}, "ContentType": "text/csv", "SplitType": "Line"},
    "TransformOutput": {"S3OutputPath": UNKNOWN, "AssembleWith": "Line"},
    "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
}
TRAINING: dict[str, Any] = {
    "AlgorithmSpecification": {"TrainingImage": XGBOOST, "TrainingInputMode": "File"},
    "ResourceConfig": {"InstanceType": UNKNOWN, "InstanceCount": 1, "VolumeSizeInGB": 1},
    "HyperParameters": UNKNOWN,
}
TENSORFLOW = "763104351884.dkr.ecr.us-east-1.amazonaws.com/tensorflow-training:2.13-cpu-py310"


@pytest.mark.parametrize(
    ("operation", "request_", "reason"),
    [
        ("CreateTransformJob", TRANSFORM, None),
        ("CreateTransformJob", {**TRANSFORM, "DataProcessing": {"InputFilter": "$[1:]"}}, None),
        ("CreateTransformJob", {**TRANSFORM, "DataProcessing": {"InputFilter": UNKNOWN}}, None),
        ("CreateTransformJob", {**TRANSFORM, "DataProcessing": {"InputFilter": "$..x"}}, "InputFilter"),
        ("CreateTransformJob", {**TRANSFORM, "DataCaptureConfig": {"DestinationS3Uri": UNKNOWN}}, "DataCaptureConfig"),
        ("CreateTransformJob", {**TRANSFORM, "TransformResources": {"InstanceCount": 2}}, "InstanceCount = 2"),
        ("CreateTransformJob", {**TRANSFORM, "TransformResources": {"InstanceCount": UNKNOWN}}, None),
        ("CreateTrainingJob", TRAINING, None),
        ("CreateTrainingJob", {**TRAINING, "InputDataConfig": [{"InputMode": "Pipe"}]}, "InputMode = Pipe"),
        (
            "CreateTrainingJob",
            {**TRAINING, "AlgorithmSpecification": {"TrainingImage": TENSORFLOW}, "HyperParameters": {}},
            "tensorflow-training",
        ),
        (
            "CreateProcessingJob",
            {"AppSpecification": {"ImageUri": TENSORFLOW, "ContainerEntrypoint": ["python3"]}},
            "tensorflow-training",
        ),
        ("CreateProcessingJob", {"AppSpecification": {"ImageUri": SKLEARN, "ContainerEntrypoint": UNKNOWN}}, None),
        ("CreateEndpointConfig", {"AsyncInferenceConfig": UNKNOWN}, "AsyncInferenceConfig"),
        (
            "CreateHyperParameterTuningJob",
            {"HyperParameterTuningJobConfig": UNKNOWN, "TrainingJobDefinition": UNKNOWN, "WarmStartConfig": UNKNOWN},
            "WarmStartConfig",
        ),
        ("CreateModel", {"PrimaryContainer": {"Image": TENSORFLOW}}, None),
        ("CreateTransformJob", {"TransformInput": "odd"}, None),
    ],
)
def test_a_request_is_refused_as_far_as_it_is_known(
    operation: str, request_: dict[str, Any], reason: str | None
) -> None:
    found = refusal(operation, request_)
    assert found is None if reason is None else reason in str(found)


def task(action: str, request: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"Type": "Task", "Resource": f"arn:aws:states:::sagemaker:{action}", "Parameters": request, **more}


BAD = task("createTransformJob.sync", {"ModelName.$": "$.m", "DataCaptureConfig": {}}, End=True)
GOOD = task("createTransformJob.sync", {"ModelName.$": "$.m", "MaxPayloadInMB": 1}, End=True)
JSONATA = {**BAD, "Arguments": {"ModelName": "{% $m %}", "TransformResources": {"InstanceCount": "{% 2 %}"}}}
CHOOSE = {"Type": "Choice", "Choices": [{"Variable": "$.x", "IsPresent": True, "Next": "Bad"}], "Default": "Good"}


def program(**states: Any) -> dict[str, Any]:
    return {"StartAt": next(iter(states)), "States": states}


@pytest.mark.parametrize(
    ("definition", "found"),
    [
        (program(First={"Type": "Pass", "Next": "Bad"}, Bad=BAD), [("Bad", True)]),
        (program(Good=GOOD), []),
        (program(Choose=CHOOSE, Good=GOOD, Bad=BAD), [("Bad", False)]),
        (program(Each={"Type": "Map", "ItemProcessor": program(Bad=BAD), "End": True}), [("Bad", True)]),
        (program(Both={"Type": "Parallel", "Branches": [program(Good=GOOD), program(Bad=BAD)]}), [("Bad", True)]),
        (program(Good={**GOOD, "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Bad"}]}, Bad=BAD), [("Bad", False)]),
        (program(Bad={key: value for key, value in JSONATA.items() if key != "Parameters"}), []),
    ],
)
def test_states_are_found_wherever_they_are(definition: dict[str, Any], found: list[tuple[str, bool]]) -> None:
    assert [(each.state, each.is_certain) for each in refusals(definition)] == found


LEGAL: dict[str, Any] = {
    "ModelName": "m",
    "TransformInput": {
        "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://b/in/"}},
        "ContentType": {"Get": "Parameters.Kind"},
        "SplitType": "Line",
    },
    "TransformOutput": {"S3OutputPath": "s3://b/out", "AssembleWith": "Line"},
    "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
}
RESOURCES = {"InstanceType": "ml.m5.large", "InstanceCount": {"Get": "Parameters.Count"}}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"DataCaptureConfig": {"DestinationS3Uri": "s3://b/c"}},
            "step 'Predict': CreateTransformJob: DataCaptureConfig",
        ),
        ({"TransformResources": RESOURCES}, "step 'Predict': CreateTransformJob: TransformResources.InstanceCount = 3"),
        ({"DataProcessing": {"JoinSource": "Input"}}, "ContentType = image/png"),
        ({"Environment": {"RUN": {"Get": "Execution.PipelineName"}}}, None),
    ],
)
def test_a_step_is_refused_before_the_pipeline_starts(changes: dict[str, Any], message: str | None) -> None:
    parameters = [{"Name": "Count", "Type": "Integer"}, {"Name": "Kind", "Type": "String"}]
    definition = parse(document(step("Predict", {**LEGAL, **changes}, "Transform"), parameters=parameters))
    values = {"Count": 3, "Kind": "image/png"}
    if message is None:
        availability.check(definition, (), values)
        return
    with pytest.raises(NotSupportedLocallyError, match=message):
        availability.check(definition, (), values)
