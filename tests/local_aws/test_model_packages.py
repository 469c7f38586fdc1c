"""Registered model packages, as the end of a run shows them."""

from __future__ import annotations

from local_aws.app.model_packages import Metrics, ModelPackage


def test_the_numbers_of_a_metrics_document_have_their_paths() -> None:
    content = {"regression_metrics": {"mse": {"value": 0.25, "standard_deviation": "NaN"}}, "rows": 3, "ok": True}
    assert Metrics("s3://b/e.json", content).numbers() == {"regression_metrics.mse.value": 0.25, "rows": 3.0}
    assert Metrics("s3://b/e.json").numbers() == {}


def test_a_package_is_a_document_with_its_metrics() -> None:
    metrics = {"ModelQuality.Statistics": Metrics("s3://b/e.json", {"mse": 1})}
    package = ModelPackage("arn:p", "houses", 3, "PendingManualApproval", metrics)
    assert package.document() == {
        "modelPackageArn": "arn:p",
        "group": "houses",
        "version": 3,
        "approvalStatus": "PendingManualApproval",
        "metrics": {"ModelQuality.Statistics": {"s3Uri": "s3://b/e.json", "content": {"mse": 1}}},
    }
