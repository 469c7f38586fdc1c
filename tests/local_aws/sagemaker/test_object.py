"""SageMaker is an object: what it holds is its own, and nothing of it is left in moto."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from moto.sagemaker import urls
from moto.sagemaker.exceptions import ValidationError
from moto.sagemaker.models import sagemaker_backends
from moto.sagemakerruntime import urls as runtime_urls

from local_aws.base.patching import Patches
from local_aws.base.settings import Settings
from local_aws.iam.authorize import Authorizer
from local_aws.iam.sessions import Sessions
from local_aws.sagemaker import SageMaker
from local_aws.sagemaker.resources import Call, Place

HERE, ELSEWHERE, OTHERS = (
    Place("123456789012", "us-east-1"),
    Place("123456789012", "eu-west-1"),
    Place("210987654321", "us-east-1"),
)


def make(work_dir: Path) -> SageMaker:
    settings = Settings(port=1, work_dir=work_dir)
    return SageMaker(settings, Sessions(settings), Authorizer(settings), lambda **_: None)


def call(sagemaker: SageMaker, operation: str, place: Place = HERE, **request: Any) -> Any:
    return sagemaker.handlers[operation](Call(operation, request, place))


def group_names(sagemaker: SageMaker, place: Place = HERE, **request: Any) -> list[str]:
    found = call(sagemaker, "ListModelPackageGroups", place, **request)["ModelPackageGroupSummaryList"]
    return [each["ModelPackageGroupName"] for each in found]


@pytest.fixture
def sagemaker(tmp_path: Path) -> SageMaker:
    return make(tmp_path)


@pytest.fixture
def installed(sagemaker: SageMaker) -> Iterator[SageMaker]:
    patches = Patches()
    sagemaker.install(patches)
    yield sagemaker
    sagemaker.stop()
    patches.undo()


def test_two_objects_do_not_see_each_other(tmp_path: Path) -> None:
    first, second = make(tmp_path / "a"), make(tmp_path / "b")
    call(first, "CreateModelPackageGroup", ModelPackageGroupName="g")
    assert (group_names(first), group_names(second)) == (["g"], [])


@pytest.mark.parametrize("place", [ELSEWHERE, OTHERS])
def test_accounts_and_regions_do_not_see_each_other(sagemaker: SageMaker, place: Place) -> None:
    call(sagemaker, "CreateModelPackageGroup", ModelPackageGroupName="g")
    assert group_names(sagemaker, place) == []


def test_nothing_is_left_in_moto_after_the_end(tmp_path: Path) -> None:
    def state() -> tuple[Any, ...]:
        return sagemaker_backends.backend, urls.url_paths, runtime_urls.url_paths

    before, threads = state(), threading.active_count()
    made, patches = make(tmp_path), Patches()
    made.install(patches)
    assert sagemaker_backends[HERE.account][HERE.region].sagemaker is made  # type: ignore[attr-defined]
    assert state() != before
    made.stop()
    patches.undo()
    assert state() == before
    assert type(sagemaker_backends[HERE.account][HERE.region]).__module__ == "moto.sagemaker.models"
    assert threading.active_count() == threads


def test_a_list_is_ordered_filtered_and_paged(sagemaker: SageMaker) -> None:
    for name in ("b", "a", "Bc"):
        call(sagemaker, "CreateModelPackageGroup", ModelPackageGroupName=name)
    assert group_names(sagemaker) == ["b", "a", "Bc"]
    assert group_names(sagemaker, SortOrder="Descending") == ["Bc", "a", "b"]
    assert group_names(sagemaker, SortBy="Name", NameContains="B") == ["Bc", "b"]
    page = call(sagemaker, "ListModelPackageGroups", MaxResults=2)
    # What comes meanwhile moves no page.
    call(sagemaker, "CreateModelPackageGroup", ModelPackageGroupName="d")
    assert group_names(sagemaker, NextToken=page["NextToken"]) == ["Bc", "d"]
    with pytest.raises(ValidationError, match="NextToken 'x' is not one that an earlier answer gave"):
        group_names(sagemaker, NextToken="x")


def test_search_finds_what_fulfils_every_condition(installed: SageMaker) -> None:
    for name, team in (("one", "a"), ("two", "b")):
        tags = [{"Key": "team", "Value": team}]
        call(installed, "CreateModelPackageGroup", ModelPackageGroupName=name, Tags=tags)
    backend = sagemaker_backends[HERE.account][HERE.region]

    def search(*conditions: dict[str, str]) -> list[str]:
        found = backend.search("ModelPackageGroup", {"Filters": list(conditions)})["Results"]
        return [each["ModelPackageGroup"]["ModelPackageGroupName"] for each in found]

    of_team = {"Name": "Tags.team", "Operator": "Equals", "Value": "a"}
    named = {"Name": "ModelPackageGroupName", "Operator": "Contains", "Value": "o"}
    assert (search(), search(of_team), search(named)) == (["one", "two"], ["one"], ["one", "two"])
    assert search(named, {**of_team, "Operator": "NotEquals"}) == ["two"]
    with pytest.raises(ValidationError, match="Unknown property name: Colour"):
        search({"Name": "Colour", "Operator": "Equals", "Value": "red"})


def test_the_tagging_api_lists_what_is_here(installed: SageMaker) -> None:
    call(installed, "CreateModelPackageGroup", ModelPackageGroupName="g", Tags=[{"Key": "a", "Value": "1"}])
    [found] = sagemaker_backends[HERE.account][HERE.region].iter_tagged_resources()
    assert (found.resource_type, found.tags) == ("sagemaker:model-package-group", {"a": "1"})


def test_a_reset_of_moto_takes_the_resources_of_its_account_and_region(installed: SageMaker) -> None:
    for place in (HERE, ELSEWHERE):
        call(installed, "CreateModelPackageGroup", place, ModelPackageGroupName="g")
    sagemaker_backends[HERE.account][HERE.region].reset()
    assert (group_names(installed), group_names(installed, ELSEWHERE)) == ([], ["g"])


def test_every_operation_is_one_of_the_service(sagemaker: SageMaker) -> None:
    import botocore.session

    known = set(botocore.session.Session().get_service_model("sagemaker").operation_names)
    assert set(sagemaker.handlers) <= known
