"""Names of jobs: what an expression can put into them, and when they come again."""

from __future__ import annotations

from typing import Any

import pytest

from sagemaker_rules.check import StateFinding, check_definition

JOBS = {
    "TrainingJobName": "createTrainingJob.sync",
    "HyperParameterTuningJobName": "createHyperParameterTuningJob.sync",
    "ModelName": "createModel",
    "TransformJobName": "createTransformJob.sync",
}


def task(name: str, field: str = "TrainingJobName", *, language: str = "JSONPath", **fields: Any) -> dict[str, Any]:
    """A task whose request is known but for its name."""
    key, request = (field, "Arguments") if language == "JSONata" else (f"{field}.$", "Parameters")
    if language == "JSONPath" and (name.startswith("${") or not name.startswith(("$", "States."))):
        key = field
    return {
        "Type": "Task",
        "QueryLanguage": language,
        "Resource": f"arn:aws:states:::sagemaker:{JOBS[field]}",
        request: {key: name},
        **({} if "Next" in fields else {"End": True}),
        **fields,
    }


def machine(**states: dict[str, Any]) -> dict[str, Any]:
    return {"StartAt": next(iter(states)), "States": states}


def findings(definition: dict[str, Any]) -> list[StateFinding]:
    """Those at the name of a job."""
    return [each for each in check_definition(definition) if "Name" in each.path.rpartition(".")[2] + each.path[-12:]]


def rules(definition: dict[str, Any]) -> list[str]:
    found = [each for each in findings(definition) if each.rule in ("pattern", "max", "execution-name", "reused-name")]
    return [f"{each.rule}{'?' if each.is_warning else ''}" for each in found]


HASH = "States.Hash($$.Execution.Id, 'MD5')"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("$$.Execution.Id", ["pattern"]),
        ("States.Format('a-{}', $$.StateMachine.Id)", ["pattern"]),
        ("States.Format('a-{}', $$.Execution.RoleArn)", ["pattern"]),
        ("$$.State.EnteredTime", ["pattern"]),
        ("States.Format('{}-b', $$.Execution.RedriveTime)", ["pattern"]),
        ("$$.Task.Token", ["max"]),
        ("States.Base64Encode($$.Execution.Id)", ["max"]),
        (f"States.Format('job_{{}}', {HASH})", ["pattern"]),
        (f"States.Format('{{}}-', {HASH})", ["pattern"]),
        (f"States.Format('-{{}}', {HASH})", ["pattern"]),
        ("States.Format('a-{}', States.Hash($.x, 'SHA-256'))", ["max"]),
        ("States.Format('{}-{}', States.UUID(), States.UUID())", ["max"]),
        (f"States.Format('train-{{}}', {HASH})", []),
        ("States.Format('train-{}', States.UUID())", []),
        ("$.name", []),
        ("States.Format('{}-{}', $.prefix, $$.State.RetryCount)", []),
        ("States.ArrayGetItem(States.StringSplit($$.Execution.Id, ':'), 7)", []),
        ("States.Format('x{}', States.ArrayGetItem(States.StringSplit($$.Execution.StartTime, '.:'), 0))", []),
        ("$$.Execution.Name", ["execution-name?"]),
        ("States.Format('a-{}', $$.Execution.Name)", ["execution-name?"]),
    ],
)
def test_what_a_path_can_yield(name: str, expected: list[str]) -> None:
    assert rules(machine(Job=task(name))) == expected


