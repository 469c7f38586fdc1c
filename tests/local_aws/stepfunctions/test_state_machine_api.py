"""The API for definitions, versions, aliases and Express state machines: AWS's codes and messages.

Recorded on AWS by localstack (tests/aws/services/stepfunctions/v2/test_sfn_api*.snapshot.json) and floci#2735.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

PASS = {"A": {"Type": "Pass", "End": True}}
SEND_AND_WAIT = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
BRANCH = {"StartAt": "A", "States": PASS}
OTHER = {"A": {"Type": "Pass", "Result": 2, "End": True}}


def definition(states: dict[str, Any], **top: Any) -> str:
    return json.dumps({"StartAt": next(iter(states)), "States": states, **top})


def refused(call: Any, **arguments: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as told:
        call(**arguments)
    return told.value.response["Error"]["Code"], told.value.response["Error"]["Message"]


def name_of(arn: str) -> str:
    return arn.rpartition(":")[2]


def test_the_same_machine_again_is_the_same_answer_and_another_is_refused(machines: Any) -> None:
    role = machines.role()
    arn = machines.create(PASS, role=role)
    again = {"name": name_of(arn), "roleArn": role}
    assert machines.client.create_state_machine(definition=definition(PASS), **again)["stateMachineArn"] == arn
    told = ("StateMachineAlreadyExists", f"State Machine Already Exists: '{arn}'")
    for different in (
        {"definition": definition(OTHER)},
        {"definition": definition(PASS) + " "},
        {"definition": definition(PASS), "type": "EXPRESS"},
    ):
        assert refused(machines.client.create_state_machine, **again, **different) == told
    described = machines.client.describe_state_machine(stateMachineArn=arn)
    assert (described["definition"], described["type"]) == (definition(PASS), "STANDARD")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{}", "SCHEMA_VALIDATION_FAILED: These fields are required: [States, StartAt] at /"),
        ('{"StartAt": "A"}', "SCHEMA_VALIDATION_FAILED: These fields are required: [States] at /"),
        ("[1]", "SCHEMA_VALIDATION_FAILED: Definition must be a valid JSON object"),
        ("not json", "INVALID_JSON_DESCRIPTION: "),
        (
            definition({"A": {"Type": "Pass", "Next": "B"}}),
            "MISSING_TRANSITION_TARGET: Missing 'Next' target: B at /States/A/Next",
        ),
        (
            definition({"A": {"Type": "Pass", "QueryLanguage": "JSONPath", "End": True}}, QueryLanguage="JSONata"),
            "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine at /States/A",
        ),
        (
            definition({"A": {"Type": "Pass", "Output": 1, "End": True}}),
            "The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' "
            "QueryLanguage at /States/A",
        ),
        (
            definition({"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"}}),
            "MISSING_END_STATE: Workflow has no terminal state at null",
        ),
        (
            definition({"A": {"Type": "Parallel", "Branches": [BRANCH], "TimeoutSeconds": 1, "End": True}}),
            "SCHEMA_VALIDATION_FAILED: Field 'TimeoutSeconds' is not supported at /States/A",
        ),
        (definition({"A": {"Type": "Paas", "End": True}}), "SCHEMA_VALIDATION_FAILED: "),
        (definition({"A": {"Type": "Pass", "End": True, "Retry": 1}}), "SCHEMA_VALIDATION_FAILED: "),
        (definition({"A": {"Type": "Pass", "End": True, "Parameters": {"a.$": "$["}}}), " at /States/A/Parameters'"),
    ],
)
def test_an_invalid_definition_has_the_code_and_form_of_aws(machines: Any, text: str, told: str) -> None:
    code, message = refused(
        machines.client.create_state_machine, name="invalid", definition=text, roleArn=machines.role()
    )
    assert code == "InvalidDefinition"
    assert message.startswith("Invalid State Machine Definition: '")
    assert told in message
    assert "\n" not in message


MISSING = ("StateMachineDoesNotExist", "State Machine Does Not Exist: 'ARN:none'")
CREATE: dict[str, Any] = {"name": "a", "definition": definition(PASS), "roleArn": "arn:aws:iam::123456789012:role/r"}


@pytest.mark.parametrize(
    ("call", "arguments", "told"),
    [
        ("describe_state_machine", {"stateMachineArn": "ARN:none"}, MISSING),
        ("start_execution", {"stateMachineArn": "ARN:none"}, MISSING),
        ("update_state_machine", {"stateMachineArn": "ARN:none", "definition": definition(PASS)}, MISSING),
        (
            "publish_state_machine_version",
            {"stateMachineArn": "invalid_arn"},
            ("InvalidArn", "Invalid Arn: 'Invalid ARN prefix: invalid_arn'"),
        ),
        ("create_state_machine", {**CREATE, "name": "a b"}, ("InvalidName", "Invalid Name: 'a b'")),
        ("create_state_machine", {**CREATE, "roleArn": "role"}, ("InvalidArn", "Invalid Role Arn: 'role'")),
        (
            "test_state",
            {"definition": "{}"},
            ("NotSupportedLocally", "The local AWS has no TestState of Step Functions"),
        ),
        (
            "redrive_execution",
            {"executionArn": "ARN:none"},
            ("NotSupportedLocally", "The local AWS has no RedriveExecution of Step Functions"),
        ),
    ],
)
def test_what_is_not_there_or_not_legal(machines: Any, call: str, arguments: dict[str, Any], told: Any) -> None:
    prefix = "arn:aws:states:us-east-1:123456789012:stateMachine"
    given = {key: value.replace("ARN:", f"{prefix}:") for key, value in arguments.items()}
    assert refused(getattr(machines.client, call), **given) == (told[0], told[1].replace("ARN:", f"{prefix}:"))


@pytest.mark.parametrize("text", ["not json", "{'a': 'b'}"])
def test_an_input_that_is_no_json(machines: Any, text: str) -> None:
    arn = machines.create(PASS, role=machines.role())
    code, message = refused(machines.client.start_execution, stateMachineArn=arn, input=text)
    assert code == "InvalidExecutionInput"
    assert message.startswith("Invalid State Machine Execution Input: '")


class TestValidate:
    def validate(self, machines: Any, text: str, **more: Any) -> dict[str, Any]:
        answer: dict[str, Any] = machines.client.validate_state_machine_definition(definition=text, **more)
        return {key: answer[key] for key in ("result", "diagnostics", "truncated")}

    def test_a_good_definition(self, machines: Any) -> None:
        good = {"result": "OK", "diagnostics": [], "truncated": False}
        assert self.validate(machines, definition(PASS)) == good
        assert self.validate(machines, definition(PASS), type="EXPRESS") == good

    def test_each_problem_has_its_place(self, machines: Any) -> None:
        answer = self.validate(
            machines, definition({"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "C"}})
        )
        assert answer["result"] == "FAIL"
        assert [(each["code"], each.get("location"), each["severity"]) for each in answer["diagnostics"]] == [
            ("MISSING_TRANSITION_TARGET", "/States/B/Next", "ERROR"),
            ("MISSING_END_STATE", None, "ERROR"),
        ]

    def test_the_list_may_be_cut(self, machines: Any) -> None:
        states = {name: {"Type": "Pass", "Next": "none"} for name in "ABC"}
        answer = self.validate(machines, definition(states), maxResults=1)
        assert (len(answer["diagnostics"]), answer["truncated"]) == (1, True)

    def test_an_express_machine_waits_for_nothing(self, machines: Any) -> None:
        task: dict[str, Any] = {"Type": "Task", "Resource": SEND_AND_WAIT, "End": True}
        task["Parameters"] = {
            "QueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/q",
            "MessageBody": {"t.$": "$$.Task.Token"},
        }
        text = definition({"A": task})
        assert self.validate(machines, text)["result"] == "OK"
        answer = self.validate(machines, text, type="EXPRESS")
        assert (answer["result"], answer["diagnostics"][0]["location"]) == ("FAIL", "/States/A/Resource")


class TestVersionsAndAliases:
    def published(self, machines: Any) -> tuple[str, str, str]:
        """A machine with two versions."""
        client, arn = machines.client, machines.create(PASS, role=machines.role())
        first = client.publish_state_machine_version(stateMachineArn=arn, description="one")["stateMachineVersionArn"]
        client.update_state_machine(stateMachineArn=arn, definition=definition(OTHER))
        second = client.publish_state_machine_version(stateMachineArn=arn)["stateMachineVersionArn"]
        return arn, first, second

    def output(self, machines: Any, arn: str) -> Any:
        return json.loads(machines.wait(machines.client.start_execution(stateMachineArn=arn)["executionArn"])["output"])

    def test_a_version_runs_what_it_was_published_with(self, machines: Any) -> None:
        arn, first, second = self.published(machines)
        assert (first, second) == (f"{arn}:1", f"{arn}:2")
        assert [self.output(machines, each) for each in (first, second, arn)] == [{}, 2, 2]
        again = machines.client.publish_state_machine_version(stateMachineArn=arn)["stateMachineVersionArn"]
        assert again == second
        listed = machines.client.list_state_machine_versions(stateMachineArn=arn)["stateMachineVersions"]
        assert [each["stateMachineVersionArn"] for each in listed] == [second, first]
        of_first = machines.client.list_executions(stateMachineArn=first)["executions"]
        assert [each["stateMachineVersionArn"] for each in of_first] == [first]

    def test_an_alias_leads_to_its_version(self, machines: Any) -> None:
        arn, first, second = self.published(machines)
        client = machines.client
        routes = [{"stateMachineVersionArn": first, "weight": 100}]
        alias = client.create_state_machine_alias(name="live", routingConfiguration=routes)["stateMachineAliasArn"]
        assert alias == f"{arn}:live"
        assert self.output(machines, alias) == {}
        client.update_state_machine_alias(
            stateMachineAliasArn=alias, routingConfiguration=[{"stateMachineVersionArn": second, "weight": 100}]
        )
        execution = client.start_execution(stateMachineArn=alias)["executionArn"]
        described = machines.wait(execution)
        assert (described["stateMachineAliasArn"], described["stateMachineVersionArn"]) == (alias, second)
        code, message = refused(client.delete_state_machine_version, stateMachineVersionArn=second)
        assert code == "ConflictException"
        assert message.endswith("Current list of aliases referencing this version: [live]")
        client.delete_state_machine_alias(stateMachineAliasArn=alias)
        client.delete_state_machine_version(stateMachineVersionArn=second)
        assert refused(client.start_execution, stateMachineArn=second)[0] == "StateMachineDoesNotExist"

    @pytest.mark.parametrize(
        ("name", "weights", "code", "told"),
        [
            ("live", [70, 29], "ValidationException", "Sum of routing configuration weights must equal 100."),
            ("123", [100, 0], "ValidationException", "Value '123' at 'name' failed to satisfy constraint"),
        ],
    )  # fmt: skip
    def test_what_an_alias_may_not_be(self, machines: Any, name: str, weights: list[int], code: str, told: str) -> None:
        _, first, second = self.published(machines)
        routes = [
            {"stateMachineVersionArn": arn, "weight": weight}
            for arn, weight in zip((first, second), weights, strict=True)
        ]
        found = refused(machines.client.create_state_machine_alias, name=name, routingConfiguration=routes)
        assert found[0] == code
        assert told in found[1]

    def test_an_alias_leads_to_versions_only(self, machines: Any) -> None:
        arn, *_ = self.published(machines)
        routes = [{"stateMachineVersionArn": arn, "weight": 100}]
        assert refused(machines.client.create_state_machine_alias, name="live", routingConfiguration=routes) == (
            "ValidationException",
            f"Routing configuration must contain state machine version ARNs. Received: [{arn}]",
        )


class TestExpress:
    def test_a_synchronous_execution_answers_with_its_output(self, machines: Any) -> None:
        arn = machines.create(OTHER, role=machines.role(), type="EXPRESS")
        answer = machines.client.start_sync_execution(stateMachineArn=arn, input='{"a": 1}', name="once")
        assert (answer["status"], answer["output"], answer["input"]) == ("SUCCEEDED", "2", '{"a": 1}')
        assert ":express:" in answer["executionArn"]
        assert answer["billingDetails"]["billedDurationInMilliseconds"] >= 100

    def test_its_failure_is_an_answer_too(self, machines: Any) -> None:
        fail = {"A": {"Type": "Fail", "Error": "E", "Cause": "why"}}
        arn = machines.create(fail, role=machines.role(), type="EXPRESS")
        answer = machines.client.start_sync_execution(stateMachineArn=arn)
        assert (answer["status"], answer["error"], answer["cause"]) == ("FAILED", "E", "why")

    def test_nobody_can_ask_for_an_express_execution(self, machines: Any) -> None:
        client, arn = machines.client, machines.create(PASS, role=machines.role(), type="EXPRESS")
        execution = client.start_execution(stateMachineArn=arn)["executionArn"]
        invalid = ("InvalidArn", "Invalid Arn: 'Resource type not valid in this context: express'")
        for call in (client.describe_execution, client.stop_execution, client.get_execution_history):
            assert refused(call, executionArn=execution) == invalid
        assert refused(client.list_executions, stateMachineArn=arn)[0] == "StateMachineTypeNotSupported"

    def test_a_standard_machine_has_no_synchronous_executions(self, machines: Any) -> None:
        arn = machines.create(PASS, role=machines.role())
        assert refused(machines.client.start_sync_execution, stateMachineArn=arn) == (
            "StateMachineTypeNotSupported",
            "This operation is not supported by this type of state machine",
        )
