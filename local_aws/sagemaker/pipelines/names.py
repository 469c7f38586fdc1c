"""Names and ARNs of pipelines, executions, and what their steps create."""

from __future__ import annotations

import re
import secrets
import string

_ALPHABET = string.ascii_lowercase + string.digits
_EXECUTION_ID, _ENTROPY = 12, 10
_LONGEST = 63
# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateHyperParameterTuningJob.html
_LONGEST_TUNING = 32


def execution_id() -> str:
    """A new id: 12 lower-case letters and digits."""
    return _random(_EXECUTION_ID)


def job_name(execution_id: str, step_name: str, *, prefix: str | None = None) -> str:
    """A new name for what a step creates: ``pipelines-<execution id>-<step name>-<random>``.

    Args:
        execution_id: Id of the execution.
        step_name: Name of the step; it is cut to what fits into 63 characters.
        prefix: The name that the step itself gives, which then takes the place of all but the random part.
    """
    tail = f"-{_random(_ENTROPY)}"
    if prefix:
        return _cut(prefix, _LONGEST - len(tail)) + tail
    head = f"pipelines-{execution_id}-"
    return head + _cut(step_name, _LONGEST - len(head) - len(tail)) + tail


def tuning_job_name(execution_id: str, step_name: str) -> str:
    """A new name for a tuning job, which has at most 32 characters: ``<execution id>-<step name>-<random>``."""
    head, tail = f"{execution_id}-", f"-{_random(_ENTROPY)}"
    return head + _cut(step_name, _LONGEST_TUNING - len(head) - len(tail)) + tail


def _cut(text: str, length: int) -> str:
    # Step names may have underscores, names of jobs may not; neither may a name of a job end in a hyphen.
    return re.sub(r"[^A-Za-z0-9-]", "-", text)[:length].strip("-")


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))
