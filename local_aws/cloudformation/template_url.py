"""The template that a TemplateURL names.

moto 5.2.5 reads one as ``/bucket/key`` only if its text holds ``localhost`` or an ``s3.`` host of AWS. For
``http://127.0.0.1:<port>/bucket/key``, which SDKs make of an endpoint that is an IP address, it looks for a bucket
named ``127``.
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from moto.cloudformation.exceptions import ValidationError
from moto.s3.exceptions import S3ClientError
from moto.s3.models import s3_backends

_PATH_STYLE = re.compile(r"localhost|[0-9.]+|\[.*\]|s3[.-].*")


def bucket_and_key(url: str) -> tuple[str, str]:
    """Bucket and key of a path-style or virtual-hosted S3 URL, of this endpoint or of AWS."""
    parts = urlsplit(url)
    path = unquote(parts.path).lstrip("/")
    if _PATH_STYLE.fullmatch(parts.hostname or ""):
        bucket, _, key = path.partition("/")
        return bucket, key
    return (parts.hostname or "").partition(".s3")[0], path


def template_of(template_url: str, account_id: str, partition: str) -> str:
    """Text of the template; raises moto's ValidationError if there is none."""
    bucket, key = bucket_and_key(template_url)
    try:
        found = s3_backends[account_id][partition].get_object(bucket, key)
    except S3ClientError as error:
        raise ValidationError(message=f"S3 error: {error.message} ({template_url})") from error
    if found is None:
        raise ValidationError(message=f"S3 error: The specified key does not exist. ({template_url})")
    return bytes(found.value).decode()
