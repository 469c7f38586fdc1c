"""``serve``: a local AWS that stays up."""

from __future__ import annotations

import contextlib
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
@click.option(
    "--profile-file",
    type=arguments.PATH,
    metavar="FILE",
    help="Write a profile `local-aws` to FILE, which only you can read; use it with AWS_CONFIG_FILE=FILE "
    "AWS_PROFILE=local-aws. It is removed at the end.",
)
def serve(port: int, region: str, work_dir: Path, profile_file: Path | None) -> bool:
    """Keep a local AWS up for the CDK CLI, the AWS CLI and any SDK, until Ctrl-C.

    It starts empty, apart from what `cdk bootstrap` would make; what is deployed to it is gone when it stops. Its
    secret key is drawn at each start, and it answers only whoever has what it prints.
    """
    from local_aws import LocalAws
    from local_aws.base import isolation
    from local_aws.endpoint.server_log import LOG_FILE
    from local_aws.iam import profile

    prepare(work_dir)
    with LocalAws(work_dir=work_dir, port=port, region=known_region(region)) as aws, contextlib.ExitStack() as files:
        if profile_file is not None:
            path = profile_file.absolute()
            aws.sessions.write_profile(path)
            files.callback(path.unlink, missing_ok=True)
        if isolation.sees_this_machine():
            click.echo(isolation.NOTICE, err=True)
        for name, value in aws.environment().items():
            click.echo(f"export {name}={value}")
        if profile_file is not None:
            click.echo(f"# or {profile.variables(path)}")
        click.echo(f"# ready at {aws.endpoint_url}; log: {work_dir / LOG_FILE}; Ctrl-C stops it")
        sys.stdout.flush()
        threading.Event().wait()
    return True
