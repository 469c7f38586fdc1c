"""The proof itself: which atom is tried when, and what its trial says."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from botocore.exceptions import ClientError

from local_aws.app.progress import Progress
from local_aws.base.errors import LocalAwsError
from local_aws.endpoint.local_aws import LocalAws
from local_aws.iam.authorize import Denial
from local_aws.proof import trial
from local_aws.proof.atoms import Atom
from local_aws.proof.estimate import Estimate
from local_aws.proof.prediction import Baseline, Use, starting_at
from local_aws.proof.report import Verdict
from local_aws.proof.roles import RolePolicies, all_lacking

# Services whose refusal a run is likely to outlive. Being here only decides that an atom is first tried together with
# others: if the run fails without them, each is tried alone.
_TELEMETRY = ("logs:", "cloudwatch:", "xray:")
AT_CREATION = "UpdateStateMachine"
# A run without a permission is given up after this many seconds more than ten times as long as one with all.
PATIENCE_SECONDS = 60.0


class Proof:
    """Takes the atoms of some roles away and gives a verdict on each.

    First Step Functions is asked to accept the state machine again, then each atom that the run with all permissions
    needed is tried alone. The rest, which no decision of that run hung on, is taken away all at once: if the run
    succeeds without all of them, it does not need any of them.

    Args:
        aws: Where they are.
        machines: Logical id to ARN of the state machines.
        roles: The roles under proof.
        input_json: Input of the executions.
        progress: Told what happens.
        from_start: Begin each trial at the first state, not at the one that needed the atom.
    """

    def __init__(
        self,
        aws: LocalAws,
        machines: Mapping[str, str],
        roles: Sequence[RolePolicies],
        input_json: str,
        progress: Progress,
        *,
        from_start: bool = False,
    ) -> None:
        self._aws = aws
        self._names = {arn: key for key, arn in machines.items()}
        self._roles = {each.role: each for each in roles}
        self._input_json = input_json
        self._progress = progress
        self._from_start = from_start
        self._baselines: list[Baseline] = []
        self._verdicts: dict[Atom, Verdict] = {}

    def verdicts(self, *, only_used_roles: bool = False) -> tuple[Verdict, ...]:
        """The verdict on each atom.

        Args:
            only_used_roles: Leave out roles that the runs never act as: they belong to other state machines.

        Raises:
            LocalAwsError: A run with all permissions fails, or one fails without a refusal that would explain it.
        """
        self._baselines = [self._baseline(machine) for machine in self._names]
        roles = self._used_roles() if only_used_roles else list(self._roles.values())
        atoms = [atom for role in roles for atom in role.atoms]
        self._try_creation(atoms)
        uses = {atom: use for atom in self._open(atoms) if (use := self._first_use(atom))}
        likely = {atom: use for atom, use in uses.items() if not atom.action.startswith(_TELEMETRY)}
        self._progress.note(f"{len(atoms)} permissions; {len(self._verdicts)} are refused at creation already")
        self._try_each(likely)
        alone = self._try_together(self._open(atoms), uses)
        self._try_each({atom: uses.get(atom) or self._baselines[0].from_start() for atom in alone})
        return tuple(self._verdicts[atom] for atom in atoms)

    def _open(self, atoms: Iterable[Atom]) -> list[Atom]:
        return [each for each in atoms if each not in self._verdicts]

    def _baseline(self, machine: str) -> Baseline:
        with self._progress.step(f"Running {self._names[machine]} with all permissions"):
            definition = self._states(machine).describe_state_machine(stateMachineArn=machine)["definition"]
            with self._aws.authorizer.recorded_evaluations() as evaluations:
                done = trial.run(self._aws, machine, self._input_json)
            if not done.succeeded:
                raise LocalAwsError(f"{self._names[machine]} fails with all its permissions: {done.cause}")
            return Baseline(
                machine=machine,
                definition=definition,
                input_json=self._input_json,
                trial=done,
                evaluations=evaluations,
            )

    def _used_roles(self) -> list[RolePolicies]:
        used = frozenset[str]().union(*(each.role_names for each in self._baselines))
        return [each for each in self._roles.values() if each.name in used]

    def _first_use(self, atom: Atom) -> Use | None:
        found = (each.first_use(atom, self._roles[atom.role]) for each in self._baselines)
        return min((each for each in found if each), key=lambda use: use.seconds, default=None)

    def _try_creation(self, atoms: Iterable[Atom]) -> None:
        """Kills the atoms of a state machine's role without which AWS would not accept the state machine."""
        for machine in self._names:
            described = self._states(machine).describe_state_machine(stateMachineArn=machine)
            for atom in self._open(atoms):
                if not described["roleArn"].endswith(f"/{atom.role_name}"):
                    continue
                known = len(self._aws.authorizer.denials())
                with self._roles[atom.role].lacking([atom]):
                    cause = self._refused_update(machine, described["definition"])
                refusal = next((each for each in self._aws.authorizer.denials()[known:] if atom.names(each)), None)
                if cause and refusal:
                    self._verdicts[atom] = Verdict(atom, AT_CREATION, _text(refusal), cause)

    def _refused_update(self, machine: str, definition: str) -> str | None:
        try:
            self._states(machine).update_state_machine(stateMachineArn=machine, definition=definition)
        except ClientError as error:
            return str(error)
        return None

    def _try_each(self, uses: Mapping[Atom, Use]) -> None:
        """Tries each atom alone, the quick ones first."""
        estimate = Estimate([each.seconds for each in uses.values()])
        for number, (atom, use) in enumerate(sorted(uses.items(), key=lambda item: item[1].seconds), start=1):
            self._progress.detail(f"[{number}/{len(uses)}] without {atom}{estimate.left()}")
            with estimate.measured(use.seconds):
                verdict = self._verdict(atom, use)
            self._verdicts[atom] = verdict
            mark = "killed" if verdict.killed_by else "survived"
            self._progress.note(f"[{number}/{len(uses)}] {mark}: {atom}{estimate.left()}")

    def _verdict(self, atom: Atom, use: Use) -> Verdict:
        """A kill at the state in question is one; a survivor has to survive the runs from their first states."""
        if use.state is not None and not self._from_start:
            verdict = self._single(atom, use)
            if verdict.killed_by:
                return verdict
        verdict = Verdict(atom)
        for baseline in self._baselines:
            verdict = self._single(atom, baseline.from_start())
            if verdict.killed_by:
                break
        return verdict

    def _single(self, atom: Atom, use: Use) -> Verdict:
        baseline = next(each for each in self._baselines if each.machine == use.machine)
        definition = baseline.definition
        if use.state is not None:
            definition, original = starting_at(definition, use.state), definition
            self._states(use.machine).update_state_machine(stateMachineArn=use.machine, definition=definition)
        try:
            with self._roles[atom.role].lacking([atom]):
                done = trial.run(self._aws, use.machine, use.input_json, stop_at=atom.names, limit=_limit(baseline))
        finally:
            if use.state is not None:
                self._states(use.machine).update_state_machine(stateMachineArn=use.machine, definition=original)
        refusal = next((each for each in done.refusals if atom.names(each)), None)
        if done.succeeded:
            return Verdict(atom, refusal=_text(refusal) if refusal else None)
        if refusal is None and use.state is not None:
            # Begun in the middle, a run may miss what an earlier run has deleted; one from the start has the last word.
            return Verdict(atom)
        if refusal is None:
            raise LocalAwsError(f"without {atom} the run fails, and no refusal says why: {done.cause}")
        return Verdict(atom, self._names[use.machine], _text(refusal), done.cause)

    def _try_together(self, atoms: Collection[Atom], uses: Mapping[Atom, Any]) -> list[Atom]:
        """Finds the atoms whose absence the runs outlive, and returns those that are to be tried alone.

        A refusal can keep a run from asking for more, as a log that cannot be opened is not written to. So an atom that
        the run with all permissions needed counts only once it was refused; the others are tried again without those.
        """
        alone: list[Atom] = []
        pending = list(atoms)
        while pending:
            done = self._run_all_lacking(pending)
            refused = [atom for atom in pending if any(atom.refused_by(each) for each in done.refusals)]
            if not done.succeeded:
                if not refused:
                    raise LocalAwsError(f"a run without {len(pending)} permissions fails unexplained: {done.cause}")
                alone += refused
                pending = [each for each in pending if each not in refused]
                continue
            # Where nothing was refused, nothing was kept from asking.
            settled = [each for each in pending if each not in uses or each in refused or not refused]
            for atom in settled:
                found = next((each for each in done.refusals if atom.refused_by(each)), None)
                self._verdicts[atom] = Verdict(atom, refusal=_text(found) if found else None)
            pending = [each for each in pending if each not in settled]
        return alone

    def _run_all_lacking(self, atoms: Collection[Atom]) -> trial.Trial:
        """The runs of all state machines without the atoms; the first that fails ends them."""
        refusals: tuple[Denial, ...] = ()
        step = self._progress.step(f"Running without {len(atoms)} permissions at once")
        with step, all_lacking(list(self._roles.values()), atoms):
            for baseline in self._baselines:
                done = trial.run(
                    self._aws, baseline.machine, self._input_json, stop_at=lambda denial: True, limit=_limit(baseline)
                )
                refusals += done.refusals
                if not done.succeeded:
                    break
        return replace(done, refusals=refusals)

    def _states(self, machine: str) -> Any:
        """A client that may read and change the state machine."""
        return self._aws.sessions.owner("stepfunctions", machine)


def _limit(baseline: Baseline) -> float:
    return PATIENCE_SECONDS + 10 * baseline.seconds


def _text(denial: Denial) -> str:
    return f"{denial.action} on {denial.resource}"
