"""What the runner needs to know of a Lambda function, and what an invocation gives."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Function:
    """A Lambda function with a zip package.

    Args:
        name: Name of the function.
        arn: ARN, with the qualifier of a published version.
        role_arn: Execution role.
        runtime: Runtime identifier, as in ``python3.14``.
        handler: As in ``index.handler``.
        code: The zip package.
        code_sha256: Digest of the package.
        log_group: Log group for its output.
        environment: Environment variables.
        timeout: Seconds.
        memory: MiB; told to the function, not enforced.
        version: Version, or ``$LATEST``.
        region: Region of the function.
        layers: ARNs of the layer versions.
        package_type: ``Zip`` or ``Image``.
    """

    name: str
    arn: str
    role_arn: str
    runtime: str
    handler: str
    code: bytes = field(repr=False)
    code_sha256: str
    log_group: str
    environment: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 3
    memory: int = 128
    version: str = "$LATEST"
    region: str = "us-east-1"
    layers: tuple[str, ...] = ()
    package_type: str = "Zip"


@dataclass(frozen=True)
class Outcome:
    """The end of an invocation.

    Args:
        payload: JSON text: what the handler returned, or ``errorType``, ``errorMessage`` and what else there is.
        failed: Whether the function failed (``FunctionError: Unhandled``).
        log: The last 4 KiB of the log.
    """

    payload: str
    failed: bool
    log: str

    @property
    def reason(self) -> str:
        """Type and message of the error of one that failed."""
        found = json.loads(self.payload)
        return ": ".join(str(found[each]) for each in ("errorType", "errorMessage") if found.get(each)) or self.payload
