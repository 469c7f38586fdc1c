"""What SageMaker refuses of a request although its service model allows it: conditional requirements and limits.

One module for each kind of resource; each rule is a pure function of the request. The ids of the rules, what they say
and where they come from stand in :mod:`sagemaker_rules.requests.rules`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sagemaker_rules.requests import endpoints, labeling, models, processing, training, transform, tuning
from sagemaker_rules.requests.fields import Fields, Found, IsDynamic
from sagemaker_rules.requests.tags import tags

__all__ = ["AT_RUN_TIME", "Found", "IsDynamic", "request_rules"]

_Rule = Callable[[Fields, str | None], Iterator[Found]]
_RULES: Mapping[str, _Rule] = {
    "CreateTrainingJob": training.training_job,
    "CreateTransformJob": transform.transform_job,
    "CreateProcessingJob": processing.processing_job,
    "CreateHyperParameterTuningJob": tuning.tuning_job,
    "CreateLabelingJob": labeling.labeling_job,
    "CreateModel": models.model,
    "CreateModelPackage": models.model_package,
    "CreateEndpointConfig": endpoints.endpoint_config,
    "CreateEndpoint": endpoints.endpoint,
    "UpdateEndpoint": endpoints.endpoint,
}
#: Rules of what the call takes and the job fails of.
AT_RUN_TIME = frozenset({"xgboost-hyperparameter", "xgboost-combination", "xgboost-channel", "transform-ranges"})


def request_rules(
    operation: str, request: Mapping[str, Any], *, is_dynamic: IsDynamic, region: str | None = None
) -> Iterator[Found]:
    """What SageMaker would refuse although the service model allows it.

    Args:
        operation: API operation, as in ``CreateTrainingJob``.
        request: The request as it stands in a task state; a key that ends in ``.$`` counts as present.
        is_dynamic: Says of a value whether it is known only later.
        region: Region of the call, where it is known.
    """
    fields = Fields(request, is_dynamic)
    rule = _RULES.get(operation)
    if rule is not None:
        yield from rule(fields, region)
    yield from tags(fields)
