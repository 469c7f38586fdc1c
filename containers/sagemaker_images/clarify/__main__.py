"""The image's entrypoint: ``python -m sagemaker_images.clarify``; its settings are in ``analysis_config.json``."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from sagemaker_images import analysis_job
from sagemaker_images.clarify import analyzer


def main(environment: Mapping[str, str]) -> int:
    """Runs the analysis; returns the exit status. ``baseline_constraints`` names an earlier ``analysis.json``."""
    given = environment.get("baseline_constraints")
    baseline = Path(given) if given else None
    folder = analysis_job.base() / "processing"
    return analysis_job.run(lambda: analyzer.analyze(folder, baseline_constraints=baseline))


if __name__ == "__main__":
    sys.exit(main(os.environ))
