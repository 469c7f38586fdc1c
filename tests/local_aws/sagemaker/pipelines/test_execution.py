"""The order of steps, told with steps of type Lambda whose executor is a script of the test."""

from __future__ import annotations

import time
from typing import Any

import pytest

from local_aws.sagemaker.pipelines.retries import RetryPlan
from local_aws.sagemaker.pipelines.steps.base import StepFailedError, StepRun
from tests.local_aws.sagemaker.pipelines.conftest import Pipelines, Script, condition, document, step


def _get(name: str) -> dict[str, str]:
    return {"Get": f"Steps.{name}.OutputParameters['o']"}


def test_a_step_gets_the_values_of_the_steps_before_it(pipelines: Pipelines, script: Script) -> None:
    parameter = {"Name": "N", "Type": "Integer", "DefaultValue": 1}
    steps = (step("Second", {"got": _get("First")}), step("First", {"o": {"Get": "Parameters.N"}}))
    seen: list[Any] = []
    script.actions["Second"] = lambda run: seen.append(run.arguments)
    execution, found = pipelines.run(document(*steps, parameters=[parameter]), N="42")
    assert execution["PipelineExecutionStatus"] == "Succeeded"
    assert script.started == ["First", "Second"]
    assert seen == [{"got": 42}]
    assert {each["StepStatus"] for each in found.values()} == {"Succeeded"}
    assert found["First"]["EndTime"] <= found["Second"]["StartTime"]


def test_independent_steps_run_side_by_side(pipelines: Pipelines, script: Script) -> None:
    names = ("A", "B", "C")
    gate = script.waits(*names)
    arn = pipelines.start(pipelines.create(document(*map(step, names))))
    pipelines.wait(lambda: script.running == 3)
    assert pipelines.statuses(arn) == dict.fromkeys(names, "Executing")
    gate.set()
    assert pipelines.ended(arn)[0]["PipelineExecutionStatus"] == "Succeeded"


@pytest.mark.parametrize("place", ["pipeline", "execution"])
def test_no_more_steps_run_at_a_time_than_allowed(pipelines: Pipelines, script: Script, place: str) -> None:
    names = [f"S{number}" for number in range(6)]
    script.actions.update({name: lambda _: time.sleep(0.02) for name in names})
    limit, other = {"MaxParallelExecutionSteps": 2}, {"MaxParallelExecutionSteps": 5}
    name = pipelines.create(
        document(*map(step, names)), ParallelismConfiguration=limit if place == "pipeline" else other
    )
    override = {} if place == "pipeline" else {"ParallelismConfiguration": limit}
    execution, _ = pipelines.ended(pipelines.start(name, **override))
    assert script.most_running == 2
    assert execution["ParallelismConfiguration"] == limit


@pytest.mark.parametrize(("value", "taken", "left"), [("yes", "Yes", "No"), ("other", "No", "Yes")])
def test_only_the_branch_that_was_taken_runs(
    pipelines: Pipelines, script: Script, value: str, taken: str, left: str
) -> None:
    parameter = {"Name": "P", "Type": "String"}
    choice = condition("Choice", {"Get": "Parameters.P"}, "yes", [step("Yes")], [step("No")])
    after = (step("AfterYes", DependsOn=["Yes"]), step("AfterNo", DependsOn=["No"]), step("AfterChoice"))
    after[2]["DependsOn"] = ["Choice"]
    execution, found = pipelines.run(document(choice, *after, parameters=[parameter]), P=value)
    assert execution["PipelineExecutionStatus"] == "Succeeded"
    assert set(found) == {"Choice", taken, f"After{taken}", "AfterChoice"}
    assert left not in script.started
    assert found["Choice"]["Metadata"] == {"Condition": {"Outcome": str(value == "yes")}}


def test_conditions_nest(pipelines: Pipelines, script: Script) -> None:
    inner = condition("Inner", 1, 2, [step("Never")], [step("Deep")])
    _, found = pipelines.run(document(condition("Outer", 1, 1, [inner], [step("NotTaken")])))
    assert set(found) == {"Outer", "Inner", "Deep"}