def test_the_name_of_the_state_is_known() -> None:
    name = f"States.Format('{{}}-{{}}', $$.State.Name, {HASH})"
    assert rules({"StartAt": "Train model", "States": {"Train model": task(name)}}) == ["pattern"]
    assert rules({"StartAt": "Train", "States": {"Train": task(name)}}) == []
    long = "A" * 40
    assert rules({"StartAt": long, "States": {long: task(name)}}) == ["max"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("States.Format('tune-{}', States.UUID())", ["max"]),
        (f"States.Format('t-{{}}', {HASH})", ["max"]),
        (HASH, []),
        ("States.Format('tune-{}', States.ArrayGetItem(States.StringSplit(States.UUID(), '-'), 4))", []),
        ("$$.Execution.Name", ["execution-name?"]),
    ],
)
def test_a_tuning_job_has_a_shorter_name(name: str, expected: list[str]) -> None:
    assert rules(machine(Job=task(name, "HyperParameterTuningJobName"))) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("'train-' & $states.context.StateMachine.Id", ["pattern"]),
        ("$states.context.State.EnteredTime & '-x'", ["pattern"]),
        ("'t-' & $now()", ["pattern"]),
        ("$string($now())", ["pattern"]),
        ("'t-' & ($uuid() & '_1')", ["pattern"]),
        ("'t-' & $fromMillis($millis())", ["pattern"]),
        ("'t-' & $fromMillis($millis(), '[Y]-[M]')", []),
        ('"t." & $uuid()', ["pattern"]),
        ("'t-' & $random()", ["pattern"]),
        ("'t-' & $uuid() & '-'", ["pattern"]),
        ("'a-' & $hash($states.input.x, 'SHA-256')", ["max"]),
        ("'t-' & $uuid()", []),
        ("'t-' & $hash($states.context.Execution.Id, 'MD5')", []),
        ("'t-' & $millis()", []),
        ("'t-' & $now('[Y0001][M01][D01]')", []),
        ("'t-' & $replace($now(), ':', '-')", []),
        ("$states.input.ok ? 'a_b' : $states.input.name", []),
        ("( $x := 'a_b'; $states.input.name )", []),
        ("$substringAfter($states.context.Execution.Id, 'execution:')", []),
        ("'t-' & $states.context.Execution.Name", ["execution-name?"]),
    ],
)
def test_what_jsonata_can_yield(expression: str, expected: list[str]) -> None:
    assert rules(machine(Job=task(f"{{% {expression} %}}", language="JSONata"))) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("my_job-${Suffix}", ["pattern"]),
        ("-${Suffix}", ["pattern"]),
        ("${Prefix}-", ["pattern"]),
        ("x" * 64 + "${Suffix}", ["max"]),
        ("${Prefix}-job-${Suffix}", ["reused-name?"]),
        ("${Name}", ["reused-name?"]),
        ("States.Format('${Prefix}_{}', States.UUID())", ["pattern"]),
        ("States.Format('${Prefix}-{}', States.UUID())", []),
    ],
)
def test_what_cloudformation_puts_in_is_not_judged_but_what_stands_beside_it(name: str, expected: list[str]) -> None:
    assert rules(machine(Job=task(name))) == expected


def test_other_names_of_a_request_are_looked_at_too() -> None:
    transform = task("$.name", "TransformJobName")
    transform["Parameters"]["ModelName.$"] = "States.Format('m_{}', $.version)"
    assert rules(machine(Job=transform)) == ["pattern"]


class TestNextExecution:
    @pytest.mark.parametrize("name", ["churn-train", "${Prefix}-train", "States.Format('a-{}', $$.State.RetryCount)"])
    def test_a_name_that_stays_the_same(self, name: str) -> None:
        assert rules(machine(Job=task(name))) == ["reused-name?"]

    def test_a_model_may_be_deleted_meanwhile(self) -> None:
        assert rules(machine(Job=task("churn", "ModelName"))) == ["reused-name?"]
        delete = {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:sagemaker:deleteModel",
            "Parameters": {"ModelName": "churn"},
            "End": True,
        }
        assert rules(machine(Job=task("churn", "ModelName", Next="Delete"), Delete=delete)) == []

    def test_a_retry_that_uses_the_name_again_is_said_alone(self) -> None:
        retry = [{"ErrorEquals": ["States.TaskFailed"]}]
        found = [each for each in check_definition(machine(Job=task("a", Retry=retry))) if each.rule == "reused-name"]
        assert [each.path for each in found] == ["$.States.Job.Retry[0].ErrorEquals"]

    def test_a_nested_execution_has_a_name_of_its_own_each_time(self) -> None:
        start = {
            "Type": "Task",
            "Resource": "arn:aws:states:::states:startExecution.sync:2",
            "Parameters": {"StateMachineArn": "arn", "Name": "nightly"},
            "End": True,
        }
        assert rules(machine(Start=start)) == ["reused-name?"]
        del start["Parameters"]["Name"]  # type: ignore[attr-defined]
        assert rules(machine(Start=start)) == []


