"""What a CloudFormation template says about the order of its resources; pure functions.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from local_aws.base.errors import LocalAwsError, NotSupportedLocallyError

_PSEUDO_PARAMETERS = frozenset(
    f"AWS::{name}"
    for name in (
        "AccountId",
        "NoValue",
        "NotificationARNs",
        "Partition",
        "Region",
        "StackId",
        "StackName",
        "URLSuffix",
    )
)
_UNSUPPORTED_FUNCTIONS = frozenset({"Fn::Transform", "Fn::Cidr", "Fn::Length", "Fn::GetStackOutput"})
# ${Name} and ${Name.Attribute}; ${!Literal} is text.
_SUBSTITUTION = re.compile(r"\$\{(?!!)\s*([^}.\s${]+)[^}${]*\}")
# Nobody writes more by mistake; moto looks for the end of each, in the square of the time.
_MOST_UNCLOSED = 100


class TemplateError(LocalAwsError):
    """The template cannot be deployed; CloudFormation's own message where there is one."""


def references(node: Any) -> set[str]:
    """Names that ``node`` refers to by Ref, Fn::GetAtt and Fn::Sub: resources, parameters and pseudo parameters."""
    if isinstance(node, list):
        return set().union(*(references(item) for item in node))
    if not isinstance(node, dict):
        return set()
    found: set[str] = set()
    for key, value in node.items():
        if key == "Ref" and isinstance(value, str):
            found.add(value)
        elif key == "Fn::GetAtt":
            found.add(value[0] if isinstance(value, list) else value.partition(".")[0])
        elif key == "Fn::Sub":
            text, variables = value if isinstance(value, list) else (value, {})
            if text.count("${") - text.count("}") > _MOST_UNCLOSED:
                raise TemplateError(f"Fn::Sub: more than {_MOST_UNCLOSED} of its ${{ have no }}: {text[:40]!r}...")
            found |= set(_SUBSTITUTION.findall(text)) - set(variables)
            found |= references(variables)
        else:
            found |= references(value)
    return found


def dependencies(resources: Mapping[str, Any]) -> dict[str, set[str]]:
    """For each logical id, those of the resources that must be there before it."""
    found = {}
    for logical_id, resource in resources.items():
        depends_on = resource.get("DependsOn", [])
        named = {depends_on} if isinstance(depends_on, str) else set(depends_on)
        found[logical_id] = (references(resource.get("Properties", {})) | named) & resources.keys()
    return found


def creation_order(resources: Mapping[str, Any]) -> list[str]:
    """Logical ids, each after what it depends on.

    Raises:
        TemplateError: The dependencies are circular.
    """
    try:
        return list(TopologicalSorter(dependencies(resources)).static_order())
    except CycleError as error:
        names = ", ".join(sorted(set(error.args[1])))
        raise TemplateError(f"Circular dependency between resources: [{names}]") from None


def check(template: Mapping[str, Any]) -> None:
    """Checks the parts of a template that do not depend on parameters.

    Raises:
        TemplateError: References are unresolved or circular, or there are no resources.
        NotSupportedLocallyError: The template uses a feature that the local AWS does not have.
    """
    resources = template.get("Resources")
    if not isinstance(resources, dict) or not resources:
        raise TemplateError("Template format error: At least one Resources member must be defined.")
    if "Transform" in template:
        raise NotSupportedLocallyError(f"template: Transform {template['Transform']} is not supported by the local AWS")
    if unsupported := sorted(set(_functions(template)) & _UNSUPPORTED_FUNCTIONS):
        raise NotSupportedLocallyError(f"template: {', '.join(unsupported)} not supported by the local AWS")
    known = resources.keys() | template.get("Parameters", {}).keys() | _PSEUDO_PARAMETERS
    named = {
        name
        for each in resources.values()
        for name in ([each["DependsOn"]] if isinstance(each.get("DependsOn"), str) else each.get("DependsOn", []))
    }
    for section, used in (
        ("Resources", references([each.get("Properties", {}) for each in resources.values()]) | named),
        ("Outputs", references(template.get("Outputs") or {})),
    ):
        if unknown := sorted(used - known):
            raise TemplateError(
                f"Template format error: Unresolved resource dependencies [{', '.join(unknown)}] in the {section} "
                "block of the template"
            )
    creation_order(resources)


def _functions(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            # Fn::ForEach carries its name in the key.
            if str(key).startswith("Fn::"):
                yield key
            yield from _functions(value)
    elif isinstance(node, list):
        for item in node:
            yield from _functions(item)
