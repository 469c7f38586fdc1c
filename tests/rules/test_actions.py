"""Actions as data, compared with what botocore knows of the API and what the service documents."""

from __future__ import annotations

from typing import Any

import pytest

from sagemaker_rules.service_model import input_shape
from sagemaker_workflows import (
    ACTIONS,
    CREATE_ENDPOINT,
    CREATE_ENDPOINT_CONFIG,
    CREATE_HYPER_PARAMETER_TUNING_JOB,
    CREATE_LABELING_JOB,
    CREATE_MODEL,
    CREATE_PROCESSING_JOB,
    CREATE_TRAINING_JOB,
    CREATE_TRANSFORM_JOB,
    UPDATE_ENDPOINT,
    SageMakerAction,
)

JOBS = [action for action in ACTIONS if action.supports_sync]


def test_there_are_nine() -> None:
    # https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html
    assert {action.name for action in ACTIONS} == {
        "createEndpoint",
        "createEndpointConfig",
        "createHyperParameterTuningJob",
        "createLabelingJob",
        "createModel",
        "createProcessingJob",
        "createTrainingJob",
        "createTransformJob",
        "updateEndpoint",
    }


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_name_role_configuration_and_tags_are_fields_of_the_request(action: SageMakerAction) -> None:
    shape: Any = input_shape(action.operation)
    members = shape.members
    assert action.name_field in members
    roles = [field for field in members if field.endswith("RoleArn")]
    assert roles == ([action.role_field] if action.role_field else [])
    assert ("Tags" in members) is action.takes_tags
    names_a_config = "EndpointConfigName" in members and action.name_field != "EndpointConfigName"
    assert action.config_field == ("EndpointConfigName" if names_a_config else None)


@pytest.mark.parametrize("action", JOBS, ids=lambda action: action.name)
def test_describe_and_stop_are_operations_that_take_the_name(action: SageMakerAction) -> None:
    assert action.stop is not None
    for operation in (action.describe, action.stop):
        assert action.name_field in input_shape(operation).required_members


@pytest.mark.parametrize(
    ("action", "rule"),
    [
        (CREATE_PROCESSING_JOB, "StepFunctionsGetEventsForSageMakerProcessingJobsRule"),
        (CREATE_TRAINING_JOB, "StepFunctionsGetEventsForSageMakerTrainingJobsRule"),
        (CREATE_TRANSFORM_JOB, "StepFunctionsGetEventsForSageMakerTransformJobsRule"),
        (CREATE_HYPER_PARAMETER_TUNING_JOB, "StepFunctionsGetEventsForSageMakerTuningJobsRule"),
        (CREATE_LABELING_JOB, "StepFunctionsGetEventsForSageMaker*"),
        (CREATE_MODEL, None),
        (CREATE_ENDPOINT_CONFIG, None),
        (CREATE_ENDPOINT, None),
        (UPDATE_ENDPOINT, None),
    ],
)
def test_only_jobs_can_be_waited_for_and_each_kind_has_its_managed_rule(
    action: SageMakerAction, rule: str | None
) -> None:
    assert action.sync_rule == rule
    assert action.supports_sync is (rule is not None)


@pytest.mark.parametrize(
    ("action", "resource_type"),
    [
        (CREATE_PROCESSING_JOB, "processing-job"),
        (CREATE_TRAINING_JOB, "training-job"),
        (CREATE_TRANSFORM_JOB, "transform-job"),
        (CREATE_HYPER_PARAMETER_TUNING_JOB, "hyper-parameter-tuning-job"),
        (CREATE_LABELING_JOB, "labeling-job"),
        (CREATE_MODEL, "model"),
        (CREATE_ENDPOINT_CONFIG, "endpoint-config"),
        (CREATE_ENDPOINT, "endpoint"),
        (UPDATE_ENDPOINT, "endpoint"),
    ],
)
def test_resource_type_is_that_of_the_arn(action: SageMakerAction, resource_type: str) -> None:
    # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
    assert action.resource_type == resource_type
