"""Where a SageMaker image has its files.

https://docs.aws.amazon.com/sagemaker/latest/dg/amazon-sagemaker-toolkits.html
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

_ROOT = "/opt/ml"


@dataclass(frozen=True)
class Paths:
    """The folders below ``/opt/ml``.

    Args:
        base: ``/opt/ml``, or what environment variable SAGEMAKER_BASE_DIR says.
    """

    base: Path

    @classmethod
    def from_environment(cls) -> Paths:
        """The paths of this process."""
        return cls(Path(os.environ.get("SAGEMAKER_BASE_DIR", _ROOT)))

    @property
    def config(self) -> Path:
        """Folder of the JSON files that describe the job."""
        return self.base / "input" / "config"

    @property
    def model(self) -> Path:
        """Folder of the trained model."""
        return self.base / "model"

    @property
    def code(self) -> Path:
        """Folder of the user's script."""
        return self.base / "code"

    @property
    def output(self) -> Path:
        """Folder of ``failure``, ``success`` and ``data/``."""
        return self.base / "output"

    def channel(self, name: str) -> Path:
        """Folder of a channel's data."""
        return self.base / "input" / "data" / name

    def resolve(self, path: str) -> Path:
        """Where a path of the request is, which may start with ``/opt/ml``."""
        given = Path(path)
        return self.base / given.relative_to(_ROOT) if given.is_relative_to(_ROOT) else given
