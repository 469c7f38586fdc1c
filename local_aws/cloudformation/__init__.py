"""CloudFormation of the local AWS: moto's, with an engine that creates, updates, rolls back and deletes in order."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from local_aws.base.patching import Patches

if TYPE_CHECKING:
    from local_aws.iam.sessions import Sessions

__all__ = ["CloudFormation"]


class CloudFormation:
    """CloudFormation of one local AWS. Everything that it keeps is gone when it stops.

    Args:
        sessions: Clients of the local AWS: resources are made by the administrators of their accounts.
    """

    def __init__(self, sessions: Sessions) -> None:
        # Not before it is needed: moto's CloudFormation imports most of its services.
        from local_aws.cloudformation.callbacks import Callbacks
        from local_aws.cloudformation.operations import Operations
        from local_aws.cloudformation.resources.base import Context

        self._callbacks = Callbacks()
        self._operations = Operations(Context(sessions, self._callbacks))

    def install(self, patches: Patches) -> None:
        """Puts the backend of CloudFormation, and with it the response class, in the place of moto's."""
        from moto.cloudformation.models import cloudformation_backends

        from local_aws.cloudformation.backend import Backend

        patches.replace(cloudformation_backends, "backend", functools.partial(Backend, operations=self._operations))
        # Those that an earlier owner made are not ours.
        cloudformation_backends.clear()

    def stop(self) -> None:
        """Waits for operations that still run, and forgets all stacks; call it while the endpoint still answers."""
        from moto.cloudformation.models import cloudformation_backends

        self._callbacks.close()
        self._operations.stop()
        cloudformation_backends.clear()
