"""moto 5.2.5 drops LoggingConfig: output goes to ``/aws/lambda/<name>`` whatever the function says.

https://docs.aws.amazon.com/lambda/latest/api/API_LoggingConfig.html
"""

from __future__ import annotations

from typing import Any

from local_aws.patching import replace


def configure(record: Any, config: dict[str, Any]) -> None:
    """Sets the log group of moto's ``record`` of a function.

    Raises InvalidParameterValueException for the JSON log format, which the runner does not write.
    """
    from moto.awslambda.exceptions import InvalidParameterValueException

    if config.get("LogFormat", "Text") != "Text":
        raise InvalidParameterValueException(
            f"function {record.function_name}: LoggingConfig.LogFormat {config['LogFormat']} is not supported by the "
            "local AWS; use Text"
        )
    record.logs_group_name = config.get("LogGroup") or f"/aws/lambda/{record.function_name}"


def apply() -> None:
    """Makes creation and update keep LoggingConfig, and GetFunctionConfiguration tell it."""
    from moto.awslambda.models import LambdaFunction

    original_init = LambdaFunction.__init__
    original_update = LambdaFunction.update_configuration
    original_get = LambdaFunction.get_configuration

    def init(self: Any, account_id: str, spec: dict[str, Any], region: str, version: str | int = 1) -> None:
        original_init(self, account_id, spec, region, version)
        configure(self, spec.get("LoggingConfig") or {})

    def update_configuration(self: Any, config_updates: dict[str, Any]) -> Any:
        if "LoggingConfig" in config_updates:
            configure(self, config_updates["LoggingConfig"] or {})
        original_update(self, config_updates)
        return self.get_configuration()

    def get_configuration(self: Any, on_create: bool = False) -> dict[str, Any]:
        logging_config = {"LogFormat": "Text", "LogGroup": self.logs_group_name}
        return {**original_get(self, on_create), "LoggingConfig": logging_config}

    replace(LambdaFunction, "__init__", init)
    replace(LambdaFunction, "update_configuration", update_configuration)
    replace(LambdaFunction, "get_configuration", get_configuration)
