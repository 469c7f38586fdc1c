"""``python -m local_aws``."""

from __future__ import annotations

from local_aws.commands.cli import run_program

if __name__ == "__main__":
    run_program(program="python -m local_aws")