def each_item(job: dict[str, Any], mode: str = "INLINE") -> dict[str, Any]:
    config = {"Mode": mode, **({"ExecutionType": "STANDARD"} if mode == "DISTRIBUTED" else {})}
    processor = {"ProcessorConfig": config, **machine(Job=job)}
    return machine(Each={"Type": "Map", "ItemProcessor": processor, "End": True})


class TestIterations:
    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("churn-train", ["reused-name?"]),
            (f"States.Format('a-{{}}', {HASH})", ["reused-name?"]),
            ("States.Format('a-{}', $$.Map.Item.Index)", []),
            ("States.Format('a-{}', $$.Map.Item.Value.name)", []),
            ("$.name", []),
            ("States.Format('a-{}', States.UUID())", []),
        ],
    )
    def test_items_of_a_map_share_the_execution(self, name: str, expected: list[str]) -> None:
        assert rules(each_item(task(name))) == expected

    def test_items_of_a_distributed_map_have_executions_of_their_own(self) -> None:
        assert rules(each_item(task(f"States.Format('a-{{}}', {HASH})"), "DISTRIBUTED")) == []
        assert rules(each_item(task("a"), "DISTRIBUTED")) == ["reused-name?"]

    def test_a_model_is_made_once_for_each_item(self) -> None:
        assert rules(each_item(task("churn", "ModelName"))) == ["reused-name?"]

    @pytest.mark.parametrize(
        ("expression", "expected"),
        [
            ("'a-' & $hash($states.context.Execution.Id, 'MD5')", ["reused-name?"]),
            ("'a-' & $string($states.context.Map.Item.Index)", []),
            ("'a-' & $states.input.region", []),
            ("'a-' & $region", []),
        ],
    )
    def test_in_jsonata(self, expression: str, expected: list[str]) -> None:
        assert rules(each_item(task(f"{{% {expression} %}}", language="JSONata"))) == expected


class TestLoops:
    def loop(self, name: str) -> dict[str, Any]:
        choice = {
            "Type": "Choice",
            "Choices": [{"Variable": "$.x", "NumericLessThan": 1, "Next": "Done"}],
            "Default": "Job",
        }
        return machine(Job=task(name, Next="Good"), Good=choice, Done={"Type": "Succeed"})

    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("churn", ["reused-name?"]),
            (f"States.Format('a-{{}}', {HASH})", ["reused-name?"]),
            ("States.Format('a-{}', States.Hash($$.State.EnteredTime, 'MD5'))", []),
            ("States.Format('a-{}', $.round)", []),
        ],
    )
    def test_each_round_needs_a_name(self, name: str, expected: list[str]) -> None:
        assert rules(self.loop(name)) == expected

    def test_a_catch_that_leads_back_is_a_loop(self) -> None:
        job = task(f"States.Format('a-{{}}', {HASH})", Catch=[{"ErrorEquals": ["States.ALL"], "Next": "Wait"}])
        wait = {"Type": "Wait", "Seconds": 60, "Next": "Job"}
        assert rules(machine(Job=job, Wait=wait)) == ["reused-name?"]


class TestBranches:
    def parallel(self, one: str, other: str) -> dict[str, Any]:
        branches = [machine(A=task(one)), machine(B=task(other))]
        return machine(Both={"Type": "Parallel", "Branches": branches, "End": True})

    def test_two_branches_need_two_names(self) -> None:
        name = f"States.Format('a-{{}}', {HASH})"
        [finding] = findings(self.parallel(name, name))
        assert (finding.state, finding.rule, finding.is_warning) == ("B", "reused-name", True)
        assert rules(self.parallel(name, name.replace("a-", "b-"))) == []

    def test_what_is_not_known_may_differ(self) -> None:
        assert rules(self.parallel("$.name", "$.name")) == []
