"""``python -m local_aws``."""

from __future__ import annotations

import sys

from local_aws.commands.cli import main

if __name__ == "__main__":
    sys.exit(main(program="python -m local_aws"))
