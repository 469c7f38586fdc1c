"""moto 5.2.5 parses AWS's managed policies anew for each IAM backend, 0.2 s each time, or has none of them.

It makes a backend for each account and partition, and all of them again at each reset. The change: they are parsed once
in a process, when somebody first asks an account for its policies.
"""

from __future__ import annotations

import functools
import json
import threading
from collections import UserDict, UserList
from collections.abc import Callable
from datetime import datetime
from typing import Any

from moto.iam.models import AWSManagedPolicy, IAMBackend, ManagedPolicy

from local_aws.base.patching import Patches


@functools.cache
def _published() -> tuple[tuple[str, str, str, str, datetime, datetime], ...]:
    """Name, default version, path, document and times of each policy, as moto publishes them."""
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    return tuple(
        (
            name,
            each["DefaultVersionId"],
            each["Path"],
            json.dumps(each["Document"]),
            datetime.fromisoformat(each["CreateDate"]),
            datetime.fromisoformat(each["UpdateDate"]),
        )
        for name, each in json.loads(aws_managed_policies_data).items()
    )


class _Lazy:
    """Makes ``data`` when it is first asked for, once for all threads."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._lock = threading.RLock()

    def __getattr__(self, name: str) -> Any:
        if name != "data":
            raise AttributeError(name)
        with self._lock:
            if "data" not in vars(self):
                self.data = self._make()
            return vars(self)["data"]


class _LazyList(_Lazy, UserList[ManagedPolicy]):
    """A list that is made when it is first asked for."""


class _LazyDict(_Lazy, UserDict[str, ManagedPolicy]):
    """A dictionary that is made when it is first asked for."""


def apply(patches: Patches) -> None:
    """Gives each backend AWS's policies, made when they are first asked for."""

    def aws_policies(self: IAMBackend) -> Any:
        account, region = self.account_id, self.region_name
        return _LazyList(lambda: [_policy(account, region, *each) for each in _published()])

    def policies(self: IAMBackend) -> Any:
        found = self.aws_managed_policies
        return _LazyDict(lambda: {each.arn: each for each in found})

    patches.replace(IAMBackend, "_init_aws_policies", aws_policies)
    patches.replace(IAMBackend, "_init_managed_policies", policies)


def _policy(
    account: str, region: str, name: str, version: str, path: str, document: str, created: datetime, updated: datetime
) -> Any:
    # Any: to a type checker the class is abstract.
    make: Any = AWSManagedPolicy
    return make(
        name,
        account_id=account,
        region=region,
        default_version_id=version,
        path=path,
        document=document,
        create_date=created,
        update_date=updated,
    )
