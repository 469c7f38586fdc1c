"""Rules on batch transform jobs.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTransformJob.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sagemaker_rules.requests import instances
from sagemaker_rules.requests.fields import Fields, Found, at_most

_MAX_INSTANCES = 100
_MAX_PAYLOAD_MB = 100
# AWS refuses a filter with other characters than these, https://github.com/aws/aws-sdk/issues/184
_NAME = r"'[A-Za-z0-9 .*,:-]*'"
_INDEX = r"-?\d+"
_RANGE = r"(?:-?\d+)?:(?:-?\d+)?"
_BRACKETS = rf"\[\s*(?:\*|{_NAME}(?:\s*,\s*{_NAME})*|(?:{_RANGE}|{_INDEX})(?:\s*,\s*(?:{_RANGE}|{_INDEX}))*)\s*\]"
#: https://docs.aws.amazon.com/sagemaker/latest/dg/batch-transform-data-processing.html#data-processing-operators
_FILTER = re.compile(rf"\$(?:\.\.?(?:[A-Za-z0-9-]+|\*)|\.?{_BRACKETS})*")


def transform_job(request: Fields, region: str | None) -> Iterator[Found]:
    """What SageMaker would refuse of a CreateTransformJob request."""
    resources = request.object("TransformResources")
    yield from at_most(resources, "InstanceCount", _MAX_INSTANCES, "instance-count")
    yield from instances.volume(resources, [resources])
    yield from _payload(request)
    given = request.object("TransformInput")
    s3 = given.object("DataSource").object("S3DataSource")
    if s3.text("S3DataType") not in (None, "ManifestFile", "S3Prefix"):
        message = f"is {s3.text('S3DataType')}, which batch transform does not read; write S3Prefix or ManifestFile"
        yield Found(s3.at("S3DataType"), "transform-data-type", message)
    split = "None" if given.lacks("SplitType") else given.text("SplitType")
    if request.text("BatchStrategy") == "MultiRecord" and split == "None":
        message = "is MultiRecord, and the input is not split; write SplitType: Line, RecordIO or TFRecord"
        yield Found(request.at("BatchStrategy"), "batch-strategy", message, is_warning=True)
    processing = request.object("DataProcessing")
    for name in ("InputFilter", "OutputFilter"):
        yield from _filter(processing, name)


def _payload(request: Fields) -> Iterator[Found]:
    yield from at_most(request, "MaxPayloadInMB", _MAX_PAYLOAD_MB, "payload")
    payload, parallel = request.number("MaxPayloadInMB"), request.number("MaxConcurrentTransforms")
    if payload and parallel and payload <= _MAX_PAYLOAD_MB < payload * parallel:
        most = int(_MAX_PAYLOAD_MB // payload)
        message = f"is {parallel}, times MaxPayloadInMB more than 100 MB; write at most {most}"
        yield Found(request.at("MaxConcurrentTransforms"), "payload", message)


def _filter(processing: Fields, name: str) -> Iterator[Found]:
    text = processing.text(name)
    if not text:
        return
    if not _FILTER.fullmatch(text):
        message = f"{text!r} is not a filter; write a JSONPath of names, indices and ranges, as in $[1:] or $.features"
        yield Found(processing.at(name), "transform-filter", message)
    # https://github.com/aws/sagemaker-python-sdk/issues/1112
    elif any(part.count(":") > 1 for part in re.findall(r"\[([^\]']*)\]", text)):
        message = f"{text!r} has two ranges in one bracket; write one range, and single indices beside it"
        yield Found(processing.at(name), "transform-ranges", message)
