"""The base of values that are known only while a pipeline runs; requests may hold them in place of text or numbers."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Mapping
from typing import Any, ClassVar, NoReturn

from aws_cdk import Token
from aws_cdk import aws_stepfunctions as sfn

from sagemaker_workflows._core.errors import PipelineVariableError

#: What tokens look like in text and in lists, and the size that plain numbers do not reach.
_MARK, _LIST_MARK, _LARGEST_PLAIN = re.compile(r"\$\{Token\[[a-zA-Z0-9:._-]+\]\}"), "#{Token[", 1e200


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
    # Most values are plainly not one, which need not be asked in Node.js: a token in text shows its mark, and a number
    # that stands for one is huge (aws-cdk-lib, core/lib/private/encoding.ts). jsii ends with an exception of its own
    # where it is asked about NaN or an object that it does not know.
    if isinstance(value, str):
        return bool(_MARK.search(value))
    is_huge = isinstance(value, int | float) and math.isfinite(value) and abs(value) > _LARGEST_PLAIN
    return is_huge and bool(Token.is_unresolved(value))


@functools.lru_cache(maxsize=4096)
def is_json_path(value: str) -> bool:
    """Whether ``value``, or a part of it, is what :class:`aws_stepfunctions.JsonPath` makes of an expression."""
    return is_token(value) and sfn.JsonPath.is_encoded_json_path(value)


def is_token_list(values: list[Any]) -> bool:
    """Whether CloudFormation fills in the whole list."""
    is_asked = all(isinstance(each, str) for each in values) and any(_LIST_MARK in each for each in values)
    return is_asked and bool(Token.is_unresolved(values))


def holds_token(value: Any) -> bool:
    """Whether ``value`` is or holds anything that is more than text, numbers and booleans as they stand."""
    if isinstance(value, Mapping):
        return any(map(holds_token, value.values()))
    if isinstance(value, list | tuple):
        return any(map(holds_token, value)) or is_token_list(list(value))
    return is_token(value) or not isinstance(value, str | int | float)


def is_dynamic(value: Any) -> bool:
    """Whether a value of a rendered request is known only at deployment or when the pipeline runs."""
    if isinstance(value, list):
        return is_token_list(value)
    return is_reference(value) or is_token(value)
