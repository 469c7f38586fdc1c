"""Task state for an endpoint configuration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Unpack

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from sagemaker_rules.actions import CREATE_ENDPOINT_CONFIG, SageMakerAction
from sagemaker_workflows.iam.access import JobAccess
from sagemaker_workflows.iam.job_role import JobRole
from sagemaker_workflows.iam.roles import ModelExecutionRole
from sagemaker_workflows.jobs import ProductionVariant, endpoint_config_fields
from sagemaker_workflows.resources.names import JobName
from sagemaker_workflows.resources.network import JobNetwork
from sagemaker_workflows.state_machines.tasks._results import name_outputs, name_selector
from sagemaker_workflows.state_machines.tasks._sagemaker_task import SageMakerTask, SageMakerTaskOptions


class SageMakerCreateEndpointConfig(SageMakerTask):
    """Creates an endpoint configuration: which models an endpoint serves, and on what.

    The API answers with the ARN only; :attr:`ENDPOINT_CONFIG_NAME_SELECTOR` as ``result_selector`` (JSONata:
    :attr:`ENDPOINT_CONFIG_NAME_OUTPUTS` as ``state_outputs``) takes the name out of it for the next state.

    Args:
        scope: Parent construct.
        id: Construct id, and the state's name unless ``state_name`` is given.
        endpoint_config_name: Name of the configuration.
        variants: Production variants; a mapping stands for one in the API's own spelling, as for a serverless one.
        role: Execution role, which only endpoints with inference components have; default: none.
        volume_key: Key that encrypts the storage of the instances; default: a key of AWS.
        network: Subnets and security groups, for inference components only; default: none.
        data_capture: ``DataCaptureConfig`` in the API's own spelling; default: requests are not recorded.
        options: See :class:`SageMakerTaskOptions`.

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
        variants: Sequence[ProductionVariant | Mapping[str, Any]],
        role: iam.IRole | None = None,
        volume_key: kms.IKey | None = None,
        network: JobNetwork | None = None,
        data_capture: Mapping[str, Any] | None = None,
        **options: Unpack[SageMakerTaskOptions],
    ) -> None:
        request = endpoint_config_fields(variants, volume_key=volume_key, network=network, data_capture=data_capture)
        path = f"{scope.node.path}/{id}"
        job_role = JobRole(role, ModelExecutionRole, JobAccess(network=network), path=path, makes=False)
        super().__init__(
            scope, id, action=self.ACTION, name=endpoint_config_name, request=request, role=job_role, **options
        )
