"""Lambda steps: a function, invoked with the step's arguments as its event.

https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html#step-type-lambda
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from typing import Any

from local_aws.sagemaker.pipelines.steps import api, outputs
from local_aws.sagemaker.pipelines.steps.base import StepFailedError, StepRun

#: Seconds after which the step fails, however long the function may run.
LIMIT_SECONDS = 600.0


def run(step: StepRun) -> Mapping[str, Any]:
    """Invokes the function with the role of the pipeline and waits for its answer.

    A stop of the execution waits for the function, which nobody can stop.

    Returns:
        ``{"OutputParameters": {name: value}}``.

    Raises:
        StepFailedError: The call was refused, the function failed or took more than 10 minutes, or its answer lacks an
            output parameter or has one of another type.
    """
    step.raise_if_stopped()
    function = str(step.resolve(step.step["FunctionArn"]))
    step.metadata["Lambda"] = {"Arn": function}
    values = outputs.from_document(step.step, _answer(step, function))
    step.metadata["Lambda"]["OutputParameters"] = outputs.listed(values)
    return {"OutputParameters": values}


def _answer(step: StepRun, function: str) -> Any:
    """What the function returned."""
    found: list[Any] = []
    invocation = threading.Thread(target=_invoke, args=(step, function, found), daemon=True)
    invocation.start()
    invocation.join(LIMIT_SECONDS)
    if not found:
        raise StepFailedError(
            f"ClientError: the function {function} has not answered within {LIMIT_SECONDS:g} seconds, the limit of a "
            f"Lambda step; it goes on running"
        )
    if isinstance(found[0], Exception):
        raise found[0]
    return found[0]


def _invoke(step: StepRun, function: str, found: list[Any]) -> None:
    """Leaves the answer in ``found``, or the exception to raise."""
    try:
        found.append(_invoked(step, function))
    # It is raised again where the step runs.
    except Exception as error:
        found.append(error)


def _invoked(step: StepRun, function: str) -> Any:
    request = {"FunctionName": function, "Payload": json.dumps(step.arguments or {})}
    response = api.invoke(step, "Invoke", request, service="lambda")
    answer = json.loads(response["Payload"].read() or b"null")
    if "FunctionError" in response:
        details = answer if isinstance(answer, Mapping) else {}
        kind, message = details.get("errorType", response["FunctionError"]), details.get("errorMessage", answer)
        raise StepFailedError(f"ClientError: the function {function} failed: {kind}: {message}")
    return answer
