"""The error that ends the lineage command in one line."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError


class LineageError(Exception):
    """A version that cannot be traced; the text says what failed and what to do."""


def reason(error: ClientError | BotoCoreError) -> str:
    """Why a call failed, in one line."""
    if isinstance(error, ClientError):
        told = error.response.get("Error", {})
        text = f"{error.operation_name}: {told.get('Code', 'error')}: {told.get('Message', '')}"
    else:
        text = str(error)
    return " ".join(text.split())
