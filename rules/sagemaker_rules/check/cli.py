"""The command ``sagemaker-rules check [PATH...]``."""

from __future__ import annotations

import argparse
import sys

_DESCRIPTION = """\
Checks state machines and SageMaker pipelines before they are deployed: definitions in the Amazon States Language,
pipeline definitions, and CloudFormation templates with either in them, in JSON or YAML. One line per finding: file,
line, column, state or step, path, rule, what is wrong and what to write instead."""
_EPILOG = """\
Exit codes: 0 clean (there may be warnings), 1 findings, 2 a file or a definition that cannot be read.
Rules: docs/rules.md"""


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds ``check`` to a command line; its ``run`` returns 0 clean, 1 findings, 2 something that cannot be read."""
    check = commands.add_parser(
        "check", help="check definitions of state machines and pipelines", description=_DESCRIPTION, epilog=_EPILOG
    )
    check.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="definition or template, .json or .yaml; a folder or a pattern: all of them in it; -: standard input",
    )
    check.add_argument("--format", choices=("text", "json", "sarif", "github"), default="text", help="default: text")
    check.add_argument("--strict", action="store_true", help="warnings count as findings")
    check.add_argument("--explain", metavar="RULE", help="say what a rule is about, and where it stands")
    check.add_argument(
        "--config",
        metavar="FILE",
        help="settings; default: the nearest .sagemaker-rules.toml, or pyproject.toml with [tool.sagemaker-rules]",
    )
    check.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    # --help is asked for more often than not, and shall not wait for botocore.
    from sagemaker_rules.check.command import explain, run

    if options.explain is not None:
        return explain(options.explain)
    if not options.paths:
        print("check: nothing to check; name files, folders or -", file=sys.stderr)
        return 2
    return run(options.paths, options.format, is_strict=options.strict, config=options.config)
