"""Names of jobs and models: legal whatever the execution is called, never used twice, and inside the policy's scope."""

from __future__ import annotations

import fnmatch
import functools
import os
import random
import re
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sagemaker_workflows import InvalidNameError, JobName, check_prefix

# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html
LEGAL_NAME = re.compile(r"^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$")

# https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html: 1 to 80 characters, without
# white space, control characters and these.
_FORBIDDEN = '<>{}[]?*"#%\\^|~`$&,;:/ '
execution_names = st.text(
    st.characters(exclude_categories=["Z", "C"], exclude_characters=_FORBIDDEN), min_size=1, max_size=80
)
execution_arns = st.builds(
    "arn:{}:states:{}:{}:execution:{}:{}".format,
    st.sampled_from(["aws", "aws-cn", "aws-us-gov"]),
    st.sampled_from(["us-east-1", "cn-north-1", "us-gov-west-1"]),
    st.from_regex(r"\A[0-9]{12}\Z"),
    execution_names,
    execution_names,
)
times = st.datetimes().map(lambda time: time.isoformat(timespec="milliseconds") + "Z")
retry_counts = st.integers(min_value=0, max_value=99_999)
_words = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=9)
prefixes = st.lists(_words, min_size=1, max_size=3).map("-".join)


@pytest.fixture(scope="session")
def name_of(evaluate: Callable[..., Any]) -> Callable[..., str]:
    """The name that a state machine makes at run time."""

    def run(
        name: JobName,
        *,
        execution: str = "arn",
        state: str = "Train",
        time: str = "2026-01-01T00:00:00Z",
        retry: int = 0,
        item: int = 0,
    ) -> str:
        context = {
            "Execution": {"Id": execution},
            "State": {"Name": state, "EnteredTime": time, "RetryCount": retry},
            "Map": {"Item": {"Index": item}},
        }
        made: str = evaluate(_expression(name), context=context)
        return made

    return run


@functools.cache
def _expression(name: JobName) -> str:
    """The expression as it stands in the definition, behind ``Name.$``."""
    rendered: Any = cdk.aws_stepfunctions.FieldUtils.render_object({"Name": name.expression})
    expression: str = rendered["Name.$"]
    return expression


@pytest.fixture(scope="session")
def train() -> JobName:
    return JobName.unique("endtoend-train")


class TestUniqueName:
    @given(execution=execution_arns, time=times, retry=retry_counts)
    @settings(max_examples=100, deadline=None)
    def test_is_legal_for_any_execution(
        self, name_of: Callable[..., str], train: JobName, execution: str, time: str, retry: int
    ) -> None:
        assert LEGAL_NAME.fullmatch(name_of(train, execution=execution, time=time, retry=retry))

    def test_neither_illegal_nor_colliding_over_many_random_executions(
        self, name_of: Callable[..., str], train: JobName
    ) -> None:
        """2,000 executions; EXECUTION_NAMES=200000 takes that many, which needs no more than patience."""
        rng = random.Random(7)
        legal = [chr(each) for each in range(33, 0x2FF) if chr(each).isprintable() and chr(each) not in _FORBIDDEN]
        count = int(os.environ.get("EXECUTION_NAMES", "2000"))
        executions = {"".join(rng.choices(legal, k=rng.randint(1, 80))) for _ in range(count)}
        names = {name_of(train, execution=f"arn:aws:states:us-east-1:1:execution:m:{each}") for each in executions}
        assert all(LEGAL_NAME.fullmatch(name) for name in names)
        assert len(names) == len(executions)

    @given(prefix=prefixes)
    @settings(max_examples=50, deadline=None)
    def test_is_legal_for_any_prefix_that_is_accepted(self, name_of: Callable[..., str], prefix: str) -> None:
        name = JobName.unique(prefix)
        made = name_of(name)
        assert LEGAL_NAME.fullmatch(made)
        assert fnmatch.fnmatchcase(made, name.arn_pattern)

    @given(execution=execution_arns, time=times, retry=retry_counts)
    @settings(deadline=None)
    def test_starts_with_the_prefix_that_policies_are_scoped_to(
        self, name_of: Callable[..., str], train: JobName, execution: str, time: str, retry: int
    ) -> None:
        assert train.arn_pattern == "endtoend-train-*"
        assert name_of(train, execution=execution, time=time, retry=retry).startswith("endtoend-train-")

    @given(execution=execution_arns, time=times, retries=st.sets(retry_counts, min_size=2, max_size=5))
    @settings(deadline=None)
    def test_differs_between_retries(
        self, name_of: Callable[..., str], train: JobName, execution: str, time: str, retries: set[int]
    ) -> None:
        names = {name_of(train, execution=execution, time=time, retry=retry) for retry in retries}
        assert len(names) == len(retries)

    @given(execution=execution_arns, entered=st.sets(times, min_size=2, max_size=5))
    @settings(deadline=None)
    def test_differs_after_a_redrive_which_sets_the_retry_count_back(
        self, name_of: Callable[..., str], train: JobName, execution: str, entered: set[str]
    ) -> None:
        assert len({name_of(train, execution=execution, time=time) for time in entered}) == len(entered)

    def test_differs_between_branches_that_are_entered_in_the_same_millisecond(
        self, name_of: Callable[..., str]
    ) -> None:
        name = JobName.unique("demo")
        assert name_of(name, state="Left") != name_of(name, state="Right")

    @given(executions=st.sets(execution_arns, min_size=2, max_size=5))
    @settings(deadline=None)
    def test_differs_between_executions(
        self, name_of: Callable[..., str], train: JobName, executions: set[str]
    ) -> None:
        assert len({name_of(train, execution=execution) for execution in executions}) == len(executions)

    def test_is_lower_case_so_that_it_matches_the_policy_whether_or_not_iam_lowers_it(
        self, name_of: Callable[..., str], train: JobName
    ) -> None:
        made = name_of(train, execution="arn:aws:states:us-east-1:123456789012:execution:Machine:UPPER")
        assert made == made.lower()

    def test_items_of_a_map_share_a_name_unless_the_index_is_hashed_too(
        self, name_of: Callable[..., str], train: JobName
    ) -> None:
        with_index = JobName.unique("endtoend-train", discriminators=["$$.Map.Item.Index"])
        assert len({name_of(train, item=item) for item in range(3)}) == 1
        assert len({name_of(with_index, item=item) for item in range(3)}) == 3


