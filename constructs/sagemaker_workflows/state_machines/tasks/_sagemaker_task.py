"""What the SageMaker tasks have in common: check, render, grant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack, cast

from aws_cdk import Token
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from sagemaker_rules.actions import SageMakerAction
from sagemaker_rules.query_language import is_jsonata
from sagemaker_rules.service_model import max_name_length
from sagemaker_workflows._core.errors import InvalidNameError, InvalidParameterError
from sagemaker_workflows._core.place import partition, path_of, region_of
from sagemaker_workflows._core.query_language import JSON_PATH, check_expressions
from sagemaker_workflows._core.service_check import check_service_request, warn_of_parameters
from sagemaker_workflows._core.variables import is_token, is_token_list
from sagemaker_workflows.iam.job_role import JobRole
from sagemaker_workflows.iam.policies import check_pattern, task_statements
from sagemaker_workflows.jobs.merging import merge, without_none
from sagemaker_workflows.resources.names import JobName
from sagemaker_workflows.state_machines.retries import SAGEMAKER_RETRIES
from sagemaker_workflows.state_machines.tasks._selected import check_selected
from sagemaker_workflows.state_machines.tasks._task import TaskOptions, TaskState

_SYNC_SUFFIX = {sfn.IntegrationPattern.REQUEST_RESPONSE: "", sfn.IntegrationPattern.RUN_JOB: ".sync"}


class SageMakerTaskOptions(TaskOptions, total=False):
    """Arguments that every SageMaker task takes, on top of :class:`TaskOptions`.

    Keys:
        integration_pattern: REQUEST_RESPONSE (default) or, where the action has it, RUN_JOB (``.sync``).
        tags: Tags of the job or model.
        additional_parameters: Fields of the API request that have no argument, in the API's own spelling; merged into
            the request and checked like the rest.
    """

    integration_pattern: sfn.IntegrationPattern
    tags: Mapping[str, str]
    additional_parameters: Mapping[str, Any]


class SageMakerTask(TaskState):
    """A task state of the optimized SageMaker integration.

    Args:
        action: What to call.
        name: Name of the job, model or other resource.
        request: The API request without name, role and tags; names of other resources as :class:`JobName`.
        role: Execution role of the job, model or training jobs; None: there is none.
        options: See :class:`SageMakerTaskOptions`.

    Raises:
        UnsupportedIntegrationPatternError: The service does not have the pattern for this action.
        InvalidParameterError: SageMaker would refuse the request; names construct path, field and rule.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        action: SageMakerAction,
        name: JobName,
        request: Mapping[str, Any],
        role: JobRole | None,
        **options: Unpack[SageMakerTaskOptions],
    ) -> None:
        path = f"{path_of(scope)}/{id}"
        pattern = options.pop("integration_pattern", sfn.IntegrationPattern.REQUEST_RESPONSE)
        check_pattern(action, pattern, path)
        full = _full_request(action, name, request, role, options.pop("tags", {}), path)
        extra = options.pop("additional_parameters", {})
        language = options.get("query_language", JSON_PATH)
        parameters = rendered(merge(full, extra, path, "additional_parameters"), language, path)
        warnings = _check(action, parameters, language, path, region=region_of(scope))
        check_selected(action, pattern, options, path)
        config_name = request.get(action.config_field) if action.config_field else None
        super().__init__(
            scope,
            id,
            resource=f"arn:{partition()}:states:::sagemaker:{action.name}{_SYNC_SUFFIX[pattern]}",
            parameters=parameters,
            statements=task_statements(
                scope,
                action=action,
                pattern=pattern,
                name=name,
                role_arns=[role.role_arn] if role and role.role_arn else [],
                config_name=config_name,
            ),
            retries=SAGEMAKER_RETRIES,
            **cast(TaskOptions, options),
        )
        if role:
            role.settle(self)
        warn_of_parameters(self, warnings)


def _full_request(
    action: SageMakerAction,
    name: JobName,
    request: Mapping[str, Any],
    role: JobRole | None,
    tags: Mapping[str, str],
    path: str,
) -> dict[str, Any]:
    longest = max_name_length(action.operation, action.name_field)
    if name.max_length and name.max_length > longest:
        raise InvalidParameterError(
            path,
            action.name_field,
            f"would have {name.max_length} characters; SageMaker takes {longest}; write JobName.unique_short",
        )
    full: dict[str, Any] = {action.name_field: name, **request}
    if action.role_field and role and role.role_arn:
        full[action.role_field] = role.role_arn
    if tags:
        full["Tags"] = [{"Key": key, "Value": value} for key, value in tags.items()]
    return {key: without_none(value) for key, value in full.items() if value is not None}


def rendered(value: Any, language: sfn.QueryLanguage, path: str, field: str = "") -> Any:
    """``value`` with each :class:`JobName` in it as an expression of the query language.

    Raises:
        InvalidParameterError: A name was made for the other query language.
    """
    if isinstance(value, Mapping):
        return {
            key: rendered(item, language, path, f"{field}.{key}" if field else str(key)) for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [rendered(item, language, path, f"{field}[{index}]") for index, item in enumerate(value)]
    if not isinstance(value, JobName):
        return value
    try:
        return value.in_language(language)
    except InvalidNameError as error:
        raise InvalidParameterError(path, field, str(error)) from error


def _check(
    action: SageMakerAction, parameters: Mapping[str, Any], language: sfn.QueryLanguage, path: str, *, region: str
) -> list[str]:
    """Raises InvalidParameterError for what SageMaker would refuse; returns warnings."""
    check_expressions(parameters, language, path)
    known_region = None if is_token(region) else region
    return check_service_request(action.operation, parameters, path, is_dynamic=_is_dynamic, region=known_region)


def _is_dynamic(value: Any) -> bool:
    if isinstance(value, str | int | float):
        return is_token(value) or is_jsonata(value)
    if isinstance(value, Mapping):
        return False
    if isinstance(value, list):
        return is_token_list(value)
    return bool(Token.is_unresolved(value))
