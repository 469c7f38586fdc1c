"""Lambda of the local AWS: functions run in subprocesses, with the session of their execution role."""

from __future__ import annotations

_installed = False


def install() -> None:
    """Patches moto's Lambda; once per process, before the server starts."""
    global _installed
    if _installed:
        return
    from local_aws.functions.patches import (
        cloudformation_properties,
        dead_letters,
        invocation,
        logging_config,
        qualifier,
    )

    for patch in (logging_config, dead_letters, cloudformation_properties, invocation, qualifier):
        patch.apply()
    _installed = True


def are_running() -> bool:
    """Whether any invocation is under way."""
    from local_aws.functions import runner

    return runner.are_running()
