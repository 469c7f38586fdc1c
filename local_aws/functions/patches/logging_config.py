"""moto 5.2.5 drops LoggingConfig: output goes to ``/aws/lambda/<name>`` whatever the function says.

https://docs.aws.amazon.com/lambda/latest/api/API_LoggingConfig.html
"""

from __future__ import annotations

from typing import Any

from local_aws.base.patching import Patches
from local_aws.functions.kept_setting import keep


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


def apply(patches: Patches) -> None:
    """Makes creation and update keep LoggingConfig, and GetFunctionConfiguration tell it."""
    keep(patches, "LoggingConfig", configure=configure, tell=_tell)


def _tell(record: Any) -> dict[str, Any]:
    return {"LoggingConfig": {"LogFormat": "Text", "LogGroup": record.logs_group_name}}
