"""Task state for an endpoint configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Unpack

from constructs import Construct

from sagemaker_rules.actions import CREATE_ENDPOINT_CONFIG, SageMakerAction
from sagemaker_workflows._core.arguments import split_options
from sagemaker_workflows.jobs.endpoint import EndpointConfig, endpoint_config_request, endpoint_config_role
from sagemaker_workflows.resources.names import JobName
from sagemaker_workflows.state_machines.tasks._results import name_outputs, name_selector
from sagemaker_workflows.state_machines.tasks._sagemaker_task import SageMakerTask, SageMakerTaskOptions


class EndpointConfigOptions(EndpointConfig, SageMakerTaskOptions, total=False):
    """Arguments of a configuration and its state: :class:`EndpointConfig` and :class:`SageMakerTaskOptions`."""


class SageMakerCreateEndpointConfig(SageMakerTask):
    """Creates an endpoint configuration: which models an endpoint serves, and on what.

    The API answers with the ARN only; :attr:`ENDPOINT_CONFIG_NAME_SELECTOR` as ``result_selector`` (JSONata:
    :attr:`ENDPOINT_CONFIG_NAME_OUTPUTS` as ``state_outputs``) takes the name out of it for the next state.

    Args:
        endpoint_config_name: Name of the configuration.
        options: The configuration, as :class:`EndpointConfig` says, and the state: :class:`SageMakerTaskOptions`.

    Raises:
        UnsupportedIntegrationPatternError: RUN_JOB or WAIT_FOR_TASK_TOKEN was asked for.
        InvalidParameterError: SageMaker would refuse the request.

    Example::

        configure = SageMakerCreateEndpointConfig(
            self,
            "Configure",
            endpoint_config_name=JobName.unique("fraud"),
            variants=[ProductionVariant(JobName.from_state("$.model.ModelName", prefix="fraud"))],
        )
        WorkflowStateMachine(self, "Workflow", definition=configure)

    Follows https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpointConfig.html
    """

    ACTION: ClassVar[SageMakerAction] = CREATE_ENDPOINT_CONFIG

    #: Result selector that gives ``{"EndpointConfigName": ..., "EndpointConfigArn": ...}``.
    ENDPOINT_CONFIG_NAME_SELECTOR: ClassVar[Mapping[str, str]] = name_selector("EndpointConfig")
    #: The same as JSONata ``state_outputs``.
    ENDPOINT_CONFIG_NAME_OUTPUTS: ClassVar[Mapping[str, str]] = name_outputs("EndpointConfig")

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        endpoint_config_name: JobName,
        **options: Unpack[EndpointConfigOptions],
    ) -> None:
        config, rest = split_options(options, EndpointConfig)
        request = endpoint_config_request(config)
        role = endpoint_config_role(config, f"{scope.node.path}/{id}")
        super().__init__(scope, id, action=self.ACTION, name=endpoint_config_name, request=request, role=role, **rest)
