"""The check of a state machine's definition as it will be deployed, however it was given."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aws_cdk import Annotations
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from sagemaker_rules.check import check_definition
from sagemaker_rules.check.documents import UnreadableError, parse_definition
from sagemaker_rules.check.intrinsics import as_text, substituted
from sagemaker_workflows._core.errors import InvalidParameterError
from sagemaker_workflows._core.place import path_of, stack_of
from sagemaker_workflows._core.service_check import refusal


def check_state_machine(
    machine: Construct,
    resource: sfn.CfnStateMachine,
    body: sfn.DefinitionBody | None,
    substitutions: Mapping[str, str],
    *,
    is_express: bool,
) -> None:
    """Raises InvalidParameterError for what Step Functions or SageMaker would refuse; adds warnings to ``machine``.

    Args:
        machine: The construct.
        resource: Its resource.
        body: The definition, if it was given as text or file.
        substitutions: Values that CloudFormation puts in, by name.
        is_express: Whether it is an Express state machine.
    """
    found = check_definition(_definition(machine, resource, body, substitutions), is_express=is_express)
    if errors := [finding for finding in found if not finding.is_warning]:
        raise refusal(f"{path_of(machine)}: {errors[0].state}", errors)
    for finding in found:
        if finding.rule != "enum":  # the tasks have warned of new instance types
            Annotations.of(machine).add_warning_v2(f"sagemaker-workflows:{finding.rule}", str(finding))


def _definition(
    machine: Construct,
    resource: sfn.CfnStateMachine,
    body: sfn.DefinitionBody | None,
    substitutions: Mapping[str, str],
) -> Any:
    stack = stack_of(machine)
    try:
        if isinstance(body, sfn.FileDefinitionBody):
            text = Path(body.path).read_text(encoding="utf-8-sig")
        else:
            # aws-cdk-lib renders the definition once, in the constructor: what is checked here is what is deployed.
            text = as_text(stack.resolve(resource.definition_string))
        return parse_definition(substituted(text, stack.resolve(dict(substitutions))))
    except (UnicodeDecodeError, UnreadableError) as error:
        raise InvalidParameterError(
            path_of(machine), "definition_body", f"{error}; write the definition in JSON"
        ) from None
