"""Prints for each fault of stock moto that a patch mends whether it is still there; to be run in its own process."""

from __future__ import annotations

import functools
import importlib
import json
from pathlib import Path
from typing import Any

import botocore.session

# Each session, of which moto makes many, would read the same files again.
botocore.session.create_loader = functools.cache(botocore.session.create_loader)


def tables() -> dict[str, Any]:
    """The checks by the module of their patch, below ``local_aws``."""
    names = sorted(each.stem for each in Path(__file__).parent.glob("faults_of_*.py"))
    return {module: checks for name in names for module, checks in importlib.import_module(name).FAULTS.items()}


if __name__ == "__main__":
    print(
        json.dumps({f"{module}: {check.__name__}": check() for module, checks in tables().items() for check in checks})
    )
