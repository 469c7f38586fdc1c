"""What the three packages say about themselves, and how this repository pins what they need."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

import local_aws
import sagemaker_rules
import sagemaker_workflows
from tests.packages.wheels import OURS, ROOT

PINS = [ROOT / "requirements.txt", ROOT / "requirements-dev.txt"]
LINK = re.compile(r"\]\((?!https://)([^)]*)\)")
INSTALL = re.compile(r"(?:pip|uv|pipx)3? (?:pip )?install\b[^`\n]*")


def metadata(folder: str) -> dict[str, Any]:
    project: dict[str, Any] = tomllib.loads((ROOT / folder / "pyproject.toml").read_text())["project"]
    return project


def _pins(path: Path) -> dict[str, str]:
    lines = [line.split("  #")[0].split("\\")[0].split(";")[0].strip() for line in path.read_text().splitlines()]
    requirements = [Requirement(line) for line in lines if "==" in line and not line.startswith(("#", "-"))]
    return {each.name.lower(): str(each.specifier) for each in requirements}


def test_the_packages_go_by_one_version() -> None:
    assert {each.__version__ for each in (local_aws, sagemaker_rules, sagemaker_workflows)} == {"0.2.0"}


@pytest.mark.parametrize("name", OURS)
def test_a_package_of_ours_is_asked_for_in_its_minor_version(name: str) -> None:
    project = metadata(OURS[name])
    extras = [each for extra in project.get("optional-dependencies", {}).values() for each in extra]
    for text in [*project["dependencies"], *extras]:
        requirement = Requirement(text)
        if requirement.name in OURS:
            assert str(requirement.specifier) == "<0.3,>=0.2.0"


@pytest.mark.parametrize("name", OURS)
def test_a_description_has_no_links_that_an_index_cannot_follow(name: str) -> None:
    assert LINK.findall((ROOT / OURS[name] / "README.md").read_text()) == []


@pytest.mark.parametrize("name", OURS)
def test_a_package_carries_the_licence_of_the_repository(name: str) -> None:
    assert (ROOT / OURS[name] / "LICENSE").read_text() == (ROOT / "LICENSE").read_text()


def test_constructs_is_no_package() -> None:
    # It would hide the package `constructs` of the index.
    assert not (ROOT / "constructs/__init__.py").exists()


def test_the_lock_has_the_pins_and_a_hash_for_each_of_its_lines() -> None:
    locked = _pins(ROOT / "requirements-lock.txt")
    pinned = {name: pin for path in PINS for name, pin in _pins(path).items()}
    assert {name: locked.get(name) for name in pinned} == pinned, "make lock"
    entries = re.split(r"\n(?=[a-zA-Z])", (ROOT / "requirements-lock.txt").read_text())[1:]
    assert [each.split("\n")[0] for each in entries if "--hash=sha256:" not in each] == []


def test_no_text_installs_a_package_of_ours_from_the_public_index() -> None:
    texts = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob(".github/**/*.yml")]
    texts += [
        each for folder in (*OURS.values(), "containers", "lambda") for each in (ROOT / folder).rglob("*.[pm][yd]")
    ]
    found = [
        f"{path.relative_to(ROOT)}: {command}"
        for path in texts
        for command in INSTALL.findall(path.read_text(encoding="utf-8"))
        if any(name in command for name in (*OURS, "sagemaker_workflows")) and "--find-links" not in command
    ]
    assert found == []
