"""The image's entrypoint: ``python -m local_aws.containers.clarify``; its settings are in ``analysis_config.json``."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from local_aws.containers import analysis_job
from local_aws.containers.clarify import analyzer


def main(environment: Mapping[str, str]) -> int:
    """Runs the analysis; returns the exit status. ``baseline_constraints`` names an earlier ``analysis.json``."""
    given = environment.get("baseline_constraints")
    baseline = Path(given) if given else None
    folder = analysis_job.base() / "processing"
    return analysis_job.run(lambda: analyzer.analyze(folder, baseline_constraints=baseline))


if __name__ == "__main__":
    sys.exit(main(os.environ))
