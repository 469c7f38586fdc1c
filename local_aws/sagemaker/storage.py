"""What SageMaker copies between Amazon S3 and a job's disk, with the job's role.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_S3DataSource.html
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boto3.exceptions import S3UploadFailedError
from botocore.exceptions import ClientError

from local_aws.base.errors import NotSupportedLocallyError

_COPY_BYTES = 1 << 20
_PATH_STYLE = re.compile(r"https://s3[.-]?[a-z0-9-]*\.(?:[a-z0-9-]+\.)*[a-z]+/([^/]+)/?(.*)", re.S)


class TransferError(Exception):
    """Objects could not be read or written; the text is what SageMaker puts into ``FailureReason``."""


@dataclass(frozen=True)
class S3Uri:
    """A bucket and a key or key prefix."""

    bucket: str
    key: str

    @classmethod
    def parse(cls, uri: str) -> S3Uri:
        """Reads ``s3://bucket/key`` and ``https://s3.<region>.<suffix>/bucket/key``.

        Raises:
            NotSupportedLocallyError: Another form, as a URL with the bucket in the host name.
        """
        if uri.startswith("s3://"):
            bucket, _, key = uri.removeprefix("s3://").partition("/")
            return cls(bucket, key)
        match = _PATH_STYLE.fullmatch(uri)
        if match is None:
            raise NotSupportedLocallyError(f"S3 URI {uri!r}: write s3://bucket/key")
        return cls(match[1], match[2])

    def child(self, relative: str) -> S3Uri:
        """The object with that path below this prefix."""
        prefix = self.key.rstrip("/")
        return S3Uri(self.bucket, f"{prefix}/{relative}" if prefix else relative)

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.key}"


def download_prefix(s3: Any, uri: str, destination: Path) -> dict[str, Path]:
    """Copies every object whose key starts with the key of ``uri``, as ``S3Prefix`` in File mode does.

    Args:
        s3: S3 client with the job's role.
        uri: Prefix, or a single object, which keeps its file name.
        destination: Directory; made if it is missing.

    Returns:
        Path below ``destination`` of each object, by relative path, in the order of the keys.

    Raises:
        TransferError: No object, no permission, or keys that are no file names.
    """
    source = S3Uri.parse(uri)
    destination.mkdir(parents=True, exist_ok=True)
    files: dict[str, Path] = {}
    try:
        for key in _keys(s3, source):
            relative = relative_path(key, source.key)
            files[relative] = destination / relative
            files[relative].parent.mkdir(parents=True, exist_ok=True)
            _copy(s3, source.bucket, key, files[relative])
    except ClientError as error:
        raise TransferError(f"ClientError: Data download failed: {describe(error)}, S3 URL: {uri}") from error
    # A key may be a prefix of another at a slash; a file cannot be a directory as well.
    except (NotADirectoryError, IsADirectoryError, FileExistsError) as error:
        raise TransferError(
            f"ClientError: Data download failed: a file and a directory have the same name, S3 URL: {uri}"
        ) from error
    if not files:
        raise TransferError(
            f'ClientError: Data download failed: No S3 objects found under S3 URL "{uri}" given in input data source. '
            f"Please ensure that the bucket exists in the selected region, that objects exist under that S3 prefix, "
            f'and that the role has "s3:ListBucket" permissions on bucket "{source.bucket}".'
        )
    return files


def relative_path(key: str, prefix: str) -> str:
    """Path on disk of the object ``key`` that was found by ``prefix``.

    A prefix that ends within a name, and so a whole key too, counts from its last slash.

    Raises:
        TransferError: The path would hold an empty part, ``.`` or ``..``.
    """
    at_boundary = prefix == "" or prefix.endswith("/") or key[len(prefix) : len(prefix) + 1] == "/"
    start = len(prefix) if at_boundary else prefix.rfind("/") + 1
    relative = key[start:]
    if at_boundary and not prefix.endswith("/"):
        relative = relative.removeprefix("/") if prefix else relative
    if any(part in ("", ".", "..") for part in relative.split("/")):
        raise TransferError(
            f"ClientError: Data download failed: S3 key: {key} has an illegal char sub-sequence '//', '/./' or '/../' "
            "in it"
        )
    return relative


def _copy(s3: Any, bucket: str, key: str, destination: Path) -> None:
    # Not download_file: its HeadObject has no body in which a refusal could name the missing permission.
    body = s3.get_object(Bucket=bucket, Key=key)["Body"]
    with destination.open("wb") as file:
        shutil.copyfileobj(body, file, _COPY_BYTES)


def download_object(s3: Any, uri: str, destination: Path) -> None:
    """Copies one object to the file ``destination``.

    Raises:
        TransferError: No such object, or no permission.
    """
    source = S3Uri.parse(uri)
    try:
        _copy(s3, source.bucket, source.key, destination)
    except ClientError as error:
        raise TransferError(f"ClientError: Data download failed: {describe(error)}, S3 URL: {uri}") from error


def read_object(s3: Any, uri: str) -> bytes:
    """Content of a small object; raises as :func:`download_object`."""
    source = S3Uri.parse(uri)
    try:
        body: bytes = s3.get_object(Bucket=source.bucket, Key=source.key)["Body"].read()
    except ClientError as error:
        raise TransferError(f"ClientError: Data download failed: {describe(error)}, S3 URL: {uri}") from error
    return body


def upload_tree(s3: Any, directory: Path, uri: str, *, kms_key_id: str | None = None) -> list[S3Uri]:
    """Copies every file below ``directory`` to the prefix ``uri`` under its relative path.

    Args:
        s3: S3 client with the job's role.
        directory: What to copy; nothing is copied when it is missing or empty.
        uri: Prefix.
        kms_key_id: Key for server-side encryption; default: the bucket's setting.

    Returns:
        The objects written.

    Raises:
        TransferError: No permission, or a symbolic link, whose target the bucket cannot hold.
    """
    target = S3Uri.parse(uri)
    written = []
    for path in sorted(each for each in directory.rglob("*") if not each.is_dir() or each.is_symlink()):
        relative = path.relative_to(directory).as_posix()
        if path.is_symlink():
            raise TransferError(f"ClientError: Data upload failed: {relative} is a symbolic link")
        written.append(target.child(relative))
        upload_file(s3, path, written[-1], kms_key_id=kms_key_id)
    return written


def upload_file(s3: Any, path: Path, target: S3Uri, *, kms_key_id: str | None = None) -> None:
    """Copies one file to one object.

    Raises:
        TransferError: No permission, or no such bucket.
    """
    extra = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms_key_id} if kms_key_id else None
    try:
        s3.upload_file(str(path), target.bucket, target.key, ExtraArgs=extra)
    except (ClientError, S3UploadFailedError) as error:
        raise TransferError(f"ClientError: Data upload failed: {describe(error)}, S3 URL: {target}") from error


def describe(error: Exception) -> str:
    """One line about an error of the S3 client: code, HTTP status and message."""
    if not isinstance(error, ClientError):
        return str(error)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", "")
    return f"{error.response['Error'].get('Code')} ({status}): {error.response['Error'].get('Message')}"


def _keys(s3: Any, source: S3Uri) -> Iterator[str]:
    """Keys that start with the prefix, without the zero-byte markers by which the console shows folders."""
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=source.bucket, Prefix=source.key):
        for each in page.get("Contents", []):
            if not each["Key"].endswith("/"):
                yield each["Key"]
