"""Endpoints answer with the model's own container, and updates replace it without a gap."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

import psutil
import pytest
from botocore.exceptions import ClientError

from local_aws import LocalAws
from local_aws.sagemaker import images, traffic
from local_aws.sagemaker.sandbox import MARKER

from .conftest import ACCOUNT, XGBOOST
from .test_transform import SERVER, archive

ARN = f"arn:aws:sagemaker:us-east-1:{ACCOUNT}:endpoint"


class Endpoints:
    """Creates endpoints whose models multiply by a factor."""

    def __init__(self, account: Any, monkeypatch: pytest.MonkeyPatch, program: Any) -> None:
        self.account = account
        self.api = account.sagemaker
        self.runtime = account.aws.client("sagemaker-runtime")
        self.cloudwatch = account.aws.client("cloudwatch")
        self._program = program
        self._monkeypatch = monkeypatch
        self.use(SERVER.replace(', os.environ["SAGEMAKER_BATCH"]', ""))

    def use(self, code: str) -> None:
        runtime = images.Runtime(serve=self._program(code))
        self._monkeypatch.setitem(images.RUNTIMES, "sagemaker-xgboost", runtime)

    def config(self, *factors: float, role: str | None = None, weights: tuple[float, ...] = ()) -> str:
        """A configuration with one variant, named after it, for each factor."""
        name = f"config-{uuid.uuid4().hex[:8]}"
        variants = []
        for index, factor in enumerate(factors):
            model = f"{name}-{index}"
            url = self.account.put(f"models/{model}.tar.gz", archive(factor=str(factor)))
            container = {"Image": XGBOOST, "ModelDataUrl": url}
            self.api.create_model(
                ModelName=model, ExecutionRoleArn=role or self.account.role(), PrimaryContainer=container
            )
            variant = {"VariantName": f"v{index}", "ModelName": model, "InstanceType": "ml.m5.xlarge"}
            weight = {"InitialVariantWeight": weights[index]} if weights else {}
            variants.append({**variant, "InitialInstanceCount": 1, **weight})
        self.api.create_endpoint_config(EndpointConfigName=name, ProductionVariants=variants)
        return name

    def create(self, config: str, name: str) -> dict[str, Any]:
        self.api.create_endpoint(EndpointName=name, EndpointConfigName=config)
        return self.settled(name)

    def settled(self, name: str) -> dict[str, Any]:
        """The description once nothing is happening any more."""
        deadline = time.monotonic() + 30
        while True:
            found: dict[str, Any] = self.api.describe_endpoint(EndpointName=name)
            if found["EndpointStatus"] in ("InService", "Failed"):
                return found
            assert time.monotonic() < deadline, found
            time.sleep(0.05)

    def ask(self, name: str, body: str = "3", **more: Any) -> str:
        answer = self.runtime.invoke_endpoint(EndpointName=name, Body=body, ContentType="text/csv", **more)
        return str(answer["Body"].read().decode())

    def alarm(self, state: str) -> dict[str, Any]:
        """A deployment policy that watches an alarm in this state."""
        name = f"alarm-{uuid.uuid4().hex[:8]}"
        self.cloudwatch.put_metric_alarm(
            AlarmName=name,
            MetricName="Invocation5XXErrors",
            Namespace="AWS/SageMaker",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            Statistic="Sum",
            ComparisonOperator="GreaterThanThreshold",
        )
        self.cloudwatch.set_alarm_state(AlarmName=name, StateValue=state, StateReason="test")
        routing = {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": 600}
        return {
            "BlueGreenUpdatePolicy": {"TrafficRoutingConfiguration": routing},
            "AutoRollbackConfiguration": {"Alarms": [{"AlarmName": name}]},
        }


@pytest.fixture
def served(account: Any, sagemaker: Any, monkeypatch: pytest.MonkeyPatch, program: Any) -> Any:
    monkeypatch.setattr(traffic, "LONGEST_WAIT", 0.5)
    yield Endpoints(account, monkeypatch, program)
    sagemaker.endpoints.stop_running()


def error(call: Callable[..., Any], **request: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**request)
    found = caught.value.response["Error"]
    return found["Code"], found["Message"]


def containers() -> int:
    """Programs of this process that run."""
    found = 0
    for each in psutil.Process().children(recursive=True):
        try:
            found += each.status() != psutil.STATUS_ZOMBIE and MARKER in each.environ()
        except psutil.Error:
            continue
    return found


def test_an_endpoint_goes_into_service_and_answers_with_its_model(served: Any, name: str) -> None:
    served.api.create_endpoint(EndpointName=name, EndpointConfigName=served.config(2))
    created = served.api.describe_endpoint(EndpointName=name)
    assert created["EndpointStatus"] == "Creating"
    described = served.settled(name)
    assert described["EndpointStatus"] == "InService", described
    [variant] = described["ProductionVariants"]
    assert (variant["VariantName"], variant["CurrentWeight"], variant["CurrentInstanceCount"]) == ("v0", 1.0, 1)
    assert variant["DeployedImages"][0]["SpecifiedImage"] == XGBOOST
    answer = served.runtime.invoke_endpoint(EndpointName=name, Body=b"3\n4", ContentType="text/csv")
    assert answer["Body"].read() == b"6.0\n8.0"
    assert answer["InvokedProductionVariant"] == "v0"


def test_the_log_of_a_container_is_in_the_log_group_of_the_endpoint(served: Any, account: Any, name: str) -> None:
    served.use("print('hello from the container'); raise SystemExit(3)")
    served.create(served.config(2), name)
    group = f"/aws/sagemaker/Endpoints/{name}"
    [stream] = account.logs.describe_log_streams(logGroupName=group)["logStreams"]
    assert stream["logStreamName"].startswith("v0/")
    [event] = account.logs.get_log_events(logGroupName=group, logStreamName=stream["logStreamName"])["events"]
    assert event["message"] == "hello from the container"


def test_an_endpoint_whose_container_does_not_serve_fails(served: Any, name: str) -> None:
    served.use("raise SystemExit(3)")
    described = served.create(served.config(2), name)
    assert described["EndpointStatus"] == "Failed"
    assert "production variant v0 did not pass the ping health check" in described["FailureReason"]
    assert "exit code: 3" in described["FailureReason"]
    code, message = error(served.runtime.invoke_endpoint, EndpointName=name, Body=b"1")
    assert (code, message) == ("ValidationError", f"Endpoint {name} of account {ACCOUNT} not found.")


@pytest.mark.parametrize(("statement", "action"), [("read", "s3:GetObject"), ("login", "ecr:GetAuthorizationToken")])
def test_an_endpoint_runs_with_the_role_of_its_model(served: Any, name: str, statement: str, action: str) -> None:
    role = served.account.role()
    config = served.config(2, role=role)
    statements = [value for key, value in served.account.statements().items() if key != statement]
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    served.account.iam.put_role_policy(RoleName=role.split("/")[-1], PolicyName="inline", PolicyDocument=document)
    described = served.create(config, name)
    assert described["EndpointStatus"] == "Failed"
    assert action in described["FailureReason"]


def test_what_the_model_refuses_is_a_model_error(served: Any, name: str) -> None:
    served.create(served.config(2), name)
    with pytest.raises(ClientError) as caught:
        served.ask(name, "bad")
    response: Any = caught.value.response
    assert response["Error"]["Code"] == "ModelError"
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 424
    assert (response["OriginalStatusCode"], response["OriginalMessage"]) == (415, "cannot parse")
    assert 'Received client error (415) from primary with message "cannot parse"' in response["Error"]["Message"]


def test_traffic_is_split_by_weight_unless_a_variant_is_asked_for(served: Any, name: str) -> None:
    served.create(served.config(2, 10, weights=(0, 1)), name)
    assert {served.ask(name) for _ in range(8)} == {"30.0"}
    assert served.ask(name, TargetVariant="v0") == "6.0"
    assert error(served.ask, name=name, TargetVariant="v7")[0] == "ValidationError"
    weights = [{"VariantName": "v0", "DesiredWeight": 1}, {"VariantName": "v1", "DesiredWeight": 0}]
    served.api.update_endpoint_weights_and_capacities(EndpointName=name, DesiredWeightsAndCapacities=weights)
    assert {served.ask(name) for _ in range(8)} == {"6.0"}


def test_an_update_replaces_the_model_without_a_gap(served: Any, name: str) -> None:
    served.create(served.config(2), name)
    green = served.config(10)
    answers: list[str] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            answers.append(served.ask(name))

    client = threading.Thread(target=ask)
    client.start()
    served.api.update_endpoint(EndpointName=name, EndpointConfigName=green)
    during = served.api.describe_endpoint(EndpointName=name)
    described = served.settled(name)
    while "30.0" not in answers:
        time.sleep(0.01)
    done.set()
    client.join()
    assert during["EndpointStatus"] == "Updating"
    assert during["PendingDeploymentSummary"]["EndpointConfigName"] == green
    assert described["EndpointConfigName"] == green
    assert "PendingDeploymentSummary" not in described
    assert set(answers) == {"6.0", "30.0"}
    assert answers == sorted(answers, reverse=True), "once the new model answers, the old one does not"
    assert served.ask(name) == "30.0"


def test_an_update_that_does_not_come_up_leaves_the_old_model_in_service(served: Any, name: str) -> None:
    blue = served.config(2)
    served.create(blue, name)
    served.use("raise SystemExit(3)")
    served.api.update_endpoint(EndpointName=name, EndpointConfigName=served.config(10))
    described = served.settled(name)
    assert (described["EndpointStatus"], described["EndpointConfigName"]) == ("InService", blue)
    assert "ping health check" in described["FailureReason"]
    assert served.ask(name) == "6.0"


def test_an_alarm_takes_an_update_back(served: Any, name: str) -> None:
    blue = served.config(2, role=alarm_reader(served.account))
    served.create(blue, name)
    policy = served.alarm("OK")
    [alarm] = policy["AutoRollbackConfiguration"]["Alarms"]
    green = served.config(10, role=alarm_reader(served.account))
    served.api.update_endpoint(EndpointName=name, EndpointConfigName=green, DeploymentConfig=policy)
    while served.ask(name) != "30.0":
        time.sleep(0.02)
    served.cloudwatch.set_alarm_state(AlarmName=alarm["AlarmName"], StateValue="ALARM", StateReason="test")
    described = served.settled(name)
    assert described["EndpointConfigName"] == blue
    assert f"alarm(s) breached during deployment: [{alarm['AlarmName']}]" in described["FailureReason"]
    assert {served.ask(name) for _ in range(4)} == {"6.0"}


def test_an_update_completes_while_its_alarms_are_silent(served: Any, name: str) -> None:
    served.create(served.config(2), name)
    policy = served.alarm("OK")
    green = served.config(10, role=alarm_reader(served.account))
    served.api.update_endpoint(EndpointName=name, EndpointConfigName=green, DeploymentConfig=policy)
    described = served.settled(name)
    assert described["EndpointConfigName"] == green, described
    assert described["LastDeploymentConfig"]["AutoRollbackConfiguration"] == policy["AutoRollbackConfiguration"]


def test_alarms_are_read_with_the_role_of_the_model(served: Any, name: str) -> None:
    blue = served.config(2)
    served.create(blue, name)
    served.api.update_endpoint(
        EndpointName=name, EndpointConfigName=served.config(10), DeploymentConfig=served.alarm("OK")
    )
    described = served.settled(name)
    assert described["EndpointConfigName"] == blue
    assert "cloudwatch:DescribeAlarms" in described["FailureReason"]


def alarm_reader(account: Any) -> str:
    """A role that may read alarms too."""
    role: str = account.role()
    statement = {"Effect": "Allow", "Action": "cloudwatch:DescribeAlarms", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    account.iam.put_role_policy(RoleName=role.split("/")[-1], PolicyName="alarms", PolicyDocument=document)
    return role


@pytest.mark.parametrize(
    ("routing", "expected"),
    [
        ({"Type": "ALL_AT_ONCE"}, [1.0]),
        ({"Type": "CANARY", "CanarySize": {"Type": "CAPACITY_PERCENT", "Value": 10}}, [0.1, 1.0]),
        ({"Type": "CANARY", "CanarySize": {"Type": "INSTANCE_COUNT", "Value": 1}}, [0.25, 1.0]),
        ({"Type": "LINEAR", "LinearStepSize": {"Type": "CAPACITY_PERCENT", "Value": 25}}, [0.25, 0.5, 0.75, 1.0]),
    ],
)
def test_traffic_moves_in_the_steps_of_its_policy(routing: dict[str, Any], expected: list[float]) -> None:
    policy = {"BlueGreenUpdatePolicy": {"TrafficRoutingConfiguration": routing}}
    assert traffic.shares(policy, 4) == pytest.approx(expected)


def test_a_deleted_endpoint_is_gone_with_its_containers(served: Any, name: str) -> None:
    before = containers()
    served.create(served.config(2), name)
    assert containers() > before
    served.api.delete_endpoint(EndpointName=name)
    with pytest.raises(ClientError, match=f'Could not find endpoint "{ARN}/{name}"'):
        served.settled(name)
    assert containers() == before


def test_no_container_outlives_the_local_aws(served: Any, sagemaker: Any, name: str) -> None:
    before = containers()
    served.create(served.config(2), name)
    served.api.create_endpoint(EndpointName=f"{name}-b", EndpointConfigName=served.config(2))
    sagemaker.endpoints.stop_running()
    assert containers() == before


def test_requests_that_cannot_be_fulfilled_are_refused(served: Any, name: str) -> None:
    config = served.config(2)
    api = served.api
    served.create(config, name)
    taken = error(api.create_endpoint, EndpointName=name, EndpointConfigName=config)
    assert taken == ("ValidationException", f'Cannot create already existing endpoint "{ARN}/{name}".')
    variants = api.describe_endpoint_config(EndpointConfigName=config)["ProductionVariants"]
    duplicate = error(api.create_endpoint_config, EndpointConfigName=config, ProductionVariants=variants)
    assert f'Cannot create already existing endpoint configuration "{ARN}-config/{config}".' in duplicate
    missing = error(api.create_endpoint, EndpointName="other", EndpointConfigName="nothing")
    assert missing[1] == f'Could not find endpoint configuration "{ARN}-config/nothing".'
    unknown = error(api.update_endpoint, EndpointName="nothing", EndpointConfigName=config)
    assert unknown[1] == f'Could not find endpoint "{ARN}/nothing".'
    served.api.update_endpoint(EndpointName=name, EndpointConfigName=served.config(3))
    busy = error(api.delete_endpoint, EndpointName=name)
    assert busy[1] == f'Cannot update in-progress endpoint "{ARN}/{name}".'
    served.settled(name)


def test_what_the_local_aws_does_not_do_is_refused_by_name(served: Any, name: str) -> None:
    config = served.config(2)
    [variant] = served.api.describe_endpoint_config(EndpointConfigName=config)["ProductionVariants"]
    serverless = {"VariantName": "a", "ModelName": variant["ModelName"]}
    serverless["ServerlessConfig"] = {"MemorySizeInMB": 1024, "MaxConcurrency": 1}
    _, message = error(served.api.create_endpoint_config, EndpointConfigName=name, ProductionVariants=[serverless])
    assert message.startswith("CreateEndpointConfig: ProductionVariants[0].ServerlessConfig = ")
    _, message = error(
        served.api.create_endpoint_config,
        EndpointConfigName=name,
        ProductionVariants=[variant],
        AsyncInferenceConfig={"OutputConfig": {"S3OutputPath": "s3://bucket/x"}},
    )
    assert message.startswith("CreateEndpointConfig: AsyncInferenceConfig = ")
    _, message = error(served.runtime.invoke_endpoint_async, EndpointName=name, InputLocation="s3://bucket/x")
    assert message == "InvokeEndpointAsync is not supported by the local AWS"


def test_invoking_needs_its_permission_on_the_endpoint(aws: LocalAws, served: Any, account: Any, name: str) -> None:
    served.create(served.config(2), name)
    role = account.role()
    client = aws.sessions.client("sagemaker-runtime", role_arn=role, session_name="caller")
    code, message = error(client.invoke_endpoint, EndpointName=name, Body=b"1")
    assert code == "AccessDeniedException"
    assert f"sagemaker:InvokeEndpoint on resource: {ARN}/{name}" in message
