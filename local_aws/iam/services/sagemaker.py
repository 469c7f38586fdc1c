"""Permissions of Amazon SageMaker AI.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from local_aws.iam.services import model_registry
from local_aws.iam.services.rules import Call, Need, Rule, on_everything, on_parameter, pass_role, request_tags

_PRINCIPAL = "sagemaker.amazonaws.com"
# What can be created, with the type in its ARN; its name is the parameter called like it, plus "Name".
_KINDS: Mapping[str, str] = {
    "TrainingJob": "training-job",
    "ProcessingJob": "processing-job",
    "TransformJob": "transform-job",
    "HyperParameterTuningJob": "hyper-parameter-tuning-job",
    "LabelingJob": "labeling-job",
    "Model": "model",
    "EndpointConfig": "endpoint-config",
    "Endpoint": "endpoint",
}
# Where requests name instances, networks and keys, at any depth.
_INSTANCE_TYPE, _VPC = "InstanceType", "VpcConfig"
_KEYS: Mapping[str, str] = {"VolumeKmsKeyId": "sagemaker:VolumeKmsKey", "KmsKeyId": "sagemaker:OutputKmsKey"}
_FLAGS: Mapping[str, str] = {
    "EnableNetworkIsolation": "sagemaker:NetworkIsolation",
    "EnableInterContainerTrafficEncryption": "sagemaker:InterContainerTrafficEncryption",
}


def _create(kind: str) -> Rule:
    def rule(call: Call) -> list[Need]:
        arn = _arn(call, kind)
        tags = request_tags(call.params.get("Tags"))
        needs = [Need(f"sagemaker:Create{kind}", each, _context(call.params) | tags) for each in (arn, *_others(call))]
        if tags:
            needs.append(Need("sagemaker:AddTags", arn, tags | {"sagemaker:TaggingAction": f"Create{kind}"}))
        roles = {str(value) for key, value in _walk(call.params) if key in ("RoleArn", "ExecutionRoleArn") and value}
        needs += model_registry.packages_of_model(call) if kind == "Model" else []
        return needs + [pass_role(role, _PRINCIPAL) for role in sorted(roles)]

    return rule


def callback_rules(execution_of: Callable[[str], str | None]) -> dict[str, Rule]:
    """Rules for the answers of workers, who name a token only; whose execution it belongs to, the service knows.

    Args:
        execution_of: Gives the ARN of the pipeline execution whose callback step has a token; None: no step has it.
    """

    def answer(call: Call) -> list[Need]:
        return [Need(f"sagemaker:{call.operation}", execution_of(call.param("CallbackToken")) or "*")]

    return dict.fromkeys(("SendPipelineExecutionStepSuccess", "SendPipelineExecutionStepFailure"), answer)


def _on(kind: str, action: str) -> Rule:
    return lambda call: [Need(f"sagemaker:{action}", each) for each in (_arn(call, kind), *_others(call))]


def _arn(call: Call, kind: str) -> str:
    # The case of the name is kept: since 2023 IAM sees it as it was given.
    return call.arn("sagemaker", f"{_KINDS[kind]}/{call.param(f'{kind}Name')}")


def _others(call: Call) -> list[str]:
    """A call that joins an endpoint and its configuration needs the action on both."""
    return [_arn(call, "EndpointConfig")] if call.operation in ("CreateEndpoint", "UpdateEndpoint") else []


def _context(params: Mapping[str, Any]) -> dict[str, str | Sequence[str]]:
    context: dict[str, str | Sequence[str]] = {}
    types = tuple(dict.fromkeys(str(value) for key, value in _walk(params) if key == _INSTANCE_TYPE))
    if types:
        context["sagemaker:InstanceTypes"] = types
    for key, value in _walk(params):
        if key in _KEYS and value:
            context[_KEYS[key]] = str(value)
        elif key in _FLAGS:
            context[_FLAGS[key]] = str(bool(value)).lower()
        elif key == _VPC and isinstance(value, Mapping):
            context["sagemaker:VpcSubnets"] = tuple(value.get("Subnets", ()))
            context["sagemaker:VpcSecurityGroupIds"] = tuple(value.get("SecurityGroupIds", ()))
    return context


def _walk(value: Any) -> Iterator[tuple[str, Any]]:
    """Every key of a nested structure with its value."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield key, item
            yield from _walk(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _walk(item)


def _pipeline_arn(call: Call) -> str:
    name = call.param("PipelineName")
    # The name stands in lower case in the ARN; where the operations take a name they take the ARN as well.
    return name if name.startswith("arn:") else call.arn("sagemaker", f"pipeline/{name.lower()}")


def _pipeline(call: Call) -> list[Need]:
    arn, tags = _pipeline_arn(call), request_tags(call.params.get("Tags"))
    needs = [Need(f"sagemaker:{call.operation}", arn, tags)]
    if tags:
        needs.append(Need("sagemaker:AddTags", arn, tags | {"sagemaker:TaggingAction": call.operation}))
    if role := call.params.get("RoleArn"):
        needs.append(pass_role(str(role), _PRINCIPAL))
    if location := call.params.get("PipelineDefinitionS3Location"):
        needs.append(Need("s3:GetObject", f"arn:{call.partition}:s3:::{location['Bucket']}/{location['ObjectKey']}"))
    return needs


def _invoke(call: Call) -> list[Need]:
    return [Need("sagemaker:InvokeEndpoint", _arn(call, "Endpoint"))]


RULES: Mapping[str, Rule] = {
    **{f"Create{kind}": _create(kind) for kind in _KINDS},
    **{f"Describe{kind}": _on(kind, f"Describe{kind}") for kind in _KINDS},
    **{f"Stop{kind}": _on(kind, f"Stop{kind}") for kind in _KINDS if kind.endswith("Job")},
    **{
        f"Delete{kind}": _on(kind, f"Delete{kind}")
        for kind in ("Model", "EndpointConfig", "Endpoint", "TrainingJob", "ProcessingJob")
    },
    "UpdateEndpoint": _on("Endpoint", "UpdateEndpoint"),
    "UpdateEndpointWeightsAndCapacities": _on("Endpoint", "UpdateEndpointWeightsAndCapacities"),
    "UpdateTrainingJob": _on("TrainingJob", "UpdateTrainingJob"),
    "ListTrainingJobsForHyperParameterTuningJob": _on(
        "HyperParameterTuningJob", "ListTrainingJobsForHyperParameterTuningJob"
    ),
    **dict.fromkeys(
        (
            *("CreatePipeline", "UpdatePipeline", "DescribePipeline", "DeletePipeline"),
            *("StartPipelineExecution", "ListPipelineExecutions"),
        ),
        _pipeline,
    ),
    **on_parameter(
        *("sagemaker", "PipelineExecutionArn", "DescribePipelineExecution", "ListPipelineExecutionSteps"),
        *("ListPipelineParametersForExecution", "DescribePipelineDefinitionForExecution"),
        *("StopPipelineExecution", "RetryPipelineExecution", "UpdatePipelineExecution"),
    ),
    **on_parameter("sagemaker", "ResourceArn", "AddTags", "DeleteTags", "ListTags"),
    **on_everything(
        "sagemaker",
        *("ListTrainingJobs", "ListProcessingJobs", "ListTransformJobs", "ListHyperParameterTuningJobs"),
        *("ListLabelingJobs", "ListModels", "ListEndpoints", "ListEndpointConfigs", "ListPipelines"),
    ),
    **model_registry.RULES,
}
RUNTIME_RULES: Mapping[str, Rule] = {"InvokeEndpoint": _invoke}
