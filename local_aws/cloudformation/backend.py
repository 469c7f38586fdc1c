"""The stacks and change sets of one account and region, beside those parts of moto's backend that stay.

moto 5.2.5 creates, updates and deletes stacks in no safe order, without events of resources and without rollback. A
resource that fails ends in a server error, and a half-made stack stays; its own comment says "TODO: handle execution
errors and implement rollback". Here the engine does it. moto's change sets are found by name alone, whatever the stack,
those that are executed leave Outputs empty, and failures end in a server error.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-changesets.html
"""

from __future__ import annotations

import functools
from types import SimpleNamespace
from typing import Any, cast

from moto.cloudformation import models, urls
from moto.cloudformation.exceptions import AlreadyExistsException, CloudFormationError, ValidationError
from moto.cloudformation.utils import generate_changeset_id, generate_stack_id, validate_create_change_set

from local_aws.cloudformation import operations
from local_aws.cloudformation.operations import Operations, Plan
from local_aws.cloudformation.responses import Response
from local_aws.cloudformation.stack import Stack

_FINISHED = ("_COMPLETE", "_FAILED")
_NO_CHANGES = "The submitted information didn't contain changes. Submit different information to create a change set."


class Backend(models.CloudFormationBackend):
    """What there is of CloudFormation in an account and region.

    Args:
        region_name: The region.
        account_id: The account.
        operations: Carries out the operations.
    """

    def __init__(self, region_name: str, account_id: str, *, operations: Operations) -> None:
        super().__init__(region_name, account_id)
        self._operations = operations

    def reset(self) -> None:
        """Forgets everything."""
        Backend.__init__(self, self.region_name, self.account_id, operations=self._operations)

    @property
    def _url_module(self) -> Any:
        # Here moto looks up the response class.
        return SimpleNamespace(url_bases=urls.url_bases, url_paths={"{0}/$": Response.dispatch})

    def create_stack(
        self,
        name: str,
        template: str,
        parameters: dict[str, Any],
        notification_arns: list[str] | None = None,
        tags: dict[str, str] | None = None,
        role_arn: str | None = None,
        enable_termination_protection: bool | None = False,
        timeout_in_mins: int | None = None,
        stack_policy_body: str | None = None,
    ) -> Stack:
        """Begins to create a stack; a mistake in the template leaves none behind."""
        if any(stack.name == name for stack in self.stacks.values()):
            raise AlreadyExistsException(f"Stack [{name}] already exists")
        stack = self._new_stack(
            name,
            notification_arns=notification_arns,
            tags=tags,
            role_arn=role_arn,
            enable_termination_protection=enable_termination_protection,
            timeout_in_mins=timeout_in_mins,
            stack_policy_body=stack_policy_body,
        )
        try:
            self._operations.create(stack, Plan(template, parameters, tags or {}))
        except Exception:
            del self.stacks[stack.stack_id]
            raise
        return stack

    def update_stack(
        self,
        name: str,
        template: str,
        role_arn: str | None,
        parameters: list[dict[str, Any]],
        tags: dict[str, str] | None,
    ) -> Stack:
        """Begins to update a stack."""
        stack = cast(Stack, self.get_stack(name))
        _require_idle(stack)
        resolved = self._resolve_update_parameters(instance=stack, incoming_params=parameters)
        stack.role_arn = role_arn
        self._operations.update(stack, Plan(template, resolved, stack.tags if tags is None else tags))
        return stack

    def delete_stack(self, name_or_stack_id: str, retained: frozenset[str] = frozenset()) -> None:
        """Begins to delete a stack; it is no error if there is none."""
        stack = self._find_stack(name_or_stack_id)
        if stack is None:
            return
        if str(stack.enable_termination_protection).lower() == "true":
            raise ValidationError(
                message=f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled"
            )
        if stack.status == "DELETE_IN_PROGRESS":
            return
        _require_idle(stack)
        self._operations.delete(stack, on_deleted=functools.partial(self._forget, stack), retained=retained)

    def create_change_set(
        self,
        stack_name: str,
        change_set_name: str,
        template: str,
        parameters: dict[str, str],
        description: str,
        change_set_type: str,
        notification_arns: list[str] | None = None,
        tags: dict[str, str] | None = None,
        role_arn: str | None = None,
    ) -> tuple[str, str]:
        """Makes a change set, and the stack that it creates; gives the ids of both."""
        validate_create_change_set(change_set_name)
        details: dict[str, Any] = {"notification_arns": notification_arns, "tags": tags, "role_arn": role_arn}
        stack = self._stack_to_change(stack_name, change_set_type, details)
        plan = Plan(template, parameters, tags or {})
        # Mistakes of the template show now, not when the change set is executed.
        resources = operations.prepare(stack, plan)
        change_set = models.ChangeSet(
            change_set_type=change_set_type,
            change_set_id=generate_changeset_id(change_set_name, self.region_name, self.account_id),
            change_set_name=change_set_name,
            stack=stack,
            template=template,
            parameters=parameters,
            description=description,
            **details,
        )
        if change_set_type == "UPDATE" and _is_unchanged(stack, plan, resources.template):
            change_set.status, change_set.execution_status = "FAILED", "UNAVAILABLE"
            change_set.status_reason = _NO_CHANGES
        else:
            change_set.status, change_set.execution_status = "CREATE_COMPLETE", "AVAILABLE"
        self.change_sets[change_set.change_set_id] = change_set
        return change_set.change_set_id, stack.stack_id

    def find_change_set(self, name_or_id: str, stack_name_or_id: str | None) -> models.ChangeSet | None:
        """The change set of that id, or of that name and stack; None if there is none."""
        for change_set in self.change_sets.values():
            if change_set.change_set_id == name_or_id:
                return change_set
            if change_set.change_set_name == name_or_id and stack_name_or_id in (
                change_set.stack_name,
                change_set.stack_id,
            ):
                return change_set
        return None

    def execute(self, change_set: models.ChangeSet) -> None:
        """Begins to bring the stack of a change set to it."""
        if change_set.execution_status != "AVAILABLE":
            message = (
                f"ChangeSet [{change_set.change_set_id}] cannot be executed in its current status of "
                f"[{change_set.status}]"
            )
            raise CloudFormationError("InvalidChangeSetStatus", message)
        plan = Plan(change_set.template, change_set.parameters, change_set.tags or {})
        operate = self._operations.create if change_set.change_set_type == "CREATE" else self._operations.update
        change_set.execution_status = "EXECUTE_IN_PROGRESS"
        operate(cast(Stack, change_set.stack), plan)
        change_set.execution_status = "EXECUTE_COMPLETE"

    def _new_stack(self, name: str, **details: Any) -> Stack:
        stack_id = generate_stack_id(name, self.region_name, self.account_id)
        # moto's class leaves two abstract methods open, too.
        stack = Stack(  # type: ignore[abstract]
            stack_id=stack_id,
            name=name,
            account_id=self.account_id,
            region_name=self.region_name,
            exports=self.exports,
            **details,
        )
        self.stacks[stack_id] = stack
        return stack

    def _find_stack(self, name_or_stack_id: str) -> Stack | None:
        """The stack, None if there is none or it is deleted."""
        found = (stack for stack in self.stacks.values() if name_or_stack_id in (stack.name, stack.stack_id))
        return cast(Stack | None, next(found, None))

    def _stack_to_change(self, name: str, kind: str, details: dict[str, Any]) -> Stack:
        existing = self._find_stack(name)
        if kind == "UPDATE":
            if existing is None:
                raise ValidationError(name)
            if existing.status == "ROLLBACK_COMPLETE":
                message = f"Stack:{existing.stack_id} is in ROLLBACK_COMPLETE state and can not be updated."
                raise ValidationError(message=message)
            _require_idle(existing)
            return existing
        if kind != "CREATE":
            raise ValidationError(message=f"ChangeSetType {kind} is not supported by the local AWS")
        if existing is None:
            existing = self._new_stack(name, **details)
            existing.status = "REVIEW_IN_PROGRESS"
            existing._add_stack_event("REVIEW_IN_PROGRESS", resource_status_reason="User Initiated")
        elif existing.status != "REVIEW_IN_PROGRESS":
            message = f"Stack [{name}] already exists and cannot be created again with a change set"
            raise ValidationError(message=message)
        return existing

    def _forget(self, stack: Stack) -> None:
        # It can still be described by its id.
        self.deleted_stacks[stack.stack_id] = stack
        self.stacks.pop(stack.stack_id, None)
        for change_set_id in [key for key, each in self.change_sets.items() if each.stack is stack]:
            del self.change_sets[change_set_id]


def _require_idle(stack: Stack) -> None:
    """Raises moto's ValidationError while an operation runs on the stack."""
    if not stack.status.endswith(_FINISHED) and stack.status != "REVIEW_IN_PROGRESS":
        message = f"Stack:{stack.stack_id} is in {stack.status} state and can not be updated."
        raise ValidationError(message=message)


def _is_unchanged(stack: Stack, plan: Plan, template: dict[str, Any]) -> bool:
    slots = template.get("Parameters", {})
    defaults = {name: slot["Default"] for name, slot in slots.items() if "Default" in slot}
    return bool(
        stack.template_dict == template
        and stack.stack_parameters == {**defaults, **plan.parameters}
        and dict(stack.tags) == dict(plan.tags)
    )
