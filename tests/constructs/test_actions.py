"""Actions as data, compared with what botocore knows of the API and what the service documents."""

from __future__ import annotations

import pytest

from sagemaker_workflows import (
    CREATE_MODEL,
    CREATE_PROCESSING_JOB,
    CREATE_TRAINING_JOB,
    CREATE_TRANSFORM_JOB,
    SageMakerAction,
)
from sagemaker_workflows._api_model import input_shape

ACTIONS = [CREATE_PROCESSING_JOB, CREATE_TRAINING_JOB, CREATE_TRANSFORM_JOB, CREATE_MODEL]
JOBS = [CREATE_PROCESSING_JOB, CREATE_TRAINING_JOB, CREATE_TRANSFORM_JOB]


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_name_and_role_are_fields_of_the_request(action: SageMakerAction) -> None:
    members = input_shape(action.operation).members
    assert action.name_field in members
    roles = [field for field in members if field.endswith("RoleArn")]
    assert roles == ([action.role_field] if action.role_field else [])


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
        (CREATE_MODEL, None),
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
        (CREATE_MODEL, "model"),
    ],
)
def test_resource_type_is_that_of_the_arn(action: SageMakerAction, resource_type: str) -> None:
    # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
    assert action.resource_type == resource_type
