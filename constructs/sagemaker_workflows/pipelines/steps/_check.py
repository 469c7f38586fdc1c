"""The base of the steps that compare data and models with baselines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Required, TypedDict, Unpack

from aws_cdk import JsonNull, Size
from aws_cdk import aws_iam as iam
from constructs import Construct

from sagemaker_rules.actions import CREATE_PROCESSING_JOB, SageMakerAction
from sagemaker_workflows._core.arguments import split_options
from sagemaker_workflows._core.variables import PipelineVariable
from sagemaker_workflows.iam.access import known_location
from sagemaker_workflows.jobs.processing import ProcessingFields, ProcessingJob, processing_request, processing_role
from sagemaker_workflows.pipelines.locations import read_statements
from sagemaker_workflows.pipelines.permissions import PIPELINE_JOB_NAME_PATTERN
from sagemaker_workflows.pipelines.properties import Properties
from sagemaker_workflows.pipelines.step import UnretriedStepOptions
from sagemaker_workflows.pipelines.steps._job_step import JobStep
from sagemaker_workflows.pipelines.steps._model_groups import ModelPackageGroupReference, find_versions, group_name
from sagemaker_workflows.pipelines.string_values import string_values
from sagemaker_workflows.resources.images import ContainerImage
from sagemaker_workflows.resources.locations import S3Destination, S3Source, source_uri

#: The SDK writes null for what is not given; CDK drops None.
_NULL = JsonNull.INSTANCE


class BaselineFields(TypedDict, total=False):
    """What a check compares with, and what it does about a violation.

    Keys:
        skip_check: The baseline is calculated, and nothing compared; default: False.
        fail_on_violation: Whether a violation fails the step; default: True.
        register_new_baseline: Whether :attr:`baseline_used_for_drift_check_constraints` is the baseline calculated now
            rather than the one compared with; default: False.
        group: Model package group of whose last approved version the baseline is; default: none.
        supplied_baseline_constraints: Constraints to compare with, ahead of those of ``group``; default: none.
    """

    skip_check: bool | PipelineVariable
    fail_on_violation: bool | PipelineVariable
    register_new_baseline: bool | PipelineVariable
    group: ModelPackageGroupReference
    supplied_baseline_constraints: S3Source


class CheckStepOptions(BaselineFields, ProcessingFields, UnretriedStepOptions, total=False):
    """Arguments of both kinds of checks: those of :class:`BaselineFields`, :class:`ProcessingFields` (storage: 30 GiB
    unless ``volume_size`` is given) and :class:`UnretriedStepOptions`.

    Keys:
        image: Image of the check: ``FirstPartyImage.clarify()``, or for quality ``FirstPartyImage.model_monitor()``.
    """

    image: Required[ContainerImage]


class CheckStep(JobStep):
    """Base of the check steps; use one of its subclasses.

    Follows https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-quality-clarify-baseline-lifecycle.html
    """

    ACTION: ClassVar[SageMakerAction] = CREATE_PROCESSING_JOB
    # The service does not retry them.
    RETRYABLE: ClassVar[frozenset[str]] = frozenset()
    #: Properties of the step, as the service spells them.
    PROPERTIES: ClassVar[tuple[str, ...]] = ("CalculatedBaselineConstraints", "BaselineUsedForDriftCheckConstraints")

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        reads: Mapping[str, Any],
        inputs: Sequence[Mapping[str, Any]],
        output: Mapping[str, Any],
        output_location: S3Destination,
        check_environment: Mapping[str, Any],
        check_fields: Mapping[str, Any],
        baselines: Mapping[str, S3Source | None],
        **options: Unpack[CheckStepOptions],
    ) -> None:
        given = {**options, "inputs": inputs, "outputs": [output]}
        job, others = split_options(given, ProcessingJob)
        baseline, rest = split_options(others, BaselineFields)
        job.setdefault("volume_size", Size.gibibytes(30))
        known = known_location(output_location)
        if known and known.bucket.encryption_key:
            job.setdefault("output_key", known.bucket.encryption_key)
        path = f"{scope.node.path}/{id}"
        request = processing_request(job, scope, path)
        request["Environment"] = string_values({**job.get("environment", {}), **check_environment}) or None
        role = processing_role(job, [PIPELINE_JOB_NAME_PATTERN], path, reads=reads, writes={"output": output_location})
        self._output = output_location
        self._group = baseline.get("group")
        self._baselines = {**baselines, "constraints": baseline.get("supplied_baseline_constraints")}
        fields = {**check_fields, **_baseline_fields(baseline), **_supplied(self._baselines)}
        super().__init__(scope, id, request=request, fields=fields, roles=[role], **rest)

    @property
    def properties(self) -> Properties:
        """Baselines that the step has calculated and used; using one makes the step a dependency."""
        return Properties(f"Steps.{self.step_name}", shape=None, extra=dict.fromkeys(self.PROPERTIES))

    @property
    def calculated_baseline_constraints(self) -> Properties:
        """URI of the constraints that the step has calculated, for :class:`ModelMetrics`."""
        return self.properties.calculated_baseline_constraints

    @property
    def baseline_used_for_drift_check_constraints(self) -> Properties:
        """URI of the constraints for later checks, for :class:`DriftCheckBaselines`."""
        return self.properties.baseline_used_for_drift_check_constraints

    def statements(self) -> list[iam.PolicyStatement]:
        """The processing job, finding the last approved version, and reading its results and supplied baselines."""
        statements = super().statements()
        if self._group is not None:
            statements += find_versions(self, self._group)
        for place in (self._output, *self._baselines.values()):
            if location := known_location(place):
                statements += read_statements(location)
        return statements


def _baseline_fields(options: BaselineFields) -> dict[str, Any]:
    group = options.get("group")
    return {
        "ModelPackageGroupName": _NULL if group is None else group_name(group),
        "SkipCheck": options.get("skip_check", False),
        "FailOnViolation": options.get("fail_on_violation", True),
        "RegisterNewBaseline": options.get("register_new_baseline", False),
    }


def _supplied(baselines: Mapping[str, S3Source | None]) -> dict[str, Any]:
    return {
        f"SuppliedBaseline{name.capitalize()}": _NULL if place is None else source_uri(place)
        for name, place in baselines.items()
    }
