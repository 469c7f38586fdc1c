"""Labeling jobs: people label, so a job waits until somebody supplies its output manifest.

https://docs.aws.amazon.com/sagemaker/latest/dg/sms-data-output.html
"""

from __future__ import annotations

import logging
import math
import threading
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from local_aws.base.errors import AccessDeniedError, LocalAwsError
from local_aws.iam import profile
from local_aws.sagemaker.context import Context
from local_aws.sagemaker.events import JobEvent
from local_aws.sagemaker.field_rules import Required, anything, check_fields, s3_uri
from local_aws.sagemaker.job import FAILURE_REASON_LENGTH
from local_aws.sagemaker.label_manifest import Expected, ManifestError, count, sources
from local_aws.sagemaker.storage import S3Uri, TransferError, describe, read_object

_FIELDS: Mapping[str, Any] = {
    "LabelingJobName": anything,
    "LabelAttributeName": anything,
    "InputConfig": {
        "DataSource": {"S3DataSource": Required({"ManifestS3Uri": s3_uri})},
        "DataAttributes": anything,
    },
    "OutputConfig": {"S3OutputPath": s3_uri, "KmsKeyId": anything},
    "RoleArn": anything,
    "LabelCategoryConfigS3Uri": s3_uri,
    "StoppingConditions": anything,
    # Work team, tasks and price say how people work, which they do elsewhere.
    "HumanTaskConfig": anything,
    "Tags": anything,
}

_log = logging.getLogger(__name__)


