"""Steps that put models behind an endpoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Unpack

from aws_cdk import aws_iam as iam
from constructs import Construct

from sagemaker_rules.actions import CREATE_ENDPOINT_CONFIG, SageMakerAction
from sagemaker_workflows._core.arguments import split_options
from sagemaker_workflows._core.errors import InvalidParameterError
from sagemaker_workflows._core.variables import PipelineVariable
from sagemaker_workflows.iam.arns import arn
from sagemaker_workflows.iam.policies import allow
from sagemaker_workflows.jobs.endpoint import EndpointConfig, endpoint_config_request, endpoint_config_role
from sagemaker_workflows.pipelines.name_patterns import name_patterns
from sagemaker_workflows.pipelines.permissions import action_statements
from sagemaker_workflows.pipelines.properties import Properties
from sagemaker_workflows.pipelines.retries import CacheConfig, RetryPolicy
from sagemaker_workflows.pipelines.step import JobStepOptions, Operation, PipelineStep, StepGroup, UnretriedStepOptions
from sagemaker_workflows.pipelines.steps._job_step import JobStep
from sagemaker_workflows.pipelines.values import ExecutionVariables, Join

#: Length of a name of the API, less the execution's id (12) and the hyphen before it.
_MAX_PREFIX_LENGTH = 50


class EndpointConfigStepOptions(EndpointConfig, JobStepOptions, total=False):
    """Arguments: those of :class:`EndpointConfig` and :class:`JobStepOptions`."""


class EndpointConfigStep(JobStep):
    """Creates an endpoint configuration: which models an endpoint serves, and on what.

    Properties are those of the DescribeEndpointConfig response.

    Args:
        name_prefix: The configuration is called ``<name_prefix>-<execution id>``: configurations cannot be changed, so
            a fixed name would exist already in the second execution. Up to 50 characters; default: the step's name.
        endpoint_config_name: The whole name, in place of ``name_prefix``.
        options: The configuration, as :class:`EndpointConfig` says, and the step: :class:`JobStepOptions`.

    Raises:
        InvalidParameterError: The service would refuse the request, or both names are given.

    Example::

        step = EndpointConfigStep(self, "Configure", variants=[ProductionVariant("abalone")], name_prefix="abalone")
        Pipeline(self, "Pipeline", steps=[step])

    Follows https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpointConfig.html
    """

    TYPE: ClassVar[str] = "EndpointConfig"
    ACTION: ClassVar[SageMakerAction] = CREATE_ENDPOINT_CONFIG

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name_prefix: str | None = None,
        endpoint_config_name: str | PipelineVariable | None = None,
        **options: Unpack[EndpointConfigStepOptions],
    ) -> None:
        config, rest = split_options(options, EndpointConfig)
        path = f"{scope.node.path}/{id}"
        name = _config_name(name_prefix, endpoint_config_name, rest.get("step_name", id), path)
        #: What policies know of the name.
        self.name_patterns = name_patterns(name)
        request = {"EndpointConfigName": name, **endpoint_config_request(config)}
        super().__init__(scope, id, request=request, roles=[endpoint_config_role(config, path)], **rest)

    @property
    def endpoint_config_name(self) -> Properties:
        """Name of the configuration; using it makes the step a dependency."""
        return self.properties.endpoint_config_name

    def statements(self) -> list[iam.PolicyStatement]:
        """The endpoint configuration."""
        first, *others = self.name_patterns
        return [
            *action_statements(self, CREATE_ENDPOINT_CONFIG, name=first, role_arns=self._role_arns),
            *(each for name in others for each in action_statements(self, CREATE_ENDPOINT_CONFIG, name=name)),
        ]


def _config_name(
    prefix: str | None, name: str | PipelineVariable | None, step_name: str, path: str
) -> str | PipelineVariable:
    if name is not None:
        if prefix is not None:
            raise InvalidParameterError(path, "name_prefix", "and endpoint_config_name exclude each other; give one")
        return name
    prefix = step_name if prefix is None else prefix
    if len(prefix) > _MAX_PREFIX_LENGTH:
        raise InvalidParameterError(
            path, "name_prefix", f"{prefix!r} has {len(prefix)} characters; write at most {_MAX_PREFIX_LENGTH}"
        )
    return Join("-", [prefix, ExecutionVariables.PIPELINE_EXECUTION_ID])


class EndpointStep(PipelineStep):
    """Creates an endpoint, or updates it if there is one of that name; it costs until it is deleted.

    Properties are those of the DescribeEndpoint response.

    Args:
        endpoint_name: Name of the endpoint; a literal one is updated by later executions.
        endpoint_config: Step that creates the configuration, or the name of one.
        options: See :class:`UnretriedStepOptions`.

    Raises:
        InvalidParameterError: The service would refuse the request.

    Example::

        config = EndpointConfigStep(self, "Configure", variants=[ProductionVariant("abalone")], name_prefix="abalone")
        serve = EndpointStep(self, "Serve", endpoint_name="abalone", endpoint_config=config)
        Pipeline(self, "Pipeline", steps=[config, serve])

    Follows https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpoint.html
    """

    TYPE: ClassVar[str] = "Endpoint"
    OPERATION: ClassVar[Operation | None] = Operation("CreateEndpoint")
    DESCRIBE: ClassVar[str | None] = "DescribeEndpoint"

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        endpoint_name: str | PipelineVariable,
        endpoint_config: EndpointConfigStep | str | PipelineVariable,
        **options: Unpack[UnretriedStepOptions],
    ) -> None:
        self._names = name_patterns(endpoint_name)
        if isinstance(endpoint_config, EndpointConfigStep):
            self._config_names = endpoint_config.name_patterns
            endpoint_config = endpoint_config.endpoint_config_name
        else:
            self._config_names = name_patterns(endpoint_config)
        request = {"EndpointName": endpoint_name, "EndpointConfigName": endpoint_config}
        super().__init__(scope, id, arguments=request, **options)

    @property
    def endpoint_name(self) -> Properties:
        """Name of the endpoint; using it makes the step a dependency."""
        return self.properties.endpoint_name

    def statements(self) -> list[iam.PolicyStatement]:
        """The endpoint; IAM checks CreateEndpoint and UpdateEndpoint on the configuration as well."""
        endpoints = [arn(self, "sagemaker", f"endpoint/{name}") for name in self._names]
        configs = [arn(self, "sagemaker", f"endpoint-config/{name}") for name in self._config_names]
        return [
            allow(["sagemaker:CreateEndpoint", "sagemaker:UpdateEndpoint"], [*endpoints, *configs]),
            allow(["sagemaker:DescribeEndpoint", "sagemaker:AddTags"], endpoints),
        ]


class DeployOptions(EndpointConfig, total=False):
    """Further arguments of a deployment, beyond those of :class:`EndpointConfig`.

    Keys:
        config_name_prefix: See ``name_prefix`` of :class:`EndpointConfigStep`; default: the group's id.
        cache: For both steps; default: they run each time.
        retry_policies: For the configuration; the service does not retry endpoints. Default: one attempt.
        depends_on: Steps that must have ended before, beyond those whose outputs are used.
        tags: Tags of configuration and endpoint; default: none but the service's own.
    """

    config_name_prefix: str
    cache: CacheConfig
    retry_policies: Sequence[RetryPolicy]
    depends_on: Sequence[PipelineStep | StepGroup]
    tags: Mapping[str, Any]


class DeployStep(StepGroup):
    """Puts models behind an endpoint: an endpoint configuration, and the endpoint that is created or updated with it.

    The steps are called ``<id>-EndpointConfig`` and ``<id>-Endpoint``.

    Args:
        scope: Parent construct.
        id: Construct id, and the beginning of the steps' names.
        endpoint_name: Name of the endpoint; a literal one is updated by later executions.
        options: See :class:`DeployOptions`.

    Raises:
        InvalidParameterError: The service would refuse one of the requests.

    Example::

        step = DeployStep(self, "Deploy", variants=[ProductionVariant("abalone")], endpoint_name="abalone")
        Pipeline(self, "Pipeline", steps=[step])
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        endpoint_name: str | PipelineVariable,
        **options: Unpack[DeployOptions],
    ) -> None:
        super().__init__(scope, id)
        prefix = options.pop("config_name_prefix", id)
        name = {"step_name": f"{id}-EndpointConfig", "name_prefix": prefix}
        both: dict[str, Any] = {key: options[key] for key in ("cache", "tags") if key in options}
        of_config: dict[str, Any] = {**options, **name}
        #: Step that creates the configuration.
        self.endpoint_config = EndpointConfigStep(self, "EndpointConfig", **of_config)
        #: Step that creates or updates the endpoint.
        self.endpoint = EndpointStep(
            self,
            "Endpoint",
            step_name=f"{id}-Endpoint",
            endpoint_name=endpoint_name,
            endpoint_config=self.endpoint_config,
            **both,
        )

    @property
    def steps(self) -> Sequence[PipelineStep]:
        """The two steps."""
        return [self.endpoint_config, self.endpoint]

    @property
    def endpoint_name(self) -> Properties:
        """Name of the endpoint; using it makes the deployment a dependency."""
        return self.endpoint.endpoint_name
