"""JSON files that a processing step writes for later conditions."""

from __future__ import annotations

from dataclasses import dataclass

from sagemaker_workflows._core.arguments import checks_fields


@checks_fields
@dataclass(frozen=True)
class PropertyFile:
    """A JSON file in an output of a processing step, which :class:`JsonGet` reads.

    Args:
        name: Name by which the file is referred to.
        output_name: Output of the step that holds the file.
        path: File name below the output's directory, as in ``evaluation.json``.
    """

    name: str
    output_name: str
    path: str

    def render(self) -> dict[str, str]:
        """The file as it stands among the step's ``PropertyFiles``."""
        return {"PropertyFileName": self.name, "OutputName": self.output_name, "FilePath": self.path}
