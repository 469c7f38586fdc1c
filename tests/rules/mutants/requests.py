"""State machines of one task, each with a legal request to an action, in a query language."""

from __future__ import annotations

import copy
import random
from typing import Any

from tests.rules.check.integration_requests import REQUESTS
from tests.rules.mutants.mutant import Mutant, broken, capital, input_shape
from tests.rules.requests.legal import LEGAL

LANGUAGES = ("JSONPath", "JSONata")
#: The nine actions of SageMaker that Step Functions has.
OPERATIONS = (
    *("CreateTrainingJob", "CreateProcessingJob", "CreateTransformJob", "CreateHyperParameterTuningJob"),
    *("CreateLabelingJob", "CreateModel", "CreateEndpointConfig", "CreateEndpoint", "UpdateEndpoint"),
)
#: botocore's names of services that Step Functions calls otherwise.
_SERVICES = {"states": "stepfunctions"}


def _machine(resource: str, request: dict[str, Any], language: str) -> dict[str, Any]:
    field = "Arguments" if language == "JSONata" else "Parameters"
    task = {"Type": "Task", "Resource": f"arn:aws:states:::{resource}", field: request, "End": True}
    return {"QueryLanguage": language, "StartAt": "Call", "States": {"Call": task}}


def of_sagemaker(number: int, chance: random.Random) -> Mutant:
    """A request to one of the nine actions, broken."""
    operation = OPERATIONS[number % len(OPERATIONS)]
    language = LANGUAGES[number // len(OPERATIONS) % len(LANGUAGES)]
    request = copy.deepcopy(LEGAL.get(operation, {"EndpointName": "e", "EndpointConfigName": "c"}))
    where = broken(request, input_shape("sagemaker", operation), chance)
    action = operation[0].lower() + operation[1:]
    definition = _machine(f"sagemaker:{action}", request, language)
    return Mutant("sagemaker", f"{language} {action}", where, definition)


def of_other_services(number: int, chance: random.Random) -> Mutant | None:
    """A request to another service, with a required field left out, or one put in or spelt as the API spells it."""
    (service, action), request = chance.choice(list(REQUESTS.items()))
    language = LANGUAGES[number % len(LANGUAGES)]
    try:
        shape = input_shape(_SERVICES.get(service, service), capital(action))
    except Exception:  # an action that is Step Functions' own, which no model knows
        return None
    required = [capital(name) for name in shape.required_members if capital(name) in request]
    if not required or service in ("http", "apigateway"):
        return None
    request, name = copy.deepcopy(request), chance.choice(required)
    how = chance.choice(("taken out", "put in", "in another case"))
    if how == "put in":
        request[f"{name}s2"] = "x"
    else:
        value = request.pop(name)
        if how == "in another case":
            request[name[0].lower() + name[1:]] = value
    definition = _machine(f"{service}:{action}", request, language)
    return Mutant("other service", f"{language} {service}", f"{action}: {name} {how}", definition)
