"""What to run, and how the command line writes it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from local_aws.base.errors import LocalAwsError
from local_aws.base.settings import REGION

# https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
_LEGAL_NAME = re.compile(r"""[^\s<>{}\[\]?*"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]{1,80}""")


@dataclass(frozen=True)
class Options:
    """What to run.

    Args:
        stack: Name of the stack, or of the scenario.
        app: Command of the CDK app, or an assembly directory; None takes cdk.json's.
        directory: Directory of the app.
        work_dir: Directory for everything that the run leaves behind.
        execution_name: Name of the execution.
        input_json: Input of the execution of a state machine; None is ``{}``.
        context: CDK context values.
        state_machine: Logical id (or its beginning) of the state machine, where the stack has several.
        pipeline: Logical id (or its beginning) or name of the pipeline, where the stack has several.
        pipeline_parameters: Values of pipeline parameters, written as text.
        skip_steps: Names of pipeline steps to leave out, because the local AWS cannot run them.
        region: The region to play.

    Raises:
        LocalAwsError: Something for a state machine stands beside something for a pipeline.
    """

    stack: str
    app: str | None
    directory: Path
    work_dir: Path
    execution_name: str
    input_json: str | None = None
    context: Mapping[str, str] = field(default_factory=dict)
    state_machine: str | None = None
    pipeline: str | None = None
    pipeline_parameters: Mapping[str, str] = field(default_factory=dict)
    skip_steps: tuple[str, ...] = ()
    region: str = REGION

    def __post_init__(self) -> None:
        if self.for_state_machines and self.for_pipelines:
            raise LocalAwsError(
                f"{self.for_state_machines[0]} is for state machines and {self.for_pipelines[0]} for pipelines: "
                f"a run executes one of them, leave the other out"
            )

    @property
    def for_state_machines(self) -> tuple[str, ...]:
        """Options that are given and that only a state machine takes."""
        given = {"--state-machine": self.state_machine is not None, "--input": self.input_json is not None}
        return tuple(name for name, is_given in given.items() if is_given)

    @property
    def for_pipelines(self) -> tuple[str, ...]:
        """Options that are given and that only a pipeline takes."""
        given = {
            "--pipeline": self.pipeline is not None,
            "--pipeline-parameter": bool(self.pipeline_parameters),
            "--skip-step": bool(self.skip_steps),
        }
        return tuple(name for name, is_given in given.items() if is_given)


def check_execution_name(name: str) -> None:
    """Raises LocalAwsError unless ``name`` is legal for an execution."""
    if not _LEGAL_NAME.fullmatch(name):
        raise LocalAwsError(
            f'--execution-name {name!r}: write 1 to 80 characters, no spaces, brackets or any of ?*"#%\\^|~`$&,;:/'
        )


def json_text(text: str) -> str:
    """The value of ``--input``: JSON, or the content of ``@file``; LocalAwsError if it is neither."""
    source = "--input"
    if text.startswith("@"):
        source = text[1:]
        try:
            text = Path(source).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise LocalAwsError(f"--input: {source} is not text in UTF-8") from None
        except OSError as error:
            raise LocalAwsError(f"--input: cannot read {source} ({error.strerror})") from None
    try:
        json.loads(text, parse_constant=_no_json)
    except ValueError as error:
        raise LocalAwsError(f"{source}: invalid JSON ({error})") from None
    return text


def pairs(option: str, given: Sequence[str]) -> dict[str, str]:
    """``KEY=VALUE`` arguments of ``option`` as a mapping, where the last of a key counts.

    Raises:
        LocalAwsError: An argument has no key or no ``=``.
    """
    for pair in given:
        if not pair.partition("=")[0] or "=" not in pair:
            raise LocalAwsError(f"{option} {pair}: write KEY=VALUE")
    return dict(pair.split("=", 1) for pair in given)


def known_region(region: str) -> str:
    """``region``; LocalAwsError if AWS has none of that name."""
    if region == REGION:
        return region  # nobody need wait for the import
    from botocore.session import Session

    session = Session()
    known = {each for name in session.get_available_partitions() for each in session.get_available_regions("sts", name)}
    if region not in known:
        raise LocalAwsError(f"--region {region!r}: no region of AWS; write one like {REGION}")
    return region


def _no_json(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")
