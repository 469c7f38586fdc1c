"""A part of a function's configuration that moto drops, kept from creation and update on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from local_aws.base.patching import Patches


def keep(
    patches: Patches,
    setting: str,
    *,
    configure: Callable[[Any, dict[str, Any]], None],
    tell: Callable[[Any], dict[str, Any]],
) -> None:
    """Makes creation and update of functions keep ``setting``, and GetFunctionConfiguration tell it.

    Args:
        patches: Gets the changes of moto.
        setting: Field of the API, as in ``LoggingConfig``.
        configure: Takes moto's record of the function and the field's value; {} where none was given.
        tell: Takes the record and gives the fields that the answer has on top of moto's.
    """
    from moto.awslambda.models import LambdaFunction

    def init(self: Any, account_id: str, spec: dict[str, Any], region: str, version: str | int = 1) -> None:
        original_init(self, account_id, spec, region, version)
        configure(self, spec.get(setting) or {})

    def update_configuration(self: Any, config_updates: dict[str, Any]) -> Any:
        if setting in config_updates:
            configure(self, config_updates[setting] or {})
        original_update(self, config_updates)
        return self.get_configuration()

    def get_configuration(self: Any, on_create: bool = False) -> dict[str, Any]:
        return {**original_get(self, on_create), **tell(self)}

    original_init = patches.replace(LambdaFunction, "__init__", init)
    original_update = patches.replace(LambdaFunction, "update_configuration", update_configuration)
    original_get = patches.replace(LambdaFunction, "get_configuration", get_configuration)
