"""What the check found, in the forms that people and programs read."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from sagemaker_rules.check.findings import StateFinding


@dataclass(frozen=True)
class Reported:
    """A finding with its place in a file.

    Args:
        file: The file.
        label: The file, and the logical id where it is a template.
        line: From 1.
        column: From 1.
        finding: What is wrong.
    """

    file: str
    label: str
    line: int
    column: int
    finding: StateFinding

    @property
    def level(self) -> str:
        """``error`` or ``warning``."""
        return "warning" if self.finding.is_warning else "error"


def text(found: Sequence[Reported]) -> str:
    """One line a finding."""
    return "".join(f"{each.label}:{each.line}:{each.column}: {each.finding}\n" for each in found)


def as_json(found: Sequence[Reported]) -> str:
    """A list of objects."""
    rows = [
        {
            "file": each.file,
            "machine": each.label,
            "line": each.line,
            "column": each.column,
            "state": each.finding.state,
            "path": each.finding.path,
            "rule": each.finding.rule,
            "level": each.level,
            "message": each.finding.message,
        }
        for each in found
    ]
    return json.dumps(rows, indent=2, ensure_ascii=False) + "\n"


def github(found: Sequence[Reported]) -> str:
    """Commands of a workflow of GitHub Actions, which shows them beside the line."""
    return "".join(
        f"::{each.level} file={_property(each.file)},line={each.line},col={each.column},"
        f"title={_property(each.finding.rule)}::{_data(f'{each.finding.state}: {each.finding.message}')}\n"
        for each in found
    )


def sarif(found: Sequence[Reported]) -> str:
    """SARIF 2.1.0, which code scanning of GitHub and editors read."""
    from sagemaker_rules.rulebook import RULES

    used = sorted({each.finding.rule for each in found})
    rules = [
        {"id": name, "shortDescription": {"text": RULES[name].says}, "helpUri": RULES[name].source}
        if name in RULES
        else {"id": name}
        for name in used
    ]
    driver = {"name": "sagemaker-rules", "informationUri": "https://states-language.net", "rules": rules}
    run = {"tool": {"driver": driver}, "results": [_result(each) for each in found]}
    document = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _result(each: Reported) -> dict[str, Any]:
    place = {
        "artifactLocation": {"uri": quote(each.file)},
        "region": {"startLine": each.line, "startColumn": each.column},
    }
    logical = {"fullyQualifiedName": each.finding.path, "name": each.finding.state}
    return {
        "ruleId": each.finding.rule,
        "level": each.level,
        "message": {"text": each.finding.message},
        "locations": [{"physicalLocation": place, "logicalLocations": [logical]}],
    }


def _data(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")


FORMATS: Mapping[str, Callable[[Sequence[Reported]], str]] = {
    "text": text,
    "json": as_json,
    "sarif": sarif,
    "github": github,
}
