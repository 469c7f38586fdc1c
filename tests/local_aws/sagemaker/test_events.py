"""Subscribers hear of jobs, and cannot harm them."""

from __future__ import annotations

import pytest

from local_aws.sagemaker.events import JobEvent, JobEvents

EVENT = JobEvent("training", "job", "InProgress", "Training")


def test_every_subscriber_gets_every_event_until_it_leaves() -> None:
    events = JobEvents()
    first: list[JobEvent] = []
    second: list[JobEvent] = []
    leave_first = events.subscribe(first.append)
    leave_second = events.subscribe(second.append)
    events.publish(EVENT)
    leave_first()
    events.publish(EVENT)
    leave_second()
    assert (len(first), len(second)) == (1, 2)


def test_an_error_of_a_subscriber_is_logged_only(caplog: pytest.LogCaptureFixture) -> None:
    def fail(_: JobEvent) -> None:
        raise ValueError("broken")

    events = JobEvents()
    leave = events.subscribe(fail)
    events.publish(EVENT)
    leave()
    assert "a subscriber to job events failed" in caplog.text
