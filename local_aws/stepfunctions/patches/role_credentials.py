"""moto 5.2.5 makes every call of a state machine with the keys ``ak``/``sk``, whatever its execution role is.

Tasks call with the machine's role, or with the one in the state's ``Credentials``, so that its policies decide:
https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html
"""

from __future__ import annotations

import sys
from typing import Any

from local_aws.base.patching import Patches
from local_aws.iam.sessions import Sessions


def apply(patches: Patches, sessions: Sessions) -> None:
    """Replaces the client factory in each module that imported it."""
    import moto.stepfunctions.parser.models  # noqa: F401  imports every module of the interpreter

    def boto_client_for(region: str, service: str, state_credentials: Any = None) -> Any:
        # The trust policy of the execution role was checked when the state machine was created, that of a role in
        # ``Credentials`` when the state was entered.
        return sessions.client(
            service, role_arn=state_credentials.role_arn, session_name="StepFunctions", region=region
        )

    for name, module in list(sys.modules.items()):
        if name.startswith("moto.stepfunctions.") and hasattr(module, "boto_client_for"):
            patches.replace(module, "boto_client_for", boto_client_for)
