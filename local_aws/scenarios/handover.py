"""What the people and machines of the model hand-over do: build, approve, deploy, ask an endpoint."""

from __future__ import annotations

import csv
import io
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from local_aws.app import execution, pipeline_execution
from local_aws.app.deploy import DeployedStack
from local_aws.app.model_packages import ModelPackage, describe
from local_aws.app.progress import Progress
from local_aws.base.errors import LocalAwsError
from local_aws.endpoint.local_aws import LocalAws

POLL_SECONDS = 0.25
# An event goes over two buses and a function that has to start.
START_SECONDS = 60.0
METRIC = "regression_metrics.mse.value"
_TEST_OUTPUT = "test"
_NUMBERS = re.compile(r"[,\s]+")


@dataclass(frozen=True)
class Endpoint:
    """An endpoint that serves a version."""

    account: str
    name: str
    config: str
    status: str


@dataclass(frozen=True)
class HeldOut:
    """Rows that no model was trained on: the request for all of them, and their labels."""

    body: str
    labels: tuple[float, ...]


class Handover:
    """The deployed stacks, and what is done with them.

    Args:
        aws: Where they are.
        stacks: By their names: SharedServices, DataScience, Deployment, WorkloadQa, WorkloadProd.
        progress: Is told what happens.
    """

    def __init__(self, aws: LocalAws, stacks: Mapping[str, DeployedStack], progress: Progress) -> None:
        self._aws = aws
        self._stacks = stacks
        self._progress = progress

    def account(self, stack: str) -> str:
        """Account of a stack."""
        return self._stacks[stack].account

    def build(self, *, name: str, parameters: Mapping[str, str]) -> pipeline_execution.PipelineResult:
        """Runs the pipeline of data science to its end.

        Args:
            name: Display name of the execution.
            parameters: Values of its parameters; the others have their defaults.
        """
        stack = self._stacks["DataScience"]
        arn = pipeline_execution.start(
            self._aws,
            pipeline=stack.outputs["PipelineName"],
            display_name=name,
            parameters=parameters,
            account=stack.account,
            region=stack.region,
        )
        progress = self._progress
        listener = pipeline_execution.Listener(
            step_started=progress.step_started,
            step_ended=progress.step_ended,
            callback_waits=lambda step: progress.callback_waits(step, self._aws.endpoint_url),
        )
        return pipeline_execution.follow(self._aws, arn, listener)

    def approve(self, package_arn: str, **decision: Any) -> None:
        """Updates a version as the approver.

        Args:
            package_arn: The version.
            decision: Fields of UpdateModelPackage.

        Raises:
            LocalAwsError: The role may not be assumed, or may not decide that.
        """
        stack = self._stacks["SharedServices"]
        try:
            answer = self._aws.client("sts", account=stack.account, region=stack.region).assume_role(
                RoleArn=stack.outputs["ApproverRoleArn"], RoleSessionName="approver"
            )
            client = _client("sagemaker", self._aws.endpoint_url, stack.region, answer["Credentials"])
            client.update_model_package(ModelPackageArn=package_arn, **decision)
        except ClientError as error:
            raise LocalAwsError(f"approval of {package_arn}: {error.response['Error']['Message']}") from None

    def deployment(self, package_arn: str, stage: str) -> execution.ExecutionResult:
        """Follows the execution that an approval has started to its end.

        Args:
            package_arn: The version.
            stage: ``QA`` or ``Prod``.

        Raises:
            LocalAwsError: No execution was started within a minute.
        """
        arn = self._started(package_arn, stage)
        self._progress.note(f"Its event has started {arn}")
        entered: set[str] = set()

        def tell(state: str) -> None:
            # Loops that wait for an endpoint enter their states again and again.
            if state not in entered:
                entered.add(state)
                self._progress.state_entered(state)

        return execution.follow(self._aws, arn, execution.Listener(state_entered=tell))

    def _started(self, package_arn: str, stage: str) -> str:
        stack = self._stacks["Deployment"]
        group, version = package_arn.split("/")[1:]
        client = self._aws.client("stepfunctions", account=stack.account, region=stack.region)
        [machine] = stack.physical_ids("AWS::StepFunctions::StateMachine").values()
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            for each in client.list_executions(stateMachineArn=machine)["executions"]:
                if each["name"].startswith(f"{group}-v{version}-{stage}-"):
                    return str(each["executionArn"])
            time.sleep(POLL_SECONDS)
        raise LocalAwsError(
            f"version {version} was approved for {stage}, and no deployment has started within {START_SECONDS:.0f} s; "
            f"see {self._aws.settings.work_dir}"
        )

    def package(self, arn: str) -> ModelPackage:
        """The version, with its metrics."""
        return describe(self._aws, arn)

    def life_cycle(self, package_arn: str) -> dict[str, str]:
        """``ModelLifeCycle`` of a version."""
        found = self._aws.sessions.owner("sagemaker", package_arn).describe_model_package(ModelPackageName=package_arn)
        return dict(found.get("ModelLifeCycle", {}))

    def serving(self, stack: str, package_arn: str) -> list[Endpoint]:
        """Endpoints in the account of a stack whose model is made of a version."""
        place = self._stacks[stack]
        client = self._aws.client("sagemaker", account=place.account, region=place.region)
        found = []
        for each in client.list_endpoints(SortBy="Name", SortOrder="Ascending")["Endpoints"]:
            endpoint = client.describe_endpoint(EndpointName=each["EndpointName"])
            config = client.describe_endpoint_config(EndpointConfigName=endpoint["EndpointConfigName"])
            models = [client.describe_model(ModelName=part["ModelName"]) for part in config["ProductionVariants"]]
            if any(_is_made_of(model, package_arn) for model in models):
                name, status = endpoint["EndpointName"], endpoint["EndpointStatus"]
                found.append(Endpoint(place.account, name, config["EndpointConfigName"], status))
        return found

    def held_out(self, result: pipeline_execution.PipelineResult) -> HeldOut:
        """The test rows of a model build, which the evaluation has used, too."""
        [job] = [each.arn for each in result.steps if each.arn and "PreprocessData" in each.name]
        found = self._aws.sessions.owner("sagemaker", job).describe_processing_job(
            ProcessingJobName=job.rpartition("/")[2]
        )
        outputs = found["ProcessingOutputConfig"]["Outputs"]
        [uri] = [each["S3Output"]["S3Uri"] for each in outputs if each["OutputName"] == _TEST_OUTPUT]
        bucket, _, prefix = uri.removeprefix("s3://").partition("/")
        text = (
            self._aws.sessions.bucket_owner(bucket)
            .get_object(Bucket=bucket, Key=f"{prefix}/test.csv")["Body"]
            .read()
            .decode()
        )
        rows = [row for row in csv.reader(io.StringIO(text)) if row]
        body = "\n".join(",".join(row[1:]) for row in rows)
        return HeldOut(body=body, labels=tuple(float(row[0]) for row in rows))

    def error_of(self, endpoint: Endpoint, rows: HeldOut) -> float:
        """Mean squared error of what an endpoint really answers for ``rows``.

        Raises:
            LocalAwsError: It does not answer with one number for each row.
        """
        region = self._stacks["SharedServices"].region
        client = self._aws.client("sagemaker-runtime", account=endpoint.account, region=region)
        try:
            answer = client.invoke_endpoint(
                EndpointName=endpoint.name, Body=rows.body.encode(), ContentType="text/csv", Accept="text/csv"
            )
            text = answer["Body"].read().decode()
            predictions = [float(each) for each in _NUMBERS.split(text.strip())]
            pairs = list(zip(predictions, rows.labels, strict=True))
        except (ClientError, ValueError) as error:
            raise LocalAwsError(f"endpoint {endpoint.name} of account {endpoint.account}: {error}") from None
        return sum((predicted - label) ** 2 for predicted, label in pairs) / len(pairs)


def mse(package: ModelPackage) -> float | None:
    """The error that a version was registered with."""
    return next((each.numbers()[METRIC] for each in package.metrics.values() if METRIC in each.numbers()), None)


def _is_made_of(model: Mapping[str, Any], package_arn: str) -> bool:
    containers = [model.get("PrimaryContainer") or {}, *model.get("Containers", [])]
    return any(each.get("ModelPackageName") == package_arn for each in containers)


def _client(service: str, endpoint_url: str, region: str, credentials: Mapping[str, str]) -> Any:
    # The types of boto3 know each service by its literal name only.
    session: Any = boto3.Session(
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
        region_name=region,
    )
    return session.client(service, endpoint_url=endpoint_url, config=Config(proxies={}))
