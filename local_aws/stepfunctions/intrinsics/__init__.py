"""Intrinsic functions of JSONPath states: ``States.Format('Hello, {}', $.name)``.

https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
"""

from collections.abc import Callable

from local_aws.stepfunctions.intrinsics.grammar import Call, IntrinsicSyntaxError, PathArgument, is_call, parse
from local_aws.stepfunctions.intrinsics.library import FUNCTIONS, IntrinsicError, Literal

__all__ = [
    "FUNCTIONS",
    "Call",
    "IntrinsicError",
    "IntrinsicSyntaxError",
    "Literal",
    "PathArgument",
    "evaluate",
    "is_call",
    "parse",
]


def evaluate(call: Call, read: Callable[[str], object]) -> object:
    """The value of a call.

    Args:
        call: As it was parsed.
        read: Gives the value of a path.

    Raises:
        IntrinsicError: An argument is not what the function takes.
    """
    arguments = [
        evaluate(each, read) if isinstance(each, Call) else read(each.text) if isinstance(each, PathArgument) else each
        for each in call.arguments
    ]
    return FUNCTIONS[call.name](arguments)
