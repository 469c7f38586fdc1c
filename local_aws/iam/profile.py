"""A configuration file of AWS with which the CDK CLI, the AWS CLI and every SDK reach a local AWS.

https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from local_aws.base.errors import LocalAwsError

#: Name of the profile in the file.
PROFILE = "local-aws"
_HEADER = "# Written by local-aws, for as long as it is up.\n"


def write(path: Path, settings: Mapping[str, str]) -> None:
    """Writes the profile to a file that nobody else can read.

    Args:
        path: The file; one that an earlier local AWS has left is replaced.
        settings: What stands in the profile.

    Raises:
        LocalAwsError: There is a file of somebody else's, or it cannot be written.
    """
    lines = "".join(f"{name} = {value}\n" for name, value in settings.items())
    try:
        if path.exists() and not path.read_text("utf-8", "replace").startswith(_HEADER):
            raise LocalAwsError(f"{path} is there already, and not written by local-aws: name another file")
        path.unlink(missing_ok=True)
        # With its mode from the start: nobody has opened it before it became private.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(f"{_HEADER}[profile {PROFILE}]\n{lines}")
    except OSError as error:
        raise LocalAwsError(f"{path}: cannot write the profile ({error.strerror})") from None


def variables(path: Path) -> str:
    """What to write before a command that is to use the file."""
    return f"AWS_CONFIG_FILE={path} AWS_PROFILE={PROFILE}"
