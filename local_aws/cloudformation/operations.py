"""Stack operations: they run in a thread, as CloudFormation's do, and roll back when a resource fails.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-status.html
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from local_aws.cloudformation import events
from local_aws.cloudformation.engine import Engine, ResourceFailedError, state_of

#: Seconds for which the API call waits for its operation. Callers that poll find a short one finished at once.
_PATIENCE = 10.0


@dataclass(frozen=True)
class Plan:
    """What a stack shall become.

    Args:
        template: Text of the template.
        parameters: Values of its parameters, as given by the caller.
        tags: Tags of the stack.
    """

    template: str
    parameters: Mapping[str, Any]
    tags: Mapping[str, str]


def prepare(stack: Any, plan: Plan) -> Any:
    """moto's resource map for ``plan``; raises moto's ValidationError for mistakes that need no resource to be seen."""
    from moto.cloudformation.parsing import ResourceMap

    resources = ResourceMap(
        stack.stack_id,
        stack.name,
        dict(plan.parameters),
        dict(plan.tags),
        region_name=stack.region_name,
        account_id=stack.account_id,
        template=stack.parse_template(plan.template),
        cross_stack_resources=stack.cross_stack_resources,
    )
    resources.load()
    return resources


def create(stack: Any, plan: Plan, exports: dict[str, Any]) -> None:
    """Creates the resources of a new stack; rolls back if one fails."""
    resources = prepare(stack, plan)
    _adopt(stack, plan, resources)
    events.set_status(stack, "CREATE_IN_PROGRESS", "User Initiated")
    _in_thread(stack, lambda: _create(stack, resources, exports))


def update(stack: Any, plan: Plan, exports: dict[str, Any]) -> None:
    """Brings the stack to ``plan``; goes back to what it was if a resource fails."""
    resources = prepare(stack, plan)
    before = Plan(stack.template, stack.parameters, stack.tags), stack.resource_map
    events.set_status(stack, "UPDATE_IN_PROGRESS", "User Initiated")
    _in_thread(stack, lambda: _update(stack, plan, resources, before, exports))


def delete(
    stack: Any, exports: dict[str, Any], *, on_deleted: Callable[[], None], retained: frozenset[str] = frozenset()
) -> None:
    """Deletes the resources of the stack, dependents first; those named in ``retained`` are left behind."""
    events.set_status(stack, "DELETE_IN_PROGRESS", "User Initiated")
    _in_thread(stack, lambda: _delete(stack, exports, retained, on_deleted))


def _in_thread(stack: Any, operation: Callable[[], None]) -> None:
    def run() -> None:
        try:
            operation()
        # A bug must not leave the stack IN_PROGRESS for ever.
        except Exception as error:
            verb = str(stack.status).partition("_")[0]
            events.set_status(stack, f"{verb}_FAILED", events.reason_of(error))

    thread = threading.Thread(target=run, name=f"stack {stack.name}", daemon=True)
    thread.start()
    thread.join(_PATIENCE)


def _adopt(stack: Any, plan: Plan, resources: Any) -> None:
    stack.template = plan.template
    stack.template_dict = resources._template
    stack.description = resources._template.get("Description")
    stack.parameters = dict(plan.parameters)
    stack.tags = dict(plan.tags)
    stack.resource_map = resources


def _publish_outputs(stack: Any, exports: dict[str, Any]) -> None:
    from moto.cloudformation.parsing import OutputMap

    outputs = OutputMap(stack.resource_map, stack.template_dict, stack.stack_id)
    # Outputs are lazy: a mistake in one has to show now.
    list(outputs.values())
    new = {export.name: export for export in outputs.exports}
    if taken := sorted(name for name in new if name in exports and exports[name].exporting_stack_id != stack.stack_id):
        raise ValueError(f"Export with name {taken[0]} is already exported by another stack")
    _withdraw_exports(stack, exports)
    exports.update(new)
    stack.output_map = outputs


def _withdraw_exports(stack: Any, exports: dict[str, Any]) -> None:
    for name in [name for name, export in exports.items() if export.exporting_stack_id == stack.stack_id]:
        del exports[name]


def _create(stack: Any, resources: Any, exports: dict[str, Any]) -> None:
    engine = Engine(stack)
    try:
        engine.apply(resources)
        _publish_outputs(stack, exports)
    except ResourceFailedError as failure:
        _roll_back_creation(stack, engine, f"The following resource(s) failed to create: [{failure.logical_id}]. ")
    except Exception as error:
        _roll_back_creation(stack, engine, f"Outputs: {events.reason_of(error)}. ")
    else:
        events.set_status(stack, "CREATE_COMPLETE")


def _roll_back_creation(stack: Any, engine: Engine, reason: str) -> None:
    events.set_status(stack, "ROLLBACK_IN_PROGRESS", f"{reason}Rollback requested by user.")
    if failed := engine.delete([*state_of(stack).entries]):
        events.set_status(stack, "ROLLBACK_FAILED", _not_deleted(failed))
    else:
        # The reason stays to be seen in DescribeStacks.
        events.set_status(stack, "ROLLBACK_COMPLETE", reason.strip())


def _update(stack: Any, plan: Plan, resources: Any, before: tuple[Plan, Any], exports: dict[str, Any]) -> None:
    engine = Engine(stack)
    previous_outputs = stack.output_map
    try:
        engine.apply(resources)
        _adopt(stack, plan, resources)
        _publish_outputs(stack, exports)
    except Exception as error:
        _adopt(stack, *before)
        stack.output_map = previous_outputs
        reason = (
            f"The following resource(s) failed to update: [{error.logical_id}]. "
            if isinstance(error, ResourceFailedError)
            else f"Outputs: {events.reason_of(error)}. "
        )
        _roll_back_update(stack, engine, before[1], reason)
        return
    events.set_status(stack, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
    # As on AWS, the update is complete even if something old could not be deleted; its event tells.
    engine.clean_up(resources)
    events.set_status(stack, "UPDATE_COMPLETE")


def _roll_back_update(stack: Any, engine: Engine, resources: Any, reason: str) -> None:
    events.set_status(stack, "UPDATE_ROLLBACK_IN_PROGRESS", reason.strip())
    engine.restore_replaced()
    try:
        engine.apply(resources)
    except ResourceFailedError as failure:
        message = f"The following resource(s) failed to update: [{failure.logical_id}]."
        events.set_status(stack, "UPDATE_ROLLBACK_FAILED", message)
        return
    events.set_status(stack, "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
    engine.clean_up(resources)
    events.set_status(stack, "UPDATE_ROLLBACK_COMPLETE", reason.strip())


def _delete(stack: Any, exports: dict[str, Any], retained: frozenset[str], on_deleted: Callable[[], None]) -> None:
    failed = Engine(stack).delete([*state_of(stack).entries], retained=retained)
    if failed:
        events.set_status(stack, "DELETE_FAILED", _not_deleted(failed))
        return
    _withdraw_exports(stack, exports)
    events.set_status(stack, "DELETE_COMPLETE")
    on_deleted()


def _not_deleted(logical_ids: list[str]) -> str:
    return f"The following resource(s) failed to delete: [{', '.join(logical_ids)}]. "
