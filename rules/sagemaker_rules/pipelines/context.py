"""A pipeline definition as its rules read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sagemaker_rules.pipelines.findings import IsToken, PipelineFinding
from sagemaker_rules.pipelines.references import is_reference

#: Where the steps of a condition's branches stand.
BRANCHES = ("IfSteps", "ElseSteps")


@dataclass(frozen=True)
class Step:
    """A step of a definition.

    Args:
        body: The step as it stands there; an object with a Name.
        path: Its place.
        branches: The branch that it stands in of each condition around it, by the condition's name.
    """

    body: Mapping[str, Any]
    path: str
    branches: Mapping[str, str]

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.body["Name"])

    @property
    def type(self) -> str:
        """Its type; empty where it names none."""
        return str(self.body.get("Type", ""))

    @property
    def own(self) -> Mapping[str, Any]:
        """The step without the steps of its branches."""
        arguments = self.body.get("Arguments")
        if self.type != "Condition" or not isinstance(arguments, Mapping):
            return self.body
        return {**self.body, "Arguments": {key: each for key, each in arguments.items() if key not in BRANCHES}}

    @property
    def arguments(self) -> Mapping[str, Any]:
        """Its Arguments; empty where they are no object."""
        found = self.body.get("Arguments")
        return found if isinstance(found, Mapping) else {}

    def finding(
        self, rule: str, message: str, *keys: str, is_warning: bool = False, words: str = ""
    ) -> PipelineFinding:
        """A finding at the field that ``keys`` lead to."""
        path, field = ".".join([self.path, *keys]), ".".join(keys)
        return PipelineFinding(self.name, path, rule, message, is_warning, words, field)


@dataclass(frozen=True)
class Pipeline:
    """What rules on one step need to know of the others.

    Args:
        parameters: Types of the declared parameters by name.
        steps: Every step by name, those in branches included, in the order of the document.
        is_token: Says of a value whether it is known only at deployment.
        region: Region of the pipeline, where it is known.
    """

    parameters: Mapping[str, str]
    steps: Mapping[str, Step]
    is_token: IsToken
    region: str | None = None

    def is_later(self, value: Any) -> bool:
        """Whether a value is known only at deployment or when the pipeline runs."""
        return is_reference(value) or self.is_token(value)

    def bodies(self) -> dict[str, Mapping[str, Any]]:
        """The steps as they stand in the definition, by name."""
        return {name: step.body for name, step in self.steps.items()}


def steps_of(bodies: Any, path: str, branches: Mapping[str, str]) -> Iterator[Step]:
    """Every step of a list, and those in their branches; what is no object with a Name is left out.

    Args:
        bodies: The list.
        path: Its place.
        branches: The branches that it stands in.
    """
    for index, body in enumerate(bodies if isinstance(bodies, list) else []):
        if not isinstance(body, Mapping) or not isinstance(body.get("Name"), str):
            continue
        step = Step(body, f"{path}[{index}]", branches)
        yield step
        if step.type == "Condition":
            for branch in BRANCHES:
                inner = {**branches, step.name: branch}
                yield from steps_of(step.arguments.get(branch), f"{step.path}.Arguments.{branch}", inner)
