"""The operations of pipelines.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreatePipeline.html
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from typing import Any

from botocore.exceptions import ClientError
from moto.sagemaker.exceptions import ConflictException, ResourceNotFound, ValidationError

from local_aws.sagemaker.context import Context
from local_aws.sagemaker.lists import Listing
from local_aws.sagemaker.pipelines.definition import parse
from local_aws.sagemaker.pipelines.pipeline import Pipeline
from local_aws.sagemaker.pipelines.records import Execution, now
from local_aws.sagemaker.pipelines.references import DefinitionError
from local_aws.sagemaker.resources import Call, Handler, Place, Request, Resources

_LISTING = Listing("PipelineSummaries", "PipelineArn", names=("PipelineName",), is_newest_first=True)
_VERSIONS = ("PipelineVersionAliases", "PipelineVersionId", "PipelineVersionAlias")


def refuse(call: Call, *fields: str) -> None:
    """A ValidationError for the first of the fields that a request has: the local AWS does not honour them."""
    for name in fields:
        if call.request.get(name):
            raise ValidationError(f"{call.operation}: {name} is not supported by the local AWS")


class Pipelines:
    """The pipelines of one local AWS.

    Args:
        context: What it shares with the other parts.
    """

    def __init__(self, context: Context) -> None:
        self.records = Resources[Pipeline]("pipeline")
        self._context = context
        self._skipped: frozenset[str] = frozenset()
        self._lock = threading.Lock()

    def handlers(self) -> dict[str, Handler]:
        """The operations."""
        return {
            "CreatePipeline": self._create,
            "UpdatePipeline": self._update,
            "DescribePipeline": self._describe,
            "DeletePipeline": self._delete,
            "ListPipelines": self._list,
        }

    def skip(self, names: Iterable[str]) -> None:
        """Leaves these steps out of every execution started from now on; an empty list ends that.

        A step left out is not run and not listed, and never Succeeded. Steps that only wait for it go on; an execution
        in which a step uses its properties is refused.
        """
        with self._lock:
            self._skipped = frozenset(names)

    @property
    def skipped(self) -> frozenset[str]:
        """Names of the steps to be left out."""
        with self._lock:
            return self._skipped

    def named(self, place: Place, name: str) -> Pipeline:
        """The pipeline, by its name or ARN; ResourceNotFound if there is none."""
        arn = self.records.arn(place, name.rpartition("/")[2].lower())
        found = self.records.by_arn(arn)
        if found is None:
            raise ResourceNotFound(message=f"Pipeline '{arn}' does not exist.")
        return found

    def execution(self, place: Place, arn: str) -> Execution:
        """An execution by its ARN; ResourceNotFound if there is none."""
        for each in self.records.of(place):
            if arn in each.executions:
                return each.executions[arn]
        raise ResourceNotFound(message=f"Pipeline execution '{arn}' does not exist.")

    def _create(self, call: Call) -> dict[str, Any]:
        refuse(call, *_VERSIONS)
        request, name = call.request, call.request["PipelineName"]
        # The name stands in the ARN in lower case.
        arn = self.records.arn(call.place, name.lower())
        with self.records.lock:
            earlier = self.records.by_arn(arn)
            if earlier is not None:
                if earlier.token == request["ClientRequestToken"]:
                    return {"PipelineArn": arn}
                raise ValidationError(
                    "Pipeline names must be unique within an AWS account and region. "
                    f"Pipeline with name ({name}) already exists."
                )
            pipeline = Pipeline(
                arn=arn,
                name=name,
                token=request["ClientRequestToken"],
                definition=self._definition(call),
                role_arn=request["RoleArn"],
                display_name=request.get("PipelineDisplayName", name),
                description=request.get("PipelineDescription", ""),
                parallelism=request.get("ParallelismConfiguration", {}),
                tags=list(request.get("Tags", [])),
            )
            self.records.add(pipeline)
        return {"PipelineArn": arn}

    def _update(self, call: Call) -> dict[str, Any]:
        refuse(call, *_VERSIONS)
        request = call.request
        with self.records.lock:
            pipeline = self.named(call.place, request["PipelineName"])
            if request.get("PipelineDefinition") or request.get("PipelineDefinitionS3Location"):
                pipeline.definition = self._definition(call)
            pipeline.display_name = request.get("PipelineDisplayName", pipeline.display_name)
            pipeline.description = request.get("PipelineDescription", pipeline.description)
            pipeline.role_arn = request.get("RoleArn", pipeline.role_arn)
            pipeline.parallelism = request.get("ParallelismConfiguration", pipeline.parallelism)
            pipeline.last_modified_time = now()
        return {"PipelineArn": pipeline.arn}

    def _describe(self, call: Call) -> dict[str, Any]:
        refuse(call, *_VERSIONS)
        return self.named(call.place, call.request["PipelineName"]).describe()

    def _delete(self, call: Call) -> dict[str, Any]:
        with self.records.lock:
            pipeline = self.named(call.place, call.request["PipelineName"])
            executions = list(pipeline.executions.values())
            running = [each.arn for each in executions if each.status in ("Executing", "Stopping")]
            if running:
                raise ConflictException(f"Pipeline '{pipeline.arn}' has running executions: {', '.join(running)}")
            self.records.remove(pipeline.arn)
        return {"PipelineArn": pipeline.arn}

    def _list(self, call: Call) -> dict[str, Any]:
        refuse(call, "ManagedBy")
        prefix = call.request.get("PipelineNamePrefix") or ""
        found = (each.summary() for each in self.records.of(call.place) if each.name.startswith(prefix))
        return _LISTING.of(found, call.request)

    def _definition(self, call: Call) -> str:
        """The definition of a request, inline or in S3, once it is found legal."""
        inline, location = call.request.get("PipelineDefinition"), call.request.get("PipelineDefinitionS3Location")
        if bool(inline) == bool(location):
            raise ValidationError(
                f"{call.operation}: give PipelineDefinition or PipelineDefinitionS3Location, and not both"
            )
        text = str(inline) if inline else self._read(location or {})
        try:
            parse(text, call.place.region)
        except DefinitionError as error:
            raise ValidationError(f"Unable to parse pipeline definition. {error}") from error
        return text

    def _read(self, location: Mapping[str, Any]) -> str:
        """The object; whether the caller may read it was decided with the policies of the call."""
        version: Request = {"VersionId": location["VersionId"]} if location.get("VersionId") else {}
        try:
            s3 = self._context.sessions.bucket_owner(location["Bucket"])
            answer = s3.get_object(Bucket=location["Bucket"], Key=location["ObjectKey"], **version)
            return str(answer["Body"].read().decode())
        except (ClientError, UnicodeDecodeError) as error:
            uri = f"s3://{location['Bucket']}/{location['ObjectKey']}"
            raise ValidationError(f"The pipeline definition at {uri} cannot be read: {error}") from error
