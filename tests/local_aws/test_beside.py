"""What failed beside an execution is told, though the execution succeeded."""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from local_aws import LocalAws
from local_aws.app import beside, report
from local_aws.app.beside import Beside
from local_aws.app.deploy import DeployedStack
from local_aws.app.execution import ExecutionResult
from local_aws.app.progress import Progress
from local_aws.app.run import RunResult

ACCOUNT = "123456789012"
MAIN = f"arn:aws:states:us-east-1:{ACCOUNT}:execution:main:once"
Found = Callable[..., Beside]


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


@pytest.fixture(scope="module")
def role(aws: LocalAws) -> str:
    services = [f"{name}.amazonaws.com" for name in ("states", "lambda", "sagemaker")]
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": services}}
    iam = aws.client("iam")
    arn: str = iam.create_role(RoleName="all", AssumeRolePolicyDocument=document(trust))["Role"]["Arn"]
    everything = document({"Effect": "Allow", "Action": "*", "Resource": "*"})
    iam.put_role_policy(RoleName="all", PolicyName="all", PolicyDocument=everything)
    return arn


@pytest.fixture
def found(aws: LocalAws) -> Found:
    """What has happened to the one thing with a name."""

    def find(name: str, *told: str) -> Beside:
        beside.settle(aws, MAIN, Progress(Console(file=io.StringIO())))
        [one] = [each for each in beside.found(aws, MAIN, told) if name in each.what]
        return one

    return find


@pytest.fixture
def name() -> str:
    return f"n-{uuid.uuid4().hex[:8]}"


def queue(aws: LocalAws, name: str, *, open_to: str | None = None) -> str:
    """ARN of a queue that a service may send to."""
    arn, sqs = f"arn:aws:sqs:us-east-1:{ACCOUNT}:{name}", aws.client("sqs")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    if open_to:
        allowed = {"Effect": "Allow", "Principal": {"Service": open_to}, "Action": "sqs:SendMessage", "Resource": arn}
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": document(allowed)})
    return arn


@pytest.mark.parametrize("buried", [False, True])
def test_an_event_that_no_target_took_is_lost_unless_a_queue_has_it(
    aws: LocalAws, found: Found, name: str, buried: bool
) -> None:
    events = aws.client("events")
    dead = queue(aws, f"{name}-dead", open_to="events.amazonaws.com")
    target = {"Id": "a", "Arn": queue(aws, name), **({"DeadLetterConfig": {"Arn": dead}} if buried else {})}
    events.put_rule(Name=name, EventPattern=json.dumps({"source": [name]}))
    events.put_targets(Rule=name, Targets=[target])
    events.put_events(Entries=[{"Source": name, "DetailType": "Order Placed", "Detail": "{}"}])
    lost = found(f"rule {name}")
    assert lost.what == f"rule {name}: event Order Placed to {target['Arn']}"
    assert "sqs:SendMessage" in lost.reason
    assert (dead in lost.reason, lost.fails_run) == (buried, not buried)


def test_a_message_that_no_subscriber_may_get_is_lost(aws: LocalAws, found: Found, name: str) -> None:
    sns = aws.client("sns")
    topic = sns.create_topic(Name=name)["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue(aws, name))
    sns.publish(TopicArn=topic, Message="hello")
    assert found(f"topic {name}").fails_run


@pytest.mark.parametrize(
    ("runtime", "reason", "fails_run"),
    [("python3.13", "ValueError: not for me", True), ("nodejs22.x", "nodejs22.x", False)],
)
def test_a_function_that_fails_asynchronously_is_told(
    aws: LocalAws, role: str, found: Found, name: str, runtime: str, reason: str, fails_run: bool
) -> None:
    """What only the local AWS cannot run does not make the run a failure."""
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("index.py", "def handler(event, context):\n    raise ValueError('not for me')\n")
    client, code = aws.client("lambda"), {"ZipFile": package.getvalue()}
    client.create_function(FunctionName=name, Runtime=runtime, Role=role, Handler="index.handler", Code=code)
    client.invoke(FunctionName=name, InvocationType="Event", Payload=b"{}")
    lost = found(name)
    assert reason in lost.reason
    assert lost.fails_run is fails_run


def test_an_execution_that_failed_or_caught_something_is_told(
    aws: LocalAws, role: str, found: Found, name: str
) -> None:
    client = aws.client("stepfunctions")
    inner = {"StartAt": "No", "States": {"No": {"Type": "Fail", "Error": "Shop.Closed", "Cause": "Sunday"}}}
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "Go on"}]
    outer = {"Both": {"Type": "Parallel", "Branches": [inner], "Catch": catch, "End": True}}
    caught = {"StartAt": "Both", "States": {**outer, "Go on": {"Type": "Pass", "End": True}}}
    for ending, definition in (("failed", inner), ("caught", caught)):
        machine = client.create_state_machine(name=f"{name}-{ending}", definition=json.dumps(definition), roleArn=role)
        client.start_execution(stateMachineArn=machine["stateMachineArn"], name="once")
    failed = found(f"{name}-failed")
    assert str(failed) == f"execution {name}-failed:once FAILED: Shop.Closed: Sunday"
    assert found(f"{name}-caught").reason == "state Both caught Shop.Closed: Sunday"
    assert not failed.fails_run


def test_a_job_that_nobody_waited_for_tells_why_it_did_not_start(
    aws: LocalAws, role: str, found: Found, name: str
) -> None:
    aws.client("s3").create_bucket(Bucket=name)
    image = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0"
    source = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{name}/nothing/"}}
    arn = aws.client("sagemaker").create_training_job(
        TrainingJobName=name,
        AlgorithmSpecification={"TrainingImage": image, "TrainingInputMode": "File"},
        HyperParameters={"num_round": "1"},
        RoleArn=role,
        InputDataConfig=[{"ChannelName": "train", "DataSource": source, "ContentType": "text/csv"}],
        OutputDataConfig={"S3OutputPath": f"s3://{name}/models"},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
        StoppingCondition={"MaxRuntimeInSeconds": 60},
    )["TrainingJobArn"]
    job = found(name)
    assert (job.what, job.status) == (f"training job {name}", "Failed")
    assert f"s3://{name}/nothing/" in job.reason
    assert [each for each in beside.found(aws, MAIN, [f'{{"TrainingJobArn":"{arn}"}}']) if name in each.what] == []


def test_a_run_in_which_something_was_lost_is_no_success(tmp_path: Path) -> None:
    ended = ExecutionResult(arn=MAIN, status="SUCCEEDED", states=(), output="1")
    lost = Beside("rule Nightly: event A to arn:q", "LOST", "not authorized", fails_run=True)
    told = Beside("training job a", "Failed", "no data")

    def run(*things: Beside) -> RunResult:
        return RunResult(DeployedStack("Shop", {}, {}), ended, [], None, {}, [], [], tmp_path, beside=things)

    assert run(told).succeeded
    assert not run(told, lost).succeeded
    assert [each["what"] for each in run(told, lost).document()["beside"]] == [told.what, lost.what]
    text = io.StringIO()
    report.show(run(told, lost), Console(file=text, width=160))
    assert "beside it: training job a Failed: no data" in text.getvalue()
    assert "the execution succeeded, but this came to nothing: rule Nightly: event A to arn:q" in text.getvalue()
