"""Manifests of labeling jobs: JSON lines, one for each data object; pure functions.

https://docs.aws.amazon.com/sagemaker/latest/dg/sms-data-output.html
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# Who labeled an object, as its metadata tells.
_HUMAN = ("yes", "no")


class ManifestError(Exception):
    """A manifest that SageMaker would not have written, or could not read; names the line."""


@dataclass(frozen=True)
class Expected:
    """What an output manifest has to fit.

    Args:
        sources: Data objects of the input manifest.
        attribute: ``LabelAttributeName``.
        most: How many objects may be labeled by people.
        is_partial: True when the job may end with unlabeled objects.
    """

    sources: Sequence[str]
    attribute: str
    most: int
    is_partial: bool


def sources(text: str) -> list[str]:
    """The data objects of an input manifest: values of ``source-ref`` or ``source``.

    Raises:
        ManifestError: A line is no JSON object, or has neither; or there is no line.
    """
    found = [_source(number, line) for number, line in _lines(text)]
    if not found:
        raise ManifestError("the manifest is empty")
    return found


def count(text: str, expected: Expected) -> dict[str, int]:
    """``LabelCounters`` of an output manifest.

    Raises:
        ManifestError: A line does not belong to the job, or lacks its label; or too few or too many are labeled.
    """
    left = Counter(expected.sources)
    human = machine = failed = 0
    for number, line in _lines(text):
        source = _source(number, line)
        if not left[source]:
            raise ManifestError(f"line {number}: {source!r} is not in the input manifest, or occurs too often")
        left[source] -= 1
        metadata = _metadata(number, line, expected.attribute)
        if "failure-reason" in metadata:
            failed += 1
        elif metadata["human-annotated"] == "yes":
            human += 1
        else:
            machine += 1
    if human > expected.most:
        raise ManifestError(f"{human} objects are labeled by people; the stopping conditions allow {expected.most}")
    missing = list(left.elements())
    if missing and not expected.is_partial:
        raise ManifestError(f"{len(missing)} objects of the input manifest are missing, as {missing[0]!r}")
    return {
        "TotalLabeled": human + machine,
        "HumanLabeled": human,
        "MachineLabeled": machine,
        "FailedNonRetryableError": failed,
        "Unlabeled": len(missing),
    }


def _lines(text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            document = json.loads(line)
        except ValueError as error:
            raise ManifestError(f"line {number}: invalid JSON ({error})") from None
        if not isinstance(document, dict):
            raise ManifestError(f"line {number}: not a JSON object")
        yield number, document


def _source(number: int, line: Mapping[str, Any]) -> str:
    given = [line[key] for key in ("source-ref", "source") if key in line]
    if len(given) != 1 or not isinstance(given[0], str):
        raise ManifestError(f'line {number}: write "source" or "source-ref" with a text')
    return given[0]


def _metadata(number: int, line: Mapping[str, Any], attribute: str) -> Mapping[str, Any]:
    metadata = line.get(f"{attribute}-metadata")
    if not isinstance(metadata, dict):
        raise ManifestError(f'line {number}: "{attribute}-metadata" is missing')
    if "failure-reason" in metadata:
        return metadata
    if attribute not in line:
        raise ManifestError(f'line {number}: the label "{attribute}" is missing')
    if metadata.get("human-annotated") not in _HUMAN:
        raise ManifestError(f'line {number}: write "human-annotated": "yes" or "no" into "{attribute}-metadata"')
    return metadata
