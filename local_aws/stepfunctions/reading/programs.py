"""Programs: a state machine, a branch, what a Map does for each item."""

from __future__ import annotations

import json
from typing import Any

from moto.stepfunctions.parser.asl.component.common.flow.start_at import StartAt
from moto.stepfunctions.parser.asl.component.common.query_language import QueryLanguage, QueryLanguageMode
from moto.stepfunctions.parser.asl.component.common.timeouts.timeout import TimeoutSeconds
from moto.stepfunctions.parser.asl.component.program.program import Program
from moto.stepfunctions.parser.asl.component.program.states import States

from local_aws.stepfunctions.distributed.state import Authorize
from local_aws.stepfunctions.reading.states import StateReader
from local_aws.stepfunctions.reading.values import JSON_PATH, JSONATA, Language


def read(text: str, authorize: Authorize) -> Any:
    """The program of a definition.

    Args:
        text: JSON.
        authorize: Decides who may start child executions.

    Raises:
        ValueError, KeyError, TypeError: The definition is not one that AWS accepts.
    """
    document = json.loads(text)
    language = _language(document, JSON_PATH)
    return program(document, language, authorize)


def program(document: dict[str, Any], language: Language, authorize: Authorize) -> Any:
    """The program of a machine or branch; a state without a language of its own has that of the machine.

    Args:
        document: With ``StartAt`` and ``States``.
        language: Of the machine.
        authorize: As for :func:`read`.
    """
    states = States()
    for name, state in document["States"].items():
        reader = StateReader(name, state, _language(state, language), authorize)
        states.states[name] = reader.read(lambda branch: program(branch, language, authorize))
    timeout = document.get("TimeoutSeconds")
    return Program(
        query_language=QueryLanguage(QueryLanguageMode[language.name]),
        start_at=StartAt(document["StartAt"]),
        states=states,
        timeout_seconds=None if timeout is None else TimeoutSeconds(timeout),
    )


def _language(document: dict[str, Any], default: Language) -> Language:
    name = document.get("QueryLanguage", default.name)
    return JSONATA if name == "JSONata" else JSON_PATH
