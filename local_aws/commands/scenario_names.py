"""The scenarios that an app has, as its cdk.json names them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from local_aws.app.assembly import read_json
from local_aws.base.errors import LocalAwsError

#: Key of cdk.json that holds what the local AWS is told; the CDK ignores it.
KEY = "local-aws"
_SCENARIOS = "scenarios"


def scenario_files(directory: Path) -> Mapping[str, Path]:
    """Name and file of each scenario of the app in a directory.

    They stand in ``cdk.json`` as ``{"local-aws": {"scenarios": {"NAME": "file.py"}}}``.

    Raises:
        LocalAwsError: They are written otherwise.
    """
    told = read_json(directory / "cdk.json").get(KEY, {})
    if not isinstance(told, dict) or (unknown := [key for key in told if key != _SCENARIOS]):
        problem = f"unknown key {unknown[0]!r}" if isinstance(told, dict) else "not an object"
        raise LocalAwsError(f'cdk.json: {KEY}: {problem}; write {{"{_SCENARIOS}": {{"NAME": "file.py"}}}}')
    files = told.get(_SCENARIOS, {})
    if not isinstance(files, dict) or not all(isinstance(file, str) and file for file in files.values()):
        raise LocalAwsError(f'cdk.json: {KEY}: {_SCENARIOS}: write {{"NAME": "file.py"}}')
    return {name: Path(file) for name, file in files.items()}
