"""Places in S3, as objects rather than strings: policies and requests are derived from the same one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aws_cdk import aws_s3 as s3

from sagemaker_workflows._core.errors import InvalidParameterError
from sagemaker_workflows._core.variables import PipelineVariable


@dataclass(frozen=True)
class S3Location:
    """An object, or all objects below a prefix, in a bucket.

    Args:
        bucket: The bucket.
        key: Object key (``csv/train.csv``), or a prefix that ends in a slash (``train/``); empty: the whole bucket.
    """

    bucket: s3.IBucket
    key: str

    @property
    def is_prefix(self) -> bool:
        """Whether this is a prefix rather than one object."""
        return not self.key or self.key.endswith("/")

    @property
    def uri(self) -> str:
        """``s3://bucket/key``; the slash at the end of a prefix keeps ``train/`` from matching ``train-old/``."""
        return f"s3://{self.bucket.bucket_name}/{self.key}"

    @property
    def output_uri(self) -> str:
        """``s3://bucket/prefix`` without a slash at the end: the service puts one before the name that it appends.

        Raises:
            InvalidParameterError: Not a prefix.
        """
        if not self.is_prefix:
            place = self.bucket.node.path
            raise InvalidParameterError(
                place, "key", f"{self.key!r} is no prefix for outputs; write {self.key + '/'!r}"
            )
        return self.uri.rstrip("/")

    @property
    def key_id(self) -> str | None:
        """ARN of the bucket's KMS key for a request. Without it SageMaker asks S3 for the account's ``aws/s3`` key."""
        key = self.bucket.encryption_key
        return key.key_arn if key else None

    @property
    def object_arn(self) -> str:
        """ARN pattern of the objects, for policies."""
        return self.bucket.arn_for_objects(f"{self.key}*" if self.is_prefix else self.key)

    @property
    def list_prefix(self) -> str:
        """Pattern for the condition key ``s3:prefix`` of ``s3:ListBucket``."""
        return f"{self.key}*" if self.is_prefix else self.key

    @property
    def name(self) -> str:
        """Last part of the key, as in ``train.csv``: the file name that the object has on a job's disk."""
        return self.key.rsplit("/", 1)[-1]


#: Where a request takes something from; in a pipeline it may be known only when the pipeline runs.
S3Source = S3Location | PipelineVariable
#: Where a request puts something.
S3Destination = S3Location | PipelineVariable


def source_uri(source: S3Source) -> Any:
    """URI of ``source`` for a request."""
    return source.uri if isinstance(source, S3Location) else source


def output_uri(destination: S3Destination) -> Any:
    """URI of ``destination`` for a request; InvalidParameterError if it is an object."""
    return destination.output_uri if isinstance(destination, S3Location) else destination


def key_id(destination: S3Destination) -> str | None:
    """ARN of the key of the bucket, where the bucket is known and has one."""
    known = destination if isinstance(destination, S3Location) else destination.location
    return known.key_id if known else None
