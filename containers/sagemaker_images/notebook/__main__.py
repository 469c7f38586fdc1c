"""The command of the image: ``python -m sagemaker_images.notebook``."""

from __future__ import annotations

import sys

from sagemaker_images.notebook.run import main

if __name__ == "__main__":
    sys.exit(main())
