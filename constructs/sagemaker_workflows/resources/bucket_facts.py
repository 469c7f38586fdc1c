"""What a bucket answers about itself: each question goes to Node.js and back, and the answer never changes."""

from __future__ import annotations

from functools import cached_property
from weakref import WeakKeyDictionary

from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3


class BucketFacts:
    """Name, ARN and key of a bucket, asked when they are first needed.

    Args:
        bucket: The bucket.
    """

    def __init__(self, bucket: s3.IBucket) -> None:
        self._bucket = bucket

    @cached_property
    def name(self) -> str:
        """Name of the bucket."""
        return self._bucket.bucket_name

    @cached_property
    def arn(self) -> str:
        """ARN of the bucket."""
        return self._bucket.bucket_arn

    @cached_property
    def key(self) -> kms.IKey | None:
        """The bucket's KMS key; None: it has none, or is imported without."""
        return self._bucket.encryption_key


_FACTS: WeakKeyDictionary[s3.IBucket, BucketFacts] = WeakKeyDictionary()


def facts_of(bucket: s3.IBucket) -> BucketFacts:
    """The facts of ``bucket``."""
    if bucket not in _FACTS:
        _FACTS[bucket] = BucketFacts(bucket)
    return _FACTS[bucket]
