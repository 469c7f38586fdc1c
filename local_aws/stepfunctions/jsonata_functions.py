"""The functions that Step Functions adds to JSONata, and the one that it takes away.

https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#jsonata-functions-in-sfn
"""

from __future__ import annotations

import hashlib
import json
import math
import random as random_numbers
import uuid as uuids
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

_ALGORITHMS = ("MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512")
# https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html has these limits for their namesakes.
_LONGEST_RANGE = 1000
_LONGEST_HASHED = 10_000
# Of the generator of Java, whose first number of a seed AWS gives: $random(42) is 0.7275636800328681.
_MULTIPLIER, _INCREMENT, _MASK = 0x5DEECE66D, 0xB, (1 << 48) - 1


class FunctionError(Exception):
    """An argument that the function does not take."""


def partition(array: Any, size: Any = None) -> list[Any] | None:
    """``$partition([1..9], 4)`` is ``[[1,2,3,4],[5,6,7,8],[9]]``."""
    if array is None:
        return None
    items = array if isinstance(array, list) else [array]
    length = math.floor(_number("$partition", size))
    if length < 1:
        raise FunctionError(f"$partition: the chunk size is {length}; write at least 1")
    return [items[start : start + length] for start in range(0, len(items), length)]


def range_(first: Any, last: Any = None, step: Any = None) -> list[Any]:
    """``$range(1, 9, 2)`` is ``[1,3,5,7,9]``."""
    start, end, delta = (_number("$range", each) for each in (first, last, step))
    if delta == 0:
        raise FunctionError("$range: the step is 0; write another number")
    count = max(math.floor((end - start) / delta) + 1, 0)
    if count > _LONGEST_RANGE:
        raise FunctionError(f"$range: gives {count} items, at most {_LONGEST_RANGE} are possible")
    return [start + index * delta for index in range(count)]


def hash_(data: Any, algorithm: Any = None) -> str | None:
    """``$hash("input", "SHA-1")``: the digest in hexadecimal digits."""
    if data is None:
        return None
    if algorithm not in _ALGORITHMS:
        raise FunctionError(f"$hash: {algorithm!r} is not an algorithm; write one of {', '.join(_ALGORITHMS)}")
    text = data if isinstance(data, str) else json.dumps(data, separators=(",", ":"), ensure_ascii=False)
    if len(text) > _LONGEST_HASHED:
        raise FunctionError(f"$hash: the data has {len(text)} characters, at most {_LONGEST_HASHED} are hashed")
    return hashlib.new(algorithm.replace("-", ""), text.encode()).hexdigest()


def random(seed: Any = None) -> float:
    """A number from 0 to below 1; the same for the same seed."""
    if seed is None:
        return random_numbers.random()
    state = (int(_number("$random", seed)) ^ _MULTIPLIER) & _MASK
    bits = []
    for width in (26, 27):
        state = (state * _MULTIPLIER + _INCREMENT) & _MASK
        bits.append(state >> (48 - width))
    return float(((bits[0] << 27) + bits[1]) * 2.0**-53)


def uuid() -> str:
    """A random UUID of version 4."""
    return str(uuids.uuid4())


def parse(text: Any) -> Any:
    """The value that a text holds as JSON."""
    if text is None:
        return None
    try:
        return json.loads(text)
    except (TypeError, ValueError) as error:
        raise FunctionError(f"$parse: is not JSON ({error})") from None


def eval_(*_: Any) -> Any:
    """JSONata's own, which Step Functions does not have."""
    raise FunctionError("$eval: Step Functions does not have this function; write $parse for JSON")


#: By the name in an expression, without the dollar sign.
FUNCTIONS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "partition": partition,
        "range": range_,
        "hash": hash_,
        "random": random,
        "uuid": uuid,
        "parse": parse,
        "eval": eval_,
    }
)


def _number(name: str, value: Any) -> float | int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise FunctionError(f"{name}: {value!r} is not a number")
    return value
