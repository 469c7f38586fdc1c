"""Kinds of hyperparameters: how a value is read, and what it may be."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from typing import Any

from sagemaker_images.xgboost.errors import UserError


@dataclass(frozen=True)
class Interval:
    """A range of numbers.

    Args:
        text: As in ``(0, 1]`` or ``[1, +inf)``: a round bracket leaves the bound out.
    """

    text: str

    def __str__(self) -> str:
        return self.text

    def __contains__(self, value: Any) -> bool:
        low, high = (float(each) for each in self.text[1:-1].split(","))
        is_open = self.text[-1] == ")" and high != math.inf
        # Put as "not outside", so that NaN passes as it does in the image.
        is_below = value <= low if self.text[0] == "(" else value < low
        is_above = value >= high if is_open else value > high
        return not (is_below or is_above)


@dataclass(frozen=True)
class Hyperparameter:
    """One row of the table.

    Args:
        read: Makes a value of the string; a ValueError says that it cannot.
        allowed: What the value, or each member of a list, may be.
        members: The members to look at when the value is a list of some kind; None for a single value.
        required: Training fails without it.
    """

    read: Callable[[str], Any]
    allowed: Container[Any]
    members: Callable[[Any], Iterable[Any]] | None = None
    required: bool = False

    def parse(self, name: str, text: str) -> Any:
        """The value of a string.

        Raises:
            UserError: It cannot be read; names the hyperparameter.
        """
        try:
            return self.read(text)
        except ValueError as error:
            reason = f"Hyperparameter {name}: could not parse value (caused by {type(error).__name__})"
            raise UserError(reason) from error

    def check(self, name: str, value: Any) -> None:
        """Raises a UserError with name, value and range if the value is not allowed."""
        if self.members is None:
            if value not in self.allowed:
                raise UserError(f"Hyperparameter {name}: {value} is not in {self.allowed}")
        elif any(each not in self.allowed for each in self.members(value)):
            raise UserError(f"Hyperparameter {name}: value {value} not in range {self.allowed}")


def integer(interval: str, *, required: bool = False) -> Hyperparameter:
    """A whole number."""
    return Hyperparameter(int, Interval(interval), required=required)


def number(interval: str) -> Hyperparameter:
    """A number."""
    return Hyperparameter(float, Interval(interval))


def choice(*allowed: str) -> Hyperparameter:
    """One of the words."""
    return Hyperparameter(str, list(allowed))


def words(allowed: Container[str]) -> Hyperparameter:
    """Words, separated by commas without spaces."""
    return Hyperparameter(lambda text: text.split(","), allowed, members=iter)


def numbers(*allowed: int) -> Hyperparameter:
    """A Python tuple, as in ``(1, 0, -1)``."""
    return Hyperparameter(lambda text: _literal(text, tuple), list(allowed), members=iter)


def nested_numbers(interval: str) -> Hyperparameter:
    """Lists in a list, as in ``[[1, 2], [3, 4, 5]]``."""
    return Hyperparameter(
        lambda text: _literal(text, list),
        Interval(interval),
        members=lambda lists: [member for each in lists for member in each],
    )


def _literal(text: str, kind: type) -> Any:
    try:
        value = ast.literal_eval(text)
    except (SyntaxError, TypeError) as error:
        raise ValueError(text) from error
    if not isinstance(value, kind):
        raise ValueError(text)
    return value
