"""What keeps the steps of a pipeline from fitting together; each finding names the step."""

from __future__ import annotations

from typing import Any

import pytest

from sagemaker_workflows.pipelines.document import DocumentFinding, document_findings, references


def step(name: str, *uses: str, after: list[str] | None = None, **fields: Any) -> dict[str, Any]:
    arguments = {f"input{index}": {"Get": path} for index, path in enumerate(uses)}
    depends_on = {"DependsOn": after} if after else {}
    return {"Name": name, "Type": "Lambda", "Arguments": arguments, **depends_on, **fields}


def fail(name: str, **fields: Any) -> dict[str, Any]:
    return {"Name": name, "Type": "Fail", "Arguments": {"ErrorMessage": "no"}, **fields}


def condition(
    name: str,
    *uses: str,
    then: list[dict[str, Any]] | None = None,
    otherwise: list[dict[str, Any]] | None = None,
    after: list[str] | None = None,
) -> dict[str, Any]:
    conditions = [{"Type": "Equals", "LeftValue": {"Get": path}, "RightValue": 1} for path in uses]
    arguments = {"Conditions": conditions, "IfSteps": then or [], "ElseSteps": otherwise or []}
    return {"Name": name, "Type": "Condition", "Arguments": arguments, **({"DependsOn": after} if after else {})}


def findings(
    *steps: dict[str, Any], parameters: tuple[str, ...] = (), experiment: Any = None
) -> list[tuple[str | None, str]]:
    document = {
        "Parameters": [{"Name": name, "Type": "String"} for name in parameters],
        "PipelineExperimentConfig": experiment,
        "Steps": list(steps),
    }
    found = document_findings(document)
    assert all(isinstance(each, DocumentFinding) for each in found)
    return [(each.step, each.message) for each in found]


class TestNames:
    def test_a_pipeline_has_a_step(self) -> None:
        assert findings() == [(None, "has no steps; give at least one")]

    def test_fifty_steps_and_no_more_those_in_branches_included(self) -> None:
        inner = [step(f"inner{index}") for index in range(40)]
        most = [condition("Decide", then=inner), *(step(f"outer{index}") for index in range(9))]
        assert findings(*most) == []
        message = "has 51 steps, those in branches included; the service takes 50: divide it"
        assert findings(*most, step("one-more")) == [(None, message)]

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
        expected = ("A", "stands in the pipeline twice; give each step its own name, and use it once")
        assert expected in findings(*steps)

    def test_a_parameter_is_declared_once(self) -> None:
        expected = (None, "parameter 'N' is declared twice; give each its own name")
        assert findings(step("A", "Parameters.N"), parameters=("N", "N")) == [expected]


class TestParameters:
    def test_each_one_used_is_declared(self) -> None:
        message = "uses parameter 'N', which is not declared; add it to parameters"
        assert findings(step("A", "Parameters.N")) == [("A", message)]
        assert findings(step("A", "Parameters.N"), parameters=("N",)) == []

    def test_those_of_conditions_and_of_steps_in_branches_are_found(self) -> None:
        found = findings(condition("Decide", "Parameters.N", then=[step("A", "Parameters.M")]))
        assert [(name, message.split(",")[0]) for name, message in found] == [
            ("Decide", "uses parameter 'N'"),
            ("A", "uses parameter 'M'"),
        ]

    def test_those_of_the_experiment_are_found(self) -> None:
        experiment = {"ExperimentName": {"Get": "Parameters.Name"}, "TrialName": "t"}
        [(name, message)] = findings(step("A"), experiment=experiment)
        assert name is None
        assert message.startswith("uses parameter 'Name', which is not declared")

    def test_inside_a_joined_text_they_are_found(self) -> None:
        joined = {
            "Std:Join": {"On": "/", "Values": ["a", {"Std:Join": {"On": "", "Values": [{"Get": "Parameters.N"}]}}]}
        }
        assert list(references({"x": [joined]})) == ["Parameters.N"]


