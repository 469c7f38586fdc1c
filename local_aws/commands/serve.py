"""``serve``: a local AWS that stays up."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import click

from local_aws.app.options import known_region
from local_aws.commands import arguments
from local_aws.commands.work_directory import WORK_DIR, prepare


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=5000, show_default=True, help="Loopback port; 0 takes a free one."
)
@arguments.region
@click.option(
    "--work-dir",
    type=arguments.PATH,
    default=WORK_DIR / "serve",
    show_default=True,
    help="Where logs and jobs go.",
)
def serve(port: int, region: str, work_dir: Path) -> bool:
    """Keep a local AWS up for the CDK CLI, the AWS CLI and any SDK, until Ctrl-C.

    It starts empty, apart from what `cdk bootstrap` would make; what is deployed to it is gone when it stops.
    """
    from local_aws import LocalAws
    from local_aws.endpoint.server_log import LOG_FILE

    prepare(work_dir)
    with LocalAws(work_dir=work_dir, port=port, region=known_region(region)) as aws:
        for name, value in aws.environment().items():
            click.echo(f"export {name}={value}")
        click.echo(f"# ready at {aws.endpoint_url}; log: {work_dir / LOG_FILE}; Ctrl-C stops it")
        sys.stdout.flush()
        threading.Event().wait()
    return True
