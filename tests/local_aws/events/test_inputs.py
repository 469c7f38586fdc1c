"""What a target gets of an event."""

from __future__ import annotations

import json
from typing import Any

import pytest

from local_aws.events.inputs import payload

EVENT = {
    "id": "1",
    "source": "aws.sagemaker",
    "detail-type": "Change",
    "time": "2026-01-01T00:00:00Z",
    "detail": {"Status": 'Appr"oved', "Version": 2, "Tags": ["a", "b"]},
}
RULE = "arn:aws:events:us-east-1:123456789012:rule/changes"


def test_all_of_it_without_more() -> None:
    assert json.loads(payload({}, EVENT, RULE)) == EVENT


def test_a_constant() -> None:
    assert payload({"Input": '{"a": 1}'}, EVENT, RULE) == '{"a": 1}'


@pytest.mark.parametrize(
    ("path", "expected"),
    [("$.detail.Version", 2), ("$.detail-type", "Change"), ("$.detail.Tags[1]", "b"), ("$.none", None)],
)
def test_a_part(path: str, expected: Any) -> None:
    assert json.loads(payload({"InputPath": path}, EVENT, RULE)) == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ('{"status": <status>, "version": <version>, "all": <tags>}',
         {"status": 'Appr"oved', "version": 2, "all": ["a", "b"]}),
        ('"version <version> is <status>"', 'version 2 is Appr"oved'),
        ('{"a \\"quoted\\" <version>": <none>}', {'a "quoted" 2': None}),
        ('{"rule": <aws.events.rule-name>}', {"rule": "changes"}),
        ('{"event": <aws.events.event.json>}', {"event": EVENT}),
    ],
)  # fmt: skip
def test_a_template_filled_with_values(template: str, expected: Any) -> None:
    paths = {"status": "$.detail.Status", "version": "$.detail.Version", "tags": "$.detail.Tags", "none": "$.none"}
    target = {"InputTransformer": {"InputPathsMap": paths, "InputTemplate": template}}
    assert json.loads(payload(target, EVENT, RULE)) == expected
