"""botocore's data files, read once, and imports without the garbage collector.

botocore reads the model of a service anew for each session. moto 5.2.5 makes three sessions while ``moto.ec2`` is
imported, each of which reads the model of EC2 and all endpoints, and has one more session to learn the regions of each
service. Meanwhile the garbage collector looks again and again through what is never let go.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator
from typing import Any

from botocore.configprovider import BOTOCORE_DEFAUT_SESSION_VARIABLES
from botocore.loaders import JSONFileLoader, Loader

from local_aws.base.patching import Patches


class _ReadOnce(JSONFileLoader):
    """Reads each file once; botocore changes nothing in what it has read."""

    def __init__(self) -> None:
        self._read: dict[str, Any] = {}

    def load_file(self, file_path: str) -> Any:
        if file_path not in self._read:
            self._read[file_path] = super().load_file(file_path)
        return self._read[file_path]


@contextlib.contextmanager
def quick_imports() -> Iterator[None]:
    """Sessions that are made in the block share the files that they read, and nothing is collected.

    What is there at its end is taken for permanent: later collections leave it out.
    """
    from moto.core import loaders

    patches, files = Patches(), _ReadOnce()
    patches.replace(Loader, "FILE_LOADER_CLASS", staticmethod(lambda: files))
    # moto makes sessions while it is imported; a profile of the user's, which may not exist, has no say in them.
    patches.replace_item(BOTOCORE_DEFAUT_SESSION_VARIABLES, "profile", (None, [], None, None))
    # moto adds shapes of its own to the models.
    patches.replace(loaders.Loader, "FILE_LOADER_CLASS", JSONFileLoader)
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        patches.undo()
        gc.freeze()
        if was_enabled:
            gc.enable()


def share_session(patches: Patches, session: Any) -> None:
    """Lets moto learn the regions of a service from ``session``, whose models are read anyway."""
    from moto.core.base_backend import AccountSpecificBackend

    patches.replace(AccountSpecificBackend, "get_session", staticmethod(lambda: session))
