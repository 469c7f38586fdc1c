"""moto 5.2.5 takes every access key that it has not made for one of its default account.

So nobody can act in another account before a role or user is there. The change: an access key that is the id of an
account belongs to the administrator of that account.
"""

from __future__ import annotations

from moto.iam import models

from local_aws.iam.accounts import administered
from local_aws.patching import replace


def apply() -> None:
    """Replaces the look-up of a key's account."""

    def get_account_id_from(access_key: str) -> str:
        return administered(access_key) or str(original(access_key))

    original = replace(models, "get_account_id_from", get_account_id_from)
