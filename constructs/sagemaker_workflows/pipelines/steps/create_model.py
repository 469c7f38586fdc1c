"""Step that creates a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Unpack

from aws_cdk import aws_iam as iam
from constructs import Construct

from sagemaker_rules.actions import CREATE_MODEL
from sagemaker_workflows.iam.job_role import JobRole
from sagemaker_workflows.iam.roles import ModelExecutionRole
from sagemaker_workflows.jobs import ModelContainer, model_access, model_fields
from sagemaker_workflows.pipelines.permissions import action_statements
from sagemaker_workflows.pipelines.properties import Properties
from sagemaker_workflows.pipelines.retries import STEP_EXCEPTIONS
from sagemaker_workflows.pipelines.step import Operation, PipelineStep
from sagemaker_workflows.pipelines.steps._containers import render_containers
from sagemaker_workflows.pipelines.steps._options import ResourceStepOptions
from sagemaker_workflows.resources.network import JobNetwork


class CreateModelStep(PipelineStep):
    """Creates a model, which batch transform jobs and endpoints run.

    Properties are those of the DescribeModel response.

    Args:
        scope: Parent construct.
        id: Construct id, and the step's name unless ``step_name`` is given.
        containers: One container; or 2 to 15 that each request passes through in this order (inference pipeline). A
            mapping stands for one in the API's own spelling.
        role: Execution role of the model. One of the library is granted what the
            job touches; of another one a warning says what could not be seen. Default: exactly the role that the job
            needs, child ``Role``.
        network: Subnets and security groups; default: none of the team's own.
        network_isolation: Whether the containers are cut off from every network; default: False.
        options: See :class:`ResourceStepOptions`. Retry policies may name errors of the call only (``Step.*``).

    Raises:
        InvalidParameterError: The service would refuse the request, or model data is a prefix.

    Example::

        container = ModelContainer(FirstPartyImage.xgboost(), S3Location(bucket, "models/model.tar.gz"))
        step = CreateModelStep(self, "Create", containers=[container], role=role)
        Pipeline(self, "Pipeline", steps=[step])

    Follows https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html and
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModel.html
    """

    TYPE: ClassVar[str] = "Model"
    OPERATION: ClassVar[Operation | None] = Operation("CreateModel", ("ModelName",))
    DESCRIBE: ClassVar[str | None] = "DescribeModel"
    RETRYABLE: ClassVar[frozenset[str]] = STEP_EXCEPTIONS

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        containers: Sequence[ModelContainer | Mapping[str, Any]],
        role: iam.IRole | None = None,
        network: JobNetwork | None = None,
        network_isolation: bool | None = None,
        **options: Unpack[ResourceStepOptions],
    ) -> None:
        rendered = render_containers(containers, scope=scope, id=id)
        request = model_fields(rendered, network=network, network_isolation=network_isolation)
        access = model_access(containers, network=network)
        job_role = JobRole(role, ModelExecutionRole, access, path=f"{scope.node.path}/{id}")
        arguments = {**request, "ExecutionRoleArn": job_role.role_arn}
        super().__init__(scope, id, arguments=arguments, role=job_role, **options)

    @property
    def model_name(self) -> Properties:
        """Name that the service gives to the model."""
        return self.properties.model_name

    def statements(self) -> list[iam.PolicyStatement]:
        """The model."""
        return action_statements(self, CREATE_MODEL, role_arns=self._role_arns)
