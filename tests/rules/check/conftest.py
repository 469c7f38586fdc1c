"""Definitions that the check must let pass, and what it says of a definition."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sagemaker_rules.check import StateFinding
from sagemaker_rules.check.command import findings_of_document
from sagemaker_rules.check.documents import Document

HERE = Path(__file__).parent


def definition(name: str) -> dict[str, Any]:
    """A definition of ``documented/`` or ``legal/`` by name."""
    [path] = HERE.glob(f"*/{name}.asl.json")
    document: dict[str, Any] = json.loads(path.read_text())
    return document


def findings_of(document: dict[str, Any], *, is_express: bool = False) -> list[StateFinding]:
    """What the command would say of the definition."""
    return list(findings_of_document(Document("file", document, is_express)))


def errors(found: list[StateFinding]) -> list[StateFinding]:
    """Those that make the command fail."""
    return [finding for finding in found if not finding.is_warning]


@pytest.fixture
def documented() -> list[Path]:
    return sorted((HERE / "documented").glob("*.asl.json"))
