"""The lineage of one version, put together from what its accounts know."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from sagemaker_workflows.lineage.accounts import AccountSessions, arn_parts
from sagemaker_workflows.lineage.deployments import DeploymentSearch
from sagemaker_workflows.lineage.errors import LineageError, reason
from sagemaker_workflows.lineage.executions import describe_execution, recorded_execution, search_execution
from sagemaker_workflows.lineage.jobs import describe_job, is_job
from sagemaker_workflows.lineage.origin import JOB_SUFFIX
from sagemaker_workflows.lineage.records import Deployment, Execution, Job, Lineage, MetricsDocument, Version

_PACKAGE_ARN = re.compile(r"arn:[a-z-]+:sagemaker:[a-z0-9-]+:\d{12}:model-package/[A-Za-z0-9-]+(/\d+)?")
_Refused = (ClientError, BotoCoreError)


def check_arn(arn: str) -> None:
    """Raises LineageError unless ``arn`` is that of a model package."""
    if not _PACKAGE_ARN.fullmatch(arn):
        raise LineageError(
            f"{arn}: this is not the ARN of a model package; "
            "write arn:aws:sagemaker:REGION:ACCOUNT:model-package/GROUP/VERSION"
        )


def trace(arn: str, sessions: AccountSessions) -> Lineage:
    """Where the version with this ARN came from, and where it is deployed.

    The origin is what the version itself names, else the pipeline execution in the accounts at hand that registered it.
    What cannot be read is a note of the result, not an error.

    Args:
        arn: ARN of the model package.
        sessions: Access to its account, and to those of its pipeline and its endpoints.

    Raises:
        LineageError: It is not the ARN of a model package, or the package cannot be described.
    """
    check_arn(arn)
    account = arn_parts(arn)[1]
    try:
        package = sessions.client("sagemaker", account).describe_model_package(ModelPackageName=arn)
    except _Refused as error:
        raise LineageError(f"{arn}: {reason(error)}") from None
    return _Trace(sessions, package).lineage()


class _Trace:
    def __init__(self, sessions: AccountSessions, package: Mapping[str, Any]) -> None:
        self._sessions = sessions
        self._package = package
        self._notes: list[str] = []
        self._closed: set[str] = set()
        self._execution_arn = recorded_execution(package) or self._searched()

    def lineage(self) -> Lineage:
        version = _version(self._package)
        execution = self._execution()
        jobs = tuple(self._jobs(execution, version.metadata))
        return Lineage(
            version=version,
            execution=execution,
            jobs=jobs,
            metrics=tuple(self._metrics()),
            deployments=tuple(self._deployments(version)),
            accounts=self._sessions.accounts,
            notes=tuple(self._notes),
        )

    def _execution(self) -> Execution | None:
        arn = self._execution_arn
        if arn is None:
            self._notes.append(
                f"no pipeline execution registered this version in accounts {', '.join(self._sessions.accounts)}; "
                "--role-arn adds the account of the pipeline"
            )
            return None
        if self._is_closed(arn_parts(arn)[1], f"execution {arn}"):
            return None
        try:
            return describe_execution(self._sessions, arn)
        except _Refused as error:
            self._note(f"execution {arn}", error)
            return None

    def _searched(self) -> str | None:
        for account in self._sessions.accounts:
            try:
                found = search_execution(self._sessions.client("sagemaker", account), self._package)
            except _Refused as error:
                self._note(f"pipelines of account {account}", error)
                continue
            if found:
                return found
        return None

    def _jobs(self, execution: Execution | None, metadata: Mapping[str, str]) -> Iterator[Job]:
        made = [step.arn for step in execution.steps if step.arn] if execution else []
        recorded = [value for key, value in metadata.items() if key.endswith(JOB_SUFFIX) and value.startswith("arn:")]
        for arn in dict.fromkeys(each for each in (*made, *recorded) if is_job(each)):
            if self._is_closed(arn_parts(arn)[1], f"job {arn}"):
                continue
            try:
                yield describe_job(self._sessions, arn)
            except _Refused as error:
                self._note(f"job {arn}", error)

    def _metrics(self) -> Iterator[MetricsDocument]:
        # The reports lie with the pipeline, as a rule, not with the registry.
        account = arn_parts(self._execution_arn or self._package["ModelPackageArn"])[1]
        for kind, parts in self._package.get("ModelMetrics", {}).items():
            for part, source in parts.items():
                if uri := source.get("S3Uri"):
                    yield MetricsDocument(f"{kind}.{part}", uri, self._content(uri, account))

    def _content(self, uri: str, account: str) -> Any:
        if self._is_closed(account, f"metrics {uri}"):
            return None
        place = urlsplit(uri)
        try:
            answer = self._sessions.client("s3", account).get_object(Bucket=place.netloc, Key=place.path.lstrip("/"))
            return json.loads(answer["Body"].read())
        except _Refused as error:
            self._note(f"metrics {uri}", error)
        except ValueError:
            self._notes.append(f"metrics {uri}: this is not JSON")
        return None

    def _deployments(self, version: Version) -> Iterator[Deployment]:
        for account in self._sessions.accounts:
            client = self._sessions.client("sagemaker", account)
            search = DeploymentSearch(client, account, version.arn, version.artifacts)
            try:
                yield from search.deployments()
            except _Refused as error:
                self._note(f"endpoints of account {account}", error)
            self._notes += search.notes

    def _is_closed(self, account: str, what: str) -> bool:
        """Whether an account cannot be looked into; a note says so once, with the first thing that lies there."""
        if account in self._sessions.accounts:
            return False
        if account not in self._closed:
            self._closed.add(account)
            self._notes.append(
                f"account {account} is not looked at ({what}, and more): give --role-arn with a role there"
            )
        return True

    def _note(self, what: str, error: ClientError | BotoCoreError) -> None:
        self._notes.append(f"{what}: {reason(error)}")


def _version(package: Mapping[str, Any]) -> Version:
    containers = package.get("InferenceSpecification", {}).get("Containers", [])
    return Version(
        arn=package["ModelPackageArn"],
        created=package["CreationTime"].isoformat(),
        approval_status=package.get("ModelApprovalStatus"),
        life_cycle=package.get("ModelLifeCycle", {}),
        artifacts=tuple(each["ModelDataUrl"] for each in containers if each.get("ModelDataUrl")),
        images=tuple(each["Image"] for each in containers if each.get("Image")),
        metadata=package.get("CustomerMetadataProperties", {}),
    )
