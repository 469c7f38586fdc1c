"""People and machines of the model promotion: build, approve, deploy, ask an endpoint."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from local_aws.scenario import DeployedStack, ExecutionResult, LocalAwsError, ModelPackage, PipelineResult, ScenarioRun

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


class Promotion:
    """The deployed stacks, and what is done with them.

    Args:
        run: The scenario that is played.
        stacks: By their names: SharedServices, DataScience, Deployment, WorkloadQa, WorkloadProd.
    """

    def __init__(self, run: ScenarioRun, stacks: Mapping[str, DeployedStack]) -> None:
        self._run = run
        self._stacks = stacks

    def account(self, stack: str) -> str:
        """Account of a stack."""
        return self._stacks[stack].account

    def build(self, *, name: str, parameters: Mapping[str, str]) -> PipelineResult:
        """Runs the pipeline of data science to its end.

        Args:
            name: Display name of the execution.
            parameters: Values of its parameters; the others have their defaults.
        """
        return self._run.execute_pipeline(self._stacks["DataScience"], parameters=parameters, name=name)

    def approve(self, package_arn: str, **decision: Any) -> None:
        """Updates a version as the approver.

        Args:
            package_arn: The version.
            decision: Fields of UpdateModelPackage.

        Raises:
            LocalAwsError: The role may not be assumed, or may not decide that.
        """
        stack = self._stacks["SharedServices"]
        client = self._run.client("sagemaker", region=stack.region, role_arn=stack.outputs["ApproverRoleArn"])
        try:
            client.update_model_package(ModelPackageArn=package_arn, **decision)
        except ClientError as error:
            raise LocalAwsError(f"approval of {package_arn}: {error.response['Error']['Message']}") from None

    def deployment(self, package_arn: str, stage: str) -> ExecutionResult:
        """Follows the execution that an approval has started to its end.

        Args:
            package_arn: The version.
            stage: ``QA`` or ``Prod``.

        Raises:
            LocalAwsError: No execution was started within a minute.
        """
        group, version = package_arn.split("/")[1:]
        stack = self._stacks["Deployment"]
        client = self._run.client("stepfunctions", account=stack.account, region=stack.region)
        machine = stack.outputs["StateMachineArn"]

        def started() -> str | None:
            found = client.list_executions(stateMachineArn=machine)["executions"]
            begun = (each for each in found if each["name"].startswith(f"{group}-v{version}-{stage}-"))
            return next((str(each["executionArn"]) for each in begun), None)

        arn = self._run.wait_for(started, f"version {version} was approved for {stage}, and a deployment has to start")
        self._run.note(f"Its event has started {arn}")
        return self._run.follow(arn)

    def package(self, arn: str) -> ModelPackage:
        """The version, with its metrics."""
        return self._run.model_package(arn)

    def life_cycle(self, package_arn: str) -> dict[str, str]:
        """``ModelLifeCycle`` of a version."""
        found = self._run.owner_client("sagemaker", package_arn).describe_model_package(ModelPackageName=package_arn)
        return dict(found.get("ModelLifeCycle", {}))

    def serving(self, stack: str, package_arn: str) -> list[Endpoint]:
        """Endpoints in the account of a stack whose model is made of a version."""
        place = self._stacks[stack]
        client = self._run.client("sagemaker", account=place.account, region=place.region)
        found = []
        for each in client.list_endpoints(SortBy="Name", SortOrder="Ascending")["Endpoints"]:
            endpoint = client.describe_endpoint(EndpointName=each["EndpointName"])
            config = client.describe_endpoint_config(EndpointConfigName=endpoint["EndpointConfigName"])
            models = [client.describe_model(ModelName=part["ModelName"]) for part in config["ProductionVariants"]]
            if any(_is_made_of(model, package_arn) for model in models):
                name, status = endpoint["EndpointName"], endpoint["EndpointStatus"]
                found.append(Endpoint(place.account, name, config["EndpointConfigName"], status))
        return found

    def held_out(self, result: PipelineResult) -> HeldOut:
        """The test rows of a model build, which the evaluation has used, too."""
        [job] = [each.arn for each in result.steps if each.arn and "PreprocessData" in each.name]
        found = self._run.owner_client("sagemaker", job).describe_processing_job(
            ProcessingJobName=job.rpartition("/")[2]
        )
        outputs = found["ProcessingOutputConfig"]["Outputs"]
        [uri] = [each["S3Output"]["S3Uri"] for each in outputs if each["OutputName"] == _TEST_OUTPUT]
        text = self._run.read(f"{uri}/test.csv").decode()
        rows = [row for row in csv.reader(io.StringIO(text)) if row]
        body = "\n".join(",".join(row[1:]) for row in rows)
        return HeldOut(body=body, labels=tuple(float(row[0]) for row in rows))

    def error_of(self, endpoint: Endpoint, rows: HeldOut) -> float:
        """Mean squared error of what an endpoint really answers for ``rows``.

        Raises:
            LocalAwsError: It does not answer with one number for each row.
        """
        region = self._stacks["SharedServices"].region
        client = self._run.client("sagemaker-runtime", account=endpoint.account, region=region)
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
