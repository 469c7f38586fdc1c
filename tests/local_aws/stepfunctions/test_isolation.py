"""No state of one definition or execution reaches another: random calls of many threads, answered as when alone."""

from __future__ import annotations

import json
import random
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

THREADS = 8
ILLEGAL = 0.3
IN_JSONATA = {"QueryLanguage": "JSONata"}


def legal(number: int) -> tuple[dict[str, Any], Any, Any]:
    """A definition, an input, and what it returns."""
    kind = number % 5
    if kind == 0:
        state = {"Type": "Pass", "Parameters": {"v.$": f"States.Format('it\\'s {{}}-{number}', $.a)"}, "End": True}
        return {"StartAt": "A", "States": {"A": state}}, {"a": number}, {"v": f"it's {number}-{number}"}
    if kind == 1:
        state = {"Type": "Pass", "Output": f"{{% $states.input.a + {number} %}}", "End": True}
        return {**IN_JSONATA, "StartAt": "A", "States": {"A": state}}, {"a": 1}, number + 1
    if kind == 2:
        inner = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}
        state = {"Type": "Map", "ItemProcessor": inner, "ItemSelector": {"i.$": "$$.Map.Item.Value"}, "End": True}
        return {"StartAt": "M", "States": {"M": state}}, [number, 1], [{"i": number}, {"i": 1}]
    if kind == 3:
        states = {
            "A": {"Type": "Pass", "Assign": {"n": number}, "Next": "B"},
            "B": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": {"n": "{% $n * 2 %}"}, "End": True},
        }
        return {"StartAt": "A", "States": states}, {}, {"n": 2 * number}
    rule = {"Variable": "$.a", "NumericGreaterThan": number, "Next": "More"}
    ends = {name: {"Type": "Pass", "Result": name, "End": True} for name in ("More", "Less")}
    choice = {"Type": "Choice", "Choices": [rule], "Default": "Less"}
    return {"StartAt": "C", "States": {"C": choice, **ends}}, {"a": number + 1}, "More"


ILLEGAL_DEFINITIONS = (
    "{",
    "{}",
    json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}}),
    json.dumps({**IN_JSONATA, "StartAt": "A", "States": {"A": {"Type": "Pass", "ResultPath": "$.x", "End": True}}}),
    json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "Output": "{% 1 %}", "End": True}}}),
    json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "Parameters": {"a.$": "States.No()"}, "End": True}}}),
)


class Caller:
    """One thread's machines and calls; each answer is compared with what it must be."""

    def __init__(self, machines: Any, role: str, thread: int) -> None:
        self.machines, self.client, self.role, self.thread = machines, machines.client, role, thread
        self.random = random.Random(thread)
        self.mine: dict[str, tuple[str, Any, Any]] = {}
        self.calls = 0
        # What another test of this module has made is still there.
        self.own = uuid.uuid4().hex[:8]

    def run(self, calls: int) -> int:
        while self.calls < calls:
            self.calls += 1
            if self.random.random() < ILLEGAL:
                self.illegal()
            else:
                self.random.choice((self.create, self.start, self.update, self.describe, self.start, self.delete))()
        return self.calls

    def definition(self) -> tuple[str, Any, Any]:
        document, given, value = legal(self.random.randrange(10_000))
        return json.dumps(document), given, value

    def create(self) -> None:
        text, given, value = self.definition()
        arn = self.client.create_state_machine(
            name=f"i-{self.thread}-{self.calls}-{self.own}", definition=text, roleArn=self.role
        )["stateMachineArn"]
        self.mine[arn] = (text, given, value)

    def any(self) -> str:
        if not self.mine:
            self.create()
        return self.random.choice(list(self.mine))

    def start(self) -> None:
        arn = self.any()
        _, given, value = self.mine[arn]
        execution = self.client.start_execution(stateMachineArn=arn, input=json.dumps(given))["executionArn"]
        self.calls += 1
        ended = self.machines.wait(execution)
        assert (ended["status"], json.loads(ended.get("output", "null"))) == ("SUCCEEDED", value), self.mine[arn]

    def update(self) -> None:
        arn = self.any()
        changed = self.definition()
        self.client.update_state_machine(stateMachineArn=arn, definition=changed[0])
        self.mine[arn] = changed

    def describe(self) -> None:
        arn = self.any()
        assert self.client.describe_state_machine(stateMachineArn=arn)["definition"] == self.mine[arn][0]

    def delete(self) -> None:
        arn = self.any()
        self.client.delete_state_machine(stateMachineArn=arn)
        del self.mine[arn]
        self.refused("StateMachineDoesNotExist", self.client.describe_state_machine, stateMachineArn=arn)

    def illegal(self) -> None:
        text = self.random.choice(ILLEGAL_DEFINITIONS)
        if self.mine and self.random.random() < 0.5:
            arn = self.any()
            self.refused("InvalidDefinition", self.client.update_state_machine, stateMachineArn=arn, definition=text)
            assert self.client.describe_state_machine(stateMachineArn=arn)["definition"] == self.mine[arn][0]
        else:
            name = f"x-{self.thread}-{self.calls}"
            self.refused(
                "InvalidDefinition",
                self.client.create_state_machine,
                name=name,
                definition=text,
                roleArn=self.role,
            )

    def refused(self, code: str, call: Any, **arguments: Any) -> None:
        with pytest.raises(ClientError) as told:
            call(**arguments)
        assert told.value.response["Error"]["Code"] == code


def random_calls(machines: Any, calls: int) -> int:
    """All threads at once; how many calls they have made."""
    role = machines.role()
    begin = threading.Barrier(THREADS)

    def work(thread: int) -> int:
        caller = Caller(machines, role, thread)
        begin.wait()
        return caller.run(calls // THREADS)

    with ThreadPoolExecutor(THREADS) as pool:
        return sum(pool.map(work, range(THREADS)))


def test_calls_of_many_threads_are_answered_as_when_alone(machines: Any) -> None:
    assert random_calls(machines, 80) >= 80


@pytest.mark.long
def test_ten_thousand_random_calls_are_answered_as_when_alone(machines: Any) -> None:
    assert random_calls(machines, 10_000) >= 10_000
