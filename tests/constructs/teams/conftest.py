"""Stacks as other teams write them: how they are synthesized, checked and run."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest

from sagemaker_rules.check import check_definition
from sagemaker_rules.check.documents import read
from tests.conftest import SynthesizedStack

if TYPE_CHECKING:
    from local_aws import LocalAws

ENVIRONMENT = cdk.Environment(account="123456789012", region="us-east-1")


class TeamApp:
    """An app with one stack, synthesized."""

    def __init__(self, folder: Path, kind: Any, name: str) -> None:
        app = cdk.App(outdir=str(folder))
        self.stack = kind(app, name, env=ENVIRONMENT)
        self.directory = Path(app.synth().directory)
        self.name = name
        self.template_path = self.directory / f"{name}.template.json"
        self.synthesized = SynthesizedStack(json.loads(self.template_path.read_text()))

    def errors(self) -> list[str]:
        """What the ``check`` command finds in the template."""
        found = [finding for each in read(self.template_path) for finding in check_definition(each.definition)]
        return [str(finding) for finding in found if not finding.is_warning]

    def warnings(self) -> list[str]:
        """What the CDK shows beside the template."""
        found = cdk.assertions.Annotations.from_stack(self.stack).find_warning("*", cdk.assertions.Match.any_value())
        return [str(each.entry.data) for each in found]

    def run(
        self,
        work_dir: Path,
        execution_input: Mapping[str, Any],
        *,
        before: Callable[[LocalAws], None] = lambda aws: None,
        after: Callable[[LocalAws, Mapping[str, str]], None] = lambda aws, outputs: None,
    ) -> Any:
        """Deploys the stack to a local AWS and runs its state machine.

        Args:
            work_dir: Folder of the local AWS.
            execution_input: Input of the execution.
            before: Makes what the team has already.
            after: Puts data in place, once the stack is up.
        """
        from local_aws import LocalAws
        from local_aws.app import deploy, execution
        from local_aws.app.assembly import Assembly

        with LocalAws(work_dir=work_dir) as aws:
            before(aws)
            up = deploy.deploy_all(aws, Assembly.load(self.directory), [self.name])[self.name]
            after(aws, up.outputs)
            [machine] = up.physical_ids("AWS::StepFunctions::StateMachine").values()
            arn = execution.start(
                aws, state_machine_arn=machine, name="run", input_json=json.dumps(dict(execution_input))
            )
            ended = execution.follow(aws, arn, execution.Listener())
            assert ended.succeeded, (ended, aws.authorizer.denials())
            return json.loads(str(ended.output))


@pytest.fixture(scope="module")
def team_app(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., TeamApp]:
    return lambda kind, name="Team": TeamApp(tmp_path_factory.mktemp("assembly"), kind, name)
