"""An answer with its type and status, which ``output_fn`` may return instead of text."""

from __future__ import annotations


class Response:
    """An answer.

    Args:
        response: Its body.
        status: Its HTTP status; default: 200.
        headers: Further headers, which are not sent.
        mimetype: Its content type; default: ``application/json``.
        content_type: The same.
    """

    def __init__(
        self,
        response: str | bytes | None = None,
        status: int | None = None,
        headers: object = None,
        mimetype: str | None = None,
        content_type: str | None = None,
    ) -> None:
        self.response = b"" if response is None else response
        self.status_code = status or 200
        self.mimetype = mimetype or content_type or "application/json"
        self.content_type = self.mimetype
