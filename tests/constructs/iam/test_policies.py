"""Statements for one task: exactly what it needs, on exactly its resources."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.aws_stepfunctions import IntegrationPattern

from sagemaker_workflows import (
    CREATE_ENDPOINT,
    CREATE_MODEL,
    CREATE_PROCESSING_JOB,
    CREATE_TRAINING_JOB,
    CREATE_TRANSFORM_JOB,
    JobName,
    SageMakerAction,
    SyncRule,
    UnsupportedIntegrationPatternError,
    task_statements,
)

ROLE = "arn:aws:iam::123456789012:role/job"
PASS_ROLE = {
    "Effect": "Allow",
    "Action": "iam:PassRole",
    "Resource": ROLE,
    "Condition": {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
}


@pytest.fixture(scope="module")
def scope() -> cdk.Stack:
    """A fixed region and account, so that ARNs can be read; the partition stays a token."""
    environment = cdk.Environment(region="eu-west-1", account="123456789012")
    return cdk.Stack(cdk.App(), "Policies", env=environment)


def statements(
    scope: cdk.Stack,
    action: SageMakerAction,
    pattern: IntegrationPattern = IntegrationPattern.RUN_JOB,
    name: JobName | None = None,
    roles: tuple[str, ...] = (ROLE,),
) -> list[dict[str, Any]]:
    name = name or JobName.unique("demo-job")
    made = task_statements(scope, action=action, pattern=pattern, name=name, role_arns=roles)
    return [rendered(scope, each) for each in made]


def rendered(scope: cdk.Stack, statement: Any) -> dict[str, Any]:
    document = scope.resolve(statement.to_statement_json())
    resource = document["Resource"]
    if isinstance(resource, dict):
        document["Resource"] = "".join("aws" if isinstance(part, dict) else part for part in resource["Fn::Join"][1])
    return dict(document)


def job(kind: str, *actions: str, name: str = "demo-job-*") -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Action": [f"sagemaker:{action}" for action in actions],
        "Resource": f"arn:aws:sagemaker:eu-west-1:123456789012:{kind}/{name}",
    }


def events(rule: str) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Action": ["events:PutTargets", "events:PutRule", "events:DescribeRule"],
        "Resource": f"arn:aws:events:eu-west-1:123456789012:rule/{rule}",
    }


def test_processing_job_that_is_waited_for(scope: cdk.Stack) -> None:
    assert statements(scope, CREATE_PROCESSING_JOB) == [
        job("processing-job", "CreateProcessingJob", "DescribeProcessingJob", "StopProcessingJob"),
        job("processing-job", "AddTags", "ListTags"),
        PASS_ROLE,
        events("StepFunctionsGetEventsForSageMakerProcessingJobsRule"),
    ]


def test_training_job_that_is_waited_for(scope: cdk.Stack) -> None:
    assert statements(scope, CREATE_TRAINING_JOB) == [
        job("training-job", "CreateTrainingJob", "DescribeTrainingJob", "StopTrainingJob"),
        job("training-job", "AddTags", "ListTags"),
        PASS_ROLE,
        events("StepFunctionsGetEventsForSageMakerTrainingJobsRule"),
    ]


def test_transform_job_that_is_waited_for_passes_no_role(scope: cdk.Stack) -> None:
    assert statements(scope, CREATE_TRANSFORM_JOB, roles=()) == [
        job("transform-job", "CreateTransformJob", "DescribeTransformJob", "StopTransformJob"),
        job("transform-job", "AddTags", "ListTags"),
        events("StepFunctionsGetEventsForSageMakerTransformJobsRule"),
    ]


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        (CREATE_PROCESSING_JOB, "processing-job"),
        (CREATE_TRAINING_JOB, "training-job"),
        (CREATE_TRANSFORM_JOB, "transform-job"),
        (CREATE_MODEL, "model"),
    ],
)
def test_request_response_grants_neither_describe_nor_stop_nor_events(
    scope: cdk.Stack, action: SageMakerAction, kind: str
) -> None:
    creation = {**job(kind, action.operation), "Action": f"sagemaker:{action.operation}"}
    assert statements(scope, action, IntegrationPattern.REQUEST_RESPONSE) == [
        creation,
        job(kind, "AddTags", "ListTags"),
        PASS_ROLE,
    ]


def test_static_name_gives_a_static_arn(scope: cdk.Stack) -> None:
    create, tags, *_ = statements(scope, CREATE_TRAINING_JOB, name=JobName.static("once"))
    assert create["Resource"] == tags["Resource"]
    assert create["Resource"].endswith(":training-job/once")


def test_several_roles_are_passed_one_by_one(scope: cdk.Stack) -> None:
    [pass_role] = [
        each
        for each in statements(scope, CREATE_MODEL, IntegrationPattern.REQUEST_RESPONSE, roles=(ROLE, f"{ROLE}2"))
        if each["Action"] == "iam:PassRole"
    ]
    assert pass_role["Resource"] == [ROLE, f"{ROLE}2"]


@pytest.mark.parametrize("action", [CREATE_TRAINING_JOB, CREATE_MODEL])
def test_task_tokens_are_refused(scope: cdk.Stack, action: SageMakerAction) -> None:
    with pytest.raises(UnsupportedIntegrationPatternError, match=r"^Policies: integration_pattern: .*write RUN_JOB or"):
        statements(scope, action, IntegrationPattern.WAIT_FOR_TASK_TOKEN)


def test_waiting_for_a_model_is_refused(scope: cdk.Stack) -> None:
    with pytest.raises(
        UnsupportedIntegrationPatternError, match=r"createModel has no RUN_JOB .*write REQUEST_RESPONSE"
    ):
        statements(scope, CREATE_MODEL)


class TestForARoleOfAnotherAccount:
    """What the role in a task's ``credentials`` needs."""

    OTHER = "222233334444"

    def test_resources_are_those_of_its_account(self, scope: cdk.Stack) -> None:
        name = JobName.static("houses-qa")
        made = task_statements(
            scope,
            action=CREATE_ENDPOINT,
            pattern=IntegrationPattern.REQUEST_RESPONSE,
            name=name,
            config_name=name,
            account=self.OTHER,
        )
        create, tag = (scope.resolve(each.to_statement_json()) for each in made)
        arns = [rendered_arn(each) for each in create["Resource"]]
        assert arns == [
            f"arn:aws:sagemaker:eu-west-1:{self.OTHER}:endpoint/houses-qa",
            f"arn:aws:sagemaker:eu-west-1:{self.OTHER}:endpoint-config/houses-qa",
        ]
        assert rendered_arn(tag["Resource"]) == arns[0]

    def test_waiting_needs_no_managed_rule_because_step_functions_polls(self, scope: cdk.Stack) -> None:
        made = task_statements(
            scope,
            action=CREATE_TRAINING_JOB,
            pattern=IntegrationPattern.RUN_JOB,
            name=JobName.unique("demo-job"),
            role_arns=[ROLE],
            account=self.OTHER,
        )
        actions = [action for each in made for action in each.actions]
        assert {"sagemaker:DescribeTrainingJob", "sagemaker:StopTrainingJob"} < set(actions)
        assert not [each for each in actions if each.startswith("events:")]


def rendered_arn(value: Any) -> str:
    return "".join("aws" if isinstance(part, dict) else part for part in value["Fn::Join"][1])


class TestSyncRule:
    def test_allows_its_three_actions_on_exactly_its_rule(self, scope: cdk.Stack) -> None:
        rule = SyncRule(CREATE_TRANSFORM_JOB)
        assert rule.name == "StepFunctionsGetEventsForSageMakerTransformJobsRule"
        [statement] = rule.statements(scope)
        assert rendered(scope, statement) == events("StepFunctionsGetEventsForSageMakerTransformJobsRule")

    def test_a_model_has_none(self) -> None:
        with pytest.raises(UnsupportedIntegrationPatternError, match="createModel"):
            SyncRule(CREATE_MODEL)
