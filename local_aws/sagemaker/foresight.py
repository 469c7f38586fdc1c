"""What of a request the local AWS would refuse, told before all of its values are known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from botocore.validate import ParamValidator

from local_aws.base.errors import NotSupportedLocallyError
from local_aws.sagemaker import images
from local_aws.sagemaker.data_processing import DataProcessing
from local_aws.sagemaker.endpoint_support import TABLES as ENDPOINT_TABLES
from local_aws.sagemaker.field_rules import UNKNOWN, check_fields
from local_aws.sagemaker.support import TABLES as JOB_TABLES
from local_aws.sagemaker.support import check_training
from local_aws.sagemaker.training_mode import training_mode
from local_aws.sagemaker.tuning_support import FIELDS as TUNING_FIELDS
from sagemaker_rules.service_model import input_shape

# A model may be registered that nothing here would serve; whatever serves it is refused.
_TABLES: Final[Mapping[str, Mapping[str, Any]]] = {
    **{name: table for name, table in JOB_TABLES.items() if name != "CreateModel"},
    **ENDPOINT_TABLES,
    "CreateHyperParameterTuningJob": TUNING_FIELDS,
}


def refusal(operation: str, request: Mapping[str, Any]) -> str | None:
    """Why the local AWS will refuse a request; None if it will not, as far as it is known.

    Args:
        operation: As the API spells it, as in ``CreateTrainingJob``.
        request: Its parameters, with ``UNKNOWN`` for what only a run tells.
    """
    table = _TABLES.get(operation)
    if table is None:
        return None
    try:
        check_fields(operation, request, table)
        if operation in _MORE:
            _MORE[operation](request)
    except NotSupportedLocallyError as error:
        return str(error) if _has_its_types(operation, request) else None
    # What has not the form of a request is refused by the service itself.
    except (KeyError, TypeError, AttributeError):
        return None
    return None


def _has_its_types(operation: str, request: Mapping[str, Any]) -> bool:
    """Whether no value has another type than AWS takes: such a request never reaches the service."""
    report = ParamValidator().validate(_without_unknown(request), input_shape(operation))
    return "Invalid type" not in report.generate_report()


def _without_unknown(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_unknown(each) for key, each in value.items() if each is not UNKNOWN}
    if isinstance(value, list):
        return [_without_unknown(each) for each in value if each is not UNKNOWN]
    return value


def _is_known(value: Any) -> bool:
    if isinstance(value, Mapping):
        return all(_is_known(each) for each in value.values())
    if isinstance(value, list):
        return all(_is_known(each) for each in value)
    return value is not UNKNOWN


def _training(request: Mapping[str, Any]) -> None:
    decisive = [request.get(each, {}) for each in ("AlgorithmSpecification", "HyperParameters", "Environment")]
    if _is_known(decisive):
        check_training(request)
        images.runtime(request["AlgorithmSpecification"]["TrainingImage"], training_mode(request).value)


def _transform(request: Mapping[str, Any]) -> None:
    source = {key: value for key, value in request["TransformInput"].items() if key != "DataSource"}
    target = {key: value for key, value in request["TransformOutput"].items() if key in ("Accept", "AssembleWith")}
    if _is_known([source, target, request.get("DataProcessing", {})]):
        DataProcessing.of(request)


def _processing(request: Mapping[str, Any]) -> None:
    application = request["AppSpecification"]
    if _is_known(application):
        images.runtime(application["ImageUri"], "process" if application.get("ContainerEntrypoint") else "analyze")


_MORE: Final[Mapping[str, Callable[[Mapping[str, Any]], None]]] = {
    "CreateProcessingJob": _processing,
    "CreateTrainingJob": _training,
    "CreateTransformJob": _transform,
}
