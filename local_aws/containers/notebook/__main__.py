"""The command of the image: ``python -m local_aws.containers.notebook``."""

from __future__ import annotations

import sys

from local_aws.containers.notebook.run import main

if __name__ == "__main__":
    sys.exit(main())
