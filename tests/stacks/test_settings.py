"""Settings from the context of cdk.json or of the command line, where everything is text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import aws_cdk as cdk
import pytest

from sagemaker_workflows import Dataset, InvalidDatasetError, WorkflowError
from stacks.settings import Settings


@pytest.fixture
def settings() -> Callable[..., Settings]:
    return lambda **context: Settings.from_context(cdk.App(context=context).node)


@pytest.fixture
def csv(tmp_path: Path) -> str:
    path = tmp_path / "data.csv"
    path.write_text("diagnosis,radius\n1,2\n")
    return str(path)


def test_without_context_they_are_the_defaults(settings: Callable[..., Settings]) -> None:
    assert settings() == Settings()
    assert settings(name_prefix="", dataset="", processing_script="", instance_type="", demo="") == Settings()


def test_defaults() -> None:
    defaults = Settings()
    assert (defaults.name_prefix, defaults.dataset, defaults.demo) == ("", Dataset.builtin(), False)
    assert defaults.instance_type == "ml.m5.xlarge"
    assert defaults.processing_script.parts[-2:] == ("processing_code", "transform.py")


@pytest.mark.parametrize("name", ["not a team", "a" * 64, "-team"])
def test_a_work_team_has_a_name_of_its_kind(settings: Callable[..., Settings], name: str) -> None:
    assert settings(work_team="readers").work_team == "readers"
    with pytest.raises(WorkflowError, match=r"^context work_team: .* is not the name of a work team; write at most 63"):
        settings(work_team=name)


def test_text_is_taken_for_what_it_means(settings: Callable[..., Settings]) -> None:
    found = settings(name_prefix="risk", instance_type=" ml.c5.xlarge ", demo="True", processing_script="my.py")
    assert found == Settings(
        name_prefix="risk", instance_type="ml.c5.xlarge", demo=True, processing_script=Path("my.py")
    )


@pytest.mark.parametrize("demo", [True, "true", "TRUE"])
def test_a_flag_may_be_a_boolean_of_cdk_json_or_a_word(settings: Callable[..., Settings], demo: object) -> None:
    assert settings(demo=demo).demo is True


@pytest.mark.parametrize(("label", "column"), [("1", "1"), (1, "1"), ("diagnosis", "diagnosis"), ("", "0")])
def test_the_label_column_is_an_index_or_a_name(
    settings: Callable[..., Settings], csv: str, label: str | int, column: str
) -> None:
    found = settings(dataset=csv, header="true", label_column=label).dataset
    assert found == Dataset(Path(csv), header=True, label_column=column)


def test_a_flag_that_is_neither_true_nor_false_is_refused(settings: Callable[..., Settings]) -> None:
    with pytest.raises(WorkflowError, match=r"^context demo: 'yes' is neither true nor false$"):
        settings(demo="yes")


def test_a_prefix_that_is_too_long_is_refused(settings: Callable[..., Settings]) -> None:
    with pytest.raises(WorkflowError, match="has 64 characters"):
        settings(name_prefix="a" * 64)


def test_a_dataset_that_is_not_there_is_refused(settings: Callable[..., Settings]) -> None:
    with pytest.raises(InvalidDatasetError, match=r"nowhere.csv: there is no such file"):
        settings(dataset="nowhere.csv")


@pytest.mark.parametrize("context", [{"header": "maybe"}, {"header": "true"}, {"label_column": "3"}])
def test_settings_of_a_dataset_without_a_dataset_are_refused(
    settings: Callable[..., Settings], context: dict[str, str]
) -> None:
    with pytest.raises(WorkflowError, match=r"dataset|header"):
        settings(**context)
