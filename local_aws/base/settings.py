"""Where the one local AWS of this process listens and keeps its files, and what it takes for the default."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

REGION = "us-east-1"
ACCOUNT_ID = "123456789012"


@dataclass(frozen=True)
class Settings:
    """Facts that every part of the local AWS shares.

    Args:
        port: Loopback port of the endpoint.
        work_dir: Directory for job folders, logs, unpacked Lambda code and downloaded artifacts.
        region: The region of everything that names no other one.
        account_id: The account of the administrator ``local``, and of stacks that name no other one.
    """

    port: int
    work_dir: Path
    region: str = REGION
    account_id: str = ACCOUNT_ID

    @property
    def endpoint_url(self) -> str:
        """URL for ``AWS_ENDPOINT_URL``."""
        return f"http://127.0.0.1:{self.port}"
