"""Who acts in which account: administrators, assumed roles, functions, tasks of state machines."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from local_aws import LocalAws

from .conftest import Account, Role, allow, document, refused, unique

ASSUME = """
import boto3
def handler(event, context):
    keys = boto3.client("sts").assume_role(RoleArn=event["role"], RoleSessionName="from-lambda")["Credentials"]
    names = ("AccessKeyId", "SecretAccessKey", "SessionToken")
    key, secret, token = (keys[each] for each in names)
    sts = boto3.client("sts", aws_access_key_id=key, aws_secret_access_key=secret, aws_session_token=token)
    return {"own": boto3.client("sts").get_caller_identity()["Account"], "then": sts.get_caller_identity()["Arn"]}
"""


def assume(role: Role, target: str, **options: Any) -> Any:
    return role.client("sts").assume_role(RoleArn=target, RoleSessionName="visit", **options)


def may_assume(arn: str) -> dict[str, Any]:
    return allow("sts:AssumeRole", arn)


def test_the_access_key_of_an_administrator_is_the_id_of_the_account(
    aws: LocalAws, here: Account, there: Account
) -> None:
    for account in (here, there):
        assert account.client("sts").get_caller_identity()["Account"] == account.id
    assert aws.client("sts").get_caller_identity()["Account"] == "123456789012"


def test_two_accounts_may_give_the_same_name_to_different_things(here: Account, there: Account) -> None:
    for account in (here, there):
        account.client("ssm").put_parameter(Name="/stage", Value=account.id, Type="String")
    assert here.client("ssm").get_parameter(Name="/stage")["Parameter"]["Value"] == here.id
    assert there.client("ssm").get_parameter(Name="/stage")["Parameter"]["Value"] == there.id


def test_no_client_can_claim_another_account_by_a_header(aws: LocalAws, here: Account, there: Account) -> None:
    key, secret, _ = aws.sessions.administrator(here.id)
    client = boto3.client("sts", aws_access_key_id=key, aws_secret_access_key=secret, endpoint_url=aws.endpoint_url)
    client.meta.events.register(
        "before-send", lambda request, **_: request.headers.__setitem__("x-moto-account-id", there.id)
    )
    assert client.get_caller_identity()["Account"] == here.id


def test_a_role_is_assumed_across_accounts_when_both_sides_allow_it(here: Account, there: Account) -> None:
    caller = here.role()
    target = there.role(trust={"AWS": caller.arn})
    caller.may(may_assume(target.arn))
    assumed = assume(caller, target.arn)
    assert assumed["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{there.id}:assumed-role/{target.name}/visit"


def test_a_trust_policy_may_name_the_whole_account(here: Account, there: Account) -> None:
    target = there.role(trust={"AWS": f"arn:aws:iam::{here.id}:root"})
    assume(here.role(may_assume(target.arn)), target.arn)


def test_a_role_that_its_own_policies_do_not_let_assume_is_refused(here: Account, there: Account) -> None:
    caller = here.role()
    target = there.role(trust={"AWS": caller.arn})
    with refused(f"assumed-role/{caller.name}/session is not authorized to perform: sts:AssumeRole on resource"):
        assume(caller, target.arn)


def test_a_role_that_is_not_trusted_is_refused(here: Account, there: Account) -> None:
    target = there.role(trust={"AWS": f"arn:aws:iam::{there.id}:root"})
    with refused("is not authorized to perform: sts:AssumeRole on resource: " + target.arn):
        assume(here.role(may_assume("*")), target.arn)


def test_even_an_administrator_needs_to_be_trusted_by_another_account(there: Account, foreign: Account) -> None:
    target = there.role(trust={"AWS": f"arn:aws:iam::{there.id}:root"})
    request = {"RoleArn": target.arn, "RoleSessionName": "visit"}
    with refused(f"User: arn:aws:iam::{foreign.id}:root is not authorized to perform: sts:AssumeRole"):
        foreign.client("sts").assume_role(**request)
    there.client("sts").assume_role(**request)


def test_an_external_id_that_the_trust_policy_asks_for_must_be_given(here: Account, there: Account) -> None:
    caller = here.role()
    target = there.role(trust={"AWS": caller.arn})
    statement = allow("sts:AssumeRole") | {"Principal": {"AWS": caller.arn}}
    del statement["Resource"]
    statement["Condition"] = {"StringEquals": {"sts:ExternalId": "secret"}}
    there.client("iam").update_assume_role_policy(RoleName=target.name, PolicyDocument=document(statement))
    caller.may(may_assume(target.arn))
    with refused("sts:AssumeRole"):
        assume(caller, target.arn)
    assume(caller, target.arn, ExternalId="secret")


def test_a_function_runs_in_its_account_and_can_assume_a_role_of_another(here: Account, there: Account) -> None:
    caller = here.role(trust={"Service": "lambda.amazonaws.com"})
    target = there.role(trust={"AWS": caller.arn})
    caller.may(may_assume(target.arn), allow("logs:*"))
    arn = here.function(ASSUME, caller)
    answer = here.client("lambda").invoke(FunctionName=arn, Payload=json.dumps({"role": target.arn}))
    found = json.load(answer["Payload"])
    assert found == {"own": here.id, "then": f"arn:aws:sts::{there.id}:assumed-role/{target.name}/from-lambda"}
    [group] = here.client("logs").describe_log_groups(logGroupNamePrefix="/aws/lambda/")["logGroups"]
    assert f":{here.id}:" in group["arn"]


def test_a_function_is_invoked_across_accounts_under_the_policies_of_both(here: Account, there: Account) -> None:
    arn = there.function(
        "def handler(event, context):\n    return 'hi'", there.role(trust={"Service": "lambda.amazonaws.com"})
    )
    caller = here.role(allow("lambda:InvokeFunction", arn))
    with refused("because no resource-based policy allows the lambda:InvokeFunction action"):
        caller.client("lambda").invoke(FunctionName=arn)
    there.client("lambda").add_permission(
        FunctionName=arn, StatementId="caller", Action="lambda:InvokeFunction", Principal=caller.arn
    )
    assert json.load(caller.client("lambda").invoke(FunctionName=arn)["Payload"]) == "hi"
    caller.may(allow("logs:*"))
    with refused("because no identity-based policy allows the lambda:InvokeFunction action"):
        caller.client("lambda").invoke(FunctionName=arn)


def test_a_message_reaches_a_queue_of_another_account_that_lets_it(here: Account, there: Account) -> None:
    caller = here.role(allow("sqs:SendMessage"))
    url, _ = there.queue({"AWS": caller.arn})
    caller.client("sqs").send_message(QueueUrl=url, MessageBody="1")
    assert there.messages(url) == [1]
    with refused("because no resource-based policy allows the sqs:SendMessage action"):
        here.role(allow("sqs:SendMessage")).client("sqs").send_message(QueueUrl=url, MessageBody="2")


def test_a_role_is_not_passed_to_a_service_in_another_account(here: Account, there: Account) -> None:
    target = there.role()
    caller = here.role(allow(["sagemaker:CreateModel", "iam:PassRole"]))
    request = {"ModelName": unique("model"), "ExecutionRoleArn": target.arn, "Containers": []}
    with refused("Cross-account pass role is not allowed"):
        caller.client("sagemaker").create_model(**request)
    with refused("Cross-account pass role is not allowed"):
        here.client("sagemaker").create_model(**request)


def test_a_service_acts_for_the_account_of_what_it_works_on(aws: LocalAws, here: Account) -> None:
    made = here.role()
    statement = allow("sts:AssumeRole") | {"Principal": {"Service": "sagemaker.amazonaws.com"}}
    del statement["Resource"]
    statement["Condition"] = {"StringEquals": {"aws:SourceAccount": here.id}}
    here.client("iam").update_assume_role_policy(RoleName=made.name, PolicyDocument=document(statement))
    aws.sessions.check_trust(made.arn, "sagemaker.amazonaws.com", here.arn("sagemaker", "training-job/a"))
    aws.sessions.check_trust(made.arn, "sagemaker.amazonaws.com")


def task(target: Role | str, **changes: Any) -> dict[str, Any]:
    credentials = {"RoleArn": target if isinstance(target, str) else target.arn}
    state = {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:sts:getCallerIdentity",
        "Credentials": credentials,
        "End": True,
    }
    return {"StartAt": "Visit", "States": {"Visit": {**state, **changes}}}


def test_a_task_acts_in_the_account_of_the_role_in_its_credentials(here: Account, there: Account) -> None:
    machine = here.role(trust={"Service": "states.amazonaws.com"})
    target = there.role(trust={"AWS": machine.arn})
    machine.may(may_assume(target.arn))
    ended = here.execute(task(target), machine)
    assert ended["status"] == "SUCCEEDED", ended
    assert json.loads(ended["output"])["Account"] == there.id


def test_step_functions_gives_the_state_machine_as_external_id(here: Account, there: Account) -> None:
    machine = here.role(trust={"Service": "states.amazonaws.com"})
    target = there.role(trust={"AWS": machine.arn})
    statement = allow("sts:AssumeRole") | {"Principal": {"AWS": machine.arn}}
    del statement["Resource"]
    condition = {"ArnLike": {"sts:ExternalId": here.arn("states", "stateMachine:m-*")}}
    there.client("iam").update_assume_role_policy(
        RoleName=target.name, PolicyDocument=document(statement | {"Condition": condition})
    )
    machine.may(may_assume(target.arn))
    assert here.execute(task(target), machine)["status"] == "SUCCEEDED"


@pytest.mark.parametrize("missing", ["identity", "trust"])
def test_a_task_whose_role_may_not_be_assumed_fails_and_can_be_caught(
    here: Account, there: Account, missing: str
) -> None:
    machine = here.role(trust={"Service": "states.amazonaws.com"})
    target = there.role(trust={"AWS": machine.arn if missing == "identity" else there.id})
    machine.may(may_assume(target.arn) if missing == "trust" else allow("logs:*"))
    ended = here.execute(task(target), machine)
    assert (ended["status"], ended["error"]) == ("FAILED", "States.TaskFailed")
    assert ended["cause"] == (
        f"The role {machine.arn} is not authorized to assume the task state's role, {target.arn}."
    )
    definition = task(target, Catch=[{"ErrorEquals": ["States.TaskFailed"], "Next": "Caught"}])
    definition["States"]["Caught"] = {"Type": "Succeed"}
    assert here.execute(definition, machine)["status"] == "SUCCEEDED"


def test_a_task_token_is_known_only_in_its_own_account(here: Account, there: Account) -> None:
    url, queue = here.queue({"AWS": here.id})
    machine = here.role(allow("sqs:SendMessage", queue), trust={"Service": "states.amazonaws.com"})
    body = {"Token.$": "$$.Task.Token"}
    state = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {"QueueUrl": url, "MessageBody": body},
        "End": True,
    }
    states = here.client("stepfunctions")
    definition = json.dumps({"StartAt": "Wait", "States": {"Wait": state}})
    made = states.create_state_machine(name=unique("m"), definition=definition, roleArn=machine.arn)
    arn = states.start_execution(stateMachineArn=made["stateMachineArn"])["executionArn"]
    while not (found := here.messages(url)):
        pass
    answer = {"taskToken": found[0]["Token"], "output": "{}"}
    for outsider in (there.client("stepfunctions"), there.role(allow("states:*")).client("stepfunctions")):
        with pytest.raises(ClientError) as error:
            outsider.send_task_success(**answer)
        assert error.value.response["Error"]["Code"] == "InvalidToken"
    assert states.describe_execution(executionArn=arn)["status"] == "RUNNING"
    states.send_task_success(**answer)
    while states.describe_execution(executionArn=arn)["status"] == "RUNNING":
        pass


def test_a_state_machine_of_another_account_cannot_be_reached(here: Account, there: Account) -> None:
    caller = here.role(allow("states:*"))
    for client in (caller.client("stepfunctions"), here.client("stepfunctions")):
        with refused("because no resource-based policy allows the states:StartExecution action"):
            client.start_execution(stateMachineArn=there.arn("states", "stateMachine:any"))
