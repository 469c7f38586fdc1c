"""What stock moto does with model packages; a test that fails here says that a patch can go."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

STOCK = """
import json, boto3
from moto import mock_aws
facts = {}
with mock_aws():
    api = boto3.client("sagemaker", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    api.create_model_package_group(ModelPackageGroupName="Group")
    api.create_model_package_group(ModelPackageGroupName="Group")
    made = api.create_model_package(ModelPackageGroupName="Group", SourceUri="s3://b/k",
                                    CustomerMetadataProperties={"a": "1"})["ModelPackageArn"]
    facts["arn"] = made.rpartition(":")[2]
    found = api.describe_model_package(ModelPackageName=made)
    facts["status"], facts["source"] = found.get("ModelApprovalStatus"), found.get("SourceUri")
    api.update_model_package(ModelPackageArn=made, ModelApprovalStatus="Approved")
    facts["properties"] = api.describe_model_package(ModelPackageName=made).get("CustomerMetadataProperties")
    facts["missing"] = []
    for operation, field in (("delete_model_package", "ModelPackageName"),
                             ("delete_model_package_group", "ModelPackageGroupName"),
                             ("get_model_package_group_policy", "ModelPackageGroupName")):
        try:
            getattr(api, operation)(**{field: "Group"})
        except NotImplementedError:
            facts["missing"].append(operation)
print(json.dumps(facts))
"""


@pytest.fixture(scope="module")
def stock() -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-c", STOCK], capture_output=True, text=True, check=True, timeout=60)
    facts: dict[str, Any] = json.loads(done.stdout)
    return facts


def test_registry_api_stock_moto_writes_the_arn_in_lower_case(stock: dict[str, Any]) -> None:
    assert stock["arn"] == "model-package/group/1"


def test_registry_api_stock_moto_forgets_status_and_source(stock: dict[str, Any]) -> None:
    assert (stock["status"], stock["source"]) == (None, None)


def test_registry_api_stock_moto_empties_what_an_update_does_not_name(stock: dict[str, Any]) -> None:
    assert stock["properties"] is None


def test_registry_api_stock_moto_deletes_nothing_and_has_no_policies(stock: dict[str, Any]) -> None:
    assert len(stock["missing"]) == 3
