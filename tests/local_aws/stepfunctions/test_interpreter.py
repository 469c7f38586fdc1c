"""The interpreter as a client sees it; each test stands for a patch."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws import LocalAws

PASS = {"Only": {"Type": "Pass", "End": True}}


def test_the_start_time_in_the_context_object_is_iso_text(machines: Any) -> None:
    output = machines.output({"A": {"Type": "Pass", "Parameters": {"at.$": "$$.Execution.StartTime"}, "End": True}})
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", output["at"])


def test_jsonata_expressions_are_evaluated(machines: Any) -> None:
    state = {"Type": "Pass", "Output": "{% $sum([1, 2, 3]) %}", "End": True}
    assert machines.output({"A": state}, top={"QueryLanguage": "JSONata"}) == 6


def test_a_variable_assigned_in_jsonpath_can_be_read(machines: Any) -> None:
    states = {
        "A": {"Type": "Pass", "Assign": {"name": "model"}, "Next": "B"},
        "B": {"Type": "Pass", "Parameters": {"name.$": "$name"}, "End": True},
    }
    assert machines.output(states) == {"name": "model"}


def test_a_job_name_can_be_made_of_the_execution_and_the_retry_count(machines: Any) -> None:
    hashed = "States.Hash(States.Format('{}/{}', $$.Execution.Id, $$.State.EnteredTime), 'MD5')"
    output = machines.output({"A": {"Type": "Pass", "Parameters": {"name.$": hashed}, "End": True}})
    assert re.fullmatch("[0-9a-f]{32}", output["name"])


def test_tasks_call_with_the_role_of_the_state_machine(machines: Any, bucket: str, allow: Any) -> None:
    put = {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:s3:putObject",
        "Parameters": {"Bucket": bucket, "Key": "a", "Body": "text"},
        "End": True,
    }
    assert machines.run({"A": put}, allow("s3:PutObject", f"arn:aws:s3:::{bucket}/a"))["status"] == "SUCCEEDED"
    refused = machines.run({"A": put}, allow("s3:PutObject", f"arn:aws:s3:::{bucket}/b"))
    assert refused["status"] == "FAILED"
    assert f"is not authorized to perform: s3:PutObject on resource: arn:aws:s3:::{bucket}/a" in refused[
        "cause"
    ].replace('"', "")


def test_errors_of_sdk_tasks_are_named_as_aws_names_them(machines: Any, bucket: str, allow: Any) -> None:
    get = {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:s3:getObject",
        "Parameters": {"Bucket": bucket, "Key": "none"},
        "Catch": [{"ErrorEquals": ["S3.NoSuchKeyException"], "Next": "B"}],
        "End": True,
    }
    output = machines.output({"A": get, "B": {"Type": "Pass", "Result": "caught", "End": True}}, allow("s3:*"))
    assert output == "caught"


def test_a_nested_execution_returns_its_output(machines: Any, allow: Any) -> None:
    child = machines.create({"A": {"Type": "Pass", "Result": {"rows": 3}, "End": True}}, role=machines.role())
    nested = {
        "Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Parameters": {"StateMachineArn": child, "Input": {}},
        "OutputPath": "$.Output",
        "End": True,
    }
    assert machines.output({"A": nested}, allow("states:*")) == {"rows": 3}


def test_an_execution_without_a_name_gets_one(machines: Any) -> None:
    assert re.fullmatch("[0-9a-f-]{36}", machines.run(PASS)["name"])


def test_an_illegal_execution_name_is_refused(machines: Any) -> None:
    machine = machines.create(PASS, role=machines.role())
    with pytest.raises(ClientError, match="InvalidName"):
        machines.client.start_execution(stateMachineArn=machine, name="a b")


def test_a_stopped_execution_keeps_error_and_cause(machines: Any) -> None:
    machine = machines.create({"A": {"Type": "Wait", "Seconds": 30, "End": True}}, role=machines.role())
    execution = machines.client.start_execution(stateMachineArn=machine)["executionArn"]
    machines.client.stop_execution(executionArn=execution, error="Enough", cause="changed my mind")
    description = machines.wait(execution)
    assert [description[key] for key in ("status", "error", "cause")] == ["ABORTED", "Enough", "changed my mind"]


def test_an_execution_that_timed_out_has_a_stop_date(machines: Any) -> None:
    description = machines.run({"A": {"Type": "Wait", "Seconds": 30, "End": True}}, top={"TimeoutSeconds": 1})
    assert description["status"] == "TIMED_OUT"
    assert description["stopDate"] > description["startDate"]


def test_the_history_comes_in_pages_and_in_both_orders(machines: Any) -> None:
    execution = machines.run(PASS)["executionArn"]
    first = machines.client.get_execution_history(executionArn=execution, maxResults=3)
    rest = machines.client.get_execution_history(executionArn=execution, nextToken=first["nextToken"])
    assert [each["id"] for each in first["events"] + rest["events"]] == [1, 2, 3, 4]
    latest = machines.client.get_execution_history(executionArn=execution, reverseOrder=True, maxResults=1)
    assert latest["events"][0]["type"] == "ExecutionSucceeded"


def test_a_crash_of_the_interpreter_fails_the_execution(machines: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker

    def crash(self: Any) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(ExecutionWorker, "_get_evaluation_entrypoint", crash)
    description = machines.run(PASS)
    assert (description["status"], description["error"]) == ("FAILED", "States.Runtime")
    assert description["cause"] == "RuntimeError: boom"


def test_input_and_output_pass_through_unchanged(machines: Any) -> None:
    machine = machines.create(PASS, role=machines.role())
    execution = machines.client.start_execution(stateMachineArn=machine, input='{"x̄": [1, 2.5]}')["executionArn"]
    assert json.loads(machines.wait(execution)["output"]) == {"x̄": [1, 2.5]}


def test_a_role_may_answer_a_task_token_of_the_machines_it_is_granted(aws: LocalAws, machines: Any, allow: Any) -> None:
    queue = aws.client("sqs").create_queue(QueueName="tokens")["QueueUrl"]
    send = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {"QueueUrl": queue, "MessageBody": {"token.$": "$$.Task.Token"}},
        "End": True,
    }
    machine = machines.create({"A": send}, role=machines.role(allow("sqs:SendMessage")))
    execution = machines.client.start_execution(stateMachineArn=machine)["executionArn"]
    [message] = aws.client("sqs").receive_message(QueueUrl=queue, WaitTimeSeconds=5)["Messages"]
    token = json.loads(message["Body"])["token"]
    for resource, outcome in (("arn:aws:states:us-east-1:123456789012:stateMachine:other", None), (machine, "ok")):
        role = machines.role(allow("states:SendTaskSuccess", resource))
        client = aws.sessions.client("stepfunctions", role_arn=role)
        if outcome is None:
            with pytest.raises(ClientError, match="AccessDenied"):
                client.send_task_success(taskToken=token, output='"no"')
        else:
            client.send_task_success(taskToken=token, output=json.dumps(outcome))
    assert json.loads(machines.wait(execution)["output"]) == "ok"


def test_an_execution_that_is_stopped_while_a_task_fails_is_aborted(aws: LocalAws, machines: Any, allow: Any) -> None:
    queue = aws.client("sqs").create_queue(QueueName="empty")["QueueUrl"]
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "Done"}]
    task: dict[str, Any] = {"Type": "Task", "Next": "Done", "Catch": catch, "TimeoutSeconds": 1}
    task["Resource"] = "arn:aws:states:::aws-sdk:sqs:receiveMessage"
    parameters = {"QueueUrl": queue, "WaitTimeSeconds": 2}
    states = {"Ask": {**task, "Parameters": parameters}, "Done": {"Type": "Succeed"}}
    machine = machines.create(states, role=machines.role(allow("sqs:*")))
    execution = machines.client.start_execution(stateMachineArn=machine)["executionArn"]
    while "TaskStarted" not in [
        each["type"] for each in machines.client.get_execution_history(executionArn=execution)["events"]
    ]:
        time.sleep(0.02)
    machines.client.stop_execution(executionArn=execution)
    assert machines.wait(execution)["status"] == "ABORTED"


def test_the_body_of_an_object_is_text(machines: Any, bucket: str, allow: Any) -> None:
    machines.aws.client("s3").put_object(Bucket=bucket, Key="settings.json", Body='{"rate": 0.5, "name": "é"}'.encode())
    read = {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:s3:getObject",
        "Parameters": {"Bucket": bucket, "Key": "settings.json"},
        "ResultSelector": {"settings.$": "States.StringToJson($.Body)"},
        "End": True,
    }
    assert machines.output({"Read": read}, allow("s3:*")) == {"settings": {"rate": 0.5, "name": "é"}}
