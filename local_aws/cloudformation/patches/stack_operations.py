"""moto 5.2.5 creates, updates and deletes stacks in no safe order, without events of resources and without rollback.

A resource that fails ends in a server error, and a half-made stack stays; its own comment says "TODO: handle execution
errors and implement rollback". Here the engine does it.
"""

from __future__ import annotations

import functools
from typing import Any

from local_aws.base.patching import replace
from local_aws.cloudformation import operations
from local_aws.cloudformation.operations import Plan

_FINISHED = ("_COMPLETE", "_FAILED")


def require_idle(stack: Any) -> None:
    """Raises moto's ValidationError while an operation runs on the stack."""
    from moto.cloudformation.exceptions import ValidationError

    if not stack.status.endswith(_FINISHED) and stack.status != "REVIEW_IN_PROGRESS":
        message = f"Stack:{stack.stack_id} is in {stack.status} state and can not be updated."
        raise ValidationError(message=message)


def new_stack(backend: Any, name: str, **details: Any) -> Any:
    """moto's record of a stack without resources, known to the backend."""
    from moto.cloudformation import models
    from moto.cloudformation.utils import generate_stack_id

    stack_id = generate_stack_id(name, backend.region_name, backend.account_id)
    # With its template it would be parsed, and its outputs read, at once.
    # Any: moto's class leaves abstract methods open.
    stack_class: Any = models.Stack
    stack = stack_class(
        stack_id=stack_id,
        name=name,
        template={},
        parameters={},
        account_id=backend.account_id,
        region_name=backend.region_name,
        cross_stack_resources=backend.exports,
        **details,
    )
    # moto takes an empty mapping for none, and later exports would not be seen.
    stack.cross_stack_resources = backend.exports
    backend.stacks[stack_id] = stack
    return stack


def _create_stack(
    self: Any,
    name: str,
    template: str,
    parameters: dict[str, Any],
    notification_arns: list[str] | None = None,
    tags: dict[str, str] | None = None,
    role_arn: str | None = None,
    enable_termination_protection: Any = False,
    timeout_in_mins: int | None = None,
    stack_policy_body: str | None = None,
) -> Any:
    from moto.cloudformation.exceptions import AlreadyExistsException

    if any(stack.name == name for stack in self.stacks.values()):
        raise AlreadyExistsException(f"Stack [{name}] already exists")
    stack = new_stack(
        self,
        name,
        notification_arns=notification_arns,
        tags=tags,
        role_arn=role_arn,
        enable_termination_protection=enable_termination_protection,
        timeout_in_mins=timeout_in_mins,
        stack_policy_body=stack_policy_body,
    )
    try:
        operations.create(stack, Plan(template, parameters, tags or {}), self.exports)
    except Exception:
        # A mistake in the template leaves no stack behind.
        del self.stacks[stack.stack_id]
        raise
    return stack


def _update_stack(
    self: Any,
    name: str,
    template: str,
    role_arn: str | None,
    parameters: list[dict[str, Any]],
    tags: dict[str, str] | None,
) -> Any:
    stack = self.get_stack(name)
    require_idle(stack)
    resolved = self._resolve_update_parameters(instance=stack, incoming_params=parameters)
    stack.role_arn = role_arn
    operations.update(stack, Plan(template, resolved, stack.tags if tags is None else tags), self.exports)
    return stack


def _delete_stack(self: Any, name_or_stack_id: str, retained: frozenset[str] = frozenset()) -> None:
    from moto.cloudformation.exceptions import ValidationError

    for stack in list(self.stacks.values()):
        if name_or_stack_id not in (stack.name, stack.stack_id):
            continue
        if str(stack.enable_termination_protection).lower() == "true":
            raise ValidationError(
                message=f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled"
            )
        if stack.status == "DELETE_IN_PROGRESS":
            return
        require_idle(stack)
        operations.delete(stack, self.exports, on_deleted=functools.partial(_forget, self, stack), retained=retained)


def _forget(backend: Any, stack: Any) -> None:
    # It can still be described by its id.
    backend.deleted_stacks[stack.stack_id] = stack
    backend.stacks.pop(stack.stack_id, None)
    for change_set_id in [key for key, each in backend.change_sets.items() if each.stack is stack]:
        del backend.change_sets[change_set_id]


def apply() -> None:
    """Replaces the operations of the backend."""
    from moto.cloudformation.models import CloudFormationBackend
    from moto.cloudformation.responses import CloudFormationResponse
    from moto.core.responses import EmptyResult

    def delete_stack(self: Any) -> Any:
        retained = frozenset(self._get_param("RetainResources", []))
        self.cloudformation_backend.delete_stack(self._get_param("StackName"), retained)
        return EmptyResult()

    replace(CloudFormationBackend, "create_stack", _create_stack)
    replace(CloudFormationBackend, "update_stack", _update_stack)
    replace(CloudFormationBackend, "delete_stack", _delete_stack)
    replace(CloudFormationResponse, "delete_stack", delete_stack)
