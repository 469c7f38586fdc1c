"""For each rule on requests a wrong change of a legal request and a right one beside it."""

from __future__ import annotations

from tests.rules.requests.case import TRAIN, TUNE, XGB, Case
from tests.rules.requests.job_cases import JOB_CASES
from tests.rules.requests.resource_cases import RESOURCE_CASES

__all__ = ["CASES", "TRAIN", "TUNE", "XGB", "Case"]

CASES: tuple[Case, ...] = (*JOB_CASES, *RESOURCE_CASES)
