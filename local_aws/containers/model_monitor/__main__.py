"""The image's entrypoint: ``python -m local_aws.containers.model_monitor``, set up by the job's Environment."""

from __future__ import annotations

import os
import sys

from local_aws.containers import analysis_job
from local_aws.containers.model_monitor import analyzer

if __name__ == "__main__":
    sys.exit(analysis_job.run(lambda: analyzer.analyze(os.environ)))
