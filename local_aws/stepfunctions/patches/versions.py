"""Versions and aliases of state machines: moto 5.2.5 publishes on creation only, and starts none of them.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-cd-aliasing-versioning.html
"""

from __future__ import annotations

import re
from typing import Any

from local_aws.base.patching import Patches

_ALIAS_NAME = re.compile(r"(?=.*[a-zA-Z_\-.])[a-zA-Z0-9_\-.]{1,80}\Z")
_MACHINE_PARTS = 7


def machine_of(backend: Any, arn: str) -> Any:
    """The state machine of an ARN, qualified or not; raises what AWS answers."""
    from moto.stepfunctions.exceptions import InvalidArn, StateMachineDoesNotExist

    if not arn.startswith("arn:"):
        raise InvalidArn(f"Invalid Arn: 'Invalid ARN prefix: {arn}'")
    backend._validate_machine_arn(arn)
    unqualified = ":".join(arn.split(":")[:_MACHINE_PARTS])
    machine = next((each for each in backend.state_machines if each.arn == unqualified), None)
    if machine is None:
        raise StateMachineDoesNotExist(f"State Machine Does Not Exist: '{arn}'")
    return machine


def apply(patches: Patches) -> None:
    """Adds the operations on versions, and what AWS refuses for aliases."""
    _add_versions(patches)
    _mend_aliases(patches)


def _add_versions(patches: Patches) -> None:
    from moto.core.exceptions import AWSError
    from moto.core.responses import ActionResult, EmptyResult
    from moto.stepfunctions.responses import StepFunctionResponse

    def publish_state_machine_version(self: Any) -> ActionResult:
        machine = machine_of(self.stepfunction_backend, self._get_param("stateMachineArn"))
        latest = machine.latest_version
        if latest is None or (latest.definition, latest.roleArn) != (machine.definition, machine.roleArn):
            machine.publish(self._get_param("description"))
            latest = machine.latest_version
        return ActionResult({"creationDate": latest.creation_date, "stateMachineVersionArn": latest.arn})

    def list_state_machine_versions(self: Any) -> ActionResult:
        machine = machine_of(self.stepfunction_backend, self._get_param("stateMachineArn"))
        versions = sorted(machine.versions.values(), key=lambda each: -each.version)
        listed = [{"stateMachineVersionArn": each.arn, "creationDate": each.creation_date} for each in versions]
        return ActionResult(page(self, "stateMachineVersions", listed))

    def delete_state_machine_version(self: Any) -> ActionResult:
        arn = self._get_param("stateMachineVersionArn")
        machine = machine_of(self.stepfunction_backend, arn)
        names = [
            alias.name
            for alias in machine.aliases.values()
            if any(each["stateMachineVersionArn"] == arn for each in alias.routing_configuration)
        ]
        if names:
            listed = ", ".join(names)
            raise AWSError(
                "Version to be deleted must not be referenced by an alias. Current list of aliases referencing this "
                f"version: [{listed}]",
                "ConflictException",
            )
        qualifier = arn.split(":")[-1]
        machine.versions.pop(int(qualifier) if qualifier.isdigit() else 0, None)
        return EmptyResult()

    for name, handler in (
        ("publish_state_machine_version", publish_state_machine_version),
        ("list_state_machine_versions", list_state_machine_versions),
        ("delete_state_machine_version", delete_state_machine_version),
    ):
        patches.add(StepFunctionResponse, name, handler)


def page(response: Any, field: str, items: list[Any], default: int = 100) -> dict[str, Any]:
    """A page of a list, as ``maxResults`` and ``nextToken`` of a request want it."""
    from moto.core.exceptions import AWSError

    token = response._get_param("nextToken")
    if token is not None and not str(token).isdigit():
        raise AWSError("Invalid Token: 'Invalid token'", "InvalidToken")
    start = int(token or 0)
    end = start + (int(response._get_param("maxResults") or 0) or default)
    answer: dict[str, Any] = {field: items[start:end]}
    return {**answer, "nextToken": str(end)} if end < len(items) else answer


def _mend_aliases(patches: Patches) -> None:
    from moto.core.exceptions import AWSError
    from moto.stepfunctions.models import StepFunctionBackend
    from moto.stepfunctions.responses import StepFunctionResponse

    def validate(self: Any, routing: list[dict[str, Any]]) -> None:
        arns = [each["stateMachineVersionArn"] for each in routing]
        if any(not arn.split(":")[-1].isdigit() for arn in arns):
            listed = ", ".join(arns)
            problem = f"Routing configuration must contain state machine version ARNs. Received: [{listed}]"
            raise AWSError(problem, "ValidationException")
        if len(set(arns)) < len(arns):
            listed = ", ".join(arns)
            problem = f"Routing configuration must contain distinct state machine version ARNs. Received: [{listed}]"
            raise AWSError(problem, "ValidationException")
        weights = [each["weight"] for each in routing]
        if sum(weights) != 100:
            problem = f"Sum of routing configuration weights must equal 100. Received: {weights}"
            raise AWSError(problem, "ValidationException")
        original_validation(self, routing)

    def create(self: Any, name: str, routing_configuration: list[dict[str, Any]], description: str | None) -> Any:
        if not _ALIAS_NAME.match(name):
            raise AWSError(
                f"1 validation error detected: Value '{name}' at 'name' failed to satisfy constraint: Member must "
                r"satisfy regular expression pattern: ^(?=.*[a-zA-Z_\-\.])[a-zA-Z0-9_\-\.]+$",
                "ValidationException",
            )
        machine = machine_of(self, routing_configuration[0]["stateMachineVersionArn"])
        present = machine.aliases.get(name)
        if present is None:
            return original_create(self, name, routing_configuration, description)
        if (present.routing_configuration, present.description) == (routing_configuration, description):
            return present
        raise AWSError(
            "Failed to create alias because an alias with the same name and a different routing configuration "
            "already exists.",
            "ConflictException",
        )

    original_validation = patches.replace(StepFunctionResponse, "_validate_routing_configuration", validate)
    original_create = patches.replace(StepFunctionBackend, "create_state_machine_alias", create)
