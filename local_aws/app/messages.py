"""What an app says of its own stacks while it is synthesized: annotations, and what its validation plugins found.

The CDK CLI refuses to deploy a stack with an error: https://docs.aws.amazon.com/cdk/v2/guide/annotations.html and
https://docs.aws.amazon.com/cdk/v2/guide/policy-validation-synthesis.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from local_aws.base.errors import LocalAwsError

#: With this context an app ends well whatever its plugins find; like us, the CDK CLI then reads their report and judges
#: the stacks that it is about.
SYNTHESIZE_ALL_THE_SAME: Final = {"@aws-cdk/core:failSynthOnValidationErrors": False}
_REPORT = "validation-report.json"
_LEVELS: Final = {"aws:cdk:error": "error", "aws:cdk:warning": "warning", "aws:cdk:info": "info"}


@dataclass(frozen=True)
class Message:
    """One annotation.

    Args:
        level: ``error``, ``warning`` or ``info``.
        path: Path of the construct, as in ``Stack/Training``.
        text: What the construct says.
    """

    level: str
    path: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}: {self.text}"


def validation_report(directory: Path) -> Sequence[Mapping[str, Any]]:
    """What each validation plugin of an app found; the report lies in the directory of the app, also for its stages."""
    report = directory / _REPORT
    plugins: Sequence[Mapping[str, Any]] = ()
    if report.is_file():
        plugins = json.loads(report.read_text()).get("pluginReports", [])
    return plugins


def read(
    directory: Path, artifact: Mapping[str, Any], plugins: Sequence[Mapping[str, Any]] = ()
) -> tuple[Message, ...]:
    """The messages of a stack's artifact; newer versions of the CDK keep them in a file beside the manifest.

    Args:
        directory: Directory of the assembly.
        artifact: The stack in its manifest.
        plugins: As :func:`validation_report` gives it.
    """
    found: dict[str, Any] = dict(artifact.get("metadata", {}))
    if file := artifact.get("additionalMetadataFile"):
        found |= json.loads((directory / file).read_text())
    messages = (
        Message(_LEVELS[entry["type"]], path.removeprefix("/"), _text(entry.get("data")))
        for path, entries in found.items()
        for entry in entries
        if entry.get("type") in _LEVELS
    )
    # A construct may say the same twice, and the report repeats annotations.
    return tuple(dict.fromkeys([*messages, *_violations(plugins, artifact.get("displayName", ""))]))


def _violations(plugins: Sequence[Mapping[str, Any]], stack: str) -> Iterator[Message]:
    """What the plugins of the app found in a stack, by its path."""
    for plugin in plugins:
        for violation in plugin.get("violations", []):
            level = "error" if violation.get("severity", "error") in ("error", "fatal") else "warning"
            rule = "" if "cdk:annotation" in violation.get("ruleMetadata", {}) else f"{violation['ruleName']}: "
            for construct in violation.get("violatingConstructs", []):
                path = construct.get("constructPath", "")
                if path == stack or path.startswith(f"{stack}/"):
                    yield Message(level, path, f"{rule}{violation['description']}")


def refuse_errors(stack: str, messages: Iterable[Message]) -> None:
    """Raises LocalAwsError if there is an error among the messages of a stack, as ``cdk deploy`` refuses it."""
    errors = [each for each in messages if each.level == "error"]
    if errors:
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        raise LocalAwsError(f"stack {stack} has an error, which stops cdk deploy as well: {errors[0]}{more}")


def _text(data: Any) -> str:
    return data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
