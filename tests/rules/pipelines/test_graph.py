"""How the steps of a pipeline hang together: names, parameters, dependencies, cycles, branches."""

from __future__ import annotations

from typing import Any

import pytest

from sagemaker_rules.pipelines import VERSION, check_pipeline
from sagemaker_rules.pipelines.references import gets


def step(name: str, *uses: str, after: list[str] | None = None, **fields: Any) -> dict[str, Any]:
    arguments = {f"input{index}": {"Get": path} for index, path in enumerate(uses)}
    return {
        "Name": name,
        "Type": "Lambda",
        "FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:f",
        "Arguments": arguments,
        "OutputParameters": [{"OutputName": "X", "OutputType": "Integer"}],
        **({"DependsOn": after} if after else {}),
        **fields,
    }


def fail(name: str, **fields: Any) -> dict[str, Any]:
    return {"Name": name, "Type": "Fail", "Arguments": {"ErrorMessage": "no"}, **fields}


def condition(
    name: str,
    *uses: str,
    then: list[dict[str, Any]] | None = None,
    otherwise: list[dict[str, Any]] | None = None,
    after: list[str] | None = None,
) -> dict[str, Any]:
    left: list[Any] = [{"Get": path} for path in uses] or [1]
    conditions = [{"Type": "Equals", "LeftValue": each, "RightValue": 1} for each in left]
    arguments = {"Conditions": conditions, "IfSteps": then or [], "ElseSteps": otherwise or []}
    return {"Name": name, "Type": "Condition", "Arguments": arguments, **({"DependsOn": after} if after else {})}


def findings(
    *steps: dict[str, Any], parameters: tuple[str, ...] = (), experiment: Any = None
) -> list[tuple[str | None, str]]:
    document = {
        "Version": VERSION,
        "Parameters": [{"Name": name, "Type": "Integer"} for name in parameters],
        "PipelineExperimentConfig": experiment,
        "Steps": list(steps),
    }
    return [(each.step, each.rule) for each in check_pipeline(document)]


class TestNames:
    def test_a_pipeline_has_a_step(self) -> None:
        assert findings() == [(None, "pipeline")]

    def test_fifty_steps_and_no_more_those_in_branches_included(self) -> None:
        inner = [step(f"inner{index}") for index in range(40)]
        most = [condition("Decide", then=inner), *(step(f"outer{index}") for index in range(9))]
        assert findings(*most) == []
        assert findings(*most, step("one-more")) == [(None, "pipeline-size")]

    @pytest.mark.parametrize(
        "steps",
        [
            [step("A"), step("A")],
            [condition("Decide", then=[step("A")]), step("A")],
            [condition("Decide", then=[step("A")], otherwise=[step("A")])],
            [condition("A", then=[step("A")])],
        ],
        ids=["side by side", "in a branch and outside", "in both branches", "a condition and its step"],
    )
    def test_a_name_stands_there_once(self, steps: list[dict[str, Any]]) -> None:
        assert ("A", "step-twice") in findings(*steps)

    def test_a_parameter_is_declared_once(self) -> None:
        assert findings(step("A", "Parameters.N"), parameters=("N", "N")) == [(None, "parameter")]


class TestParameters:
    def test_each_one_used_is_declared(self) -> None:
        assert findings(step("A", "Parameters.N")) == [("A", "reference")]
        assert findings(step("A", "Parameters.N"), parameters=("N",)) == []

    def test_those_of_conditions_and_of_steps_in_branches_are_found(self) -> None:
        found = findings(condition("Decide", "Parameters.N", then=[step("A", "Parameters.M")]))
        assert found == [("Decide", "reference"), ("A", "reference")]

    def test_those_of_the_experiment_are_found(self) -> None:
        experiment = {"ExperimentName": {"Get": "Parameters.Name"}, "TrialName": "t"}
        assert findings(step("A"), experiment=experiment) == [(None, "reference")]

    def test_inside_a_joined_text_they_are_found(self) -> None:
        joined = {
            "Std:Join": {"On": "/", "Values": ["a", {"Std:Join": {"On": "", "Values": [{"Get": "Parameters.N"}]}}]}
        }
        assert list(gets({"x": [joined]})) == ["Parameters.N"]


