"""moto 5.2.5 finds change sets by name alone, whatever the stack, and fails in ways that the CDK CLI does not expect.

The CLI calls each of its change sets ``cdk-deploy-change-set``, and waits for ChangeSetNotFound after a deletion, where
moto has a ValidationError or a server error. Executed ones leave Outputs empty, and failures end in a server error.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-changesets.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws.base.patching import replace
from local_aws.cloudformation import operations
from local_aws.cloudformation.operations import Plan
from local_aws.cloudformation.patches.stack_operations import new_stack, require_idle

_NO_CHANGES = "The submitted information didn't contain changes. Submit different information to create a change set."


def _find(response: Any) -> Any:
    """The change set that a request names, or None."""
    name, stack = response._get_param("ChangeSetName"), response._get_param("StackName")
    for change_set in response.cloudformation_backend.change_sets.values():
        if change_set.change_set_id == name:
            return change_set
        if change_set.change_set_name == name and stack in (change_set.stack_name, change_set.stack_id):
            return change_set
    return None


def _existing(response: Any) -> Any:
    from moto.cloudformation.exceptions import CloudFormationError

    change_set = _find(response)
    if change_set is None:
        name = response._get_param("ChangeSetName")
        raise CloudFormationError("ChangeSetNotFound", f"ChangeSet [{name}] does not exist")
    return change_set


def _stack_for(backend: Any, name: str, kind: str, details: Mapping[str, Any]) -> Any:
    from moto.cloudformation.exceptions import ValidationError

    existing = next((stack for stack in backend.stacks.values() if name in (stack.name, stack.stack_id)), None)
    if kind == "UPDATE":
        if existing is None:
            raise ValidationError(name)
        if existing.status == "ROLLBACK_COMPLETE":
            message = f"Stack:{existing.stack_id} is in ROLLBACK_COMPLETE state and can not be updated."
            raise ValidationError(message=message)
        require_idle(existing)
        return existing
    if kind != "CREATE":
        raise ValidationError(message=f"ChangeSetType {kind} is not supported by the local AWS")
    if existing is None:
        existing = new_stack(backend, name, **details)
        existing.status = "REVIEW_IN_PROGRESS"
        existing._add_stack_event("REVIEW_IN_PROGRESS", resource_status_reason="User Initiated")
    elif existing.status != "REVIEW_IN_PROGRESS":
        raise ValidationError(message=f"Stack [{name}] already exists and cannot be created again with a change set")
    return existing


def _is_unchanged(stack: Any, kind: str, plan: Plan) -> bool:
    if kind != "UPDATE":
        return False
    new = stack.parse_template(plan.template)
    defaults = {name: slot["Default"] for name, slot in new.get("Parameters", {}).items() if "Default" in slot}
    return bool(
        stack.template_dict == new
        and stack.stack_parameters == {**defaults, **plan.parameters}
        and dict(stack.tags) == dict(plan.tags)
    )


def _create_change_set(
    self: Any,
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
    from moto.cloudformation.models import ChangeSet
    from moto.cloudformation.utils import generate_changeset_id, validate_create_change_set

    validate_create_change_set(change_set_name)
    details: dict[str, Any] = {"notification_arns": notification_arns, "tags": tags, "role_arn": role_arn}
    stack = _stack_for(self, stack_name, change_set_type, details)
    plan = Plan(template, parameters, tags or {})
    # Mistakes of the template show now, not when the change set is executed.
    operations.prepare(stack, plan)
    change_set_id = generate_changeset_id(change_set_name, self.region_name, self.account_id)
    change_set = ChangeSet(
        change_set_type=change_set_type,
        change_set_id=change_set_id,
        change_set_name=change_set_name,
        stack=stack,
        template=template,
        parameters=parameters,
        description=description,
        **details,
    )
    if _is_unchanged(stack, change_set_type, plan):
        change_set.status, change_set.execution_status, change_set.status_reason = "FAILED", "UNAVAILABLE", _NO_CHANGES
    else:
        change_set.status, change_set.execution_status = "CREATE_COMPLETE", "AVAILABLE"
    self.change_sets[change_set_id] = change_set
    return change_set_id, stack.stack_id


def _execute(backend: Any, change_set: Any) -> None:
    from moto.cloudformation.exceptions import CloudFormationError

    if change_set.execution_status != "AVAILABLE":
        message = (
            f"ChangeSet [{change_set.change_set_id}] cannot be executed in its current status of [{change_set.status}]"
        )
        raise CloudFormationError("InvalidChangeSetStatus", message)
    plan = Plan(change_set.template, change_set.parameters, change_set.tags or {})
    operate = operations.create if change_set.change_set_type == "CREATE" else operations.update
    change_set.execution_status = "EXECUTE_IN_PROGRESS"
    operate(change_set.stack, plan, backend.exports)
    change_set.execution_status = "EXECUTE_COMPLETE"


def apply() -> None:
    """Replaces creation, look-up, execution and deletion of change sets."""
    from moto.cloudformation.models import CloudFormationBackend
    from moto.cloudformation.responses import CloudFormationResponse
    from moto.core.responses import ActionResult, EmptyResult

    def describe(self: Any) -> Any:
        return ActionResult(_existing(self))

    def execute(self: Any) -> Any:
        _execute(self.cloudformation_backend, _existing(self))
        return EmptyResult()

    def delete(self: Any) -> Any:
        if change_set := _find(self):
            del self.cloudformation_backend.change_sets[change_set.change_set_id]
        return EmptyResult()

    replace(CloudFormationBackend, "create_change_set", _create_change_set)
    replace(CloudFormationResponse, "describe_change_set", describe)
    replace(CloudFormationResponse, "execute_change_set", execute)
    replace(CloudFormationResponse, "delete_change_set", delete)