class TestDependencies:
    @pytest.mark.parametrize("later", [step("B", after=["Nowhere"]), step("B", "Steps.Nowhere.X")])
    def test_the_step_is_in_the_pipeline(self, later: dict[str, Any]) -> None:
        expected = ("B", "depends on 'Nowhere', which is not in the pipeline; add it to steps")
        assert findings(step("A"), later) == [expected]

    @pytest.mark.parametrize("later", [step("B", after=["Stop"]), step("B", "Steps.Stop.X")])
    def test_it_is_no_fail_step(self, later: dict[str, Any]) -> None:
        expected = ("B", "depends on 'Stop', a Fail step, after which nothing runs; depend on another")
        assert findings(fail("Stop"), later) == [expected]

    def test_a_fail_step_may_depend_on_another_step(self) -> None:
        assert findings(step("A"), fail("Stop", DependsOn=["A"])) == []

    def test_a_property_file_is_declared(self) -> None:
        message = "reads property file 'R' of 'A', which declares none of that name; declare it there"
        assert findings(step("A"), condition("Decide", "Steps.A.PropertyFiles.R")) == [("Decide", message)]
        declared = step("A", PropertyFiles=[{"PropertyFileName": "R"}])
        assert findings(declared, condition("Decide", "Steps.A.PropertyFiles.R")) == []


class TestCycles:
    @pytest.mark.parametrize(
        ("steps", "circle"),
        [
            ([step("A", after=["A"])], "A <- A"),
            ([step("A", "Steps.A.X")], "A <- A"),
            ([step("A", after=["B"]), step("B", after=["A"])], "A <- B <- A"),
            ([step("A", after=["B"]), step("B", "Steps.A.X")], "A <- B <- A"),
            ([condition("A", "Steps.B.X", then=[step("B")])], "A <- B <- A"),
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
        found = findings(*steps)
        assert len(found) == 1
        name, message = found[0]
        names = circle.split(" <- ")[:-1]
        assert name in names
        assert message.startswith("waits for itself: ")
        assert message.endswith("; take one dependency out")
        assert set(message.removeprefix("waits for itself: ").split(";")[0].split(" <- ")) == set(names)

    def test_a_diamond_is_none(self) -> None:
        steps = [step("D", after=["B", "C"]), step("B", after=["A"]), step("C", "Steps.A.X"), step("A")]
        assert findings(*steps) == []


class TestBranches:
    OTHER = "depends on 'A', which stands in the other branch and never runs with it"

    @pytest.mark.parametrize("later", [step("B", after=["A"]), step("B", "Steps.A.X")])
    def test_a_step_cannot_wait_for_one_of_the_other_branch(self, later: dict[str, Any]) -> None:
        assert findings(condition("Decide", then=[step("A")], otherwise=[later])) == [("B", self.OTHER)]

    def test_nor_from_within_a_nested_condition(self) -> None:
        inner = condition("Inner", then=[step("B", after=["A"])])
        assert findings(condition("Decide", then=[step("A")], otherwise=[inner])) == [("B", self.OTHER)]

    def test_steps_of_one_branch_use_each_other(self) -> None:
        assert findings(condition("Decide", then=[step("A"), step("B", "Steps.A.X", after=["A"])])) == []

    def test_a_step_of_a_branch_uses_steps_from_outside(self) -> None:
        assert findings(step("A"), condition("Decide", then=[step("B", "Steps.A.X")])) == []
        assert findings(condition("Decide", then=[step("B", "Steps.A.X")]), step("A")) == []

    def test_a_step_from_outside_may_wait_for_one_of_a_branch(self) -> None:
        # What the service does when the branch is not taken is not documented: docs/real-account.md.
        assert findings(condition("Decide", then=[step("A")]), step("B", after=["A"])) == []
        assert findings(condition("Decide", then=[step("A")]), step("B", "Steps.A.X")) == []

    def test_a_step_of_a_branch_uses_the_outcome_of_its_condition(self) -> None:
        assert findings(condition("Decide", then=[step("A", "Steps.Decide.Outcome")])) == []

    def test_steps_of_the_branches_of_two_conditions_use_each_other(self) -> None:
        one, two = condition("One", then=[step("A")]), condition("Two", otherwise=[step("B", after=["A"])])
        assert findings(one, two) == []


def test_all_that_is_wrong_is_found_at_once() -> None:
    found = findings(step("A", "Parameters.N"), step("A"), step("B", after=["Nowhere"]), step("C", after=["C"]))
    assert [name for name, _ in found] == ["A", "A", "B", "C"]
