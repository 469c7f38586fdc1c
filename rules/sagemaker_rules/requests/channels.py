"""Rules on the channels of a training job.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_Channel.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sagemaker_rules.requests.fields import Fields, Found, named, needs_one_of, only_one_of, unique

_SOURCES = ("S3DataSource", "FileSystemDataSource", "DatasetSource")
#: Fields that only mean something while data are streamed, and the value that says "not".
_OF_PIPE_MODE = ("CompressionType", "RecordWrapperType")


def channels(request: Fields) -> Iterator[Found]:
    """What SageMaker would refuse of ``InputDataConfig``."""
    found = request.objects("InputDataConfig")
    yield from unique(named(found, "ChannelName"), "channel-twice", "name")
    default = request.object("AlgorithmSpecification").text("TrainingInputMode")
    for channel in found:
        source = channel.object("DataSource")
        yield from needs_one_of(source, "data-source", *_SOURCES)
        yield from only_one_of(source, "data-source-twice", *_SOURCES)
        mode = channel.text("InputMode") or (None if channel.has("InputMode") else default)
        if mode is not None:
            yield from _mode(channel, source, mode)
        if source.has("FileSystemDataSource") and request.lacks("VpcConfig"):
            message = "is missing; a file system is reached through a VPC only: write SecurityGroupIds and Subnets"
            yield Found(request.at("VpcConfig"), "file-system", message)


def _mode(channel: Fields, source: Fields, mode: str) -> Iterator[Found]:
    s3 = source.object("S3DataSource")
    if s3.text("S3DataType") == "AugmentedManifestFile":
        if mode != "Pipe":
            message = f"is AugmentedManifestFile in {mode} mode; write InputMode: Pipe, or another data type"
            yield Found(s3.at("S3DataType"), "augmented-manifest", message)
        if not s3.has("AttributeNames"):
            message = "is missing; an augmented manifest needs the names of its attributes: write them"
            yield Found(s3.at("AttributeNames"), "augmented-manifest", message)
    for name in _OF_PIPE_MODE:
        if mode != "Pipe" and channel.text(name) not in (None, "None"):
            message = f"is {channel.text(name)} in {mode} mode; take it out, or write InputMode: Pipe"
            yield Found(channel.at(name), "pipe-mode", message)
    if source.has("FileSystemDataSource") and mode != "File":
        message = f"is read in {mode} mode; a file system is read in File mode only: write it"
        yield Found(channel.at("InputMode"), "file-system", message)
