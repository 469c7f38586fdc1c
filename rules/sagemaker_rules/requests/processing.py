"""Rules on processing jobs.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateProcessingJob.html
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from sagemaker_rules.requests import environment, images, instances
from sagemaker_rules.requests.fields import Fields, Found, named, needs_one_of, only_one_of, unique

_ROOT = "/opt/ml/processing/"
#: https://docs.aws.amazon.com/general/latest/gr/sagemaker.html, a quota that AWS raises on request.
_DEFAULT_MAX_SECONDS = 5 * 24 * 60 * 60


def processing_job(request: Fields, region: str | None) -> Iterator[Found]:
    """What SageMaker would refuse of a CreateProcessingJob request."""
    yield from _resources(request.object("ProcessingResources"))
    application = request.object("AppSpecification")
    yield from images.image(application, "ImageUri", region)
    yield from environment.arguments(application, "ContainerEntrypoint", "ContainerArguments")
    inputs = request.objects("ProcessingInputs")
    outputs = request.object("ProcessingOutputConfig").objects("Outputs")
    # "Input and Output names must be globally unique", https://github.com/aws/sagemaker-python-sdk/issues/3484
    names = [*named(inputs, "InputName"), *named(outputs, "OutputName")]
    for found in unique(names, "processing-name-twice", "name"):
        twice = next(name for path, name in names if path == found.path)
        yield found._replace(words=f"Input and Output names must be globally unique: [{twice}]")
    for each in inputs:
        yield from _input(each)
    for each in outputs:
        yield from _output(each)
    yield from _places(inputs, outputs)
    stopping = request.object("StoppingCondition")
    seconds = stopping.number("MaxRuntimeInSeconds")
    if seconds is not None and seconds > _DEFAULT_MAX_SECONDS:
        message = f"is {seconds}; accounts may run {_DEFAULT_MAX_SECONDS} (5 days) unless AWS has raised their quota"
        yield Found(stopping.at("MaxRuntimeInSeconds"), "processing-runtime", message, is_warning=True)


def _resources(resources: Fields) -> Iterator[Found]:
    yield from needs_one_of(resources, "instances", "ClusterConfig")
    cluster = resources.object("ClusterConfig")
    yield from needs_one_of(cluster, "instances", "InstanceType", "InstancePreferences")
    yield from only_one_of(cluster, "instances-twice", "InstanceType", "InstancePreferences")
    for name in ("SelectedInstanceType", "SelectedInstanceCount"):
        if cluster.has(name):
            yield Found(cluster.at(name), "read-only", "is an answer of DescribeProcessingJob; take it out")
    yield from instances.volume(cluster, [cluster, *cluster.objects("InstancePreferences")])


def _input(each: Fields) -> Iterator[Found]:
    yield from needs_one_of(each, "processing-input", "S3Input", "DatasetDefinition")
    yield from only_one_of(each, "processing-input", "S3Input", "DatasetDefinition")
    dataset = each.object("DatasetDefinition")
    yield from needs_one_of(dataset, "dataset", "AthenaDatasetDefinition", "RedshiftDatasetDefinition")
    yield from only_one_of(dataset, "dataset", "AthenaDatasetDefinition", "RedshiftDatasetDefinition")
    s3 = each.object("S3Input")
    for place in (s3, dataset):
        yield from _local_path(place, each)
    if s3.text("S3CompressionType") == "Gzip" and s3.text("S3InputMode") == "File":
        message = "is Gzip in File mode; write S3InputMode: Pipe, or None"
        yield Found(s3.at("S3CompressionType"), "pipe-mode", message)


def _output(each: Fields) -> Iterator[Found]:
    yield from needs_one_of(each, "processing-output", "S3Output", "FeatureStoreOutput")
    yield from only_one_of(each, "processing-output", "S3Output", "FeatureStoreOutput")
    yield from _local_path(each.object("S3Output"), each)
    if each.has("FeatureStoreOutput") and each.flag("AppManaged") is False:
        message = "is for outputs that the application manages; write AppManaged: true"
        yield Found(each.at("FeatureStoreOutput"), "processing-output", message)


def _local_path(place: Fields, owner: Fields) -> Iterator[Found]:
    if not place.is_known:
        return
    if not place.has("LocalPath"):
        if owner.flag("AppManaged") is False:
            message = f"is missing; write a path below {_ROOT}, or AppManaged: true"
            yield Found(place.at("LocalPath"), "local-path", message)
        return
    path = place.text("LocalPath")
    if path is not None and not f"{posixpath.normpath(path)}/".startswith(_ROOT):
        yield Found(place.at("LocalPath"), "local-path", f"{path!r} is not below {_ROOT}; write a path that is")


def _places(inputs: list[Fields], outputs: list[Fields]) -> Iterator[Found]:
    """Paths that are used twice. https://github.com/aws/sagemaker-python-sdk/issues/4939"""
    read = [part for each in inputs for part in (each.object("S3Input"), each.object("DatasetDefinition"))]
    into = [(path, posixpath.normpath(text)) for path, text in named(read, "LocalPath")]
    yield from unique(into, "local-path-twice", "path")
    out_of = [
        (path, posixpath.normpath(text))
        for path, text in named([each.object("S3Output") for each in outputs], "LocalPath")
    ]
    for found in unique(out_of, "local-path-twice", "path"):
        yield found._replace(is_warning=True)
    known = {text: path for path, text in into}
    for path, text in out_of:
        if text in known:
            message = f"{text!r} is the path of {known[text]}, whose data would be uploaded again; write another path"
            yield Found(path, "local-path-twice", message, is_warning=True)
