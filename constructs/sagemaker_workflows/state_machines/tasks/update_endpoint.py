"""Task state for a new configuration of an endpoint that exists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Unpack

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from sagemaker_rules.actions import UPDATE_ENDPOINT, SageMakerAction
from sagemaker_workflows._core.errors import InvalidParameterError
from sagemaker_workflows.jobs.endpoint import endpoint_request
from sagemaker_workflows.resources.names import JobName
from sagemaker_workflows.state_machines.tasks._sagemaker_task import SageMakerTask, SageMakerTaskOptions


class SageMakerUpdateEndpoint(SageMakerTask):
    """Gives an endpoint another configuration, without interruption.

    The state ends while the endpoint is still ``Updating``: Step Functions cannot wait for it. Look with the SDK
    integration (``arn:aws:states:::aws-sdk:sagemaker:describeEndpoint``) until it is ``InService`` again.

    Args:
        endpoint_name: Name of the endpoint.
        endpoint_config_name: Name of the new configuration, usually ``JobName.from_state``.
        deployment_policy: ``BlueGreenUpdatePolicy`` or ``RollingUpdatePolicy`` in the API's own spelling; default: all
            instances at once.
        rollback_alarms: Alarms that undo the update while it runs; default: none.
        retain_variant_properties: Whether instance counts and weights stay as they are; default: as configured anew.
        options: See :class:`SageMakerTaskOptions`; the action takes no tags.

    Raises:
        UnsupportedIntegrationPatternError: RUN_JOB or WAIT_FOR_TASK_TOKEN was asked for.
        InvalidParameterError: SageMaker would refuse the request.

    Example::

        update = SageMakerUpdateEndpoint(
            self,
            "Update",
            endpoint_name=JobName.static("fraud"),
            endpoint_config_name=JobName.from_state("$.config.EndpointConfigName", prefix="fraud"),
        )
        WorkflowStateMachine(self, "Workflow", definition=update)

    Follows https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateEndpoint.html
    """

    ACTION: ClassVar[SageMakerAction] = UPDATE_ENDPOINT

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        endpoint_name: JobName,
        endpoint_config_name: JobName,
        deployment_policy: Mapping[str, Any] | None = None,
        rollback_alarms: Sequence[cloudwatch.IAlarm] = (),
        retain_variant_properties: bool | None = None,
        **options: Unpack[SageMakerTaskOptions],
    ) -> None:
        if options.get("tags"):
            raise InvalidParameterError(
                f"{scope.node.path}/{id}", "tags", "updateEndpoint takes none; tag the endpoint where it is created"
            )
        request = {
            **endpoint_request(endpoint_config_name, deployment_policy, rollback_alarms),
            "RetainAllVariantProperties": retain_variant_properties,
        }
        super().__init__(scope, id, action=self.ACTION, name=endpoint_name, request=request, role=None, **options)
