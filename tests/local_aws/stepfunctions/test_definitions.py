from __future__ import annotations

from typing import Any

from local_aws.stepfunctions import definitions

SAGEMAKER = "arn:aws:states:::sagemaker:"


def machine(**states: Any) -> dict[str, Any]:
    return {"StartAt": next(iter(states)), "States": states}


def task(resource: str, **parameters: Any) -> dict[str, Any]:
    return {"Type": "Task", "Resource": resource, "Parameters": parameters, "End": True}


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
