"""The SageMaker of this process, until every caller has its LocalAws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_aws.base import settings
from local_aws.base.patching import Patches

if TYPE_CHECKING:
    from local_aws.sagemaker.service import SageMaker

_running: list[tuple[settings.Settings, SageMaker, Patches]] = []


def current() -> SageMaker:
    """The SageMaker that was installed last."""
    return _running[0][1]


def install() -> None:
    """Puts the SageMaker of the present settings in place of moto's, or of that of earlier settings."""
    from local_aws import events
    from local_aws.iam import authorize, sessions
    from local_aws.sagemaker.service import SageMaker

    now = settings.current()
    if _running and _running[0][0] is now:
        return
    while _running:
        _, before, undone = _running.pop()
        before.stop()
        undone.undo()
    made, patches = SageMaker(now, sessions._current(), authorize._current(), events.publish), Patches()
    made.install(patches)
    _running.append((now, made, patches))


def stop_all() -> None:
    """Ends everything that runs."""
    if _running:
        current().stop_running()
