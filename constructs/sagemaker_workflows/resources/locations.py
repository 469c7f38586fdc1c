"""Places in S3, as objects rather than strings: policies and requests are derived from the same one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aws_cdk import Annotations
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_assets as s3_assets
from aws_cdk import aws_stepfunctions as sfn

from sagemaker_rules.query_language import is_jsonata
from sagemaker_workflows._core.arguments import checks_call, checks_fields
from sagemaker_workflows._core.errors import InvalidParameterError
from sagemaker_workflows._core.place import path_of
from sagemaker_workflows._core.variables import PipelineVariable, is_json_path
from sagemaker_workflows.resources.bucket_facts import facts_of


@checks_fields
@dataclass(frozen=True)
class S3Location:
    """An object, or all objects below a prefix, in a bucket.

    What a state machine learns only when it runs, :meth:`from_expression` says.

    Args:
        bucket: The bucket. One of another stack or account that is encrypted with a key of KMS has to be imported with
            that key, or roles may not use it: ``s3.Bucket.from_bucket_attributes(..., encryption_key=key)``.
        key: Object key (``csv/train.csv``), or a prefix that ends in a slash (``train/``); empty: the whole bucket.
        expression: The URI, where a state machine knows it only when it runs; see :meth:`from_expression`. Empty: it
            is that of bucket and key.

    Raises:
        InvalidParameterError: The bucket is text, or the key is a URI.
    """

    bucket: s3.IBucket
    key: str
    expression: str = ""

    def __post_init__(self) -> None:
        if self.key.startswith("s3://"):
            key = self.key.removeprefix("s3://").partition("/")[2]
            raise InvalidParameterError(path_of(self.bucket), "key", f"{self.key!r} is a URI; write {key!r}")
        _warn_of_unknown_key(self.bucket)

    @classmethod
    @checks_call
    def from_expression(cls, expression: str, *, bucket: s3.IBucket, prefix: str) -> S3Location:
        """A location that a state machine knows only when it runs: an item of a Map, what an earlier state handed on.

        Task states take it wherever they take a location. Policies are scoped to ``prefix``: a URI outside of it is
        refused by S3, with an AccessDenied of the job.

        Args:
            expression: The whole URI, ``s3://bucket/...``: a JSONPath, as in ``$.tenant.training_data``, or text put
                together by ``sfn.JsonPath.format``; for a task whose query language is JSONATA an expression, as in
                ``{% $states.input.training_data %}``.
            bucket: The bucket that it lies in.
            prefix: What its key begins with, with a slash at the end; empty: the whole bucket.

        Raises:
            InvalidParameterError: The expression is neither, or the prefix has no slash at its end.
        """
        path = path_of(bucket)
        if not (is_jsonata(expression) or expression.startswith("$") or is_json_path(expression)):
            problem = f"{expression!r} is known now; write S3Location(bucket, key), or a JSONPath as in $.data_uri"
            raise InvalidParameterError(path, "expression", problem)
        if prefix and not prefix.endswith("/"):
            problem = f"{prefix!r} does not end in a slash; write {prefix + '/'!r}"
            raise InvalidParameterError(path, "prefix", problem)
        return cls(bucket, prefix, sfn.JsonPath.string_at(expression) if expression.startswith("$") else expression)

    @property
    def is_prefix(self) -> bool:
        """Whether this is a prefix rather than one object."""
        return not self.key or self.key.endswith("/")

    @property
    def uri(self) -> str:
        """``s3://bucket/key``, or an expression of it.

        The slash at the end of a prefix keeps ``train/`` from matching ``train-old/``.
        """
        return self.expression or f"s3://{facts_of(self.bucket).name}/{self.key}"

    @property
    def output_uri(self) -> str:
        """``s3://bucket/prefix`` without a slash at the end: the service puts one before the name that it appends.

        Raises:
            InvalidParameterError: Not a prefix.
        """
        if not self.is_prefix:
            problem = f"{self.key!r} is not a prefix for outputs; write {self.key + '/'!r}"
            raise InvalidParameterError(path_of(self.bucket), "key", problem)
        return self.expression or self.uri.rstrip("/")

    @property
    def key_id(self) -> str | None:
        """ARN of the bucket's KMS key for a request. Without it SageMaker asks S3 for the account's ``aws/s3`` key."""
        key = self.encryption_key
        return key.key_arn if key else None

    @property
    def encryption_key(self) -> kms.IKey | None:
        """The bucket's KMS key; None: it has none, or is imported without."""
        return facts_of(self.bucket).key

    @property
    def object_arn(self) -> str:
        """ARN pattern of the objects, for policies."""
        return f"{facts_of(self.bucket).arn}/{self.key}{'*' if self.is_prefix else ''}"

    @property
    def bucket_arn(self) -> str:
        """ARN of the bucket, for policies."""
        return facts_of(self.bucket).arn

    @property
    def list_prefix(self) -> str:
        """Pattern for the condition key ``s3:prefix`` of ``s3:ListBucket``."""
        return f"{self.key}*" if self.is_prefix else self.key

    @property
    def name(self) -> str:
        """Last part of the key, as in ``train.csv``: the file name that the object has on a job's disk."""
        return self.key.rsplit("/", 1)[-1]


def _warn_of_unknown_key(bucket: s3.IBucket) -> None:
    """Says at an imported bucket that its key, if it has one, is not known: roles would not be allowed to use it."""
    if isinstance(bucket, s3.Bucket) or facts_of(bucket).key or isinstance(bucket.node.scope, s3_assets.Asset):
        return
    Annotations.of(bucket).add_warning_v2(
        "sagemaker-workflows:bucket-key",
        "the bucket is imported without a key: roles may read and write it only if it is not encrypted with a key of "
        "KMS; if it is, import it with s3.Bucket.from_bucket_attributes(..., encryption_key=key)",
    )


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
