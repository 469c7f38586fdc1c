"""Rules on labeling jobs.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateLabelingJob.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sagemaker_rules.requests.fields import Fields, Found, at_most, needs_one_of, only_one_of

_MONTH = 30 * 24 * 60 * 60
_PUBLIC = re.compile(r"arn:[^:]*:sagemaker:[^:]*:\d{12}:workteam/public-crowd/.*")
_PUBLIC_SECONDS = 12 * 60 * 60
#: Task types whose labels are files, by the name of AWS's function; verification of them has none.
_FILES = re.compile(r".*:function:(?:PRE|ACS)-(?!Verification)\w*(?:SemanticSegmentation|Video\w+|3DPointCloud\w+)")


def labeling_job(request: Fields, region: str | None) -> Iterator[Found]:
    """What SageMaker would refuse of a CreateLabelingJob request."""
    yield from needs_one_of(
        request.object("InputConfig").object("DataSource"), "labeling-source", "S3DataSource", "SnsDataSource"
    )
    task = request.object("HumanTaskConfig")
    yield from _label(request, task)
    ui = task.object("UiConfig")
    yield from needs_one_of(ui, "labeling-ui", "UiTemplateS3Uri", "HumanTaskUiArn")
    yield from only_one_of(ui, "labeling-ui", "UiTemplateS3Uri", "HumanTaskUiArn")
    yield from at_most(task, "TaskTimeLimitInSeconds", _MONTH, "labeling-time", " (30 days)")
    team = task.text("WorkteamArn")
    is_public = team is not None and _PUBLIC.fullmatch(team) is not None
    longest, shown = (_PUBLIC_SECONDS, " (12 hours)") if is_public else (_MONTH, " (30 days)")
    yield from at_most(task, "TaskAvailabilityLifetimeInSeconds", longest, "labeling-time", shown)
    if is_public and task.lacks("PublicWorkforceTaskPrice"):
        message = "is missing; the public workforce is paid by the task: write AmountInUsd"
        yield Found(task.at("PublicWorkforceTaskPrice"), "labeling-price", message)
    if team is not None and not is_public and task.has("PublicWorkforceTaskPrice"):
        message = "is for the public workforce; take it out, or write its team"
        yield Found(task.at("PublicWorkforceTaskPrice"), "labeling-price", message, is_warning=True)


def _label(request: Fields, task: Fields) -> Iterator[Found]:
    name = request.text("LabelAttributeName")
    if name is None:
        return
    where = request.at("LabelAttributeName")
    if name.endswith("-metadata"):
        yield Found(where, "label-name", f"{name!r} ends in -metadata; write another name")
    consolidation = task.object("AnnotationConsolidationConfig")
    functions = (task.text("PreHumanTaskLambdaArn"), consolidation.text("AnnotationConsolidationLambdaArn"))
    if any(each and _FILES.fullmatch(each) for each in functions) and not name.endswith("-ref"):
        yield Found(where, "label-name", f"{name!r} names labels that are files; write {name + '-ref'!r}")
