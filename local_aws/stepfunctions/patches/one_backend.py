"""moto 5.2.5 creates a CloudFormation state machine in its non-executing backend; the API reads the executing one.

StartExecution then answers StateMachineDoesNotExist. Both names are made to stand for the executing backend.
"""

from __future__ import annotations

from local_aws.base.patching import Patches


def apply(patches: Patches) -> None:
    """Makes the executing backend the only one."""
    from moto.core.config import default_user_config
    from moto.stepfunctions import models, responses
    from moto.stepfunctions.parser.models import stepfunctions_parser_backends

    patches.replace_item(default_user_config, "stepfunctions", {"execute_state_machine": True})
    for module in (models, responses):
        patches.replace(module, "stepfunctions_backends", stepfunctions_parser_backends)
