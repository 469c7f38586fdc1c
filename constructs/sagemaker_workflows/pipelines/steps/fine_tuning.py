"""Step that fine-tunes a model of SageMaker JumpStart."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Unpack

from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from sagemaker_workflows._core.arguments import split_options
from sagemaker_workflows._core.errors import InvalidParameterError
from sagemaker_workflows._core.variables import PipelineVariable
from sagemaker_workflows.iam.access import known_location
from sagemaker_workflows.iam.job_role import JobRole
from sagemaker_workflows.iam.roles import TrainingExecutionRole
from sagemaker_workflows.jobs import TrainingChannel, TrainingFields, raw, training_access, training_fields
from sagemaker_workflows.pipelines.permissions import PIPELINE_JOB_NAME_PATTERN
from sagemaker_workflows.pipelines.properties import Properties
from sagemaker_workflows.pipelines.step import JobStepOptions
from sagemaker_workflows.pipelines.steps._training_job import TrainingJobStep
from sagemaker_workflows.pipelines.texts import texts
from sagemaker_workflows.resources.images import ContainerImage
from sagemaker_workflows.resources.locations import S3Destination, S3Source, source_uri

#: Channel and content type of the model to begin with.
_CHANNEL, _CONTENT_TYPE = "model", "application/x-sagemaker-model"
_LOG_LEVEL = 20


class FineTuningStepOptions(TrainingFields, JobStepOptions, total=False):
    """Further arguments of a fine-tuning step: those of :class:`TrainingFields` and :class:`JobStepOptions`.

    ``max_runtime`` is 100 hours by default.
    """


class FineTuningStep(TrainingJobStep):
    """Trains a pretrained model of SageMaker JumpStart further, on data of the team's own.

    Properties are those of the DescribeTrainingJob response. Image, artifact, script archive, hyperparameters and
    instance type of a model are in its JumpStart specification.

    Args:
        scope: Parent construct.
        id: Construct id, and the step's name unless ``step_name`` is given.
        image: Image that trains the model, one of AWS's Deep Learning Containers.
        role: Execution role of the job. One of the library is granted what the
            job touches; of another one a warning says what could not be seen. Default: exactly the role that the job
            needs, child ``Role``.
        model: The pretrained model: an artifact, or a prefix with its files.
        scripts: Archive with the training script.
        channels: Channels with the team's data, usually one, ``training``; a mapping stands for one in the API's own
            spelling.
        output: Prefix for ``<job>/output/model.tar.gz``.
        hyperparameters: Values by name; the job gets them JSON-encoded, as the training scripts expect. Default: none.
        accept_eula: Whether the end-user licence agreement of the model, which gated models have, is accepted; None
            (default): the model has none.
        script: Name of the training script in the archive; default: ``transfer_learning.py``.
        options: See :class:`FineTuningStepOptions`.

    Raises:
        InvalidParameterError: The licence is not accepted, a channel is named ``model``, a hyperparameter is not JSON
            or set by the step itself, or the service would refuse the request.

    Example::

        step = FineTuningStep(
            self,
            "FineTune",
            image=FirstPartyImage.sagemaker_distribution(),
            role=role,
            model=S3Location(bucket, "foundation-model/"),
            scripts=S3Location(bucket, "scripts.tar.gz"),
            channels=[TrainingChannel("training", S3Location(bucket, "texts/"), "application/jsonlines")],
            output=S3Location(bucket, "models/"),
            accept_eula=True,
        )
        Pipeline(self, "Pipeline", steps=[step])

    Follows https://docs.aws.amazon.com/sagemaker/latest/dg/jumpstart-foundation-models-fine-tuning.html and
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        image: ContainerImage,
        role: iam.IRole | None = None,
        model: S3Source,
        scripts: S3Source,
        channels: Sequence[TrainingChannel | Mapping[str, Any]],
        output: S3Destination,
        hyperparameters: Mapping[str, Any] | None = None,
        accept_eula: bool | None = None,
        script: str = "transfer_learning.py",
        **options: Unpack[FineTuningStepOptions],
    ) -> None:
        path = f"{scope.node.path}/{id}"
        own, rest = split_options({"max_runtime": Duration.hours(100), **options}, TrainingFields)
        given = [raw(each) for each in channels]
        _check(given, hyperparameters or {}, accept_eula, path)
        fields = training_fields(own, image_uri=image.uri(scope), output=output, path=path)
        # The service fetches the scripts as the job's container does, with this role.
        access = training_access(
            own,
            image=image,
            channels=[*channels, TrainingChannel(_CHANNEL, model)],
            output=output,
            names=[PIPELINE_JOB_NAME_PATTERN],
        )
        access = replace(access, reads={**access.reads, "scripts": scripts})
        job_role = JobRole(role, TrainingExecutionRole, access, path=path)
        licence = {} if accept_eula is None else {"accept_eula": "true"}
        values = {**(hyperparameters or {}), **_toolkit(scope, scripts, script)}
        arguments = {
            **fields,
            "Environment": {**(texts(own.get("environment")) or {}), **licence} or None,
            "HyperParameters": {name: _json(name, value, path) for name, value in values.items()},
            "InputDataConfig": [*given, TrainingChannel(_CHANNEL, model, _CONTENT_TYPE, input_mode="File").render()],
            "RoleArn": job_role.role_arn,
        }
        self._output = known_location(output)
        super().__init__(scope, id, arguments=arguments, role=job_role, **rest)

    @property
    def model_artifacts(self) -> Properties:
        """URI of ``model.tar.gz``."""
        return self.properties.model_artifacts.s3_model_artifacts.within(self._output)


def _toolkit(scope: Construct, scripts: S3Source, script: str) -> dict[str, Any]:
    """Hyperparameters by which the framework's container finds the training script."""
    return {
        "sagemaker_submit_directory": source_uri(scripts),
        "sagemaker_program": script,
        "sagemaker_container_log_level": _LOG_LEVEL,
        "sagemaker_region": Stack.of(scope).region,
    }


def _check(
    channels: Sequence[Mapping[str, Any]], hyperparameters: Mapping[str, Any], accept_eula: bool | None, path: str
) -> None:
    if any(each.get("ChannelName") == _CHANNEL for each in channels):
        raise InvalidParameterError(path, "channels", "has one named 'model', which is the step's own; rename it")
    if accept_eula is False:
        raise InvalidParameterError(
            path, "accept_eula", "is False: the job would fail; read the licence and write True, or leave it out"
        )
    if own := sorted(name for name in hyperparameters if name.startswith("sagemaker_")):
        raise InvalidParameterError(path, f"hyperparameters[{own[0]!r}]", "is set by the step; take it out")


def _json(name: str, value: Any, path: str) -> Any:
    """``value`` as the framework containers read hyperparameters: JSON, in which text has quotation marks."""
    # What the SageMaker SDK does, too: the containers take what is not JSON for text.
    if isinstance(value, PipelineVariable):
        return value.as_text()
    try:
        return json.dumps(value, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise InvalidParameterError(path, f"hyperparameters[{name!r}]", f"is not JSON ({error})") from error
