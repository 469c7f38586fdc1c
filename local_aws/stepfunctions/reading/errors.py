"""``Retry`` and ``Catch``."""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.asl.component.common.catch.catch_decl import CatchDecl
from moto.stepfunctions.parser.asl.component.common.flow.next import Next
from moto.stepfunctions.parser.asl.component.common.retry.backoff_rate_decl import BackoffRateDecl
from moto.stepfunctions.parser.asl.component.common.retry.interval_seconds_decl import IntervalSecondsDecl
from moto.stepfunctions.parser.asl.component.common.retry.jitter_strategy_decl import (
    JitterStrategy,
    JitterStrategyDecl,
)
from moto.stepfunctions.parser.asl.component.common.retry.max_attempts_decl import MaxAttemptsDecl
from moto.stepfunctions.parser.asl.component.common.retry.max_delay_seconds_decl import MaxDelaySecondsDecl
from moto.stepfunctions.parser.asl.component.common.retry.retry_decl import RetryDecl

from local_aws.stepfunctions.handled import Catcher, Retrier
from local_aws.stepfunctions.reading.components import ResultPathField
from local_aws.stepfunctions.reading.failures import ErrorEquals
from local_aws.stepfunctions.reading.values import JSON_PATH, Language


def retry(document: list[dict[str, Any]]) -> Any:
    """The retriers of a state."""
    return RetryDecl(retriers=[_retrier(each) for each in document])


def _retrier(document: dict[str, Any]) -> Any:
    given = {
        "interval_seconds": ("IntervalSeconds", IntervalSecondsDecl),
        "max_attempts": ("MaxAttempts", MaxAttemptsDecl),
        "backoff_rate": ("BackoffRate", BackoffRateDecl),
        "max_delay_seconds": ("MaxDelaySeconds", MaxDelaySecondsDecl),
    }
    fields = {name: kind(document[field]) for name, (field, kind) in given.items() if field in document}
    if "JitterStrategy" in document:
        fields["jitter_strategy"] = JitterStrategyDecl(JitterStrategy[document["JitterStrategy"]])
    return Retrier(error_equals=ErrorEquals(document["ErrorEquals"]), **fields)


def catch(document: list[dict[str, Any]], language: Language) -> Any:
    """The catchers of a state."""
    from local_aws.stepfunctions.reading.states import assign, output

    return CatchDecl(
        catchers=[
            Catcher(
                error_equals=ErrorEquals(each["ErrorEquals"]),
                next_decl=Next(each["Next"]),
                result_path=ResultPathField(each.get("ResultPath", "$")) if language is JSON_PATH else None,
                assign=assign(each, language),
                output=output(each, language),
                comment=None,
            )
            for each in document
        ]
    )
