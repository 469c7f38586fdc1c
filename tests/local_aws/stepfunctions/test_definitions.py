from __future__ import annotations

from typing import Any

import botocore.session
import pytest

from local_aws.stepfunctions import definitions

SERVICE_MODEL = botocore.session.get_session().get_service_model("sagemaker")
SAGEMAKER = "arn:aws:states:::sagemaker:"


def machine(**states: Any) -> dict[str, Any]:
    return {"StartAt": next(iter(states)), "States": states}


def task(resource: str, **parameters: Any) -> dict[str, Any]:
    return {"Type": "Task", "Resource": resource, "Parameters": parameters, "End": True}


@pytest.mark.parametrize(
    "action",
    [
        "createProcessingJob.sync",
        "createTrainingJob",
        "createTransformJob.sync",
        "createHyperParameterTuningJob.sync",
        "createLabelingJob.sync",
        "createModel",
        "createEndpointConfig",
        "createEndpoint",
        "updateEndpoint",
    ],
)
def test_integrations_that_step_functions_has_are_legal(action: str) -> None:
    assert not [*definitions.illegal_tasks(machine(A=task(SAGEMAKER + action)), SERVICE_MODEL)]


@pytest.mark.parametrize(
    "action", ["createModel.sync", "createTrainingJob.waitForTaskToken", "createTrainingJob.sync:2", "deleteModel"]
)
def test_integrations_that_step_functions_lacks_are_not_recognized(action: str) -> None:
    [problem] = definitions.illegal_tasks(machine(A=task(SAGEMAKER + action)), SERVICE_MODEL)
    assert problem == f"The resource provided {SAGEMAKER}{action} is not recognized at /States/A/Resource"


def test_a_field_that_the_api_does_not_know_is_named_wherever_it_stands() -> None:
    branch = machine(B=task(SAGEMAKER + "createModel", PrimaryContainer={"Imagine": "x", "Environment": {"ANY": "y"}}))
    parallel = {"Type": "Parallel", "Branches": [branch], "End": True}
    [problem] = definitions.illegal_tasks(machine(A=parallel), SERVICE_MODEL)
    assert problem == 'The field "Imagine" is not supported by Step Functions at /States/B'


def test_a_field_with_a_path_is_known_by_its_name_without_the_suffix() -> None:
    state = task(SAGEMAKER + "createModel", **{"ModelName.$": "$.name", "ExecutionRoleArn": "arn"})
    assert not [*definitions.illegal_tasks(machine(A=state), SERVICE_MODEL)]


def test_sync_tasks_need_the_rule_of_their_job_kind() -> None:
    definition = machine(
        A=task(SAGEMAKER + "createTrainingJob.sync"),
        B=task(SAGEMAKER + "createProcessingJob"),
        C={"Type": "Map", "ItemProcessor": machine(D=task(SAGEMAKER + "createTransformJob.sync")), "End": True},
    )
    assert definitions.managed_rules(definition) == {
        "StepFunctionsGetEventsForSageMakerTrainingJobsRule",
        "StepFunctionsGetEventsForSageMakerTransformJobsRule",
    }


def test_an_integration_that_the_local_aws_does_not_run_is_named() -> None:
    [problem] = definitions.unsupported_locally(machine(A=task("arn:aws:states:::elasticmapreduce:addStep.sync")))
    assert problem == "the local AWS has no integration arn:aws:states:::elasticmapreduce:addStep.sync (state A)"


@pytest.mark.parametrize(
    ("states", "problem"),
    [
        ({"A": {"Type": "Pass", "Next": "B"}}, "Missing 'Next' target: B at /States/A"),
        ({"A": {"Type": "Choice", "Choices": [{"Next": "B"}]}}, "Missing 'Next' target: B at /States/A"),
        ({"A": {"Type": "Choice", "Choices": [], "Default": "B"}}, "Missing 'Default' target: B at /States/A"),
        ({"A": {"Type": "Pass"}}, "the state has neither Next nor End at /States/A"),
        (
            {"A": {"Type": "Map", "ItemProcessor": {"StartAt": "X", "States": {}}, "End": True}},
            "Missing 'StartAt' target: X at /States/A/StartAt",
        ),
    ],
)
def test_a_transition_that_leads_nowhere_is_found(states: dict[str, Any], problem: str) -> None:
    assert [*definitions.missing_transitions(machine(**states))] == [problem]
