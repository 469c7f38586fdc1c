"""The Rules section of a template: assertions about its parameters.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from local_aws.base.errors import NotSupportedLocallyError
from local_aws.cloudformation.template import TemplateError


def check(rules: Mapping[str, Any], resolve: Callable[[Any], Any]) -> None:
    """Evaluates the rules.

    Args:
        rules: The section.
        resolve: Gives the value of an expression such as ``{"Ref": "Parameter"}``.

    Raises:
        TemplateError: An assertion does not hold; the message is its description.
        NotSupportedLocallyError: A rule uses a function that is not known here.
    """
    for name, rule in rules.items():
        if "RuleCondition" in rule and not _holds(rule["RuleCondition"], resolve):
            continue
        for assertion in rule["Assertions"]:
            if not _holds(assertion["Assert"], resolve):
                description = assertion.get("AssertDescription", "no description")
                raise TemplateError(f"Template constraint error: rule {name} failed: {description}")


def _holds(expression: Any, resolve: Callable[[Any], Any]) -> bool:
    [(function, arguments)] = expression.items()
    if function == "Fn::Not":
        return not _holds(arguments[0], resolve)
    if function == "Fn::And":
        return all(_holds(each, resolve) for each in arguments)
    if function == "Fn::Or":
        return any(_holds(each, resolve) for each in arguments)
    first, second = (resolve(each) for each in arguments)
    if function == "Fn::Equals":
        return bool(first == second)
    if function == "Fn::Contains":
        return second in first
    if function == "Fn::EachMemberIn":
        return set(first) <= set(second)
    raise NotSupportedLocallyError(f"template: {function} in Rules is not supported by the local AWS")
