"""What the steps have in common that hand flat inputs to somebody and get flat outputs back."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Unpack, get_args

from constructs import Construct

from sagemaker_rules.service_model import input_shape
from sagemaker_workflows._core.arguments import checks_fields
from sagemaker_workflows._core.variables import PipelineVariable, rendered
from sagemaker_workflows.pipelines.step import CachedStepOptions, PipelineStep
from sagemaker_workflows.pipelines.values import PipelineReference

#: Types of an output, as the definition names them.
OutputType = Literal["String", "Integer", "Float", "Boolean"]
#: What an input may be.
InputValue = str | int | float | bool | PipelineVariable

# A quote would end the name in references to it: Steps.<step>.OutputParameters['<name>'].
_NAME = re.compile(r"[^'\"\[\]\s]{1,256}")


@checks_fields
@dataclass(frozen=True)
class OutputParameter:
    """A named output.

    Args:
        name: Name, 1 to 256 characters without blanks, quotes and brackets.
        type: ``String``, ``Integer``, ``Float`` or ``Boolean``; default: ``String``.
    """

    name: str
    type: OutputType = "String"

    def render(self) -> dict[str, str]:
        """The output as it stands among the step's ``OutputParameters``."""
        return {"OutputName": self.name, "OutputType": self.type}

    def problem(self) -> str | None:
        """What keeps the output from being referred to; None: nothing."""
        if not _NAME.fullmatch(self.name):
            return f"{self.name!r} is not legal; write 1 to 256 characters without blanks, quotes and brackets"
        if self.type not in get_args(OutputType):
            return f"{self.name!r} has type {self.type!r}; write one of {', '.join(get_args(OutputType))}"
        return None


class CallingStep(PipelineStep):
    """Base of callback and Lambda steps.

    Args:
        inputs: Texts, numbers, booleans and pipeline variables; nothing nested.
        outputs: What comes back.
        fields: Further keys of the step in the definition.
        options: See :class:`CachedStepOptions`.

    Raises:
        InvalidParameterError: An input is nested, or the outputs are not legal.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        inputs: Mapping[str, InputValue] | None,
        outputs: Sequence[OutputParameter],
        fields: Mapping[str, Any],
        **options: Unpack[CachedStepOptions],
    ) -> None:
        self._inputs = dict(inputs or {})
        self._outputs = list(outputs)
        # Inputs are no fields of a request, with whose tags and options the base would mix them.
        declared = {"OutputParameters": [each.render() for each in self._outputs]}
        super().__init__(scope, id, arguments={}, fields={**fields, **declared}, **options)

    def output(self, name: str) -> PipelineReference:
        """An output, for later steps and conditions.

        Raises:
            InvalidParameterError: The step has no such output.
        """
        known = [each.name for each in self._outputs]
        if name not in known:
            raise self.error("outputs", f"there is no output {name!r}; write one of {', '.join(known) or 'none'}")
        return PipelineReference(f"Steps.{self.step_name}.OutputParameters['{name}']")

    def _rendered_arguments(self) -> dict[str, Any]:
        arguments: dict[str, Any] = rendered(self._inputs)
        return arguments

    def _check_arguments(self) -> list[str]:
        for key, value in self._inputs.items():
            if isinstance(value, float) and not math.isfinite(value):
                raise self.error(f"inputs[{key!r}]", f"is {value!r}, which JSON does not have; write a number")
            if isinstance(value, str | int | float | PipelineVariable):
                continue
            remedy = (
                "inputs are not nested: give each value a name of its own"
                if isinstance(value, Mapping | list | tuple)
                else "write a text, a number, true or false, or a pipeline variable"
            )
            raise self.error(f"inputs[{key!r}]", f"is {value!r}; {remedy}")
        for each in self._outputs:
            if problem := each.problem():
                raise self.error("outputs", problem)
        names = [each.name for each in self._outputs]
        if twice := [name for name in names if names.count(name) > 1]:
            raise self.error("outputs", f"{twice[0]!r} is there twice; give each output its own name")
        most = _max_outputs()
        if len(names) > most:
            raise self.error("outputs", f"has {len(names)} outputs; write at most {most}")
        return []


def _max_outputs() -> int:
    request: Any = input_shape("SendPipelineExecutionStepSuccess")
    number: int = request.members["OutputParameters"].metadata["max"]
    return number
