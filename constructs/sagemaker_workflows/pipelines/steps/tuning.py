"""Step that searches for hyperparameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Unpack

from aws_cdk import aws_iam as iam
from constructs import Construct

from sagemaker_rules.actions import CREATE_HYPER_PARAMETER_TUNING_JOB
from sagemaker_rules.service_model import output_shape
from sagemaker_workflows._core.arguments import check_options
from sagemaker_workflows._core.errors import InvalidParameterError
from sagemaker_workflows._core.variables import PipelineVariable
from sagemaker_workflows.iam.access import JobAccess
from sagemaker_workflows.iam.arns import arn
from sagemaker_workflows.iam.job_role import JobRole
from sagemaker_workflows.iam.policies import allow
from sagemaker_workflows.iam.roles import TrainingExecutionRole
from sagemaker_workflows.jobs import (
    Range,
    TrainingChannel,
    TrainingFields,
    TuningFields,
    TuningObjective,
    check_hyperparameter_names,
    merge,
    raw,
    render_ranges,
    training_access,
    training_fields,
    tuning_fields,
)
from sagemaker_workflows.pipelines.permissions import PIPELINE_SHORT_JOB_NAME_PATTERN, action_statements
from sagemaker_workflows.pipelines.properties import Properties
from sagemaker_workflows.pipelines.retries import JOB_EXCEPTIONS, JOB_INTERNAL_ERROR
from sagemaker_workflows.pipelines.step import JobStepOptions, Operation, PipelineStep, split_step_options
from sagemaker_workflows.pipelines.texts import texts
from sagemaker_workflows.pipelines.values import Join
from sagemaker_workflows.resources.images import ContainerImage
from sagemaker_workflows.resources.locations import S3Destination, S3Location
from sagemaker_workflows.resources.names import JobName

#: The pipeline keeps that many of the best training jobs.
_TOP_MODELS = 50


class TuningStepOptions(TuningFields, JobStepOptions, total=False):
    """Further arguments of a tuning step: those of :class:`TuningFields` and :class:`JobStepOptions`."""


class TuningDefinition:
    """The training jobs of a tuning step: what they run, on what data, and which hyperparameters are searched.

    Args:
        image: Image of the algorithm; None: ``additional_fields`` names an algorithm of the marketplace.
        role: Execution role of the training jobs. One of the library is granted what they touch; of another one a
            warning says what could not be seen. Default: exactly the role that they need, child ``Role`` of the step.
        channels: Input channels; a mapping stands for one in the API's own spelling.
        output: Prefix for ``<training job>/output/model.tar.gz``.
        objective: Metric to improve; None: the service searches without one.
        ranges: Hyperparameters to search, by name.
        static_hyperparameters: Texts, numbers and pipeline variables that all training jobs get as text; default: none.
        name: Up to 64 letters, digits and hyphens; needed where a step has several definitions.
        additional_fields: Fields of the API's ``HyperParameterTrainingJobDefinition`` that have no argument, in the
            API's own spelling, as ``RetryStrategy``.
        options: See :class:`TrainingFields`.

    Follows https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_HyperParameterTrainingJobDefinition.html
    """

    def __init__(
        self,
        *,
        image: ContainerImage | None,
        role: iam.IRole | None = None,
        channels: Sequence[TrainingChannel | Mapping[str, Any]],
        output: S3Destination,
        objective: TuningObjective | None,
        ranges: Mapping[str, Range],
        static_hyperparameters: Mapping[str, Any] | None = None,
        name: str | None = None,
        additional_fields: Mapping[str, Any] | None = None,
        **options: Unpack[TrainingFields],
    ) -> None:
        self.image, self.role, self.channels, self.output = image, role, channels, output
        self.objective, self.ranges, self.name = objective, ranges, name
        self._static = static_hyperparameters or {}
        self._additional = additional_fields or {}
        self._options = options

    def access(self) -> JobAccess:
        """What the training jobs touch."""
        return training_access(
            self._options,
            image=self.image,
            channels=self.channels,
            output=self.output,
            names=[PIPELINE_SHORT_JOB_NAME_PATTERN],
        )

    def render(self, scope: Construct, path: str, role_arn: str) -> dict[str, Any]:
        """A ``HyperParameterTrainingJobDefinition`` of the API, with objective and ranges if it has a name.

        Args:
            scope: Any construct of the stack.
            path: Construct path of the step, for messages.
            role_arn: ARN of the execution role.

        Raises:
            InvalidParameterError: Arguments contradict each other.
        """
        check_options(TrainingFields, self._options, name="TuningDefinition", path=path)
        check_hyperparameter_names(self.ranges, self._static, path)
        image_uri = self.image.uri(scope) if self.image else None
        fields = training_fields(self._options, image_uri=image_uri, output=self.output, path=path)
        fields["Environment"] = texts(self._options.get("environment"))
        if "instance_groups" not in self._options:
            fields["HyperParameterTuningResourceConfig"] = fields.pop("ResourceConfig")
        searched = {
            "DefinitionName": self.name,
            "TuningObjective": self.objective and self.objective.render(),
            "HyperParameterRanges": render_ranges(self.ranges),
        }
        definition = {
            **fields,
            "StaticHyperParameters": texts(self._static) or None,
            "RoleArn": role_arn,
            "InputDataConfig": [raw(each) for each in self.channels] or None,
            **(searched if self.name else {}),
        }
        return merge(definition, self._additional, path, "additional_fields")


class TuningStep(PipelineStep):
    """Searches for the hyperparameters that train the best model, by many training jobs.

    Properties are those of the DescribeHyperParameterTuningJob response, and ``training_job_summaries``: the best
    training jobs, the very best at index 0.

    Args:
        scope: Parent construct.
        id: Construct id, and the step's name unless ``step_name`` is given.
        definitions: One, or several with names, among whose objectives and ranges the service searches at once.
        max_jobs: Number of training jobs; None leaves the end to other limits, and to the grid of ``Grid``.
        max_parallel_jobs: How many of them run at a time; default: 1.
        options: See :class:`TuningStepOptions`.

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
    OPERATION: ClassVar[Operation | None] = Operation("CreateHyperParameterTuningJob", ("HyperParameterTuningJobName",))
    DESCRIBE: ClassVar[str | None] = "DescribeHyperParameterTuningJob"
    OPTIONS: ClassVar[Any] = TuningStepOptions
    # https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-retry-policy.html
    RETRYABLE: ClassVar[frozenset[str]] = JOB_EXCEPTIONS - {JOB_INTERNAL_ERROR}

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        definitions: Sequence[TuningDefinition],
        max_jobs: int | PipelineVariable | None,
        max_parallel_jobs: int | PipelineVariable = 1,
        **options: Unpack[TuningStepOptions],
    ) -> None:
        own, rest = split_step_options(options, TuningFields)
        path = f"{scope.node.path}/{id}"
        _check_definitions(definitions, path)
        _check_parents(own, path)
        only = None if definitions[0].name else definitions[0]
        request = tuning_fields(
            own,
            objective=only.objective if only else None,
            ranges=only.ranges if only else {},
            max_jobs=max_jobs,
            max_parallel_jobs=max_parallel_jobs,
        )
        accesses: dict[iam.IRole | None, list[JobAccess]] = {}
        for each in definitions:
            accesses.setdefault(each.role, []).append(each.access())
        self._roles = {role: JobRole(role, TrainingExecutionRole, *all_, path=path) for role, all_ in accesses.items()}
        rendered = [each.render(scope, path, self._roles[each.role].role_arn) for each in definitions]
        jobs = {"TrainingJobDefinition": rendered[0]} if only else {"TrainingJobDefinitions": rendered}
        self._definitions = definitions
        super().__init__(scope, id, arguments={**request, **jobs}, **rest)
        for role in self._roles.values():
            role.settle(self)

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
        outputs = [each.output for each in self._definitions]
        if output is None and any(each != outputs[0] for each in outputs):
            raise self.error("output", "differs among the definitions; say which one with top_model_s3_uri(output=...)")
        name = self.properties.training_job_summaries[k].training_job_name
        return Join("/", [*_uri_parts(output or outputs[0]), name, "output/model.tar.gz"])

    @property
    def job_names(self) -> str:
        """Pattern of the names of the step's jobs, which may have 32 characters only."""
        return PIPELINE_SHORT_JOB_NAME_PATTERN

    def statements(self) -> list[iam.PolicyStatement]:
        """The tuning job, and the tags of its training jobs."""
        arns = list(dict.fromkeys(each.role_arn for each in self._roles.values()))
        name = self.job_names
        # TrainingJobSummaries is what this call answers.
        listing = allow(
            ["sagemaker:ListTrainingJobsForHyperParameterTuningJob"],
            [arn(self, "sagemaker", f"{CREATE_HYPER_PARAMETER_TUNING_JOB.resource_type}/{name}")],
        )
        return [*action_statements(self, CREATE_HYPER_PARAMETER_TUNING_JOB, name=name, role_arns=arns), listing]

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
    names = [each.name for each in definitions]
    if len(names) > 1 and None in names:
        raise InvalidParameterError(
            path, f"definitions[{names.index(None)}]", "has no name; give each of several definitions its own"
        )
    if twice := [name for name in names if names.count(name) > 1]:
        raise InvalidParameterError(
            path, "definitions", f"name {twice[0]!r} stands there twice; give each definition its own"
        )


def _check_parents(fields: TuningFields, path: str) -> None:
    warm_start = fields.get("warm_start")
    if warm_start and any(isinstance(each, JobName) for each in warm_start.parents):
        raise InvalidParameterError(
            path, "warm_start", "has a JobName, which is for state machines; write the name as text"
        )
