"""Until every caller has its LocalAws: the CloudFormation of the one that runs in this process."""

from __future__ import annotations

from local_aws.base.patching import Patches
from local_aws.cloudformation import CloudFormation
from local_aws.iam import sessions

_shared: list[tuple[CloudFormation, Patches]] = []


def install() -> None:
    """Puts a new one in place of that of an earlier start."""
    while _shared:
        before, patches = _shared.pop()
        before.stop()
        patches.undo()
    _shared.append((CloudFormation(sessions._current()), Patches()))
    _shared[0][0].install(_shared[0][1])
