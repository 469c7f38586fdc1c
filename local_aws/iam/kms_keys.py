"""Which key an id, an alias, an ARN or a ciphertext stands for.

https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id
"""

from __future__ import annotations

from moto.kms.models import KmsBackend, kms_backends
from moto.kms.utils import _deserialize_ciphertext_blob
from moto.utilities.utils import get_partition

from local_aws.iam.accounts import account_of_arn

#: ``ServerSideEncryption`` of objects that are encrypted with a key of KMS.
ALGORITHM = "aws:kms"
#: Alias of the key that S3 takes when none is named.
S3_MANAGED = "alias/aws/s3"


def arn_of(name: str | None, account: str, region: str) -> str | None:
    """ARN of a key.

    Args:
        name: Id, alias, or ARN of either; None is the AWS managed key of S3.
        account: Account in which an id or an alias counts.
        region: Region of the key.

    Returns:
        The ARN; None for an alias that does not exist. An id is not looked up.
    """
    name = name or S3_MANAGED
    owner = account_of_arn(name) or account
    if "alias/" in name:
        key_id = kms_backends[owner][region].get_key_id_from_alias(f"alias/{name.partition('alias/')[2]}")
        return None if key_id is None else _arn(key_id, owner, region)
    return name if name.startswith("arn:") else _arn(name, owner, region)


def is_aws_managed(arn: str) -> bool:
    """Whether a key is managed by AWS, so that only its own account can use it."""
    region, account, name = arn.split(":", 5)[3:]
    key = kms_backends[account][region].keys.get(name.removeprefix("key/"))
    return key is not None and any(alias.startswith("alias/aws/") for alias in key.aliases)


def aliases(arn: str) -> tuple[str, ...]:
    """Aliases of a key, as in ``alias/models``: the condition key ``kms:ResourceAliases``."""
    region, account, name = arn.split(":", 5)[3:]
    key = kms_backends[account][region].keys.get(name.removeprefix("key/"))
    return tuple(sorted(key.aliases)) if key is not None else ()


def arn_of_ciphertext(ciphertext: bytes, region: str) -> str | None:
    """ARN of the key that encrypted a ciphertext, in whichever account it is; None if there is no such key."""
    try:
        key_id = _deserialize_ciphertext_blob(ciphertext).key_id
    # Whatever is no ciphertext fails in its own way.
    except Exception:
        return None
    for account in list(kms_backends):
        backend: KmsBackend = kms_backends[account][region]
        if key_id in backend.keys:
            return _arn(key_id, account, region)
    return None


def _arn(key_id: str, account: str, region: str) -> str:
    return f"arn:{get_partition(region)}:kms:{region}:{account}:key/{key_id}"