def test_after_a_failure_what_runs_may_end_and_nothing_else_starts(pipelines: Pipelines, script: Script) -> None:
    gate = script.waits("Slow")
    script.fails("Broken", StepFailedError("AlgorithmError: no"))
    steps = (step("Slow"), step("Broken"), step("AfterSlow", DependsOn=["Slow"]))
    arn = pipelines.start(pipelines.create(document(*steps)))
    pipelines.wait(lambda: pipelines.statuses(arn).get("Broken") == "Failed")
    assert pipelines.describe(arn)["PipelineExecutionStatus"] == "Executing"
    gate.set()
    execution, found = pipelines.ended(arn)
    assert execution["PipelineExecutionStatus"] == "Failed"
    assert execution["FailureReason"] == "Step failure: One or multiple steps failed."
    assert {name: each["StepStatus"] for name, each in found.items()} == {"Slow": "Succeeded", "Broken": "Failed"}
    assert found["Broken"]["FailureReason"] == "AlgorithmError: no"


def test_a_fail_step_ends_the_execution_with_its_message(pipelines: Pipelines, script: Script) -> None:
    message = {"Std:Join": {"On": " ", "Values": ["MSE above", {"Get": "Parameters.Limit"}]}}
    fail = step("TooBad", {"ErrorMessage": message}, "Fail")
    parameter = {"Name": "Limit", "Type": "Float", "DefaultValue": 6.5}
    execution, found = pipelines.run(document(condition("C", 1, 1, [fail]), parameters=[parameter]))
    assert (execution["PipelineExecutionStatus"], execution["FailureReason"]) == ("Failed", "MSE above 6.5")
    assert found["TooBad"]["Metadata"] == {"Fail": {"ErrorMessage": "MSE above 6.5"}}


def test_a_reference_without_a_value_fails_the_step_that_uses_it(pipelines: Pipelines, script: Script) -> None:
    _, found = pipelines.run(document(step("First"), step("Second", {"x": _get("First")})))
    assert found["Second"]["FailureReason"].startswith("ClientError: Steps.First.OutputParameters['o'] has no value")


def test_a_retry_policy_tries_again_and_counts_the_attempts(
    pipelines: Pipelines, script: Script, caplog: pytest.LogCaptureFixture
) -> None:
    throttled = StepFailedError("slow down", exception_type="Step.THROTTLING")
    script.fails("A", throttled, throttled)
    policy = {"ExceptionType": ["Step.THROTTLING"], "IntervalSeconds": 0, "MaxAttempts": 3}
    execution, found = pipelines.run(document(step("A", RetryPolicies=[policy])))
    assert execution["PipelineExecutionStatus"] == "Succeeded"
    assert found["A"]["AttemptCount"] == 3
    assert "attempt 2 failed, the next one comes in 0 seconds: slow down" in caplog.text


def test_what_no_policy_names_fails_at_once(pipelines: Pipelines, script: Script) -> None:
    script.fails("A", StepFailedError("no", exception_type="SageMaker.RESOURCE_LIMIT"))
    policy = {"ExceptionType": ["Step.THROTTLING"], "IntervalSeconds": 0, "MaxAttempts": 3}
    _, found = pipelines.run(document(step("A", RetryPolicies=[policy])))
    assert (found["A"]["StepStatus"], found["A"]["AttemptCount"]) == ("Failed", 1)


def test_a_stop_ends_what_runs_and_starts_nothing(pipelines: Pipelines, script: Script) -> None:
    script.waits("A")
    arn = pipelines.start(pipelines.create(document(step("A"), step("B", DependsOn=["A"]))))
    pipelines.wait(lambda: pipelines.statuses(arn) == {"A": "Executing"})
    pipelines.client.stop_pipeline_execution(PipelineExecutionArn=arn)
    execution, found = pipelines.ended(arn)
    assert execution["PipelineExecutionStatus"] == "Stopped"
    assert {name: each["StepStatus"] for name, each in found.items()} == {"A": "Stopped"}


