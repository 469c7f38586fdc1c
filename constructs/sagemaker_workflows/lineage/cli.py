"""The command ``sagemaker-workflows lineage MODEL_PACKAGE_ARN``."""

from __future__ import annotations

import argparse
import json
import sys

_DESCRIPTION = """\
Prints where a version in the model registry came from (pipeline execution, jobs, code, data, hyperparameters, metrics)
and which endpoints serve it. Uses the credentials of the AWS CLI, and AWS_ENDPOINT_URL where that is set."""
_EPILOG = "Exit codes: 0 shown (what could not be read is told on standard error), 1 the version cannot be described."


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds ``lineage`` to a command line; its ``run`` returns 0, or 1 and one line if the version is not readable."""
    parser = commands.add_parser(
        "lineage",
        help="where a model version came from, and where it is deployed",
        description=_DESCRIPTION,
        epilog=_EPILOG,
    )
    parser.add_argument("arn", metavar="MODEL_PACKAGE_ARN", help="ARN of the version")
    parser.add_argument(
        "--role-arn",
        dest="role_arns",
        action="append",
        default=[],
        metavar="ARN",
        help="role to read another account with: the registry's, the pipeline's, the endpoints'; may be repeated",
    )
    parser.add_argument("--json", dest="as_json", action="store_true", help="print one JSON document")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    # boto3 takes a while to load, and the other commands do without.
    from sagemaker_workflows.lineage.accounts import AccountSessions, arn_parts
    from sagemaker_workflows.lineage.errors import LineageError
    from sagemaker_workflows.lineage.report import lines
    from sagemaker_workflows.lineage.trace import check_arn, trace

    try:
        check_arn(options.arn)
        sessions = AccountSessions(region=arn_parts(options.arn)[0], role_arns=options.role_arns)
        lineage = trace(options.arn, sessions)
    except LineageError as error:
        print(f"lineage: {error}", file=sys.stderr)
        return 1
    if options.as_json:
        print(json.dumps(lineage.document(), indent=2))
    else:
        print("\n".join(lines(lineage)))
    for note in lineage.notes:
        print(f"lineage: {note}", file=sys.stderr)
    return 0
