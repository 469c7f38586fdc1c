from __future__ import annotations

import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

RULE = "arn:aws:events:us-east-1:123456789012:rule/StepFunctionsGetEventsForSageMakerTrainingJobsRule"
PASS = {"Only": {"Type": "Pass", "End": True}}
REQUEST = {
    "TrainingJobName.$": "$$.Execution.Name",
    "RoleArn": "arn:aws:iam::123456789012:role/train",
    "AlgorithmSpecification": {
        "TrainingImage": "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1",
        "TrainingInputMode": "File",
    },
    "OutputDataConfig": {"S3OutputPath": "s3://bucket/output"},
    "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
    "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
}
RESOURCE = "arn:aws:states:::sagemaker:createTrainingJob.sync"
TRAIN = {"Train": {"Type": "Task", "Resource": RESOURCE, "Parameters": REQUEST, "End": True}}


def test_a_next_target_that_is_missing_is_an_invalid_definition(machines: Any) -> None:
    with pytest.raises(ClientError, match=r"InvalidDefinition.*MISSING_TRANSITION_TARGET.*Nowhere at /States/A"):
        machines.create({"A": {"Type": "Pass", "Next": "Nowhere"}}, role=machines.role())


def test_text_that_is_no_json_is_an_invalid_definition(machines: Any) -> None:
    with pytest.raises(ClientError, match="INVALID_JSON_DESCRIPTION"):
        machines.client.create_state_machine(name="text", definition="{", roleArn=machines.role())


def test_a_parameter_that_the_api_does_not_know_is_an_invalid_definition(machines: Any, allow: Any) -> None:
    state = {**TRAIN["Train"], "Parameters": {"TrainingJobNaem": "a"}}
    with pytest.raises(ClientError, match=r'InvalidDefinition.*The field "TrainingJobNaem" is not supported'):
        machines.create({"Train": state}, role=machines.role(allow("events:*")))


def test_what_the_local_aws_lacks_is_said_of_legal_definitions_only(machines: Any) -> None:
    task: dict[str, Any] = {"Type": "Task", "Resource": "arn:aws:states:::athena:stopQueryExecution", "End": True}
    task["Parameters"] = {"QueryExecutionId": "q"}
    with pytest.raises(ClientError, match=r"NotSupportedLocally.*no integration .*athena:stopQueryExecution"):
        machines.create({"Stop": task}, role=machines.role())
    with pytest.raises(ClientError, match=r"InvalidDefinition.*'Wait' is not supported"):
        machines.create({"Stop": {**task, "Wait": 5}}, role=machines.role())


def test_what_only_the_interpreter_cannot_read_is_no_fault_of_the_definition(machines: Any) -> None:
    path = "$.labels[?(@.name==Invoice)]"
    with pytest.raises(ClientError, match=r"NotSupportedLocally.*cannot read the definition.*name==Invoice"):
        machines.create({"A": {"Type": "Pass", "InputPath": path, "End": True}}, role=machines.role())


def test_an_update_is_checked_too(machines: Any) -> None:
    machine = machines.create(PASS, role=machines.role())
    broken = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "Nowhere"}}})
    with pytest.raises(ClientError, match="InvalidDefinition"):
        machines.client.update_state_machine(stateMachineArn=machine, definition=broken)
    assert "Nowhere" not in machines.client.describe_state_machine(stateMachineArn=machine)["definition"]


def test_the_role_must_trust_step_functions(machines: Any) -> None:
    with pytest.raises(ClientError, match=r"AccessDenied.*states\.amazonaws\.com.*assume the provided role"):
        machines.create(PASS, role=machines.role(service="lambda.amazonaws.com"))


@pytest.mark.parametrize("missing", ["events:PutTargets", "events:PutRule", "events:DescribeRule"])
def test_sync_needs_all_three_actions_on_its_managed_rule(machines: Any, allow: Any, missing: str) -> None:
    actions = {"events:PutTargets", "events:PutRule", "events:DescribeRule"}
    assert machines.create(TRAIN, role=machines.role(allow(sorted(actions), RULE)))
    with pytest.raises(ClientError, match=f"not authorized to create managed-rule.*{missing}"):
        machines.create(TRAIN, role=machines.role(allow(sorted(actions - {missing}), RULE)))


@pytest.mark.parametrize("managed_by", ["states.amazonaws.com", "events.amazonaws.com"])
def test_rules_are_written_as_managed_rules_of_step_functions(machines: Any, allow: Any, managed_by: str) -> None:
    condition = {"StringEquals": {"events:ManagedBy": managed_by}}
    writes = {**allow(["events:PutTargets", "events:PutRule"], RULE), "Condition": condition}
    role = machines.role(writes, allow("events:DescribeRule", RULE))
    if managed_by == "states.amazonaws.com":
        assert machines.create(TRAIN, role=role)
        return
    with pytest.raises(ClientError, match=r"not authorized to create managed-rule.*events:PutTargets"):
        machines.create(TRAIN, role=role)


def test_logging_needs_the_log_delivery_actions(machines: Any, allow: Any) -> None:
    group = {"cloudWatchLogsLogGroup": {"logGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:g:*"}}
    logging = {"level": "ALL", "includeExecutionData": False, "destinations": [group]}
    assert machines.create(PASS, role=machines.role(allow("logs:*")), loggingConfiguration=logging)
    with pytest.raises(ClientError, match=r"not authorized to access the Log Destination.*logs:CreateLogDelivery"):
        machines.create(PASS, role=machines.role(), loggingConfiguration=logging)


JSONATA_STATE = {"Type": "Pass", "Output": "{% 1 %}", "End": True}
IN_JSONATA = {"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": JSONATA_STATE}}
# ResultPath is a field of the other query language.
MIXED = {**IN_JSONATA, "States": {"A": {"Type": "Pass", "ResultPath": "$.x", "End": True}}}
IN_JSON_PATH = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Parameters": {"a.$": "$.x"}, "End": True}}}


class TestEachDefinitionIsReadOnItsOwn:
    def create(self, machines: Any, role: str, definition: dict[str, Any]) -> None:
        name = f"machine-{uuid.uuid4().hex[:12]}"
        machines.client.create_state_machine(name=name, definition=json.dumps(definition), roleArn=role)

    def test_a_refused_one_leaves_nothing_for_those_that_follow(self, machines: Any) -> None:
        role = machines.role()
        for _ in range(3):
            with pytest.raises(ClientError):
                self.create(machines, role, MIXED)
            self.create(machines, role, IN_JSON_PATH)
            self.create(machines, role, IN_JSONATA)

    def test_threads_do_not_mix_theirs(self, machines: Any) -> None:
        role = machines.role()
        definitions = [IN_JSONATA, IN_JSON_PATH] * 15
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda each: self.create(machines, role, each), definitions))
