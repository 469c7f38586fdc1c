"""moto 5.2.5 makes every call of a state machine with the keys ``ak``/``sk``, whatever its execution role is.

Tasks call with the machine's role, or with the one in the state's ``Credentials``, so that its policies decide:
https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html
"""

from __future__ import annotations

import sys
from typing import Any

from local_aws.base.patching import replace


def boto_client_for(region: str, service: str, state_credentials: Any = None) -> Any:
    """A client with a session of the role that ``state_credentials`` names.

    The trust policy of the execution role was checked when the state machine was created, that of a role in
    ``Credentials`` when the state was entered.
    """
    from local_aws.iam import sessions

    return sessions.client(
        service,
        role_arn=state_credentials.role_arn,
        session_name="StepFunctions",
        region=region,
    )


def apply() -> None:
    """Replaces the client factory in each module that imported it."""
    import moto.stepfunctions.parser.models  # noqa: F401  imports every module of the interpreter

    for name, module in list(sys.modules.items()):
        if name.startswith("moto.stepfunctions.") and hasattr(module, "boto_client_for"):
            replace(module, "boto_client_for", boto_client_for)