class LabelingJob:
    """A labeling job.

    Args:
        request: The request that created it.
        arn: Its ARN.
        context: What it shares with the other parts of SageMaker.
    """

    def __init__(self, request: Mapping[str, Any], arn: str, context: Context) -> None:
        self.request = request
        self.arn = arn
        self.name: str = request["LabelingJobName"]
        self.tags: list[dict[str, str]] = list(request.get("Tags", []))
        self.status = "Initializing"
        self.failure_reason: str | None = None
        self.creation_time = self.last_modified_time = datetime.now(UTC)
        self._reference = uuid.uuid4().hex
        self._context = context
        self._identity = context.identity(request["RoleArn"], arn.split(":")[3], arn)
        self._sources: list[str] = []
        self._counters = dict.fromkeys(
            ("TotalLabeled", "HumanLabeled", "MachineLabeled", "FailedNonRetryableError", "Unlabeled"), 0
        )
        self._lock = threading.Lock()

    @property
    def output_uri(self) -> S3Uri:
        """Where SageMaker puts the output manifest."""
        path = S3Uri.parse(self.request["OutputConfig"]["S3OutputPath"])
        return path.child(f"{self.name}/manifests/output/output.manifest")

    def check_trust(self) -> None:
        """An AccessDeniedError unless SageMaker may assume the job's role."""
        self._identity.check_trust()

    def start(self) -> None:
        """Reads what the job is made of, in a thread, and then waits for its output manifest."""
        threading.Thread(target=self._initialize, name=f"labeling job {self.name}", daemon=True).start()

    def stop(self) -> bool:
        """Stops the job; False when it has ended."""
        with self._lock:
            if self.status not in ("Initializing", "InProgress"):
                return False
            self._set("Stopped")
        return True

    def supply(self, text: str) -> dict[str, Any]:
        """Uploads an output manifest with the job's role and ends the job; returns its description.

        Raises:
            LocalAwsError: The job does not wait for a manifest, or the manifest does not fit the job.
        """
        with self._lock:
            if self.status != "InProgress":
                raise LocalAwsError(f"labeling job {self.name} is in status {self.status}: it takes no manifest")
            try:
                self._counters = count(text, self._expected())
            except ManifestError as error:
                raise LocalAwsError(f"manifest of labeling job {self.name}: {error}") from None
            try:
                self._upload(text)
            except (ClientError, AccessDeniedError) as error:
                self._set("Failed", f"ClientError: Data upload failed: {describe(error)}, S3 URL: {self.output_uri}")
            else:
                self._set("Completed")
        return self.describe()

    def describe(self) -> dict[str, Any]:
        """The job as Describe shows it."""
        found = {
            **self.request,
            "Tags": self.tags,
            "LabelingJobArn": self.arn,
            "LabelingJobStatus": self.status,
            "LabelCounters": dict(self._counters),
            "FailureReason": self.failure_reason,
            "CreationTime": self.creation_time,
            "LastModifiedTime": self.last_modified_time,
            "JobReferenceCode": self._reference,
        }
        if self.status == "Completed":
            found["LabelingJobOutput"] = {"OutputDatasetS3Uri": str(self.output_uri)}
        return {key: value for key, value in found.items() if value not in (None, [])}

    def summary(self) -> dict[str, Any]:
        """The job as List shows it."""
        found = self.describe()
        task = self.request["HumanTaskConfig"]
        fields = ("LabelingJobName", "LabelingJobArn", "CreationTime", "LastModifiedTime", "LabelingJobStatus")
        more = ("LabelCounters", "FailureReason", "LabelingJobOutput", "InputConfig")
        return {
            **{key: found[key] for key in (*fields, *more) if key in found},
            "WorkteamArn": task["WorkteamArn"],
        }

    def _initialize(self) -> None:
        config = self.request
        try:
            s3 = self._identity.client("s3")
            manifest = read_object(s3, config["InputConfig"]["DataSource"]["S3DataSource"]["ManifestS3Uri"])
            others = [
                config.get("LabelCategoryConfigS3Uri"),
                config["HumanTaskConfig"]["UiConfig"].get("UiTemplateS3Uri"),
            ]
            for uri in filter(None, others):
                read_object(s3, uri)
            found = sources(manifest.decode("utf-8"))
        except (TransferError, ManifestError, LocalAwsError, UnicodeDecodeError) as error:
            text = str(error)
            self._finish_initializing("Failed", text if text.startswith("ClientError") else f"ClientError: {text}")
            return
        except Exception as error:
            _log.exception("labeling job %s: the local AWS failed", self.name)
            self._finish_initializing("Failed", f"InternalServerError: the local AWS failed: {error!r}")
            return
        self._sources = found
        self._counters["Unlabeled"] = len(found)
        self._finish_initializing("InProgress", None)

    def _finish_initializing(self, status: str, reason: str | None) -> None:
        with self._lock:
            if self.status == "Initializing":
                self._set(status, reason)

    def _expected(self) -> Expected:
        conditions = self.request.get("StoppingConditions", {})
        total = len(self._sources)
        share = conditions.get("MaxPercentageOfInputDatasetLabeled", 100)
        most = min(conditions.get("MaxHumanLabeledObjectCount", total), math.ceil(total * share / 100))
        return Expected(self._sources, self.request["LabelAttributeName"], most, is_partial=bool(conditions))

    def _upload(self, text: str) -> None:
        target = self.output_uri
        key = self.request["OutputConfig"].get("KmsKeyId")
        encryption = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key} if key else {}
        s3 = self._identity.client("s3")
        s3.put_object(Bucket=target.bucket, Key=target.key, Body=text.encode(), **encryption)

    def _set(self, status: str, reason: str | None = None) -> None:
        self.failure_reason = reason[:FAILURE_REASON_LENGTH] if reason else None
        self.last_modified_time = datetime.now(UTC)
        self.status = status
        message = reason or ""
        if status == "InProgress":
            url = self._context.settings.endpoint_url
            variables = profile.variables(self._context.sessions.profile_file())
            message = (
                f"labeling job {self.name} waits for its output manifest ({len(self._sources)} objects). Supply it "
                f"with: {variables} python -m local_aws label {self.name} --manifest FILE --endpoint-url {url}"
            )
        self._context.job_events.publish(JobEvent("labeling", self.name, status, status, message))


def check(request: Mapping[str, Any]) -> None:
    """Raises NotSupportedLocallyError for a field that the local AWS does not honour."""
    check_fields("CreateLabelingJob", request, _FIELDS)