class TestDependencies:
    @pytest.mark.parametrize(
        ("later", "rule"),
        [(step("B", after=["Nowhere"]), "depends-on"), (step("B", "Steps.Nowhere.X"), "reference")],
    )
    def test_the_step_is_in_the_pipeline(self, later: dict[str, Any], rule: str) -> None:
        assert findings(step("A"), later) == [("B", rule)]

    @pytest.mark.parametrize(
        ("later", "rule"), [(step("B", after=["Stop"]), "depends-on"), (step("B", "Steps.Stop.X"), "reference")]
    )
    def test_it_is_no_fail_step(self, later: dict[str, Any], rule: str) -> None:
        assert findings(fail("Stop"), later) == [("B", rule)]

    def test_a_fail_step_may_depend_on_another_step(self) -> None:
        assert findings(step("A"), fail("Stop", DependsOn=["A"])) == []


class TestCycles:
    @pytest.mark.parametrize(
        ("steps", "circle"),
        [
            ([step("A", after=["A"])], "A <- A"),
            ([step("A", "Steps.A.OutputParameters['X']")], "A <- A"),
            ([step("A", after=["B"]), step("B", after=["A"])], "A <- B <- A"),
            ([step("A", after=["B"]), step("B", "Steps.A.OutputParameters['X']")], "A <- B <- A"),
            ([condition("A", "Steps.B.OutputParameters['X']", then=[step("B")])], "A <- B <- A"),
            ([condition("A", then=[condition("B", then=[step("C")])], after=["C"])], "A <- B <- C <- A"),
        ],
        ids=[
            "self",
            "own property",
            "explicit",
            "explicit and by reference",
            "a condition on its branch",
            "a condition on a branch of its branch",
        ],
    )
    def test_no_step_waits_for_itself(self, steps: list[dict[str, Any]], circle: str) -> None:
        [(name, rule)] = findings(*steps)
        assert (name in circle.split(" <- "), rule) == (True, "step-cycle")

    def test_a_diamond_is_none(self) -> None:
        steps = [
            step("D", after=["B", "C"]),
            step("B", after=["A"]),
            step("C", "Steps.A.OutputParameters['X']"),
            step("A"),
        ]
        assert findings(*steps) == []


class TestBranches:
    OTHER = "step-branch"

    @pytest.mark.parametrize("later", [step("B", after=["A"]), step("B", "Steps.A.OutputParameters['X']")])
    def test_a_step_cannot_wait_for_one_of_the_other_branch(self, later: dict[str, Any]) -> None:
        assert findings(condition("Decide", then=[step("A")], otherwise=[later])) == [("B", self.OTHER)]

    def test_nor_from_within_a_nested_condition(self) -> None:
        inner = condition("Inner", then=[step("B", after=["A"])])
        assert findings(condition("Decide", then=[step("A")], otherwise=[inner])) == [("B", self.OTHER)]

    def test_steps_of_one_branch_use_each_other(self) -> None:
        assert (
            findings(condition("Decide", then=[step("A"), step("B", "Steps.A.OutputParameters['X']", after=["A"])]))
            == []
        )

    def test_a_step_of_a_branch_uses_steps_from_outside(self) -> None:
        assert findings(step("A"), condition("Decide", then=[step("B", "Steps.A.OutputParameters['X']")])) == []
        assert findings(condition("Decide", then=[step("B", "Steps.A.OutputParameters['X']")]), step("A")) == []

    def test_a_step_from_outside_may_wait_for_one_of_a_branch(self) -> None:
        # What the service does when the branch is not taken is not documented: docs/real-account.md.
        assert findings(condition("Decide", then=[step("A")]), step("B", after=["A"])) == []
        assert findings(condition("Decide", then=[step("A")]), step("B", "Steps.A.OutputParameters['X']")) == []

    def test_a_step_of_a_branch_uses_the_outcome_of_its_condition(self) -> None:
        assert findings(condition("Decide", then=[step("A", "Steps.Decide.Outcome")])) == []

    def test_steps_of_the_branches_of_two_conditions_use_each_other(self) -> None:
        one, two = condition("One", then=[step("A")]), condition("Two", otherwise=[step("B", after=["A"])])
        assert findings(one, two) == []


def test_all_that_is_wrong_is_found_at_once() -> None:
    found = findings(step("A", "Parameters.N"), step("A"), step("B", after=["Nowhere"]), step("C", after=["C"]))
    assert [name for name, _ in found] == ["A", "A", "B", "C"]
