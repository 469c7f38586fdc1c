"""Entry point of ``python -m sagemaker_workflows``."""

import sys

from sagemaker_workflows.cli import main

if __name__ == "__main__":
    sys.exit(main(program="python -m sagemaker_workflows"))
