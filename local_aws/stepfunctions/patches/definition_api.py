"""moto 5.2.5 has no ValidateStateMachineDefinition, and answers operations that it lacks with a failure of its own.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinition.html
"""

from __future__ import annotations

from typing import Any

from local_aws.base.patching import Patches
from local_aws.stepfunctions.diagnostics import diagnose

#: What the local AWS refuses by name.
REFUSED_OPERATIONS = ("GetActivityTask", "RedriveExecution", "TestState")


def apply(patches: Patches) -> None:
    """Adds the operation, and refusals for those that are not here."""
    from moto.core.exceptions import AWSError
    from moto.core.responses import ActionResult
    from moto.core.utils import camelcase_to_underscores
    from moto.stepfunctions.responses import StepFunctionResponse

    def validate_state_machine_definition(self: Any) -> ActionResult:
        found = diagnose(self._get_param("definition"), is_express=self._get_param("type") == "EXPRESS")
        if self._get_param("severity") != "WARNING":
            found = [each for each in found if each.severity == "ERROR"]
        most = int(self._get_param("maxResults") or 0) or 100
        diagnostics = [
            {"severity": each.severity, "code": each.code, "message": each.message}
            | ({"location": each.location} if each.location else {})
            for each in found
        ]
        failed = any(each.severity == "ERROR" for each in found)
        return ActionResult(
            {
                "result": "FAIL" if failed else "OK",
                "diagnostics": diagnostics[:most],
                "truncated": len(diagnostics) > most,
            }
        )

    patches.add(StepFunctionResponse, "validate_state_machine_definition", validate_state_machine_definition)

    def refusal(operation: str) -> Any:
        def refuse(self: Any) -> ActionResult:
            raise AWSError(f"The local AWS has no {operation} of Step Functions", "NotSupportedLocally")

        return refuse

    for operation in REFUSED_OPERATIONS:
        patches.add(StepFunctionResponse, camelcase_to_underscores(operation), refusal(operation))
