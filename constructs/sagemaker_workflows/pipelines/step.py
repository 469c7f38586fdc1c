"""The base of the steps: a construct that knows its part of the pipeline definition and what the role needs for it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypedDict, Unpack, cast

from aws_cdk import aws_iam as iam
from constructs import Construct

from sagemaker_workflows._core.arguments import check_subclass, checks_fields
from sagemaker_workflows._core.errors import InvalidParameterError, UnknownArgumentError
from sagemaker_workflows._core.place import path_of
from sagemaker_workflows._core.service_check import check_service_request, warn_of_parameters
from sagemaker_workflows._core.variables import is_dynamic, rendered
from sagemaker_workflows.iam.job_role import JobRole
from sagemaker_workflows.jobs.merging import merge, without_none
from sagemaker_workflows.pipelines.permissions import PIPELINE_JOB_NAME_PATTERN
from sagemaker_workflows.pipelines.placed_steps import expect_place
from sagemaker_workflows.pipelines.properties import Properties, describe_shape
from sagemaker_workflows.pipelines.property_files import PropertyFile
from sagemaker_workflows.pipelines.retries import CacheConfig, RetryPolicy

#: StepName of the API; the pattern there lets an empty one pass.
_NAME = re.compile(r"[A-Za-z0-9\-_]{1,64}")
_MAX_DISPLAY_NAME_LENGTH = 256
_MAX_DESCRIPTION_LENGTH = 3072


@checks_fields
@dataclass(frozen=True)
class Operation:
    """API operation whose request a step's ``Arguments`` are.

    Args:
        name: As in ``CreateTrainingJob``.
        name_fields: Required fields that pipelines fill in, as job names.
        service: botocore's name of the service.
    """

    name: str
    name_fields: tuple[str, ...] = ()
    service: str = "sagemaker"


class StepOptions(TypedDict, total=False):
    """Arguments that every step takes.

    Keys:
        step_name: Name in the definition, 1 to 64 letters, digits, hyphens and underscores; default: the construct id.
        display_name: Shown in place of the name, up to 256 characters.
        description: Up to 3,072 characters.
        depends_on: Steps that must have ended before, beyond those whose outputs are used.
    """

    step_name: str
    display_name: str
    description: str
    depends_on: Sequence[PipelineStep | StepGroup]


class CachedStepOptions(StepOptions, total=False):
    """Arguments of a step whose result may be taken over from an earlier execution.

    Keys:
        cache: Default: the step runs each time.
    """

    cache: CacheConfig


class RetriedStepOptions(StepOptions, total=False):
    """Arguments of a step that may be run again after an error.

    Keys:
        retry_policies: Default: one attempt.
    """

    retry_policies: Sequence[RetryPolicy]


class RequestOptions(TypedDict, total=False):
    """Arguments of a step that sends a request to an API.

    Keys:
        additional_arguments: Fields of the API request that have no argument, in the API's own spelling; merged into
            the request and checked like the rest.
        tags: Tags of the job or resource; default: none but the service's own.
    """

    additional_arguments: Mapping[str, Any]
    tags: Mapping[str, Any]


class JobStepOptions(RequestOptions, CachedStepOptions, RetriedStepOptions, total=False):
    """Arguments of a step that runs a job."""


class ResourceStepOptions(RequestOptions, RetriedStepOptions, total=False):
    """Arguments of a step that creates a resource and is never cached."""


class UnretriedStepOptions(RequestOptions, CachedStepOptions, total=False):
    """Arguments of a step that may be cached and is never retried."""


class StepGroup(Construct):
    """Several steps under one construct, as those that deploy a model."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        check_subclass(cls)

    @property
    def steps(self) -> Sequence[PipelineStep]:
        """The steps, each of which stands in the definition."""
        raise NotImplementedError


