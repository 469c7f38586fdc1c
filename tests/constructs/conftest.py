"""What the tests of the constructs share: a stack to put them in, and an evaluator for intrinsic functions of ASL."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_stepfunctions as sfn

from sagemaker_workflows import S3Location, WorkflowBucket

if TYPE_CHECKING:
    from tests.conftest import SynthesizedStack

_TOKENS = re.compile(r"\s*(?:(States\.\w+)|(\$[\w.$\[\]]*)|'((?:[^'\\]|\\.)*)'|(-?\d+)|([(),]))")


class _Evaluator:
    """Evaluates one expression of the States Language, reading the context object and the input.

    Grammar: https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
    """

    def __init__(self, text: str, input_: Any, context: Any) -> None:
        self.tokens = [match.groups() for match in _TOKENS.finditer(text)]
        assert "".join(match.group() for match in _TOKENS.finditer(text)) == text, f"no legal expression: {text}"
        self.input, self.context = input_, context

    def expression(self) -> Any:
        function, path, literal, number, _ = self.tokens.pop(0)
        if function:
            return _FUNCTIONS[function](*self.arguments())
        if path:
            source, keys = (self.context, path[2:]) if path.startswith("$$") else (self.input, path[1:])
            for key in filter(None, keys.split(".")):
                source = source[key]
            return source
        return int(number) if number else literal

    def arguments(self) -> list[Any]:
        assert self.tokens.pop(0)[4] == "("
        if self.tokens[0][4] == ")":
            self.tokens.pop(0)
            return []
        found = [self.expression()]
        while (mark := self.tokens.pop(0)[4]) == ",":
            found.append(self.expression())
        assert mark == ")"
        return found


def _format(template: str, *values: Any) -> str:
    pieces = re.split(r"(?<!\\)\{\}", template)
    assert len(pieces) == len(values) + 1, f"{template} has not {len(values)} places"
    text = "".join(piece + str(value) for piece, value in zip(pieces, [*values, ""], strict=True))
    return re.sub(r"\\([{}'\\])", r"\1", text)


_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "States.Format": _format,
    "States.Hash": lambda text, algorithm: hashlib.new(algorithm.replace("-", ""), text.encode()).hexdigest(),
    "States.UUID": lambda: str(uuid.uuid4()),
    "States.ArrayGetItem": lambda items, index: items[index],
    "States.StringSplit": lambda text, separator: [each for each in text.split(separator) if each],
}


@pytest.fixture(scope="session")
def evaluate() -> Callable[..., Any]:
    """``evaluate(expression, input=..., context=...)`` gives the value of a ``Key.$`` at run time."""

    def run(expression: str, *, input: Any = None, context: Any = None) -> Any:
        evaluator = _Evaluator(expression, input, context)
        value = evaluator.expression()
        assert not evaluator.tokens, f"{expression} goes on behind its end"
        return value

    return run


@pytest.fixture
def stack() -> cdk.Stack:
    """An empty stack without fixed account and region."""
    return cdk.Stack(cdk.App(), "Stack")


@pytest.fixture
def bucket(stack: cdk.Stack) -> WorkflowBucket:
    return WorkflowBucket(stack, "Bucket")


@pytest.fixture
def location(bucket: WorkflowBucket) -> Callable[[str], S3Location]:
    """An object or prefix in the bucket."""
    return lambda key: S3Location(bucket, key)


@pytest.fixture
def role(stack: cdk.Stack) -> cdk.aws_iam.IRole:
    """An execution role made elsewhere."""
    return cdk.aws_iam.Role.from_role_arn(stack, "GivenRole", "arn:aws:iam::123456789012:role/job")


@pytest.fixture
def machine(stack: cdk.Stack, synthesize: Callable[[cdk.Stack], SynthesizedStack]) -> Callable[..., SynthesizedStack]:
    """Puts a chain into aws-cdk-lib's own state machine and synthesizes; its role is named ``MachineRole...``."""

    def build(chain: sfn.IChainable) -> SynthesizedStack:
        sfn.StateMachine(stack, "Machine", definition_body=sfn.DefinitionBody.from_chainable(chain))
        return synthesize(stack)

    return build
