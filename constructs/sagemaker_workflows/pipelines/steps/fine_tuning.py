"""Step that fine-tunes a model of SageMaker JumpStart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

from aws_cdk import Duration, Stack
from constructs import Construct

from sagemaker_workflows._core.arguments import split_options
from sagemaker_workflows._core.errors import InvalidParameterError
from sagemaker_workflows.iam.access import known_location
from sagemaker_workflows.jobs.fields import raw
from sagemaker_workflows.jobs.script_mode import encoded
from sagemaker_workflows.jobs.training import TrainingChannel, TrainingJob
from sagemaker_workflows.pipelines.properties import Properties
from sagemaker_workflows.pipelines.steps._training_job import TrainingJobStep, training_step_request
from sagemaker_workflows.pipelines.steps.training import TrainingStepOptions
from sagemaker_workflows.resources.locations import S3Source, source_uri

#: Channel and content type of the model to begin with.
_CHANNEL, _CONTENT_TYPE = "model", "application/x-sagemaker-model"
_LOG_LEVEL = 20


class FineTuningStep(TrainingJobStep):
    """Trains a pretrained model of SageMaker JumpStart further, on data of the team's own.

    Properties are those of the DescribeTrainingJob response. Image, artifact, script archive, hyperparameters and
    instance type of a model are in its JumpStart specification.

    Args:
        model: The pretrained model: an artifact, or a prefix with its files.
        scripts: Archive with the training script.
        hyperparameters: Values by name; the job gets them JSON-encoded, as the training scripts expect. Default: none.
        accept_eula: Whether the end-user licence agreement of the model, which gated models have, is accepted; None
            (default): the model has none.
        script: Name of the training script in the archive; default: ``transfer_learning.py``.
        options: The job, as :class:`TrainingJob` says, with one of AWS's Deep Learning Containers as image, the team's
            data in the channels, usually one, ``training``, and a ``max_runtime`` of 100 hours by default; and the
            step: :class:`JobStepOptions`.

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
        model: S3Source,
        scripts: S3Source,
        hyperparameters: Mapping[str, Any] | None = None,
        accept_eula: bool | None = None,
        script: str = "transfer_learning.py",
        **options: Unpack[TrainingStepOptions],
    ) -> None:
        path = f"{scope.node.path}/{id}"
        job, rest = split_options(options, TrainingJob)
        job.setdefault("max_runtime", Duration.hours(100))
        _check(job, hyperparameters or {}, accept_eula, path)
        job["channels"] = [*job["channels"], TrainingChannel(_CHANNEL, model, _CONTENT_TYPE, input_mode="File")]
        if accept_eula:
            job["environment"] = {**job.get("environment", {}), "accept_eula": "true"}
        values = {**(hyperparameters or {}), **_toolkit(scope, scripts, script)}
        self._output = known_location(job["output"])
        request = training_step_request(job, scope, path, encoded(values, path))
        # The service fetches the scripts as the job's container does, with this role.
        super().__init__(scope, id, job=job, request=request, reads={"scripts": scripts}, **rest)

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


def _check(job: TrainingJob, hyperparameters: Mapping[str, Any], accept_eula: bool | None, path: str) -> None:
    if job["image"] is None:
        raise InvalidParameterError(path, "image", "is None; write the image that the model's specification names")
    if any(raw(each).get("ChannelName") == _CHANNEL for each in job["channels"]):
        raise InvalidParameterError(path, "channels", "has one named 'model', which is the step's own; rename it")
    if accept_eula is False:
        raise InvalidParameterError(
            path, "accept_eula", "is False: the job would fail; read the licence and write True, or leave it out"
        )
    if own := sorted(name for name in hyperparameters if name.startswith("sagemaker_")):
        raise InvalidParameterError(path, f"hyperparameters[{own[0]!r}]", "is set by the step; take it out")