def test_a_stop_waits_for_a_step_that_cannot_be_stopped(pipelines: Pipelines, script: Script) -> None:
    gate = script.waits("A")
    script.actions["A"] = lambda _: gate.wait(10) and None
    arn = pipelines.start(pipelines.create(document(step("A"), step("B", DependsOn=["A"]))))
    pipelines.wait(lambda: pipelines.statuses(arn) == {"A": "Executing"})
    pipelines.client.stop_pipeline_execution(PipelineExecutionArn=arn)
    assert pipelines.describe(arn)["PipelineExecutionStatus"] == "Stopping"
    assert pipelines.statuses(arn) == {"A": "Stopping"}
    gate.set()
    execution, found = pipelines.ended(arn)
    assert execution["PipelineExecutionStatus"] == "Stopped"
    assert {name: each["StepStatus"] for name, each in found.items()} == {"A": "Succeeded"}


def test_a_stop_ends_the_wait_for_a_retry(pipelines: Pipelines, script: Script) -> None:
    script.fails("A", StepFailedError("slow down", exception_type="Step.THROTTLING"))
    policy = {"ExceptionType": ["Step.THROTTLING"], "IntervalSeconds": 600}
    arn = pipelines.start(pipelines.create(document(step("A", RetryPolicies=[policy]))))
    pipelines.wait(lambda: script.started == ["A"] and script.running == 0)
    pipelines.client.stop_pipeline_execution(PipelineExecutionArn=arn)
    execution, _ = pipelines.ended(arn, timeout=5)
    assert execution["PipelineExecutionStatus"] == "Stopped"


def test_a_retried_execution_goes_on_where_it_failed(pipelines: Pipelines, script: Script) -> None:
    script.fails("B", StepFailedError("once"))
    steps = (step("A", {"o": 1}), step("B", {"x": _get("A")}), step("C", DependsOn=["B"]))
    arn = pipelines.start(pipelines.create(document(*steps)))
    before = pipelines.ended(arn)
    assert before[0]["PipelineExecutionStatus"] == "Failed"
    assert pipelines.client.retry_pipeline_execution(PipelineExecutionArn=arn)["PipelineExecutionArn"] == arn
    execution, found = pipelines.ended(arn)
    assert execution["PipelineExecutionStatus"] == "Succeeded"
    assert "FailureReason" not in execution
    assert script.started == ["A", "B", "B", "C"]
    assert found["A"] == before[1]["A"]


class TestCaching:
    """https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-caching.html"""

    @staticmethod
    def _cached(expire: str = "P1D", **arguments: Any) -> dict[str, Any]:
        return step("A", arguments, CacheConfig={"Enabled": True, "ExpireAfter": expire})

    def test_an_equal_run_stands_for_a_new_one(self, pipelines: Pipelines, script: Script) -> None:
        name = pipelines.create(document(self._cached(o=7), step("B", {"x": _get("A")})))
        script.actions["A"] = lambda run: run.metadata.update(Lambda={"Arn": "f"})
        first = pipelines.start(name)
        assert "CacheHitResult" not in pipelines.ended(first)[1]["A"]
        for _ in range(2):
            execution, found = pipelines.ended(pipelines.start(name))
            assert execution["PipelineExecutionStatus"] == "Succeeded"
            assert found["A"]["CacheHitResult"] == {"SourcePipelineExecutionArn": first}
            assert found["A"]["Metadata"] == {"Lambda": {"Arn": "f"}}
        assert script.started == ["A", "B", "B", "B"]

    def test_other_arguments_run_anew(self, pipelines: Pipelines, script: Script) -> None:
        parameter = {"Name": "N", "Type": "Integer"}
        name = pipelines.create(document(self._cached(n={"Get": "Parameters.N"}), parameters=[parameter]))
        for value in ("1", "2"):
            pipelines.ended(pipelines.start(name, PipelineParameters=[{"Name": "N", "Value": value}]))
        assert script.started == ["A", "A"]

    def test_a_failed_run_stands_for_nothing(self, pipelines: Pipelines, script: Script) -> None:
        script.fails("A", StepFailedError("once"))
        name = pipelines.create(document(self._cached()))
        for _ in range(2):
            pipelines.ended(pipelines.start(name))
        assert script.started == ["A", "A"]

    def test_a_run_that_is_too_old_stands_for_nothing(self, pipelines: Pipelines, script: Script) -> None:
        name = pipelines.create(document(self._cached(expire="PT0S")))
        for _ in range(2):
            pipelines.ended(pipelines.start(name))
        assert script.started == ["A", "A"]

    def test_another_pipeline_shares_nothing(self, pipelines: Pipelines, script: Script) -> None:
        for _ in range(2):
            pipelines.run(document(self._cached()))
        assert script.started == ["A", "A"]


