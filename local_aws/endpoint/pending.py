"""Pending: SageMaker and CloudFormation as they are today, behind the interface of the classes that replace them.

They still keep their state in modules and look the local AWS up there. This module goes with that.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from local_aws import events
from local_aws.base import patching, settings
from local_aws.base.patching import Patches
from local_aws.iam import authorize, sessions

if TYPE_CHECKING:
    from local_aws.endpoint.local_aws import LocalAws


def publish(running: LocalAws) -> None:
    """Makes ``running`` the local AWS that modules find."""
    settings.configure(running.settings)
    sessions._shared[:] = [running.sessions]
    authorize._shared[:] = [running.authorizer]
    events._running[:] = [running.events]


def withdraw() -> None:
    """Lets modules find none any more."""
    settings._current = None
    for shared in (sessions._shared, authorize._shared, events._running):
        shared.clear()


class SageMaker:
    """The modules of SageMaker."""

    def __init__(self) -> None:
        from local_aws.sagemaker import events as job_events
        from local_aws.sagemaker import labeling_route
        from local_aws.sagemaker.pipelines import callbacks

        self.callbacks = callbacks
        self.job_events = job_events
        self.labeling_route = labeling_route
        self.pipelines = Pipelines()

    def install(self, patches: Patches) -> None:
        """Patches moto's SageMaker."""
        from local_aws import sagemaker

        _install(sagemaker, patches)

    def stop_running(self) -> None:
        """Ends every running job and endpoint, and everything that they started."""
        from local_aws import sagemaker

        sagemaker.stop_all()

    def stop(self) -> None:
        """Ends everything that runs, and forgets who listened."""
        self.stop_running()
        self.job_events._callbacks.clear()
        self.pipelines.skip(())


class Pipelines:
    """Which steps are left out."""

    def skip(self, names: Iterable[str]) -> None:
        """Leaves these steps out of every execution started from now on."""
        from local_aws.sagemaker.pipelines import skipping

        skipping.skip(names)

    @property
    def skipped(self) -> frozenset[str]:
        """Names of the steps to be left out."""
        from local_aws.sagemaker.pipelines import skipping

        return skipping.skipped()


class CloudFormation:
    """The modules of CloudFormation."""

    def install(self, patches: Patches) -> None:
        """Patches moto's CloudFormation."""
        from local_aws import cloudformation

        _install(cloudformation, patches)

    def stop(self) -> None:
        """There is nothing to stop."""


def _install(package: Any, patches: Patches) -> None:
    package._installed = False
    with _recorded(patches):
        package.install()


@contextlib.contextmanager
def _recorded(patches: Patches) -> Iterator[None]:
    patching._recording.append(patches)
    try:
        yield
    finally:
        patching._recording.pop()
