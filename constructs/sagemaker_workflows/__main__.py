"""Entry point of ``python -m sagemaker_workflows``."""

import sys

from sagemaker_workflows.cli import main

sys.exit(main())
