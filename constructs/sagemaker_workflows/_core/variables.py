"""The base of values that are known only while a pipeline runs; requests may hold them in place of text or numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar, NoReturn

from aws_cdk import Token

from sagemaker_workflows._core.errors import PipelineVariableError


class PipelineVariable:
    """A value that is known only while a SageMaker pipeline runs: a parameter, a property of a step, a joined text."""

    #: Whether the value is text in every run, so that it may stand where the API takes only text.
    is_text: ClassVar[bool] = False
    #: Where in S3 the value lies, an ``S3Location``, as far as that is known at synth.
    location: Any = None

    def render(self) -> Any:
        """The reference as it stands in the pipeline definition."""
        raise NotImplementedError

    def as_text(self) -> Any:
        """The reference as it stands where the API takes only text, as in hyperparameters."""
        return self.render() if self.is_text else {"Std:Join": {"On": "", "Values": [self.render()]}}

    def __str__(self) -> NoReturn:
        raise PipelineVariableError(
            f"{self!r} has its value only when the pipeline runs and cannot be put into text; write Join('/', [...])"
        )


def rendered(value: Any) -> Any:
    """``value`` with each :class:`PipelineVariable` in it as the reference that stands in the definition."""
    if isinstance(value, PipelineVariable):
        return value.render()
    if isinstance(value, Mapping):
        return {key: rendered(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [rendered(item) for item in value]
    return value


def is_reference(value: Any) -> bool:
    """Whether ``value`` is a rendered :class:`PipelineVariable`."""
    return isinstance(value, Mapping) and len(value) == 1 and next(iter(value)) in ("Get", "Std:Join", "Std:JsonGet")


def is_token(value: Any) -> bool:
    """Whether CloudFormation fills in ``value``, or a part of it."""
    # jsii ends with an exception of its own where it is asked about NaN or an object that it does not know.
    is_asked = isinstance(value, str) or (isinstance(value, int | float) and math.isfinite(value))
    return is_asked and bool(Token.is_unresolved(value))


def is_dynamic(value: Any) -> bool:
    """Whether a value of a rendered request is known only at deployment or when the pipeline runs."""
    if isinstance(value, list):
        is_of_texts = all(isinstance(each, str) for each in value)
        return is_of_texts and bool(Token.is_unresolved(value))
    return is_reference(value) or is_token(value)
