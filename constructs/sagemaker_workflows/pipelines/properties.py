"""Properties of a step by attribute: the shape is that of the API's Describe response."""

from __future__ import annotations

import difflib
from functools import cache
from typing import Any

from botocore import xform_name

from sagemaker_rules.service_model import output_shape
from sagemaker_workflows._core.errors import UnknownPropertyError
from sagemaker_workflows.pipelines.values import PipelineReference
from sagemaker_workflows.resources.locations import S3Location


class Properties(PipelineReference):
    """What a step knows after it has run, as in ``train.properties.model_artifacts.s3_model_artifacts``.

    Fields are attributes in snake case, or as the API spells them (``ModelArtifacts``); members of lists and mappings
    are items, as in ``outputs["train"]``. ``dir()`` lists the fields.

    Args:
        path: Path of the reference, as in ``Steps.Train``.
        shape: Shape of the API's response at that path.
        extra: Fields that pipelines add to the response, with their shapes (None: text).

    Raises:
        UnknownPropertyError: The response has no such field.
    """

    def __init__(self, path: str, *, shape: Any, extra: dict[str, Any] | None = None) -> None:
        super().__init__(path)
        self._shape = shape
        self._members = {**getattr(shape, "members", {}), **(extra or {})}

    def within(self, location: S3Location | None) -> Properties:
        """The same, known to lie in ``location``, so that the roles of jobs that read it can be made."""
        self.location = location
        return self

    def __getattr__(self, name: str) -> Properties:
        # Python looks for names like these on any object, and takes an AttributeError for "no".
        if name.startswith("_"):
            raise AttributeError(name)
        names = _names(self._members)
        if name not in names:
            raise UnknownPropertyError(self._unknown(name, list(names)))
        member = names[name]
        return Properties(f"{self._path}.{member}", shape=self._members[member])

    def __getitem__(self, key: int | str) -> Properties:
        kind = getattr(self._shape, "type_name", "string")
        if kind == "map":
            return Properties(f"{self._path}['{key}']", shape=self._shape.value)
        if kind != "list":
            raise UnknownPropertyError(f"{self._path}: is neither a list nor a mapping; leave out [{key!r}]")
        # A list whose members have names, as the outputs of a processing job, is also referred to by name.
        where = f"[{key}]" if isinstance(key, int) else f"['{key}']"
        return Properties(f"{self._path}{where}", shape=self._shape.member)

    def __dir__(self) -> list[str]:
        return sorted(xform_name(each) for each in self._members)

    def _unknown(self, name: str, known: list[str]) -> str:
        close = difflib.get_close_matches(name, known, n=1)
        remedy = f"did you mean {close[0]!r}?" if close else f"write one of {', '.join(dir(self)) or 'none'}"
        return f"{self._path}: has no property {name!r}; {remedy}"


@cache
def describe_shape(operation: str) -> Any:
    """Shape of the response of a Describe operation of SageMaker."""
    return output_shape(operation)


def _names(members: dict[str, Any]) -> dict[str, str]:
    return {name: member for member in members for name in (member, xform_name(member))}
