"""The image's entrypoint: ``python -m sagemaker_images.model_monitor``, set up by the job's Environment."""

from __future__ import annotations

import os
import sys

from sagemaker_images import analysis_job
from sagemaker_images.model_monitor import analyzer

if __name__ == "__main__":
    sys.exit(analysis_job.run(lambda: analyzer.analyze(os.environ)))
