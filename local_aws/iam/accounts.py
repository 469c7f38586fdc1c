"""Accounts: who is the administrator of which, and which one a resource belongs to.

The account of a request follows from its access key. Those of role sessions are known to moto; that of an account's
administrator is the account's id, so that any account can be used without making it first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from moto.s3.models import s3_backends

#: Access key of the administrator of the default account.
DEFAULT_ADMINISTRATOR = "local"

_ACCOUNT = re.compile(r"\d{12}")
_MENTION = re.compile(rb"(?<!\d)\d{12}(?!\d)")


def administered(access_key: str) -> str | None:
    """The account whose administrator has this access key; None for any other key."""
    return access_key if _ACCOUNT.fullmatch(access_key) else None


def account_of_arn(arn: str) -> str | None:
    """The account in an ARN; None where there is none, as in the ARN of a bucket."""
    parts = arn.split(":", 5)
    return parts[4] if len(parts) > 5 and _ACCOUNT.fullmatch(parts[4]) else None


def owner_of_bucket(name: str) -> str | None:
    """The account that owns a bucket; None if there is no such bucket."""
    found = s3_backends.bucket_accounts.get(name)
    return found[1] if found else None


def region_of_bucket(name: str) -> str:
    """The region of a bucket that exists."""
    partition, account = s3_backends.bucket_accounts[name]
    # moto's S3 has one backend for all regions of a partition.
    return str(s3_backends[account][partition].get_bucket(name).region_name)


def mentioned(texts: Iterable[bytes]) -> set[str]:
    """Everything in the texts that could be the id of an account."""
    return {match.decode() for text in texts for match in _MENTION.findall(text)}
