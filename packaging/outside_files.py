"""A build hook for hatchling: folders that go into a wheel from where its own selection does not reach."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class OutsideFiles(BuildHookInterface):  # type: ignore[type-arg] # hatchling names its parameter privately
    """Adds the folders of ``[tool.hatch.build.hooks.custom.folders]`` to a wheel, without files named in ``leave_out``.

    Not to an editable install, which ``force-include`` would do: it would lay copies before the files of the checkout.
    """

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it builds; ``version`` is ``standard`` or ``editable``."""
        if version != "standard":
            return
        for source, target in self.config["folders"].items():
            folder = Path(self.root, source).resolve()
            for path in sorted(folder.rglob("*")):
                inner = path.relative_to(folder)
                is_left_out = str(inner) in self.config.get("leave_out", ()) or "__pycache__" in inner.parts
                if path.is_file() and not is_left_out:
                    build_data["force_include"][str(path)] = f"{target}/{inner.as_posix()}"