class TestShortName:
    """For tuning jobs: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateHyperParameterTuningJob.html"""

    @given(prefix=prefixes.filter(lambda prefix: len(prefix) <= 19))
    @settings(max_examples=50, deadline=None)
    def test_is_legal_has_at_most_32_characters_and_matches_the_policy(
        self, name_of: Callable[..., str], prefix: str
    ) -> None:
        name = JobName.unique_short(prefix)
        made = name_of(name)
        assert re.fullmatch(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,31}", made)
        assert name.max_length == len(made)
        assert fnmatch.fnmatchcase(made, name.arn_pattern)

    def test_differs_on_each_attempt_of_the_same_execution(self, name_of: Callable[..., str]) -> None:
        name = JobName.unique_short("demo-tune")
        assert len({name_of(name) for _ in range(1000)}) == 1000

    def test_with_a_prefix_of_20_characters_is_refused(self) -> None:
        with pytest.raises(InvalidNameError, match=r"has 20 characters; at most 19 fit, because a name has 32 and"):
            JobName.unique_short("a" * 20)


class TestDiscriminator:
    @pytest.mark.parametrize("path", ["Index", "$", "$$.", "$.a b", "$['a']", "{% $x %}", "$.a/b"])
    def test_that_is_no_reference_path_is_refused(self, path: str) -> None:
        with pytest.raises(InvalidNameError, match="write a reference path"):
            JobName.unique("demo", discriminators=[path])


class TestPrefix:
    def test_of_30_characters_fills_a_name_of_63(self, name_of: Callable[..., str]) -> None:
        assert len(name_of(JobName.unique("a" * 30))) == 63

    @pytest.mark.parametrize("length", [31, 63, 64])
    def test_that_leaves_no_room_for_the_hash_is_refused(self, length: int) -> None:
        with pytest.raises(InvalidNameError, match=rf"has {length} characters; at most 30 fit") as caught:
            JobName.unique("a" * length)
        assert "\n" not in str(caught.value)

    @pytest.mark.parametrize("prefix", ["", "-", "a-", "-a", "a--b", "Train", "a_b", "a.b", "a b", "é", "a\n", "x̄"])
    def test_with_other_characters_is_refused_by_name(self, prefix: str) -> None:
        with pytest.raises(InvalidNameError, match="write lower-case letters, digits and single hyphens") as caught:
            check_prefix(prefix)
        assert repr(prefix) in str(caught.value)
        assert "\n" not in str(caught.value)

    def test_of_a_name_from_state_is_checked_too(self) -> None:
        with pytest.raises(InvalidNameError):
            JobName.from_state("$.model.ModelName", prefix="a" * 64)


class TestStaticName:
    @pytest.mark.parametrize("name", ["a", "A-1", "a" * 63, "a--b", "1"])
    def test_is_taken_as_it_is(self, name: str) -> None:
        assert LEGAL_NAME.fullmatch(name)
        assert JobName.static(name) == JobName(expression=name, arn_pattern=name)

    @pytest.mark.parametrize("name", ["", "-a", "a-", "a_b", "a" * 64, "a b", "é", "a\n"])
    def test_that_sagemaker_would_refuse_is_refused(self, name: str) -> None:
        assert not re.fullmatch(LEGAL_NAME, name)
        with pytest.raises(InvalidNameError, match="write at most 63 letters, digits and hyphens"):
            JobName.static(name)


class TestNameFromState:
    def test_is_read_from_the_state_and_scoped_to_the_prefix(self, evaluate: Callable[..., Any]) -> None:
        name = JobName.from_state("$.model.ModelName", prefix="endtoend-model")
        assert evaluate(_expression(name), input={"model": {"ModelName": "m"}}) == "m"
        assert name.arn_pattern == "endtoend-model-*"
