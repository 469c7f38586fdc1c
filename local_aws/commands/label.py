"""``label``: supplies the output manifest that a labeling job waits for."""

from __future__ import annotations

from pathlib import Path

import click

from local_aws.base.errors import LocalAwsError
from local_aws.commands.arguments import PATH


@click.command()
@click.argument("job_name")
@click.option("--manifest", required=True, type=PATH, help="Output manifest: one JSON object a line.")
@click.option(
    "--endpoint-url",
    envvar="AWS_ENDPOINT_URL",
    default="http://127.0.0.1:5000",
    show_default=True,
    help="The local AWS that runs the job, as `run` and `serve` print it.",
)
def label(job_name: str, manifest: Path, endpoint_url: str) -> bool:
    """Supply the output manifest that labeling job JOB_NAME waits for, in place of the people who would label.

    Exit status 0 only when the job completed with it.
    """
    from local_aws.commands.manifest import supply

    found = supply(name=job_name, manifest=manifest, endpoint_url=endpoint_url)
    status, counters = found["LabelingJobStatus"], found["LabelCounters"]
    if status != "Completed":
        raise LocalAwsError(f"labeling job {job_name}: {status}: {found.get('FailureReason', '')}")
    output = found["LabelingJobOutput"]["OutputDatasetS3Uri"]
    click.echo(f"labeling job {job_name}: {status}, {counters['TotalLabeled']} objects labeled, {output}")
    return True
