"""moto 5.2.5 checks permissions only after a number of calls, against resource ``*`` and without Conditions.

Its check (``moto/core/authorization.py``) knows the resources of S3 only, refuses signatures that are right (Lambda)
and takes every Condition for met. The change: each request is decided before moto's server dispatches it, whatever
its service, and moto's own check does nothing. The decision also tells moto the account of the request, which moto
takes from access keys of its own making only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from moto.core.authorization import ActionAuthenticatorMixin
from moto.moto_server.werkzeug_app import DomainDispatcherApplication

from local_aws.base.patching import Patches
from local_aws.iam.enforcement import Enforcement


def apply(patches: Patches, enforcement: Enforcement) -> None:
    """Puts the decision before moto's dispatcher and takes moto's own out."""

    def dispatch(self: Any, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        # Whose a request is, its signature alone says.
        environ.pop("HTTP_X_MOTO_ACCOUNT_ID", None)
        refusal = enforcement.refuse(environ)
        if refusal is not None:
            return refusal(environ, start_response)
        answer: Iterable[bytes] = stock(self, environ, start_response)
        return answer

    stock = patches.replace(DomainDispatcherApplication, "__call__", dispatch)

    def permit(self: Any, iam_request_cls: type, resource: str = "*") -> None:
        """The request was decided when it arrived."""

    patches.replace(ActionAuthenticatorMixin, "_authenticate_and_authorize_action", permit)
