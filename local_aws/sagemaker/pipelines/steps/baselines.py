"""Baselines of check steps: the one that is supplied, or that of the latest approved model version.

https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-quality-clarify-baseline-lifecycle.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local_aws.sagemaker.pipelines.steps.api import invoke
from local_aws.sagemaker.pipelines.steps.base import StepRun

Baseline = dict[str, str]
"""S3 URI of each part, ``Constraints`` and ``Statistics``."""


@dataclass(frozen=True)
class Source:
    """Where ``DriftCheckBaselines`` of a model package has the baseline of a check type.

    Args:
        section: As in ``ModelDataQuality``.
        parts: Member of the section, by the part of the baseline that it is.
    """

    section: str
    parts: Mapping[str, str]


def previous(step: StepRun, source: Source) -> Baseline:
    """The baseline that a step checks against and carries over.

    What the step supplies wins over what the latest approved model version has.

    Returns:
        Its parts; a part that is nowhere is missing.

    Raises:
        StepFailedError: The role of the pipeline may not read the model packages.
    """
    supplied = {part: step.resolve(step.step.get(f"SuppliedBaseline{part}")) for part in source.parts}
    found = {part: str(uri) for part, uri in supplied.items() if uri}
    if len(found) == len(source.parts):
        return found
    return {**_registered(step, source), **found}


def _registered(step: StepRun, source: Source) -> Baseline:
    group = step.resolve(step.step.get("ModelPackageGroupName"))
    if not group:
        return {}
    request = {
        "ModelPackageGroupName": group,
        "ModelApprovalStatus": "Approved",
        "SortBy": "CreationTime",
        "SortOrder": "Descending",
        "MaxResults": 1,
    }
    packages = invoke(step, "ListModelPackages", request)["ModelPackageSummaryList"]
    if not packages:
        return {}
    package = invoke(step, "DescribeModelPackage", {"ModelPackageName": packages[0]["ModelPackageArn"]})
    section: Mapping[str, Any] = (package.get("DriftCheckBaselines") or {}).get(source.section) or {}
    return {part: section[member]["S3Uri"] for part, member in source.parts.items() if section.get(member)}
