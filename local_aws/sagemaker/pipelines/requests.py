"""What the operations of pipelines have in common: checked requests, known resources, pages."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from moto.sagemaker.exceptions import ResourceNotFound, ValidationError
from moto.sagemaker.models import FakePipeline, SageMakerModelBackend
from moto.sagemaker.responses import SageMakerResponse

from local_aws.base.errors import AccessDeniedError, NotSupportedLocallyError
from local_aws.sagemaker.pipelines import names
from local_aws.sagemaker.pipelines.pipeline import Starts
from local_aws.sagemaker.pipelines.records import Execution
from local_aws.sagemaker.pipelines.references import DefinitionError
from local_aws.sagemaker.validation import check_request

#: Largest page of the lists, and the page when the request does not say.
PAGE = 100


def read(response: SageMakerResponse, operation: str, refused: Collection[str] = ()) -> dict[str, Any]:
    """The request of an operation, legal and supported.

    Raises:
        ValidationError: It is neither; ``refused`` are the fields that are not supported.
    """
    request: dict[str, Any] = json.loads(response.body)
    message = check_request(operation, request)
    if message is not None:
        raise ValidationError(message)
    for name in refused:
        if request.get(name):
            raise ValidationError(f"{operation}: {name} is not supported by the local AWS")
    return request


@contextlib.contextmanager
def refusals() -> Iterator[None]:
    """Turns what is wrong with a definition, or cannot run here, into a ValidationException."""
    try:
        yield
    except AccessDeniedError as error:
        raise ValidationError(f"Could not assume the role of the pipeline: {error}") from error
    except (DefinitionError, NotSupportedLocallyError) as error:
        raise ValidationError(str(error)) from error


def pipeline(backend: SageMakerModelBackend, name: str) -> FakePipeline:
    """moto's object for a pipeline, by its name or ARN; ResourceNotFound if there is none."""
    key = name.rpartition("/")[2].lower()
    if key not in backend.pipelines:
        arn = names.pipeline_arn(key, account_id=backend.account_id, region=backend.region_name)
        raise ResourceNotFound(message=f"Pipeline '{arn}' does not exist.")
    return backend.pipelines[key]


def starts(found: FakePipeline) -> Starts:
    """What was started of a pipeline."""
    # The attribute is put there when the pipeline is created.
    known: Starts = vars(found)["starts"]
    return known


def execution(backend: SageMakerModelBackend, arn: str) -> Execution:
    """An execution by its ARN; ResourceNotFound if there is none."""
    for each in list(backend.pipelines.values()):
        found = starts(each).executions.get(arn)
        if found is not None:
            return found
    raise ResourceNotFound(message=f"Pipeline execution '{arn}' does not exist.")


def created_between(request: Mapping[str, Any], time: datetime) -> bool:
    """Whether a time lies between ``CreatedAfter`` and ``CreatedBefore`` of a request."""
    after, before = request.get("CreatedAfter"), request.get("CreatedBefore")
    seconds = time.timestamp()
    return (after is None or seconds > after) and (before is None or seconds < before)


def page(field: str, entries: Sequence[Any], request: Mapping[str, Any]) -> dict[str, Any]:
    """The page of a list that a request asks for, with ``NextToken`` when there is more.

    Raises:
        ValidationError: ``NextToken`` is none of ours.
    """
    token = request.get("NextToken") or "0"
    if not token.isdigit():
        raise ValidationError(f"NextToken {token!r} is not one that an earlier answer gave")
    end = int(token) + min(request.get("MaxResults") or PAGE, PAGE)
    answer: dict[str, Any] = {field: list(entries[int(token) : end])}
    return {**answer, "NextToken": str(end)} if end < len(entries) else answer


def ordered(entries: Sequence[Any], key: Callable[[Any], Any], request: Mapping[str, Any]) -> list[Any]:
    """The entries in the ``SortOrder`` of a request; the latest, or last, come first by default."""
    return sorted(entries, key=key, reverse=request.get("SortOrder", "Descending") == "Descending")
