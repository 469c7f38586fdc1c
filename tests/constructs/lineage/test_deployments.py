"""A version is deployed where a variant of an endpoint holds a model of it, or of its artifact."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sagemaker_workflows.lineage.deployments import DeploymentSearch

PACKAGE, ARTIFACT = "arn:aws:sagemaker:us-east-1:111111111111:model-package/diabetes/1", "s3://models/1/model.tar.gz"


class SageMaker:
    """Endpoints, each with a config of its own name whose variants name models."""

    def __init__(self, endpoints: dict[str, list[str | None]], models: dict[str, Any], error: str = "") -> None:
        self._endpoints, self._models = endpoints, models
        self._error = error or "ValidationException"

    def get_paginator(self, operation: str) -> Any:
        assert operation == "list_endpoints"
        return self

    def paginate(self) -> Iterator[dict[str, Any]]:
        for name in self._endpoints:
            yield {"Endpoints": [{"EndpointName": name}]}

    def describe_endpoint(self, **request: str) -> dict[str, Any]:
        name = request["EndpointName"]
        arn = f"arn:aws:sagemaker:us-east-1:444444444444:endpoint/{name}"
        return {
            "EndpointName": name,
            "EndpointArn": arn,
            "EndpointStatus": "InService",
            "EndpointConfigName": name,
        }

    def describe_endpoint_config(self, **request: str) -> dict[str, Any]:
        models = self._endpoints[request["EndpointConfigName"]]
        return {
            "ProductionVariants": [
                {"VariantName": f"v{index}", **({"ModelName": model} if model else {})}
                for index, model in enumerate(models)
            ]
        }

    def describe_model(self, **request: str) -> dict[str, Any]:
        if request["ModelName"] not in self._models:
            raise ClientError({"Error": {"Code": self._error, "Message": "no"}}, "DescribeModel")
        model: dict[str, Any] = self._models[request["ModelName"]]
        return model


def search(client: SageMaker) -> DeploymentSearch:
    return DeploymentSearch(client, "444444444444", PACKAGE, [ARTIFACT])


@pytest.mark.parametrize(
    ("model", "by"),
    [
        ({"PrimaryContainer": {"ModelPackageName": PACKAGE}}, "package"),
        ({"Containers": [{"Image": "first"}, {"ModelPackageName": PACKAGE}]}, "package"),
        ({"PrimaryContainer": {"ModelDataUrl": ARTIFACT}}, "artifact"),
    ],
)
def test_the_model_tells_by_what_it_holds_the_version(model: dict[str, Any], by: str) -> None:
    [found] = search(SageMaker({"qa": ["m"]}, {"m": model})).deployments()
    assert (found.account, found.endpoint, found.variant, found.model, found.by) == (
        "444444444444",
        "qa",
        "v0",
        "m",
        by,
    )


def test_every_variant_of_every_endpoint_is_looked_at() -> None:
    models = {"ours": {"PrimaryContainer": {"ModelPackageName": PACKAGE}}, "other": {"PrimaryContainer": {}}}
    found = search(SageMaker({"qa": ["other", "ours"], "old": ["other"], "prod": ["ours"]}, models)).deployments()
    assert [(each.endpoint, each.variant) for each in found] == [("qa", "v1"), ("prod", "v0")]


def test_a_deleted_model_is_a_note_because_its_endpoint_goes_on_serving() -> None:
    looked = search(SageMaker({"qa": ["gone"]}, {}))
    assert list(looked.deployments()) == []
    [note] = looked.notes
    assert note == (
        "account 444444444444, endpoint qa: its model gone was deleted: whether it serves the version is not known"
    )


def test_an_endpoint_of_inference_components_is_named_rather_than_passed_over() -> None:
    looked = search(SageMaker({"shared": [None]}, {}))
    assert list(looked.deployments()) == []
    assert looked.notes == [
        "account 444444444444, endpoint shared: variant v0 holds inference components: not looked at"
    ]


def test_a_refused_call_is_an_error() -> None:
    with pytest.raises(ClientError):
        list(search(SageMaker({"qa": ["m"]}, {}, error="AccessDeniedException")).deployments())