class PipelineStep(Construct):
    """A step of a SageMaker pipeline; use one of its subclasses.

    Args:
        scope: Parent construct.
        id: Construct id, and the step's name unless ``step_name`` is given.
        arguments: ``Arguments`` of the definition; values may be pipeline variables.
        fields: Further keys of the step in the definition.
        roles: Execution roles of the step's jobs or model; default: it has none.
        options: See :class:`StepOptions` and the options of the subclass.

    Raises:
        InvalidParameterError: The service would refuse something; names construct path, field and rule.

    A step that no pipeline holds when the app is synthesized is an error of that construct.
    """

    #: ``Type`` in the definition.
    TYPE: ClassVar[str]
    #: API operation that the arguments are checked against; None: there is none.
    OPERATION: ClassVar[Operation | None] = None
    #: Describe operation whose response the properties are; None: the step has none.
    DESCRIBE: ClassVar[str | None] = None
    #: Pattern of the names that the service gives to the step's jobs.
    JOB_NAMES: ClassVar[str] = PIPELINE_JOB_NAME_PATTERN
    #: Names of the errors that a retry policy of the step may name.
    RETRYABLE: ClassVar[frozenset[str]] = frozenset()

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        check_subclass(cls)

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        arguments: Mapping[str, Any],
        fields: Mapping[str, Any] | None = None,
        roles: Sequence[JobRole] = (),
        **options: Unpack[JobStepOptions],
    ) -> None:
        path = f"{path_of(scope)}/{id}"
        if unknown := options.keys() - JobStepOptions.__annotations__.keys():
            raise UnknownArgumentError(f"{path}: a {type(self).__name__} has no argument {', '.join(sorted(unknown))}")
        #: Name in the definition.
        self.step_name = options.get("step_name", id)
        self._path = path
        self._options = options
        self._check_options()
        tags = [{"Key": key, "Value": value} for key, value in options.get("tags", {}).items()]
        given = without_none({**arguments, "Tags": tags or None})
        extra = options.get("additional_arguments", {})
        self._arguments: dict[str, Any] = rendered(merge(given, extra, path, "additional_arguments"))
        self._fields: dict[str, Any] = rendered(dict(fields or {}))
        warnings = self._check_arguments()
        super().__init__(scope, id)
        self._roles = roles
        for role in roles:
            role.settle(self)
        warn_of_parameters(self, warnings)
        expect_place(self)

    @property
    def properties(self) -> Properties:
        """What the step knows after it has run; using one makes the step a dependency.

        Raises:
            InvalidParameterError: Steps of this type have no properties.
        """
        if self.DESCRIBE is None:
            raise self.error("properties", f"a {type(self).__name__} has none")
        return Properties(
            f"Steps.{self.step_name}", shape=describe_shape(self.DESCRIBE), extra=self._extra_properties()
        )

    @property
    def property_files(self) -> Sequence[PropertyFile]:
        """JSON files that :class:`JsonGet` can read."""
        return ()

    @property
    def steps(self) -> Sequence[PipelineStep]:
        """This step; more in a :class:`StepGroup`."""
        return [self]

    @property
    def nested_steps(self) -> Sequence[PipelineStep]:
        """Steps that stand inside this one, as those of a condition's branches."""
        return ()

    @property
    def job_names(self) -> str:
        """Pattern of the names of the step's jobs."""
        return self.JOB_NAMES

    def definition(self) -> dict[str, Any]:
        """The step as it stands in the pipeline definition."""
        options = self._options
        depends_on = [step.step_name for each in options.get("depends_on", ()) for step in each.steps]
        cache = options.get("cache")
        definition = {
            "Name": self.step_name,
            "Type": self.TYPE,
            "Arguments": self._rendered_arguments(),
            "DependsOn": depends_on or None,
            "DisplayName": options.get("display_name"),
            "Description": options.get("description"),
            "CacheConfig": cache.render() if cache else None,
            "RetryPolicies": [each.render() for each in options.get("retry_policies", ())] or None,
        }
        return {key: value for key, value in definition.items() if value is not None} | self._fields

    def statements(self) -> list[iam.PolicyStatement]:
        """What the role of the pipeline needs for this step, without the steps nested in it."""
        return []

    @property
    def _role_arns(self) -> list[str]:
        """Roles that the request passes."""
        return list(dict.fromkeys(each.role_arn for each in self._roles if each.role_arn))

    def error(self, field: str, problem: str) -> InvalidParameterError:
        """An error that names the step's construct path."""
        return InvalidParameterError(self._path, field, problem)

    def _rendered_arguments(self) -> dict[str, Any]:
        return self._arguments

    def _extra_properties(self) -> dict[str, Any]:
        """Fields that pipelines add to the Describe response, with their shapes."""
        return {}

    def _check_options(self) -> None:
        options = self._options
        if not _NAME.fullmatch(self.step_name):
            raise self.error(
                "step_name", f"{self.step_name!r} is not legal; write 1 to 64 letters, digits, '-' and '_'"
            )
        limits = {"display_name": _MAX_DISPLAY_NAME_LENGTH, "description": _MAX_DESCRIPTION_LENGTH}
        for field, limit in limits.items():
            length = len(cast(str, options.get(field, "")))
            if length > limit:
                raise self.error(field, f"has {length} characters; write at most {limit}")
        for policy in options.get("retry_policies", ()):
            if problem := policy.problem(self.RETRYABLE):
                raise self.error("retry_policies", problem)

    def _check_arguments(self) -> list[str]:
        """Raises InvalidParameterError for what the service would refuse; returns warnings."""
        if self.OPERATION is None:
            return []
        names = dict.fromkeys(self.OPERATION.name_fields, "name")
        request = {**names, **self._arguments}
        operation = self.OPERATION
        return check_service_request(
            operation.name, request, self._path, is_dynamic=is_dynamic, service=operation.service
        )
