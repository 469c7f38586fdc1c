from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from local_aws.sagemaker.pipelines.caching import duration, key, period


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PT1H", timedelta(hours=1)),
        ("p30d", timedelta(days=30)),
        ("P4DT12H", timedelta(days=4, hours=12)),
        ("30d", timedelta(days=30)),
        ("T16m", timedelta(minutes=16)),
        ("30dT5h", timedelta(days=30, hours=5)),
        ("5y", timedelta(days=5 * 365)),
        ("P2W", timedelta(weeks=2)),
        ("soon", None),
        ("", None),
    ],
)
def test_durations_are_read_with_and_without_their_p(text: str, expected: timedelta | None) -> None:
    assert duration(text) == expected


def test_only_an_enabled_cache_has_a_period() -> None:
    assert period({"CacheConfig": {"Enabled": True, "ExpireAfter": "P1D"}}) == timedelta(days=1)
    assert period({"CacheConfig": {"Enabled": False, "ExpireAfter": "P1D"}}) is None
    assert period({}) is None


def _processing(**changes: Any) -> dict[str, Any]:
    arguments = {"AppSpecification": {"ImageUri": "i"}, "ProcessingInputs": [], "Environment": {}, **changes}
    return {"Name": "A", "Type": "Processing", "Arguments": arguments}


def test_a_job_is_the_same_with_the_same_image_inputs_and_environment_wherever_its_outputs_go() -> None:
    assert key(_processing(ProcessingOutputConfig={"a": 1})) == key(_processing(ProcessingOutputConfig={"a": 2}))
    assert key(_processing()) != key(_processing(Environment={"A": "b"}))


def test_a_step_without_a_published_list_is_the_same_when_all_of_it_is() -> None:
    call = {"Name": "A", "Type": "Lambda", "FunctionArn": "f", "Arguments": {"n": 1}}
    assert key(call) == key({**call, "DisplayName": "shown"})
    assert key(call) != key({**call, "FunctionArn": "g"})
    assert key(call) != key({**call, "Name": "B"})
