"""Environments for the three wheels: built once, installed where nothing of the checkout can be seen."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from collections.abc import Iterator, Mapping
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
# https://github.com/aws/jsii-runtime: where it looks by default, with the user's home folder.
_JSII_CACHE = Path.home() / ".cache" / "aws" / "jsii" / "package-cache"
OURS = {"sagemaker-rules": "rules", "sagemaker-workflows": "constructs", "local-aws": "local_aws"}


def run(*command: object, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> str:
    """Standard output of a command that succeeds."""
    finished = subprocess.run(
        [str(each) for each in command], env=env, cwd=cwd, capture_output=True, text=True, check=False, timeout=600
    )
    assert finished.returncode == 0, f"{command}\n{finished.stdout}\n{finished.stderr}"
    return finished.stdout


def build(target: Path) -> Path:
    """Builds the wheels as `make dist` does."""
    folders = [ROOT / each for each in OURS.values()]
    run(*_PIP, "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", target, *folders)
    return target


class Environment:
    """A virtual environment of its own, without pip.

    Args:
        folder: Where it is made.
    """

    def __init__(self, folder: Path) -> None:
        venv.create(folder, with_pip=False, symlinks=True)
        self.bin = folder / "bin"
        self.python = self.bin / "python"
        [self.site] = (folder / "lib").glob("python*/site-packages")

    def install(self, *arguments: object) -> None:
        """Runs `pip install` for it."""
        run(*_PIP, "--python", self.python, "install", "--quiet", *arguments, env=_without_checkout())

    def lend(self, *names: Distribution) -> None:
        """Links files of distributions of this repository's environment, so that they need not be fetched again."""
        for each in names:
            for entry in {_top(Path(file)) for file in each.files or ()}:
                source = Path(str(each.locate_file(""))) / entry
                target = self.site / entry
                if source.exists() and not target.exists():
                    target.symlink_to(source)

    def declared(self, requirement: str) -> dict[str, Distribution]:
        """Everything that a requirement on our wheels brings, by their metadata alone.

        Ours are looked up here, all others in this repository's environment, whose versions must fit.
        """
        found: dict[str, Distribution] = {}
        seen: set[str] = set()
        waiting = [Requirement(requirement)]
        while waiting:
            each = waiting.pop()
            if str(each) in seen:
                continue
            seen.add(str(each))
            dist = self._ours(each.name) if each.name in OURS else distribution(each.name)
            assert each.specifier.contains(dist.version, prereleases=True), f"{each}: {dist.version}"
            found[each.name] = dist
            waiting += _needs(dist, each.extras)
        return found

    def _ours(self, name: str) -> Distribution:
        [dist] = Distribution.discover(name=name, path=[str(self.site)])
        return dist

    def run(self, command: str, *arguments: object, cwd: Path, path: str = "/nonexistent") -> str:
        """Runs one of its commands with nothing but ``path`` to look for others.

        What jsii unpacks of aws-cdk-lib is the user's; templates are not checked by aws-cdk-lib, which takes seconds.
        """
        quick = {"JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(_JSII_CACHE), "CDK_VALIDATION": "false"}
        return run(self.bin / command, *arguments, env={"PATH": path, "HOME": str(cwd), **quick}, cwd=cwd)

    def megabytes(self) -> float:
        """Size of what is installed."""
        return sum(each.stat().st_size for each in self.site.rglob("*") if each.is_file()) / 1e6


def _needs(dist: Distribution, extras: set[str]) -> Iterator[Requirement]:
    for text in dist.requires or ():
        requirement = Requirement(text)
        environments = [{"extra": each} for each in extras] or [{"extra": ""}]
        if requirement.marker is None or any(requirement.marker.evaluate(each) for each in environments):
            yield requirement


def _top(file: Path) -> str:
    return file.parts[0] if file.parts[0] not in ("..", "__pycache__") else "__none__"


def _without_checkout() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}


_PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check")
