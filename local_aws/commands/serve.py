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
    from local_aws.endpoint import server

    prepare(work_dir)
    running = server.start(work_dir=work_dir, port=port, region=known_region(region))
    try:
        for name, value in server.client_environment().items():
            click.echo(f"export {name}={value}")
        click.echo(f"# ready at {running.endpoint_url}; log: {work_dir / server.LOG_FILE}; Ctrl-C stops it")
        sys.stdout.flush()
        threading.Event().wait()
    finally:
        running.stop()
    return True
