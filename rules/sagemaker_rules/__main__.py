"""Entry point of ``python -m sagemaker_rules``."""

import sys

from sagemaker_rules.cli import main

if __name__ == "__main__":
    sys.exit(main(program="python -m sagemaker_rules"))
