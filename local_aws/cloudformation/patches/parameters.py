"""moto 5.2.5 resolves a parameter of type AWS::SSM::Parameter::Value twice.

For ``UsePreviousValue`` it takes the resolved value, and looks for an SSM parameter of that name: the CDK CLI's second
deployment ends in a server error. An SSM parameter that is not there does the same.
"""

from __future__ import annotations

from typing import Any

from local_aws.base.patching import replace


def apply() -> None:
    """Gives back parameters as they were given, and names the SSM parameter that is missing."""
    from moto.cloudformation.exceptions import ValidationError
    from moto.cloudformation.models import Stack
    from moto.cloudformation.parsing import ResourceMap
    from moto.ssm.models import ssm_backends

    def stack_parameters(self: Any) -> dict[str, Any]:
        slots = self.template_dict.get("Parameters", {})
        defaults = {name: slot["Default"] for name, slot in slots.items() if "Default" in slot}
        return {**defaults, **self.parameters}

    def parse_ssm_parameter(self: Any, value: str, value_type: str) -> Any:
        parameter = ssm_backends[self._account_id][self._region_name].get_parameter(value)
        if parameter is None:
            message = f"Unable to fetch parameters [{value}] from parameter store for this account."
            raise ValidationError(message=message)
        return parameter.value.split(",") if "List" in value_type else parameter.value

    replace(Stack, "stack_parameters", property(stack_parameters))
    replace(ResourceMap, "parse_ssm_parameter", parse_ssm_parameter)
