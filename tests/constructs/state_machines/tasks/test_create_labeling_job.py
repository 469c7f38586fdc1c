"""Labeling job: the documented example, and a policy for a rule whose name is not published."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn

from sagemaker_workflows import HumanTask, InvalidParameterError, JobName, S3Location, SageMakerCreateLabelingJob

BUCKET = "s3://<Bucket83908E77>"
FUNCTIONS = "arn:aws:lambda:us-west-2:123456789012:function"
WORKTEAM = "arn:aws:sagemaker:us-west-2:123456789012:workteam/private-crowd/ExampleTesting"
CLASSIFIERS = ["FreeOfPersonallyIdentifiableInformation", "FreeOfAdultContent"]


@pytest.fixture
def task(
    stack: cdk.Stack, role: iam.IRole, location: Callable[[str], S3Location]
) -> Callable[..., SageMakerCreateLabelingJob]:
    def make(human: dict[str, Any] | None = None, **options: Any) -> SageMakerCreateLabelingJob:
        human_task = HumanTask(
            **{
                "title": "Classify short bits of text",
                "description": "Classify the following text",
                "workteam_arn": WORKTEAM,
                "template": location("TextClassification.template"),
                "pre_function_arn": f"{FUNCTIONS}:PRE-TextMultiClass",
                "consolidation_function_arn": f"{FUNCTIONS}:ACS-TextMultiClass",
                "keywords": ["tc", "Labeling"],
                **(human or {}),
            }
        )
        return SageMakerCreateLabelingJob(
            stack,
            "Label",
            labeling_job_name=JobName.unique("demo-label"),
            role=role,
            manifest=location("manifest.json"),
            output=location("output/"),
            label_attribute_name="Categories",
            human_task=human_task,
            label_categories=location("labelcategories.json"),
            integration_pattern=sfn.IntegrationPattern.RUN_JOB,
            **options,
        )

    return make


def test_the_documented_example(task: Callable[..., Any], machine: Callable[..., Any]) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html"""
    labeling = task(max_labeled_objects=10_000, max_labeled_percentage=100, content_classifiers=CLASSIFIERS)
    state = machine(labeling).definition()["States"]["Label"]
    assert state["Resource"] == "arn:aws:states:::sagemaker:createLabelingJob.sync"
    assert state["Parameters"].pop("LabelingJobName.$").startswith("States.Format('demo-label-{}', States.Hash(")
    assert state["Parameters"] == {
        "HumanTaskConfig": {
            "AnnotationConsolidationConfig": {"AnnotationConsolidationLambdaArn": f"{FUNCTIONS}:ACS-TextMultiClass"},
            "NumberOfHumanWorkersPerDataObject": 1,
            "PreHumanTaskLambdaArn": f"{FUNCTIONS}:PRE-TextMultiClass",
            "TaskDescription": "Classify the following text",
            "TaskKeywords": ["tc", "Labeling"],
            "TaskTimeLimitInSeconds": 300,
            "TaskTitle": "Classify short bits of text",
            "UiConfig": {"UiTemplateS3Uri": f"{BUCKET}/TextClassification.template"},
            "WorkteamArn": WORKTEAM,
        },
        "InputConfig": {
            "DataAttributes": {"ContentClassifiers": CLASSIFIERS},
            "DataSource": {"S3DataSource": {"ManifestS3Uri": f"{BUCKET}/manifest.json"}},
        },
        "LabelAttributeName": "Categories",
        "LabelCategoryConfigS3Uri": f"{BUCKET}/labelcategories.json",
        "OutputConfig": {"S3OutputPath": f"{BUCKET}/output"},
        "RoleArn": "arn:aws:iam::123456789012:role/job",
        "StoppingConditions": {"MaxHumanLabeledObjectCount": 10_000, "MaxPercentageOfInputDatasetLabeled": 100},
    }


def test_rules_are_written_only_as_managed_rules_of_step_functions(
    task: Callable[..., Any], machine: Callable[..., Any]
) -> None:
    rules = ["arn:aws:events:us-east-1:123456789012:rule/StepFunctionsGetEventsForSageMaker*"]
    statements = machine(task()).statements("MachineRole")
    assert [each for each in statements if each["Action"][0].startswith("events:")] == [
        {
            "Effect": "Allow",
            "Action": ["events:PutRule", "events:PutTargets"],
            "Resource": rules,
            "Condition": {"StringEquals": {"events:ManagedBy": "states.amazonaws.com"}},
        },
        # Reads only, and does not know the condition key.
        {"Effect": "Allow", "Action": ["events:DescribeRule"], "Resource": rules},
    ]


def test_a_template_may_be_one_that_aws_keeps(task: Callable[..., Any], machine: Callable[..., Any]) -> None:
    arn = "arn:aws:sagemaker:us-west-2:394669845002:human-task-ui/VideoObjectDetection"
    parameters = machine(task({"template": arn})).definition()["States"]["Label"]["Parameters"]
    assert parameters["HumanTaskConfig"]["UiConfig"] == {"HumanTaskUiArn": arn}


@pytest.mark.parametrize(
    ("human", "message"),
    [
        ({"workers_per_object": 10}, r"NumberOfHumanWorkersPerDataObject: is 10; write at most 9"),
        ({"workteam_arn": "crowd"}, r"WorkteamArn: 'crowd' does not match .*\(pattern\)"),
        ({"time_limit": cdk.Duration.seconds(5)}, r"TaskTimeLimitInSeconds: is 5; write at least 30"),
    ],
)
def test_what_sagemaker_would_refuse_stops_the_synthesis(
    task: Callable[..., Any], human: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidParameterError, match=rf"^Stack/Label: HumanTaskConfig.{message}"):
        task(human)
