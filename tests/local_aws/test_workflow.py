"""Which state machine or pipeline of a stack a run executes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from local_aws import LocalAws
from local_aws.app import workflow
from local_aws.app.deploy import DeployedStack
from local_aws.app.options import Options
from local_aws.app.workflow import Pipeline, StateMachine
from local_aws.base.errors import LocalAwsError

AWS = LocalAws(work_dir=Path())
BUILD, AUDIT = {"BuildAB12": "build-houses"}, {"AuditCD34": "audit"}
MACHINE, OTHER_MACHINE = {"MachineEF56": "arn:machine"}, {"NightlyGH78": "arn:nightly"}


def stack(*, machines: dict[str, str] | None = None, pipelines: dict[str, str] | None = None) -> DeployedStack:
    resources = {key: (workflow.STATE_MACHINE, name) for key, name in (machines or {}).items()}
    resources |= {key: (workflow.PIPELINE, name) for key, name in (pipelines or {}).items()}
    return DeployedStack("Shop", {}, {**resources, "Bucket": ("AWS::S3::Bucket", "b")})


def options(**given: Any) -> Options:
    here = Path()
    return Options(stack="Shop", app=None, directory=here, work_dir=here, execution_name="today", **given)


def test_the_only_pipeline_of_a_stack_is_executed() -> None:
    assert workflow.choose(AWS, options(), stack(pipelines=BUILD)) == Pipeline(AWS, "build-houses", "today", {}, ())


def test_the_only_state_machine_of_a_stack_is_executed() -> None:
    assert workflow.choose(AWS, options(), stack(machines=MACHINE)) == StateMachine(AWS, "arn:machine", "today", "{}")


@pytest.mark.parametrize("wanted", ["AuditCD34", "Aud", "audit"])
def test_a_pipeline_is_named_by_its_logical_id_the_beginning_of_it_or_its_name(wanted: str) -> None:
    chosen = workflow.choose(
        AWS,
        options(pipeline=wanted, pipeline_parameters={"a": "1"}, skip_steps=("x",)),
        stack(pipelines=BUILD | AUDIT, machines=MACHINE),
    )
    assert chosen == Pipeline(AWS, "audit", "today", {"a": "1"}, ("x",))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"pipeline_parameters": {"a": "1"}}, Pipeline(AWS, "build-houses", "today", {"a": "1"}, ())),
        ({"skip_steps": ("x",)}, Pipeline(AWS, "build-houses", "today", {}, ("x",))),
        ({"input_json": "[]"}, StateMachine(AWS, "arn:machine", "today", "[]")),
        ({"state_machine": "Mach"}, StateMachine(AWS, "arn:machine", "today", "{}")),
    ],
)
def test_an_option_of_one_kind_chooses_that_kind(given: dict[str, Any], expected: object) -> None:
    assert workflow.choose(AWS, options(**given), stack(pipelines=BUILD, machines=MACHINE)) == expected


@pytest.mark.parametrize(
    ("given", "machines", "pipelines", "message"),
    [
        (
            {},
            MACHINE,
            BUILD,
            "stack Shop has state machines (MachineEF56) and pipelines (BuildAB12 (build-houses)): "
            "name one with --state-machine or --pipeline",
        ),
        (
            {},
            {},
            BUILD | AUDIT,
            "stack Shop: 2 pipelines match; name one with --pipeline (its pipelines: BuildAB12 (build-houses), "
            "AuditCD34 (audit))",
        ),
        (
            {"pipeline": "Deploy"},
            {},
            BUILD,
            "stack Shop: 0 pipelines match; name one with --pipeline (its pipelines: BuildAB12 (build-houses))",
        ),
        (
            {},
            MACHINE | OTHER_MACHINE,
            {},
            "stack Shop: 2 state machines match; name one with --state-machine (its state machines: MachineEF56, "
            "NightlyGH78)",
        ),
        ({}, {}, {}, "stack Shop: 0 state machines match; nothing to execute (its state machines: none)"),
        ({"pipeline": "B"}, MACHINE, {}, "--pipeline is for pipelines, and stack Shop has none"),
        ({"skip_steps": ("x",)}, MACHINE, {}, "--skip-step is for pipelines, and stack Shop has none"),
        (
            {"input_json": "{}"},
            {},
            BUILD,
            "--input is for state machines, and stack Shop has none; values for its pipelines (BuildAB12 "
            "(build-houses)) go into --pipeline-parameter KEY=VALUE",
        ),
    ],
)
def test_what_cannot_be_chosen_is_one_line_that_lists_what_there_is(
    given: dict[str, Any], machines: dict[str, str], pipelines: dict[str, str], message: str
) -> None:
    with pytest.raises(LocalAwsError) as mistake:
        workflow.choose(AWS, options(**given), stack(machines=machines, pipelines=pipelines))
    assert str(mistake.value) == message
