"""The rules of a Choice state."""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.asl.component.common.flow.next import Next
from moto.stepfunctions.parser.asl.component.state.choice.choice_rule import ChoiceRule
from moto.stepfunctions.parser.asl.component.state.choice.state_choice import StateChoice

from local_aws.stepfunctions.paths import PathNotFoundError
from local_aws.stepfunctions.reading.components import Field
from local_aws.stepfunctions.reading.failures import QUERY, RUNTIME, failure
from local_aws.stepfunctions.reading.operators import COMPARISONS, TESTS
from local_aws.stepfunctions.reading.values import JSONATA, Language, Value, reference


# moto's interpreter is not typed.
class Choice(StateChoice):  # type: ignore[misc]
    """A Choice state; without a match and without a default it fails by the name that AWS has for that."""

    def _eval_state(self, env: Any) -> None:
        for rule in self.choices_decl.rules:
            rule.eval(env)
            if env.stack.pop() is True:
                env.stack.append(rule.next_stmt.name)
                return
        if self.default_state is None:
            raise failure(env, "States.NoChoiceMatched", f"No choice matched in the state '{self.name}'")
        env.stack.append(self.default_state.state_name)


def rule(document: dict[str, Any], language: Language, assign: Any, output: Any) -> ChoiceRule:
    """A rule with its next state.

    Args:
        document: As in the definition.
        language: Of the state.
        assign: The rule's ``Assign``, if it has one.
        output: The rule's ``Output``, if it has one.
    """
    condition = _jsonata(document["Condition"]) if language is JSONATA else comparison(document)
    return ChoiceRule(
        comparison=Field(condition), next_stmt=Next(document["Next"]), comment=None, assign=assign, output=output
    )


def _jsonata(condition: Any) -> Value:
    value = JSONATA.field(condition, "Condition")

    def decide(env: Any) -> Any:
        result = value(env)
        if not isinstance(result, bool):
            shown = type(result).__name__
            raise failure(env, QUERY, f"The Condition {condition} must be a boolean, but was of type {shown}")
        return result

    return decide


def comparison(document: dict[str, Any]) -> Value:
    """Whether a comparison holds.

    Args:
        document: ``And``, ``Or``, ``Not``, or a Variable with an operator.

    Raises:
        ValueError: It is none of them.
    """
    if "And" in document:
        parts = [comparison(each) for each in document["And"]]
        return lambda env: all(part(env) for part in parts)
    if "Or" in document:
        options = [comparison(each) for each in document["Or"]]
        return lambda env: any(option(env) for option in options)
    if "Not" in document:
        inner = comparison(document["Not"])
        return lambda env: not inner(env)
    return _operator(document)


class _AbsentError(Exception):
    """The variable of a comparison has no value."""


def _operator(document: dict[str, Any]) -> Value:
    path = document["Variable"]
    variable = _choice_path(path)
    for name, operand in document.items():
        if name == "IsPresent":
            present = reference(path, lambda env, error: _AbsentError())
            return lambda env: _is_present(env, present) is operand
        if name in TESTS:
            test = TESTS[name]
            return lambda env: test(variable(env)) is operand
        if name in COMPARISONS:
            compare = COMPARISONS[name]
            return lambda env: compare(variable(env), operand)
        if name.removesuffix("Path") in COMPARISONS:
            compare, other = COMPARISONS[name.removesuffix("Path")], _choice_path(operand)
            return lambda env: compare(variable(env), other(env))
    raise ValueError(f"the rule with Variable {path} has no operator")


def _is_present(env: Any, value: Value) -> bool:
    try:
        value(env)
    except _AbsentError:
        return False
    return True


def _choice_path(path: str) -> Value:
    def missing(env: Any, error: PathNotFoundError) -> Exception:
        cause = f"Invalid path '{path}': The choice state's condition path references an invalid value."
        return failure(env, RUNTIME, cause)

    return reference(path, missing)
