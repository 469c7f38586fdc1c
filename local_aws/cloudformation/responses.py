"""The operations of CloudFormation that are ours; those that are not here are moto's.

The CDK CLI calls each of its change sets ``cdk-deploy-change-set``, and waits for ChangeSetNotFound after a deletion,
where moto 5.2.5 has a ValidationError or a server error. moto gives each resource the status of its stack.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from moto.cloudformation import responses
from moto.cloudformation.exceptions import CloudFormationError, ValidationError
from moto.core.responses import ActionResult, EmptyResult

from local_aws.cloudformation.template_url import template_of

if TYPE_CHECKING:
    from moto.cloudformation.models import ChangeSet

    from local_aws.cloudformation.backend import Backend
    from local_aws.cloudformation.stack import Entry, Stack


class Response(responses.CloudFormationResponse):
    """Answers one request; moto calls the method that is named for the operation."""

    @property
    def cloudformation_backend(self) -> Backend:
        """The backend of the account and region of the request."""
        # Those of moto's dictionary are ours as long as this class is in place.
        return cast("Backend", super().cloudformation_backend)

    def delete_stack(self) -> ActionResult:
        """DeleteStack, with RetainResources."""
        retained = frozenset(self._get_param("RetainResources", []))
        self.cloudformation_backend.delete_stack(self._get_param("StackName"), retained)
        return EmptyResult()

    def describe_change_set(self) -> ActionResult:
        """DescribeChangeSet."""
        return ActionResult(self._change_set())

    def execute_change_set(self) -> ActionResult:
        """ExecuteChangeSet."""
        self.cloudformation_backend.execute(self._change_set())
        return EmptyResult()

    def delete_change_set(self) -> ActionResult:
        """DeleteChangeSet; it is no error if there is none."""
        if change_set := self._find_change_set():
            del self.cloudformation_backend.change_sets[change_set.change_set_id]
        return EmptyResult()

    def describe_stack_resource(self) -> ActionResult:
        """DescribeStackResource."""
        stack: Any = self.cloudformation_backend.get_stack(self._get_param("StackName"))
        logical_id = self._get_param("LogicalResourceId")
        if logical_id not in stack.entries:
            message = f"Resource {logical_id} does not exist for stack {self._get_param('StackName')}"
            raise ValidationError(self._get_param("StackName"), message)
        return ActionResult({"StackResourceDetail": _Resource(stack, logical_id, stack.entries[logical_id])})

    def describe_stack_resources(self) -> ActionResult:
        """DescribeStackResources."""
        stack: Any = self.cloudformation_backend.get_stack(self._get_param("StackName"))
        wanted = self._get_param("LogicalResourceId")
        found = [_Resource(stack, *each) for each in [*stack.entries.items()] if wanted in (None, each[0])]
        return ActionResult({"StackResources": found})

    def _get_stack_from_s3_url(self, template_url: str) -> str:
        return template_of(template_url, self.current_account, self.partition)

    def _find_change_set(self) -> ChangeSet | None:
        return self.cloudformation_backend.find_change_set(
            self._get_param("ChangeSetName"), self._get_param("StackName")
        )

    def _change_set(self) -> ChangeSet:
        found = self._find_change_set()
        if found is None:
            name = self._get_param("ChangeSetName")
            raise CloudFormationError("ChangeSetNotFound", f"ChangeSet [{name}] does not exist")
        return found


class _Resource(responses.StackResourceDTO):
    """A resource as it is described."""

    def __init__(self, stack: Stack, logical_id: str, entry: Entry) -> None:
        super().__init__(stack, entry.resource)
        self.logical_resource_id = logical_id
        self.resource_status = entry.status
