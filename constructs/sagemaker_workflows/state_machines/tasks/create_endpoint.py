"""Task state for a new endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Unpack

from constructs import Construct

from sagemaker_rules.actions import CREATE_ENDPOINT, SageMakerAction
from sagemaker_workflows.jobs.endpoint import endpoint_request
from sagemaker_workflows.resources.names import JobName
from sagemaker_workflows.state_machines.tasks._results import name_outputs, name_selector
from sagemaker_workflows.state_machines.tasks._sagemaker_task import SageMakerTask, SageMakerTaskOptions


class SageMakerCreateEndpoint(SageMakerTask):
    """Creates an endpoint, which answers requests until it is deleted, and costs as long.

    The state ends while the endpoint is still ``Creating``: Step Functions cannot wait for it. Look with the SDK
    integration (``arn:aws:states:::aws-sdk:sagemaker:describeEndpoint``) until it is ``InService``.

    The API answers with the ARN only; :attr:`ENDPOINT_NAME_SELECTOR` as ``result_selector`` (JSONata:
    :attr:`ENDPOINT_NAME_OUTPUTS` as ``state_outputs``) takes the name out of it for the next state.

    Args:
        endpoint_name: Name of the endpoint.
        endpoint_config_name: Name of the configuration, usually ``JobName.from_state``.
        deployment_policy: ``BlueGreenUpdatePolicy`` or ``RollingUpdatePolicy`` for later updates, in the API's own
            spelling (``{"BlueGreenUpdatePolicy": {...}}``); default: all at once.
        options: See :class:`SageMakerTaskOptions`.

    Raises:
        UnsupportedIntegrationPatternError: RUN_JOB or WAIT_FOR_TASK_TOKEN was asked for.
        InvalidParameterError: SageMaker would refuse the request.

    Example::

        serve = SageMakerCreateEndpoint(
            self,
            "Serve",
            endpoint_name=JobName.static("fraud"),
            endpoint_config_name=JobName.from_state("$.config.EndpointConfigName", prefix="fraud"),
        )
        WorkflowStateMachine(self, "Workflow", definition=serve)

    Follows https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpoint.html
    """

    ACTION: ClassVar[SageMakerAction] = CREATE_ENDPOINT

    #: Result selector that gives ``{"EndpointName": ..., "EndpointArn": ...}``.
    ENDPOINT_NAME_SELECTOR: ClassVar[Mapping[str, str]] = name_selector("Endpoint")
    #: The same as JSONata ``state_outputs``.
    ENDPOINT_NAME_OUTPUTS: ClassVar[Mapping[str, str]] = name_outputs("Endpoint")

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        endpoint_name: JobName,
        endpoint_config_name: JobName,
        deployment_policy: Mapping[str, Any] | None = None,
        **options: Unpack[SageMakerTaskOptions],
    ) -> None:
        request = endpoint_request(endpoint_config_name, deployment_policy)
        super().__init__(scope, id, action=self.ACTION, name=endpoint_name, request=request, role=None, **options)
