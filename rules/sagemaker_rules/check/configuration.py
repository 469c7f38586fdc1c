"""Findings that a project lets stand, in a configuration file: by rule, file and place, each with a reason.

In ``.sagemaker-rules.toml``, or with ``tool.sagemaker-rules.`` before it in ``pyproject.toml``::

    [[allow]]
    rule = "reused-name"
    file = "workflows/*.asl.json"  # a pattern, from the folder of the configuration; default: every file
    place = "Train"                # a state, a step, or a pattern of paths; default: everywhere
    reason = "the input names the job"
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from sagemaker_rules.check.findings import StateFinding

_NAMES = (".sagemaker-rules.toml", "pyproject.toml")
_TOOL = "sagemaker-rules"
_KEYS = ("rule", "file", "place", "reason")
_ENTRY = re.compile(r"^[ \t]*\[\[[ \t]*(?:tool\.(?:sagemaker-rules|\"sagemaker-rules\")\.)?allow\s*\]\]", re.MULTILINE)
#: Stands in findings for the state.
WHERE = "(configuration)"


class ConfigurationError(ValueError):
    """A configuration that cannot be read; the message is one line, with the file."""


@dataclass
class Allowance:
    """One entry.

    Args:
        rule: Id of the rule.
        file: Pattern of files; empty: every file.
        place: State, step or pattern of paths; empty: everywhere.
        reason: Why.
        met: Whether a file that it is about was checked.
        used: Whether it has let a finding stand.
    """

    rule: str
    file: str
    place: str
    reason: str
    met: bool = False
    used: bool = False

    def is_about(self, finding: StateFinding) -> bool:
        """Whether a finding in its files is let stand."""
        if finding.rule != self.rule:
            return False
        # Brackets are indices of lists, not classes of characters.
        pattern = self.place.replace("[", "[[]")
        return not self.place or self.place == finding.state or fnmatchcase(finding.path, pattern)


@dataclass
class Configuration:
    """The entries of a configuration file.

    Args:
        path: The file; None where there is none.
        entries: As they stand there.
        lines: The line of each.
    """

    path: Path | None = None
    entries: list[Allowance] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    def without_allowed(self, file: str, findings: Iterable[StateFinding]) -> list[StateFinding]:
        """The findings in a file that no entry lets stand."""
        if not self.entries:
            return list(findings)
        here = [each for each in self.entries if self._is_in(each.file, file)]
        for each in here:
            each.met = True
        return [finding for finding in findings if not _is_allowed(finding, here)]

    def _is_in(self, pattern: str, file: str) -> bool:
        assert self.path is not None
        try:
            relative = Path(file).resolve().relative_to(self.path.resolve().parent)
        except ValueError:  # elsewhere
            return not pattern
        return not pattern or fnmatchcase(relative.as_posix(), pattern)

    def findings(self) -> Iterator[tuple[int, StateFinding]]:
        """What is wrong with the entries themselves, each with its line; once the files have been checked."""
        for index, (each, line) in enumerate(zip(self.entries, self.lines, strict=True)):
            place = f"allow[{index}]"
            if problem := problem_of(each.rule, each.reason, "write reason"):
                yield line, StateFinding(WHERE, place, "suppression", problem)
            elif each.met and not each.used:
                yield line, StateFinding(WHERE, place, "suppression", unused(each.rule), is_warning=True)


def _is_allowed(finding: StateFinding, entries: Iterable[Allowance]) -> bool:
    for each in entries:
        if each.reason and each.is_about(finding):
            each.used = True
            return True
    return False


def problem_of(rule: str, reason: str | None, remedy: str) -> str:
    """What is wrong with an allowance wherever it stands; empty where nothing is."""
    from sagemaker_rules.rulebook import RULES

    if rule not in RULES:
        close = difflib.get_close_matches(rule, RULES, n=1)
        return f"allows {rule!r}, and there is no such rule; {f'write {close[0]}' if close else 'see docs/rules.md'}"
    return "" if reason else f"allows {rule} without a reason; {remedy}"


def unused(rule: str) -> str:
    """What is said of an allowance that nothing needs."""
    return f"allows {rule}, and nothing breaks it here; take it out"


def configuration(path: str | None, folder: Path) -> Configuration:
    """The configuration of a project.

    Args:
        path: Its file; default: the nearest in ``folder`` and the folders around it.
        folder: Where the command runs.

    Raises:
        ConfigurationError: The file cannot be read, or its entries have not the form above.
    """
    if path is not None:
        return _read(Path(path), is_named=True)
    for each in (folder, *folder.parents):
        for name in _NAMES:
            file = each / name
            if file.is_file() and (name == _NAMES[0] or _TOOL in file.read_text(encoding="utf-8", errors="replace")):
                return _read(file, is_named=False)
    return Configuration()


def _read(path: Path, *, is_named: bool) -> Configuration:
    try:
        text = path.read_text(encoding="utf-8")
        content: Any = tomllib.loads(text)
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as error:  # no UTF-8, or no TOML
        raise ConfigurationError(f"{path}: is no TOML: {error}") from error
    if path.name == "pyproject.toml" or (is_named and "tool" in content):
        tools = content.get("tool")
        content = tools.get(_TOOL, {}) if isinstance(tools, Mapping) else {}
    unknown = sorted(set(content) - {"allow"}) if isinstance(content, Mapping) else ["it"]
    if unknown:
        raise ConfigurationError(f"{path}: {unknown[0]} is not a setting; write [[allow]]")
    entries = content.get("allow", [])
    if not isinstance(entries, list):
        raise ConfigurationError(f"{path}: allow is no list of tables; write [[allow]]")
    lines = [text.count("\n", 0, match.start()) + 1 for match in _ENTRY.finditer(text)]
    lines = (lines + [1] * len(entries))[: len(entries)]
    return Configuration(path, [_entry(path, index, each) for index, each in enumerate(entries)], lines)


def _entry(path: Path, index: int, entry: Any) -> Allowance:
    where = f"{path}: allow[{index}]"
    if not isinstance(entry, Mapping) or not isinstance(entry.get("rule"), str):
        raise ConfigurationError(f"{where}: has no rule, a text; write one of docs/rules.md")
    for key, value in entry.items():
        if key not in _KEYS:
            raise ConfigurationError(f"{where}: {key} is not a key; write one of {', '.join(_KEYS)}")
        if not isinstance(value, str):
            raise ConfigurationError(f"{where}: {key} is {value!r}; write a text")
    rule, file, place, reason = (str(entry.get(key, "")).strip() for key in _KEYS)
    return Allowance(rule, file, place, reason)
