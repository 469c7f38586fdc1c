"""What every task state has in common: rendering, chaining, and the policy it brings into any state machine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn

from sagemaker_workflows import InvalidParameterError, TaskState

RESOURCE = "arn:aws:states:::sqs:sendMessage"
RETRY = {"errors": ["SQS.Throttled"], "interval": cdk.Duration.seconds(1), "max_attempts": 2, "backoff_rate": 2}
SEND = {"Effect": "Allow", "Action": ["sqs:SendMessage"], "Resource": ["arn:aws:sqs:us-east-1:123456789012:q"]}


@pytest.fixture
def task(stack: cdk.Stack) -> Callable[..., TaskState]:
    def make(id: str = "Send", parameters: dict[str, Any] | None = None, **options: Any) -> TaskState:
        statement = iam.PolicyStatement(actions=SEND["Action"], resources=SEND["Resource"])
        return TaskState(
            stack,
            id,
            resource=RESOURCE,
            parameters=parameters or {},
            statements=[statement],
            retries=[RETRY],
            **options,
        )

    return make


@pytest.fixture
def rendered(task: Callable[..., TaskState], machine: Callable[..., Any]) -> Callable[..., dict[str, Any]]:
    """The state as it stands in the definition."""

    def render(**options: Any) -> dict[str, Any]:
        state: dict[str, Any] = machine(task(**options)).definition()["States"]["Send"]
        return state

    return render


class TestRendering:
    def test_without_options(self, rendered: Callable[..., Any]) -> None:
        assert rendered(retry_on_service_exceptions=False) == {
            "Type": "Task",
            "Resource": RESOURCE,
            "Parameters": {},
            "End": True,
        }

    def test_with_all_options(self, rendered: Callable[..., Any]) -> None:
        state = rendered(
            comment="Sends",
            input_path="$.in",
            output_path="$.out",
            result_path="$.result",
            result_selector={"Id.$": "$.MessageId"},
            task_timeout=cdk.Duration.minutes(5),
        )
        assert state == {
            "Type": "Task",
            "Resource": RESOURCE,
            "Comment": "Sends",
            "InputPath": "$.in",
            "Parameters": {},
            "ResultSelector": {"Id.$": "$.MessageId"},
            "ResultPath": "$.result",
            "OutputPath": "$.out",
            "TimeoutSeconds": 300,
            "Retry": [
                {"ErrorEquals": ["SQS.Throttled"], "IntervalSeconds": 1, "MaxAttempts": 2, "BackoffRate": 2},
            ],
            "End": True,
        }

    def test_json_paths_become_dollar_keys_at_any_depth(self, rendered: Callable[..., Any]) -> None:
        parameters = {
            "Text": sfn.JsonPath.string_at("$.text"),
            "Deep": {"Count": sfn.JsonPath.number_at("$.count"), "Plain": 1},
            "Items": [{"Id": sfn.JsonPath.string_at("$$.Execution.Id")}],
            "All": sfn.JsonPath.object_at("$"),
        }
        assert rendered(parameters=parameters)["Parameters"] == {
            "Text.$": "$.text",
            "Deep": {"Count.$": "$.count", "Plain": 1},
            "Items": [{"Id.$": "$$.Execution.Id"}],
            "All.$": "$",
        }

    @pytest.mark.parametrize("path", [None, sfn.JsonPath.DISCARD], ids=["None", "DISCARD"])
    def test_a_result_can_be_discarded(self, rendered: Callable[..., Any], path: str | None) -> None:
        state = rendered(result_path=path)
        assert "ResultPath" in state
        assert state["ResultPath"] is None

    def test_retries_on_errors_of_the_service_can_be_left_out(self, rendered: Callable[..., Any]) -> None:
        assert "Retry" not in rendered(retry_on_service_exceptions=False)

    def test_an_option_that_does_not_exist_is_refused(self, task: Callable[..., TaskState]) -> None:
        with pytest.raises(TypeError, match="result_pth"):
            task(result_pth="$.result")


class TestStateName:
    @pytest.mark.parametrize("name", ["Standardization: x' = (x - x̄) / σ", "Train model (XGBoost)", "学習", "a/b"])
    def test_may_hold_any_character(
        self, stack: cdk.Stack, task: Callable[..., TaskState], machine: Callable[..., Any], name: str
    ) -> None:
        states = machine(sfn.Pass(stack, "Before").next(task(state_name=name))).definition()["States"]
        assert list(states) == ["Before", name]
        assert states["Before"]["Next"] == name

    def test_is_the_construct_id_by_default(self, task: Callable[..., TaskState]) -> None:
        assert task("Send").state_id == "Send"

    def test_of_80_characters_is_legal(self, task: Callable[..., TaskState]) -> None:
        assert task(state_name="x" * 80).state_id == "x" * 80

    def test_of_81_characters_is_refused(self, task: Callable[..., TaskState]) -> None:
        with pytest.raises(ValueError, match="80"):
            task(state_name="x" * 81)


class TestChaining:
    def test_next_retry_and_catch(
        self, stack: cdk.Stack, task: Callable[..., TaskState], machine: Callable[..., Any]
    ) -> None:
        send = task()
        send.add_retry(errors=["Mine"], max_attempts=1)
        send.add_catch(sfn.Fail(stack, "Failed"), errors=["States.ALL"], result_path="$.error")
        states = machine(send.next(sfn.Succeed(stack, "Done"))).definition()["States"]
        assert states["Send"]["Next"] == "Done"
        assert [each["ErrorEquals"] for each in states["Send"]["Retry"]] == [["SQS.Throttled"], ["Mine"]]
        assert states["Send"]["Catch"] == [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Failed"}]

    def test_between_states_of_aws_cdk_lib(
        self, stack: cdk.Stack, task: Callable[..., TaskState], machine: Callable[..., Any]
    ) -> None:
        chain = (
            sfn.Pass(stack, "Before")
            .next(task())
            .next(sfn.Wait(stack, "After", time=sfn.WaitTime.duration(cdk.Duration.seconds(1))))
        )
        assert list(machine(chain).definition()["States"]) == ["Before", "Send", "After"]


class TestPolicy:
    def test_reaches_the_role_of_the_state_machine(
        self, task: Callable[..., TaskState], machine: Callable[..., Any]
    ) -> None:
        assert machine(task()).statements("MachineRole") == [SEND]

    def test_reaches_it_from_inside_a_map(
        self, stack: cdk.Stack, task: Callable[..., TaskState], machine: Callable[..., Any]
    ) -> None:
        synthesized = machine(sfn.Map(stack, "Each").item_processor(task()))
        assert list(synthesized.definition()["States"]["Each"]["ItemProcessor"]["States"]) == ["Send"]
        assert synthesized.statements("MachineRole") == [SEND]

    def test_reaches_it_from_inside_a_parallel(
        self, stack: cdk.Stack, task: Callable[..., TaskState], machine: Callable[..., Any]
    ) -> None:
        synthesized = machine(sfn.Parallel(stack, "Both").branch(task("One")).branch(task("Two")))
        branches = synthesized.definition()["States"]["Both"]["Branches"]
        assert [list(branch["States"]) for branch in branches] == [["One"], ["Two"]]
        assert synthesized.statements("MachineRole") == [SEND]  # twice the same statement counts once

    def test_reaches_it_from_behind_a_catch(
        self, stack: cdk.Stack, task: Callable[..., TaskState], machine: Callable[..., Any]
    ) -> None:
        risky = sfn.Parallel(stack, "Risky").branch(sfn.Pass(stack, "Try"))
        risky.add_catch(task())
        assert machine(risky).statements("MachineRole") == [SEND]

    def test_of_a_state_that_is_in_no_state_machine_is_granted_to_nobody(
        self, stack: cdk.Stack, task: Callable[..., TaskState], machine: Callable[..., Any]
    ) -> None:
        task("Unused")
        assert machine(sfn.Pass(stack, "Alone")).statements("MachineRole") == []


class TestCredentials:
    ROLE = "arn:aws:iam::222233334444:role/deployer"

    def test_stand_in_the_state(self, rendered: Callable[..., Any]) -> None:
        assert rendered(credentials=self.ROLE)["Credentials"] == {"RoleArn": self.ROLE}

    def test_stand_in_a_jsonata_state(self, rendered: Callable[..., Any]) -> None:
        state = rendered(credentials=self.ROLE, query_language=sfn.QueryLanguage.JSONATA)
        assert state["Credentials"] == {"RoleArn": self.ROLE}

    def test_replace_the_statements_of_the_service_by_assuming_exactly_that_role(
        self, task: Callable[..., TaskState], machine: Callable[..., Any]
    ) -> None:
        assert machine(task(credentials=self.ROLE)).statements("MachineRole") == [
            {"Effect": "Allow", "Action": ["sts:AssumeRole"], "Resource": [self.ROLE]}
        ]

    def test_without_them_the_statements_are_those_of_the_service(
        self, task: Callable[..., TaskState], machine: Callable[..., Any]
    ) -> None:
        assert machine(task()).statements("MachineRole") == [SEND]

    def test_may_be_a_role_of_the_stack(
        self, stack: cdk.Stack, task: Callable[..., TaskState], machine: Callable[..., Any]
    ) -> None:
        role = iam.Role(stack, "Deployer", assumed_by=iam.ServicePrincipal("states.amazonaws.com"))
        [statement] = machine(task(credentials=role.role_arn)).statements("MachineRole")
        assert statement["Action"] == ["sts:AssumeRole"]
        assert statement["Resource"][0].startswith("<Deployer")

    @pytest.mark.parametrize(
        "credentials",
        [
            "deployer",
            "",
            "arn:aws:iam::222233334444:user/x",
            "{% $states.input.role %}",
            pytest.param(sfn.JsonPath.string_at("$.role"), id="a token"),
        ],
    )
    def test_that_no_policy_can_name_are_refused(self, task: Callable[..., TaskState], credentials: str) -> None:
        with pytest.raises(InvalidParameterError, match=r"^Stack/Send: credentials: .* is not the ARN of a role"):
            task(credentials=credentials)
