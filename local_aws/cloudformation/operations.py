"""Stack operations: they run in a thread, as CloudFormation's do, and roll back when a resource fails.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-status.html
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from moto.cloudformation.parsing import OutputMap

from local_aws.cloudformation import events
from local_aws.cloudformation.engine import Engine, ResourceFailedError
from local_aws.cloudformation.resource_map import ResourceMap
from local_aws.cloudformation.resources.base import Context
from local_aws.cloudformation.stack import Stack

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


def prepare(stack: Stack, plan: Plan) -> ResourceMap:
    """The map of ``plan``; raises moto's ValidationError for mistakes that need no resource to be seen."""
    return stack.map_of(stack.parse_template(plan.template), dict(plan.parameters), dict(plan.tags))


class Operations:
    """The stack operations of one local AWS.

    Args:
        context: What resources are made with.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._threads: set[threading.Thread] = set()

    def create(self, stack: Stack, plan: Plan) -> None:
        """Creates the resources of a new stack; rolls back if one fails."""
        resources = prepare(stack, plan)
        _adopt(stack, plan, resources)
        self._start(stack, "CREATE", lambda engine: _create(stack, engine, resources))

    def update(self, stack: Stack, plan: Plan) -> None:
        """Brings the stack to ``plan``; goes back to what it was if a resource fails."""
        resources = prepare(stack, plan)
        self._start(stack, "UPDATE", lambda engine: _update(stack, engine, plan, resources))

    def delete(self, stack: Stack, *, on_deleted: Callable[[], None], retained: frozenset[str] = frozenset()) -> None:
        """Deletes the resources of the stack, dependents first; those named in ``retained`` are left behind."""
        self._start(stack, "DELETE", lambda engine: _delete(stack, engine, retained, on_deleted))

    def stop(self) -> None:
        """Waits for what still runs, but not for ever."""
        for thread in [*self._threads]:
            thread.join(_PATIENCE)

    def _start(self, stack: Stack, verb: str, operation: Callable[[Engine], None]) -> None:
        def run() -> None:
            try:
                operation(Engine(stack, self._context))
            # A bug must not leave the stack IN_PROGRESS for ever.
            except Exception as error:
                events.set_status(stack, f"{stack.status.partition('_')[0]}_FAILED", events.reason_of(error))
            finally:
                self._threads.discard(thread)

        events.set_status(stack, f"{verb}_IN_PROGRESS", "User Initiated")
        thread = threading.Thread(target=run, name=f"stack {stack.name}", daemon=True)
        self._threads.add(thread)
        thread.start()
        thread.join(_PATIENCE)


def _adopt(stack: Stack, plan: Plan, resources: ResourceMap) -> None:
    stack.template = plan.template
    stack.template_dict = resources.template
    stack.description = resources.template.get("Description")
    stack.parameters = dict(plan.parameters)
    stack.tags = dict(plan.tags)
    stack.resource_map = resources


def _publish_outputs(stack: Stack) -> None:
    outputs, exports = OutputMap(stack.resource_map, stack.template_dict, stack.stack_id), stack.cross_stack_resources
    # Outputs are lazy: a mistake in one has to show now.
    list(outputs.values())
    new = {export.name: export for export in outputs.exports}
    if taken := sorted(name for name in new if name in exports and exports[name].exporting_stack_id != stack.stack_id):
        raise ValueError(f"Export with name {taken[0]} is already exported by another stack")
    _withdraw_exports(stack)
    exports.update(new)
    stack.output_map = outputs


def _withdraw_exports(stack: Stack) -> None:
    exports = stack.cross_stack_resources
    for name in [name for name, export in exports.items() if export.exporting_stack_id == stack.stack_id]:
        del exports[name]


def _create(stack: Stack, engine: Engine, resources: ResourceMap) -> None:
    try:
        engine.apply(resources)
        _publish_outputs(stack)
    except ResourceFailedError as failure:
        _roll_back_creation(stack, engine, f"The following resource(s) failed to create: [{failure.logical_id}]. ")
    except Exception as error:
        _roll_back_creation(stack, engine, f"Outputs: {events.reason_of(error)}. ")
    else:
        events.set_status(stack, "CREATE_COMPLETE")


def _roll_back_creation(stack: Stack, engine: Engine, reason: str) -> None:
    events.set_status(stack, "ROLLBACK_IN_PROGRESS", f"{reason}Rollback requested by user.")
    if failed := engine.delete([*stack.entries]):
        events.set_status(stack, "ROLLBACK_FAILED", _not_deleted(failed))
    else:
        # The reason stays to be seen in DescribeStacks.
        events.set_status(stack, "ROLLBACK_COMPLETE", reason.strip())


def _update(stack: Stack, engine: Engine, plan: Plan, resources: ResourceMap) -> None:
    before = Plan(stack.template, stack.parameters, stack.tags), stack.resource_map
    previous_outputs = stack.output_map
    try:
        engine.apply(resources)
        _adopt(stack, plan, resources)
        _publish_outputs(stack)
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


def _roll_back_update(stack: Stack, engine: Engine, resources: ResourceMap, reason: str) -> None:
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


def _delete(stack: Stack, engine: Engine, retained: frozenset[str], on_deleted: Callable[[], None]) -> None:
    if failed := engine.delete([*stack.entries], retained=retained):
        events.set_status(stack, "DELETE_FAILED", _not_deleted(failed))
        return
    _withdraw_exports(stack)
    events.set_status(stack, "DELETE_COMPLETE")
    on_deleted()


def _not_deleted(logical_ids: list[str]) -> str:
    return f"The following resource(s) failed to delete: [{', '.join(logical_ids)}]. "
