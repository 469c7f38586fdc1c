"""Rules on names that come again without a retry: in the next execution, in iterations, branches and loops.

Names of jobs are unique in an account and a region
(https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html), and stay taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sagemaker_rules.check.findings import StateFinding
from sagemaker_rules.check.sagemaker import sagemaker_task
from sagemaker_rules.check.states import Machine, State

_START_EXECUTION = re.compile(r"arn:[^:]*:states:::states:startExecution(?:\..*)?")
#: What is new each time, whoever asks.
_FRESH = re.compile(
    r"States\.UUID\(|States\.MathRandom\(|\$uuid\(|\$random\(|\$now\(|\$millis\(|EnteredTime|Task\.Token"
)
_OF_ITERATION = re.compile(r"\bMap\.Item\.")
_OF_EXECUTION = re.compile(r"\bExecution\.(?:Id|Name|StartTime|RedriveTime|RedriveCount)\b")
#: The input, variables and what an earlier state has answered may be new, too.
_OF_INPUT = re.compile(r"(?<![$\w])\$(?!\$)(?:[.\[]|[A-Za-z_]\w*(?!\w*\s*\())|(?<![$\w])\$(?!\S)|Execution\.Input")
_STATES_CONTEXT = re.compile(r"\$states\.context\.")
#: What frees the name of a resource, or goes on with the one that is there.
_FREED_BY = {
    "Model": (":deleteModel",),
    "EndpointConfig": (":deleteEndpointConfig",),
    "Endpoint": (":deleteEndpoint", ":updateEndpoint"),
}
_KEPT_OPERATIONS = ("UpdateEndpoint",)


@dataclass(frozen=True)
class _Name:
    """The name of what a state creates.

    Args:
        state: The state.
        keys: Where the name stands in it.
        text: The literal or the expression.
        what: What is created, as in ``TrainingJob``.
        freed_by: Ends of the integrations that free the name; none where nothing does.
    """

    state: State
    keys: tuple[str, ...]
    text: str
    what: str
    freed_by: tuple[str, ...]

    @property
    def is_expression(self) -> bool:
        """Whether it is made at run time."""
        return self.keys[-1].endswith(".$") or self.text.strip().startswith("{%")

    def varies(self, *kinds: re.Pattern[str]) -> bool:
        """Whether something of these kinds, or something that is not known, is in it."""
        if not self.is_expression:
            return False
        # The context object is asked for by name.
        text = _STATES_CONTEXT.sub("", self.text).replace("$$.", "")
        return any(kind.search(text) for kind in (_FRESH, _OF_INPUT, *kinds))

    def finding(self, message: str) -> StateFinding:
        """A warning at the name."""
        return self.state.finding("reused-name", message, *self.keys, is_warning=True)


def repeated_name_findings(every: Sequence[Machine]) -> Iterator[StateFinding]:
    """Names that a second creation of the same execution, or the next execution, meets again; one finding a state.

    Args:
        every: The state machine and those inside it.
    """
    said = set[str]()
    found = [(machine, [name for state in machine.states() if (name := _name(state))]) for machine in every]
    if not any(names for _, names in found):
        return
    places = _Places(every)
    resources = {str(state.body.get("Resource")) for machine in every for state in machine.states()}
    for machine, names in found:
        for name in names:
            is_freed = any(resource.endswith(name.freed_by) for resource in resources)
            message = places.problem(machine, name, is_freed=is_freed)
            if message is not None and name.state.path not in said:
                said.add(name.state.path)
                yield name.finding(message)
    yield from _twice([name for _, names in found for name in names], said)


class _Places:
    """Where machines stand: in iterations of which kind, in which branches."""

    def __init__(self, every: Sequence[Machine]) -> None:
        self._iterations: dict[str, str] = {}
        for machine in every:
            for state in machine.states():
                for field in ("Iterator", "ItemProcessor"):
                    body = state.body.get(field)
                    if isinstance(body, Mapping):
                        config = body.get("ProcessorConfig")
                        mode = config.get("Mode") if isinstance(config, Mapping) else None
                        self._iterations[f"{state.path}.{field}"] = "child" if mode == "DISTRIBUTED" else "item"

    def problem(self, machine: Machine, name: _Name, *, is_freed: bool) -> str | None:
        """What makes a name come again; None where nothing does."""
        iteration = self._iteration(machine)
        if iteration == "item" and not name.varies(_OF_ITERATION):
            return f"is the same for all items of the Map state; {_REMEDIES['item']}"
        # Each item of a distributed Map has an execution of its own.
        if iteration == "child" and not name.varies(_OF_ITERATION, _OF_EXECUTION):
            return f"is the same for all items of the Map state; {_REMEDIES['child']}"
        if _is_in_loop(machine, name.state) and not name.varies():
            return f"is the same each time that the loop comes to the state; {_REMEDIES['loop']}"
        if not is_freed and iteration is None and not name.varies(_OF_EXECUTION):
            taken = "is the same in the next execution, when there is one of that name"
            return f"{taken}; {_REMEDIES['execution']}"
        return None

    def _iteration(self, machine: Machine) -> str | None:
        """Kind of the innermost iteration that a machine is, or stands in."""
        around = [path for path in self._iterations if machine.path == path or machine.path.startswith(f"{path}.")]
        return self._iterations[max(around, key=len)] if around else None


_REMEDIES = {
    "item": "make it of $$.Map.Item.Index or of the item",
    "child": "make it of $$.Execution.Id, of $$.Map.Item.Index or of the item",
    "loop": "make it of $$.State.EnteredTime, hashed, or of States.UUID()",
    "execution": "make it of $$.Execution.Id, hashed, or of the input",
}


def _twice(names: list[_Name], said: set[str]) -> Iterator[StateFinding]:
    """Two states that create the same: in branches that both run, or one after the other."""
    first: dict[tuple[str, str], _Name] = {}
    for name in names:
        key = (name.what, name.text)
        other = first.setdefault(key, name)
        is_known = not name.varies() or not name.is_expression
        if other is not name and is_known and name.state.path not in said and _both_run(other.state, name.state):
            said.add(name.state.path)
            message = f"is the name that state {other.state.name!r} uses, too; write another one"
            yield name.finding(message)


def _both_run(one: State, other: State) -> bool:
    """Whether two states stand in different branches of a Parallel state."""
    pattern = re.compile(r"\.Branches\[\d+\]")
    here, there = (pattern.split(each.path) for each in (one, other))
    branches = [pattern.findall(each.path) for each in (one, other)]
    for index, (left, right) in enumerate(zip(branches[0], branches[1], strict=False)):
        if here[index] != there[index]:
            return False
        if left != right:
            return True
    return False


def _is_in_loop(machine: Machine, state: State) -> bool:
    states = {each.name: each for each in machine.states()}
    reached, waiting = set[str](), _next(state)
    while waiting:
        name = waiting.pop()
        if name in states and name not in reached:
            reached.add(name)
            waiting += _next(states[name])
    return state.name in reached


def _next(state: State) -> list[str]:
    """Names of the states that may follow."""
    rules = [each for field in ("Choices", "Catch") for each in state.body.get(field, []) if isinstance(each, Mapping)]
    found = [state.body.get("Next"), state.body.get("Default"), *(each.get("Next") for each in rules)]
    return [each for each in found if isinstance(each, str)]


def _name(state: State) -> _Name | None:
    task = sagemaker_task(state)
    if task is not None and task.action is not None and task.operation not in _KEPT_OPERATIONS:
        found = task.name()
        if found is not None and isinstance(found[1], str):
            noun = task.action.noun
            return _Name(state, (task.field, found[0]), found[1], noun, _FREED_BY.get(noun, ()))
    resource = state.body.get("Resource")
    if isinstance(resource, str) and _START_EXECUTION.fullmatch(resource):
        field = "Arguments" if state.is_jsonata else "Parameters"
        request = state.body.get(field)
        for key in ("Name", "Name.$"):
            if isinstance(request, Mapping) and isinstance(request.get(key), str):
                return _Name(state, (field, key), request[key], "Execution", ())
    return None
