"""What all steps have in common that call one action of SageMaker and follow the job to its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Unpack

from aws_cdk import aws_iam as iam
from constructs import Construct

from sagemaker_rules.actions import SageMakerAction
from sagemaker_workflows.iam.job_role import JobRole
from sagemaker_workflows.pipelines.permissions import action_statements
from sagemaker_workflows.pipelines.retries import JOB_EXCEPTIONS
from sagemaker_workflows.pipelines.step import JobStepOptions, Operation, PipelineStep


class JobStep(PipelineStep):
    """Base of the steps that run a job, or create a model.

    Args:
        request: The API request without name and role; values may be pipeline variables.
        roles: Execution roles of the jobs or the model, usually one.
        fields: Further keys of the step in the definition.
        options: See :class:`JobStepOptions`.

    Raises:
        InvalidParameterError: The service would refuse the request.
    """

    #: What the step calls.
    ACTION: ClassVar[SageMakerAction]
    RETRYABLE: ClassVar[frozenset[str]] = JOB_EXCEPTIONS

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if action := cls.__dict__.get("ACTION"):
            cls.OPERATION = Operation(action.operation, (action.name_field,))
            cls.DESCRIBE = action.describe

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        request: Mapping[str, Any],
        roles: Sequence[JobRole],
        fields: Mapping[str, Any] | None = None,
        **options: Unpack[JobStepOptions],
    ) -> None:
        # The roles of a tuning job stand in the definitions of its training jobs.
        field, arns = self.ACTION.role_field, [each.role_arn for each in roles if each.role_arn]
        passed = {field: arns[0]} if field and arns else {}
        super().__init__(scope, id, arguments={**request, **passed}, fields=fields, roles=roles, **options)

    def statements(self) -> list[iam.PolicyStatement]:
        """The job."""
        return action_statements(self, self.ACTION, name=self.job_names, role_arns=self._role_arns)
