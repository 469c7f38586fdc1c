"""moto 5.2.5 takes anything for a pipeline definition, keeps capitals in pipeline ARNs, and knows no tokens.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreatePipeline.html
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError
from moto.core.responses import ActionResult
from moto.sagemaker.exceptions import ConflictException, ValidationError
from moto.sagemaker.models import FakePipeline
from moto.sagemaker.responses import SageMakerResponse

from local_aws.base.patching import replace
from local_aws.iam import sessions
from local_aws.sagemaker.pipelines import names, requests
from local_aws.sagemaker.pipelines.definition import parse
from local_aws.sagemaker.pipelines.pipeline import Starts
from local_aws.sagemaker.pipelines.records import now
from local_aws.sagemaker.pipelines.references import DefinitionError

_SORT_KEYS = {"Name": "pipeline_name", "CreationTime": "creation_time"}
_VERSIONS = ("PipelineVersionAliases", "PipelineVersionId", "PipelineVersionAlias")

# Two requests with the same name at the same time: one of them has to lose.
_lock = threading.Lock()


def apply() -> None:
    """Replaces the operations of pipelines."""
    for name, method in {
        "create_pipeline": _create,
        "update_pipeline": _update,
        "describe_pipeline": _describe,
        "delete_pipeline": _delete,
        "list_pipelines": _list,
    }.items():
        replace(SageMakerResponse, name, method)


def _create(self: SageMakerResponse) -> ActionResult:
    request = requests.read(self, "CreatePipeline", _VERSIONS)
    backend, name, token = self.sagemaker_backend, request["PipelineName"], request["ClientRequestToken"]
    with _lock:
        earlier = backend.pipelines.get(name.lower())
        if earlier is not None:
            if vars(earlier)["token"] == token:
                return ActionResult({"PipelineArn": earlier.arn})
            raise ValidationError(
                "Pipeline names must be unique within an AWS account and region. "
                f"Pipeline with name ({name}) already exists."
            )
        pipeline = FakePipeline(
            pipeline_name=name,
            pipeline_display_name=request.get("PipelineDisplayName", name),
            pipeline_definition=_definition(request, "CreatePipeline"),
            pipeline_description=request.get("PipelineDescription", ""),
            role_arn=request["RoleArn"],
            tags=request.get("Tags", []),
            account_id=self.current_account,
            region_name=self.region,
            parallelism_configuration=request.get("ParallelismConfiguration", {}),
        )
        pipeline.arn = names.pipeline_arn(name, account_id=self.current_account, region=self.region)
        vars(pipeline).update(starts=Starts(), token=token)
        # moto finds the tags of a resource by the name in its ARN.
        backend.pipelines[name.lower()] = pipeline
    return ActionResult({"PipelineArn": pipeline.arn})


def _definition(request: Mapping[str, Any], operation: str) -> str:
    """The definition of a request, inline or in S3, once it is found legal."""
    inline, location = request.get("PipelineDefinition"), request.get("PipelineDefinitionS3Location")
    if bool(inline) == bool(location):
        raise ValidationError(f"{operation}: give PipelineDefinition or PipelineDefinitionS3Location, and not both")
    text = str(inline) if inline else _read(location or {})
    try:
        parse(text)
    except DefinitionError as error:
        raise ValidationError(f"Unable to parse pipeline definition. {error}") from error
    return text


def _read(location: Mapping[str, Any]) -> str:
    """The object; whether the caller may read it was decided with the policies of the call."""
    version = {"VersionId": location["VersionId"]} if location.get("VersionId") else {}
    try:
        answer = sessions.bucket_owner(location["Bucket"]).get_object(
            Bucket=location["Bucket"], Key=location["ObjectKey"], **version
        )
        return str(answer["Body"].read().decode())
    except (ClientError, UnicodeDecodeError) as error:
        uri = f"s3://{location['Bucket']}/{location['ObjectKey']}"
        raise ValidationError(f"The pipeline definition at {uri} cannot be read: {error}") from error


def _update(self: SageMakerResponse) -> ActionResult:
    request = requests.read(self, "UpdatePipeline", _VERSIONS)
    with _lock:
        pipeline = requests.pipeline(self.sagemaker_backend, request["PipelineName"])
        if request.get("PipelineDefinition") or request.get("PipelineDefinitionS3Location"):
            pipeline.pipeline_definition = _definition(request, "UpdatePipeline")
        pipeline.pipeline_display_name = request.get("PipelineDisplayName", pipeline.pipeline_display_name)
        pipeline.pipeline_description = request.get("PipelineDescription", pipeline.pipeline_description)
        pipeline.role_arn = request.get("RoleArn", pipeline.role_arn)
        parallelism = request.get("ParallelismConfiguration", pipeline.parallelism_configuration)
        pipeline.parallelism_configuration = parallelism
        pipeline.last_modified_time = now()
    return ActionResult({"PipelineArn": pipeline.arn})


def _describe(self: SageMakerResponse) -> ActionResult:
    request = requests.read(self, "DescribePipeline", _VERSIONS)
    pipeline = requests.pipeline(self.sagemaker_backend, request["PipelineName"])
    answer = {
        **_summary(pipeline),
        "PipelineDefinition": pipeline.pipeline_definition,
        "PipelineStatus": "Active",
        "LastRunTime": pipeline.last_execution_time,
        "ParallelismConfiguration": pipeline.parallelism_configuration,
    }
    del answer["LastExecutionTime"]
    return ActionResult(_given(answer))


def _delete(self: SageMakerResponse) -> ActionResult:
    request = requests.read(self, "DeletePipeline")
    backend = self.sagemaker_backend
    with _lock:
        pipeline = requests.pipeline(backend, request["PipelineName"])
        executions = requests.starts(pipeline).executions.values()
        running = [each.arn for each in executions if each.status in ("Executing", "Stopping")]
        if running:
            raise ConflictException(f"Pipeline '{pipeline.arn}' has running executions: {', '.join(running)}")
        del backend.pipelines[pipeline.pipeline_name.lower()]
    return ActionResult({"PipelineArn": pipeline.arn})


def _list(self: SageMakerResponse) -> ActionResult:
    request = requests.read(self, "ListPipelines", ("ManagedBy",))
    found = [
        each
        for each in list(self.sagemaker_backend.pipelines.values())
        if each.pipeline_name.startswith(request.get("PipelineNamePrefix") or "")
        and requests.created_between(request, each.creation_time)
    ]
    key = _SORT_KEYS[request.get("SortBy", "CreationTime")]
    found = requests.ordered(found, lambda each: getattr(each, key), request)
    return ActionResult(requests.page("PipelineSummaries", [_given(_summary(each)) for each in found], request))


def _summary(pipeline: FakePipeline) -> dict[str, Any]:
    return {
        "PipelineArn": pipeline.arn,
        "PipelineName": pipeline.pipeline_name,
        "PipelineDisplayName": pipeline.pipeline_display_name,
        "PipelineDescription": pipeline.pipeline_description,
        "RoleArn": pipeline.role_arn,
        "CreationTime": pipeline.creation_time,
        "LastModifiedTime": pipeline.last_modified_time,
        "LastExecutionTime": pipeline.last_execution_time,
    }


def _given(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Without what stands for "not given"; AWS leaves the field out."""
    return {key: value for key, value in answer.items() if value not in (None, "", {})}
