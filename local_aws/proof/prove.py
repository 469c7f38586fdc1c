"""``prove``: which of a stack's permissions its runs need, found out by taking each away."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from local_aws.app import deploy, run, workflow
from local_aws.app.options import Options
from local_aws.app.progress import Progress
from local_aws.base.errors import NotSupportedLocallyError
from local_aws.endpoint.local_aws import LocalAws
from local_aws.proof import exemptions as exempt
from local_aws.proof.report import ProofResult, Verdict

ROLE = "AWS::IAM::Role"


def prove(
    options: Options,
    progress: Progress,
    *,
    state_machines: Sequence[str] = (),
    exemptions: Path | None = None,
    from_start: bool = False,
) -> ProofResult:
    """Deploys the stack once to a local AWS, tries its permissions one by one, and stops the local AWS.

    Args:
        options: What to run; every state machine gets the same input.
        progress: Told what happens.
        state_machines: Logical ids (or their beginnings) of the state machines to run; default: all of the stack.
            Only the roles that they use are tried then.
        exemptions: The reviewed list; None takes ``policy_exemptions.json`` if it is there.
        from_start: Begin each run at the first state, not at the one that needed the permission.

    Raises:
        LocalAwsError: The stack could not be synthesized or deployed, the exemptions cannot be read, or a run fails
            although nothing is taken away from it.
        NotSupportedLocallyError: The stack has pipelines, and no state machine is named.
    """
    since = time.monotonic()
    reviewed = exempt.load(exemptions, options.stack)
    with run.deployed(options, progress) as (aws, stack):
        verdicts = _verdicts(aws, options, stack, progress, wanted=state_machines, from_start=from_start)
    seconds = time.monotonic() - since
    return ProofResult(stack.name, verdicts, tuple(reviewed), seconds, is_partial=bool(state_machines))


def _verdicts(
    aws: LocalAws,
    options: Options,
    stack: deploy.DeployedStack,
    progress: Progress,
    *,
    wanted: Sequence[str],
    from_start: bool,
) -> tuple[Verdict, ...]:
    # These stand on moto, which is slow to import: not before the user's mistakes are found.
    from local_aws.proof.proof import Proof
    from local_aws.proof.roles import RolePolicies

    machines = stack.physical_ids(workflow.STATE_MACHINE)
    pipelines = stack.physical_ids(workflow.PIPELINE)
    if pipelines and not wanted:
        remedy = (
            f"name the state machines to prove ({', '.join(machines)}) with --state-machine" if machines else "use run"
        )
        raise NotSupportedLocallyError(
            f"stack {stack.name}: prove runs state machines, not pipelines ({', '.join(pipelines)}); {remedy}"
        )
    if wanted or not machines:
        names: Sequence[str | None] = wanted or [None]
        chosen = {workflow.state_machine(stack, each) for each in names}
        machines = {key: arn for key, arn in machines.items() if arn in chosen}
    roles = [RolePolicies(aws, role, name, stack.account) for role, name in stack.physical_ids(ROLE).items()]
    proof = Proof(aws, machines, roles, options.input_json or "{}", progress, from_start=from_start)
    return proof.verdicts(only_used_roles=bool(wanted))
