"""A local AWS in the test process, one per module: it starts with an empty account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from local_aws import LocalAws
    from local_aws.sagemaker import SageMaker

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Finished:
    """A command that has ended."""

    returncode: int
    stdout: str
    stderr: str

    def error(self) -> str:
        """The one line that a user's mistake leaves."""
        assert self.returncode != 0
        assert self.stdout == ""
        [line] = [line for line in self.stderr.splitlines() if not line.startswith("✓")]
        assert line.startswith("error: ")
        return line


@pytest.fixture
def command_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Finished]:
    """Runs a command of the local AWS in this process, in the directory of this app or another one."""
    from local_aws.commands.cli import main

    def run(*arguments: object, cwd: Path = ROOT) -> Finished:
        monkeypatch.chdir(cwd)
        capsys.readouterr()
        code = main([str(each) for each in arguments])
        told = capsys.readouterr()
        return Finished(code, told.out, told.err)

    return run


@pytest.fixture(scope="module")
def local_aws(aws: LocalAws) -> str:
    """Its endpoint's URL."""
    return aws.endpoint_url


@pytest.fixture
def sagemaker(aws: LocalAws) -> SageMaker:
    """Its SageMaker."""
    return aws.sagemaker
