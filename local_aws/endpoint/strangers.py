"""Requests that a web page has sent, and what moto answers to anybody: refused before anything is parsed.

A page of any origin can send requests to the loopback interface, by a form without asking first, and by a name of its
own that it lets point there (DNS rebinding) as if they were of its own origin.
https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
"""

from __future__ import annotations

from typing import Any, Final

from werkzeug.wrappers import Response

from local_aws.iam.wire import is_loopback

# By these moto shows and resets what it holds, without asking for a signature.
_PATHS_OF_MOTO: Final = ("/moto-api", "/favicon.ico")
_OF_NO_OTHER_PAGE: Final = ("same-origin", "none")


def refuse(environ: Any) -> Response | None:
    """The refusal of a request that no program of the owner's sends; None for any other.

    Args:
        environ: The WSGI environment.
    """
    reason = _reason(environ)
    if reason is None:
        return None
    # What is left of its body is not read: the connection ends.
    return Response(f"the local AWS refuses this: {reason}\n", 403, {"Connection": "close"}, mimetype="text/plain")


def _reason(environ: Any) -> str | None:
    host = environ.get("HTTP_HOST", "")
    if not is_loopback(host):
        return "its Host is not the loopback interface (127.0.0.1, localhost, *.localhost)"
    origin = environ.get("HTTP_ORIGIN")
    if origin is not None and origin.lower() != f"http://{host}".lower():
        return "it comes from a web page of another origin"
    if environ.get("HTTP_SEC_FETCH_SITE", "none").strip().lower() not in _OF_NO_OTHER_PAGE:
        return "it comes from a web page of another site"
    if environ.get("PATH_INFO", "").startswith(_PATHS_OF_MOTO):
        return "moto's own interface is closed"
    return None
