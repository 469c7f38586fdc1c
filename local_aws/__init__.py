"""An embedded AWS that deploys a CDK cloud assembly and really runs its state machines, without an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local_aws.endpoint.local_aws import LocalAws

__all__ = ["LocalAws", "__version__"]

__version__ = "0.2.0"


def __getattr__(name: str) -> Any:
    # Not at the top: a command that only reads its options does not wait for what a start needs.
    if name == "LocalAws":
        from local_aws.endpoint.local_aws import LocalAws

        return LocalAws
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
