"""Lambda of the local AWS: functions run in subprocesses, with the session of their execution role."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local_aws.base.background import Background
    from local_aws.base.patching import Patches
    from local_aws.functions.runner import FunctionRunner


def install(patches: Patches, runner: FunctionRunner, background: Background) -> None:
    """Makes moto's Lambda run functions by ``runner``, and keep what it drops of them.

    Args:
        patches: Gets the changes of moto.
        runner: Runs functions.
        background: Runs asynchronous invocations.
    """
    from local_aws.functions.patches import (
        cloudformation_properties,
        dead_letters,
        invocation,
        logging_config,
        qualifier,
    )

    queues = dead_letters.DeadLetterQueues(runner.sessions)
    logging_config.apply(patches)
    dead_letters.apply(patches, queues)
    cloudformation_properties.apply(patches)
    invocation.apply(patches, invocation.Invocations(runner, queues, background))
    qualifier.apply(patches)
