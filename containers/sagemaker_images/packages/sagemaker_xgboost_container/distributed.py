"""Training on several machines: here there is one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any


def rabit_run(
    exec_fun: Callable[..., Any],
    args: Mapping[str, Any],
    include_in_training: bool,
    hosts: Sequence[str],
    current_host: str,
    update_rabit_args: bool = False,
    **others: Any,
) -> None:
    """Calls ``exec_fun`` on the only host, as its master."""
    if len(hosts) > 1:
        raise NotImplementedError("the local AWS trains on one instance")
    if include_in_training:
        exec_fun(**args, **({"is_master": True} if update_rabit_args else {}))
