"""Brings the resources of one stack to what its template says: create, update, delete and roll back, with events.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
"""

from __future__ import annotations

from typing import Any, NoReturn

from local_aws.cloudformation import events, template
from local_aws.cloudformation.resource_calls import Call, create_resource, delete_resource, resolve, update_resource
from local_aws.cloudformation.resource_map import ResourceMap
from local_aws.cloudformation.resources.base import Context, LocalResource, Place
from local_aws.cloudformation.stack import Entry, Stack

# RetainExceptOnCreate differs from Retain only where a creation is rolled back.
_RETAINING = frozenset({"Retain", "RetainExceptOnCreate"})


class ResourceFailedError(Exception):
    """A resource could not be brought to its definition; its event is written."""

    def __init__(self, logical_id: str) -> None:
        super().__init__(logical_id)
        self.logical_id = logical_id


class Engine:
    """Applies resource maps to a stack. Not thread-safe; one operation at a time.

    Args:
        stack: The stack.
        context: What its resources are made with.
    """

    def __init__(self, stack: Stack, context: Context) -> None:
        self._stack = stack
        self._context = context
        self._entries = stack.entries
        self._replaced: dict[str, Entry] = {}

    def apply(self, resources: ResourceMap) -> None:
        """Creates and updates what ``resources``, the map of a template, asks for; removes nothing.

        Raises:
            ResourceFailedError: For the first resource that fails.
        """
        for logical_id, entry in self._entries.items():
            resources.put(logical_id, entry.resource)
        for logical_id in template.creation_order(resources.sources):
            if resources.wants(logical_id):
                self._bring(resources, logical_id)
            else:
                # A Ref to it, behind an Fn::If, must not find the old one.
                resources.put(logical_id, None)

    def clean_up(self, resources: ResourceMap) -> None:
        """Deletes what was replaced, and what ``resources`` no longer asks for; failures are only told by events."""
        unwanted = [logical_id for logical_id in self._entries if not resources.wants(logical_id)]
        for logical_id in [*self._replaced]:
            self._delete_replaced(logical_id)
        self.delete(unwanted)

    def restore_replaced(self) -> None:
        """Puts back the resources that :meth:`apply` replaced, and deletes their replacements."""
        for logical_id, entry in self._replaced.items():
            if getattr(entry.resource, "rolled_back_by_update", False):
                continue
            self._remove(logical_id, self._entries[logical_id])
            self._entries[logical_id] = entry
        self._replaced.clear()

    def delete(self, logical_ids: list[str], *, retained: frozenset[str] = frozenset()) -> list[str]:
        """Deletes resources, dependents first, and returns the logical ids of those that could not be deleted.

        What a failed one depends on is left alone, and counts as failed without an event of its own.
        """
        sources = {logical_id: entry.source for logical_id, entry in self._entries.items()}
        needs = template.dependencies(sources)
        failed: list[str] = []
        kept: set[str] = set()
        for logical_id in reversed(template.creation_order(sources)):
            if logical_id not in logical_ids or logical_id in kept:
                continue
            entry = self._entries[logical_id]
            if logical_id in retained or entry.source.get("DeletionPolicy") in _RETAINING:
                self._event(logical_id, entry, "DELETE_SKIPPED")
                del self._entries[logical_id]
            elif self._remove(logical_id, entry):
                del self._entries[logical_id]
            else:
                failed.append(logical_id)
                kept |= _closure(needs, logical_id)
        return failed

    def _bring(self, resources: ResourceMap, logical_id: str) -> None:
        existing = self._entries.get(logical_id)
        call = Call(self._context, resources, logical_id)
        try:
            definition = resolve(call)
        except Exception as error:
            resource_type = resources.sources[logical_id]["Type"]
            self._fail(logical_id, resource_type, "UPDATE" if existing else "CREATE", error)
        if existing is None:
            self._create(call, definition)
        elif existing.definition != definition:
            self._update(call, existing, definition)
        else:
            existing.source = call.source

    def _create(self, call: Call, definition: dict[str, Any]) -> None:
        resource_type, properties = definition["Type"], definition["Properties"]
        self._record(call.logical_id, resource_type, "CREATE_IN_PROGRESS", properties=properties)
        try:
            resource = create_resource(call, definition)
        except Exception as error:
            if (half_made := getattr(error, "resource", None)) is not None:
                self._keep(call, Entry(half_made, call.source, definition, "CREATE_FAILED"))
            self._fail(call.logical_id, resource_type, "CREATE", error, properties=properties)
        self._keep(call, Entry(resource, call.source, definition, "CREATE_COMPLETE"))
        self._event(call.logical_id, self._entries[call.logical_id], "CREATE_COMPLETE")

    def _update(self, call: Call, existing: Entry, definition: dict[str, Any]) -> None:
        self._event(call.logical_id, existing, "UPDATE_IN_PROGRESS")
        try:
            if existing.definition["Type"] != definition["Type"]:
                resource = create_resource(call, definition)
            else:
                resource = update_resource(call, existing.resource, definition)
        except Exception as error:
            self._fail(call.logical_id, definition["Type"], "UPDATE", error, physical_id=existing.physical_id)
        entry = Entry(resource, call.source, definition, "UPDATE_COMPLETE")
        # moto's own classes delete what they replace themselves.
        is_ours = isinstance(existing.resource, LocalResource) or existing.definition["Type"] != definition["Type"]
        if resource is not existing.resource and is_ours:
            self._replaced[call.logical_id] = existing
        self._keep(call, entry)
        self._event(call.logical_id, entry, "UPDATE_COMPLETE")

    def _keep(self, call: Call, entry: Entry) -> None:
        self._entries[call.logical_id] = entry
        call.resources.put(call.logical_id, entry.resource)

    def _delete_replaced(self, logical_id: str) -> None:
        entry = self._replaced.pop(logical_id)
        # A custom resource that answers with the same physical id was not replaced.
        if entry.physical_id == self._entries[logical_id].physical_id:
            return
        if entry.source.get("UpdateReplacePolicy") in _RETAINING:
            self._event(logical_id, entry, "DELETE_SKIPPED")
        else:
            self._remove(logical_id, entry)

    def _remove(self, logical_id: str, entry: Entry) -> bool:
        self._event(logical_id, entry, "DELETE_IN_PROGRESS")
        try:
            place = Place(self._context, self._stack.stack_id, logical_id, entry.definition["Type"])
            delete_resource(entry.resource, place, entry.definition)
        except Exception as error:
            self._event(logical_id, entry, "DELETE_FAILED", events.reason_of(error))
            return False
        self._event(logical_id, entry, "DELETE_COMPLETE")
        return True

    def _fail(self, logical_id: str, resource_type: str, verb: str, error: Exception, **details: Any) -> NoReturn:
        reason = events.reason_of(error)
        self._record(logical_id, resource_type, f"{verb}_FAILED", reason=reason, **details)
        raise ResourceFailedError(logical_id) from error

    def _event(self, logical_id: str, entry: Entry, status: str, reason: str | None = None) -> None:
        entry.status = status
        self._record(logical_id, entry.definition["Type"], status, physical_id=entry.physical_id, reason=reason)

    def _record(self, logical_id: str, resource_type: str, status: str, **details: Any) -> None:
        events.record(self._stack, logical_id, resource_type, status, **details)


def _closure(needs: dict[str, set[str]], logical_id: str) -> set[str]:
    found: set[str] = set()
    pending = [logical_id]
    while pending:
        for each in needs.get(pending.pop(), set()) - found:
            found.add(each)
            pending.append(each)
    return found
