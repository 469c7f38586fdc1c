"""Step that searches for hyperparameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Unpack

from aws_cdk import aws_iam as iam
from constructs import Construct

from sagemaker_rules.actions import CREATE_HYPER_PARAMETER_TUNING_JOB, SageMakerAction
from sagemaker_rules.service_model import output_shape
from sagemaker_workflows._core.arguments import check_options, split_options
from sagemaker_workflows._core.errors import InvalidParameterError
from sagemaker_workflows.iam.access import JobAccess
from sagemaker_workflows.iam.arns import arn
from sagemaker_workflows.iam.job_role import JobRole
from sagemaker_workflows.iam.policies import allow
from sagemaker_workflows.iam.roles import TrainingExecutionRole
from sagemaker_workflows.jobs.merging import merge
from sagemaker_workflows.jobs.training import training_access
from sagemaker_workflows.jobs.tuning import (
    TunedTraining,
    TuningJob,
    render_ranges,
    tuned_training_request,
    tuning_request,
)
from sagemaker_workflows.pipelines.permissions import PIPELINE_SHORT_JOB_NAME_PATTERN
from sagemaker_workflows.pipelines.properties import Properties
from sagemaker_workflows.pipelines.retries import JOB_EXCEPTIONS, JOB_INTERNAL_ERROR
from sagemaker_workflows.pipelines.step import JobStepOptions
from sagemaker_workflows.pipelines.steps._job_step import JobStep
from sagemaker_workflows.pipelines.string_values import string_values
from sagemaker_workflows.pipelines.values import Join
from sagemaker_workflows.resources.locations import S3Destination, S3Location

#: The pipeline keeps that many of the best training jobs.
_TOP_MODELS = 50


class TuningStepOptions(TuningJob, JobStepOptions, total=False):
    """Arguments of a tuning step: those of :class:`TuningJob` and :class:`JobStepOptions`."""


class TuningDefinition:
    """The training jobs of a tuning step: what they run, on what data, and which hyperparameters are searched.

    Args:
        static_hyperparameters: Texts, numbers and pipeline variables that all training jobs get as text; default: none.
        name: Up to 64 letters, digits and hyphens; needed where a step has several definitions.
        additional_fields: Fields of the API's ``HyperParameterTrainingJobDefinition`` that have no argument, in the
            API's own spelling, as ``RetryStrategy``.
        options: See :class:`TunedTraining`.

    Follows https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_HyperParameterTrainingJobDefinition.html
    """

    def __init__(
        self,
        *,
        static_hyperparameters: Mapping[str, Any] | None = None,
        name: str | None = None,
        additional_fields: Mapping[str, Any] | None = None,
        **options: Unpack[TunedTraining],
    ) -> None:
        self.job, self.name = options, name
        self._static = static_hyperparameters or {}
        self._additional = additional_fields or {}

    def check(self, path: str) -> None:
        """Raises WorkflowError for arguments that are missing or wrong; ``path`` is that of the step."""
        check_options(TunedTraining, self.job, name="TuningDefinition", path=path)

    def render(self, scope: Construct, path: str, role_arn: str) -> dict[str, Any]:
        """A ``HyperParameterTrainingJobDefinition`` of the API, with objective and ranges if it has a name.

        Args:
            scope: Any construct of the stack.
            path: Construct path of the step, for messages.
            role_arn: ARN of the execution role.

        Raises:
            InvalidParameterError: Arguments contradict each other.
        """
        definition = tuned_training_request(self.job, scope, path, string_values(self._static) or None)
        definition |= {"Environment": string_values(self.job.get("environment")), "RoleArn": role_arn}
        if "instance_groups" not in self.job:
            definition["HyperParameterTuningResourceConfig"] = definition.pop("ResourceConfig")
        if self.name:
            objective = self.job["objective"]
            definition |= {
                "DefinitionName": self.name,
                "TuningObjective": objective and objective.render(),
                "HyperParameterRanges": render_ranges(self.job["ranges"]),
            }
        return merge(definition, self._additional, path, "additional_fields")


class TuningStep(JobStep):
    """Searches for the hyperparameters that train the best model, by many training jobs.

    Properties are those of the DescribeHyperParameterTuningJob response, and ``training_job_summaries``: the best
    training jobs, the very best at index 0.

    Args:
        definitions: One, or several with names, among whose objectives and ranges the service searches at once.
        options: The search, as :class:`TuningJob` says, and the step: :class:`JobStepOptions`.

    Raises:
        InvalidParameterError: The service would refuse the request, or arguments contradict each other.

    Example::

        definition = TuningDefinition(
            image=FirstPartyImage.xgboost(),
            role=role,
            channels=[
                TrainingChannel("train", S3Location(bucket, "train/"), "text/csv"),
                TrainingChannel("validation", S3Location(bucket, "validation/"), "text/csv"),
            ],
            output=S3Location(bucket, "models/"),
            objective=TuningObjective("validation:rmse"),
            ranges={"max_depth": IntegerRange(2, 8)},
            static_hyperparameters={"objective": "reg:squarederror", "num_round": 50},
        )
        step = TuningStep(self, "Tune", definitions=[definition], max_jobs=4)
        Pipeline(self, "Pipeline", steps=[step])

    Follows https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html and
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateHyperParameterTuningJob.html
    """

    TYPE: ClassVar[str] = "Tuning"
    ACTION: ClassVar[SageMakerAction] = CREATE_HYPER_PARAMETER_TUNING_JOB
    JOB_NAMES: ClassVar[str] = PIPELINE_SHORT_JOB_NAME_PATTERN
    # https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-retry-policy.html
    RETRYABLE: ClassVar[frozenset[str]] = JOB_EXCEPTIONS - {JOB_INTERNAL_ERROR}

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        definitions: Sequence[TuningDefinition],
        **options: Unpack[TuningStepOptions],
    ) -> None:
        job, rest = split_options(options, TuningJob)
        path = f"{scope.node.path}/{id}"
        _check_definitions(definitions, path)
        accesses: dict[iam.IRole | None, list[JobAccess]] = {}
        for each in definitions:
            access = training_access(each.job, [PIPELINE_SHORT_JOB_NAME_PATTERN])
            accesses.setdefault(each.job.get("role"), []).append(access)
        roles = {role: JobRole(role, TrainingExecutionRole, *all_, path=path) for role, all_ in accesses.items()}
        rendered = [each.render(scope, path, roles[each.job.get("role")].role_arn) for each in definitions]
        only = None if definitions[0].name else definitions[0].job
        jobs = {"TrainingJobDefinition": rendered[0]} if only else {"TrainingJobDefinitions": rendered}
        request = {**tuning_request(job, only), **jobs}
        self._definitions = definitions
        super().__init__(scope, id, request=request, roles=list(roles.values()), **rest)

    @property
    def best_training_job(self) -> Properties:
        """The best training job, as in ``best_training_job.training_job_name``."""
        return self.properties.best_training_job

    def top_model_s3_uri(self, k: int = 0, *, output: S3Destination | None = None) -> Join:
        """URI of ``model.tar.gz`` of one of the best training jobs.

        Args:
            k: 0 (default) for the best, up to 49.
            output: Where the training jobs put their models; default: ``output`` of the definitions, if it is the same.

        Raises:
            InvalidParameterError: The pipeline knows no such training job, or the definitions have several outputs.
        """
        # True and False are numbers to Python.
        if isinstance(k, bool) or not isinstance(k, int) or not 0 <= k < _TOP_MODELS:
            raise self.error("k", f"{k!r} is not kept by the pipeline; write 0, for the best, to {_TOP_MODELS - 1}")
        outputs = [each.job["output"] for each in self._definitions]
        if output is None and any(each != outputs[0] for each in outputs):
            raise self.error("output", "differs among the definitions; say which one with top_model_s3_uri(output=...)")
        name = self.properties.training_job_summaries[k].training_job_name
        return Join("/", [*_uri_parts(output or outputs[0]), name, "output/model.tar.gz"])

    def statements(self) -> list[iam.PolicyStatement]:
        """The tuning job, and the tags of its training jobs."""
        # TrainingJobSummaries is what this call answers.
        listing = allow(
            ["sagemaker:ListTrainingJobsForHyperParameterTuningJob"],
            [arn(self, "sagemaker", f"{self.ACTION.resource_type}/{self.job_names}")],
        )
        return [*super().statements(), listing]

    def _extra_properties(self) -> dict[str, Any]:
        listed: Any = output_shape("ListTrainingJobsForHyperParameterTuningJob")
        return {"TrainingJobSummaries": listed.members["TrainingJobSummaries"]}


def _uri_parts(output: S3Destination) -> list[Any]:
    if not isinstance(output, S3Location):
        return [output]
    prefix = output.key.rstrip("/")
    return ["s3:/", output.bucket.bucket_name, *([prefix] if prefix else [])]


def _check_definitions(definitions: Sequence[TuningDefinition], path: str) -> None:
    if not definitions:
        raise InvalidParameterError(path, "definitions", "is empty; give one TuningDefinition or several")
    for each in definitions:
        each.check(path)
    names = [each.name for each in definitions]
    if len(names) > 1 and None in names:
        raise InvalidParameterError(
            path, f"definitions[{names.index(None)}]", "has no name; give each of several definitions its own"
        )
    if twice := [name for name in names if names.count(name) > 1]:
        raise InvalidParameterError(
            path, "definitions", f"name {twice[0]!r} stands there twice; give each definition its own"
        )