class TestSkipping:
    def test_a_step_that_is_left_out_holds_nothing_up_and_is_not_listed(
        self, pipelines: Pipelines, script: Script
    ) -> None:
        gate = script.waits("A")
        pipelines.skip(["B"])
        steps = (step("A"), step("B", {}, "Lineage", DependsOn=["A"]), step("C", DependsOn=["B"]))
        arn = pipelines.start(pipelines.create(document(*steps)))
        pipelines.wait(lambda: script.started == ["A"])
        assert set(pipelines.steps(arn)) == {"A"}
        gate.set()
        execution, found = pipelines.ended(arn)
        assert execution["PipelineExecutionStatus"] == "Succeeded"
        assert set(found) == {"A", "C"}

    def test_what_stands_in_a_branch_of_it_is_left_out_too(self, pipelines: Pipelines, script: Script) -> None:
        pipelines.skip(["C"])
        _, found = pipelines.run(document(condition("C", 1, 1, [step("A", {}, "Lineage")]), step("B")))
        assert set(found) == {"B"}


def test_an_executor_sees_the_step_the_execution_and_the_rest_of_the_step_resolved(
    pipelines: Pipelines, script: Script
) -> None:
    seen: list[StepRun] = []
    script.actions["My_Step"] = seen.append
    name = pipelines.create(document(step("My_Step", Description={"Get": "Execution.PipelineName"})))
    arn = pipelines.start(name)
    pipelines.ended(arn)
    [run] = seen
    assert (run.name, run.execution.execution_arn, run.execution.role_arn) == ("My_Step", arn, pipelines.role)
    assert run.resolve(run.step["Description"]) == name
    assert run.job_name.startswith(f"pipelines-{run.execution.execution_id}-My-Step-")
    assert run.client("sts").get_caller_identity()["Arn"].endswith("/SageMaker")


def test_what_breaks_between_two_attempts_fails_the_step_instead_of_hanging_it(
    pipelines: Pipelines, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_(*_: Any) -> None:
        raise ValueError("clock")

    monkeypatch.setattr(RetryPlan, "delay", break_)
    script.fails("A", StepFailedError("no", exception_type="Step.THROTTLING"))
    execution, found = pipelines.run(document(step("A")))
    assert execution["PipelineExecutionStatus"] == "Failed"
    assert found["A"]["FailureReason"] == "InternalServerError: the local AWS failed: ValueError('clock')"


def test_a_metric_that_is_no_number_fails_the_condition_instead_of_deciding_it(pipelines: Pipelines) -> None:
    uri = pipelines.account.put("evaluation.json", b'{"mse": NaN}')
    get = {"Std:JsonGet": {"S3Uri": uri, "Path": "mse"}}
    execution, found = pipelines.run(document(condition("Choice", get, 1)))
    assert execution["PipelineExecutionStatus"] == "Failed"
    assert found["Choice"]["FailureReason"] == f"ClientError: {uri} is no JSON: JSON has no NaN"
