"""A team with one model per tenant: a Map in JSONata over tenants that are known only when it runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_stepfunctions as sfn

from sagemaker_workflows import BatchInference, S3Location, WorkflowBucket, WorkflowStateMachine, XGBoostTraining

if TYPE_CHECKING:
    from local_aws import LocalAws
    from tests.constructs.teams.conftest import TeamApp

JSONATA = sfn.QueryLanguage.JSONATA
ITEM = ["$$.Map.Item.Index"]
TENANTS = ("north", "south")


class OneModelPerTenant(cdk.Stack):
    def __init__(self, scope: cdk.App, id: str, **options: Any) -> None:
        super().__init__(scope, id, **options)
        self.bucket = WorkflowBucket(self, "Bucket", demo=True)
        models = self.of_tenant("models")
        training = XGBoostTraining(
            self,
            "Training",
            name_prefix="tenant-train",
            train=self.of_tenant("train"),
            models=models,
            discriminators=ITEM,
            query_language=JSONATA,
        )
        inference = BatchInference(
            self,
            "Inference",
            model_name_prefix="tenant-model",
            transform_name_prefix="tenant-batch",
            model_data_path=training.model_data_path,
            models=models,
            source=self.of_tenant("new"),
            output=self.of_tenant("predictions"),
            discriminators=ITEM,
            query_language=JSONATA,
        )
        each = sfn.Map.jsonata(self, "Each tenant", items=sfn.ProvideItems.jsonata("{% $states.input.tenants %}"))
        each.item_processor(training.task.next(inference.chain))
        WorkflowStateMachine(self, "Workflow", definition=each, query_language=JSONATA)
        cdk.CfnOutput(self, "BucketName", value=self.bucket.bucket_name)

    def of_tenant(self, kind: str) -> S3Location:
        """``tenants/<tenant>/<kind>/``, of the tenant that the Map is at."""
        expression = f"{{% 's3://{self.bucket.bucket_name}/tenants/' & $states.input.tenant & '/{kind}/' %}}"
        return S3Location.from_expression(expression, bucket=self.bucket, prefix="tenants/")


@pytest.fixture(scope="module")
def team(team_app: Callable[..., TeamApp]) -> TeamApp:
    return team_app(OneModelPerTenant)


def test_nothing_is_found_in_it(team: TeamApp) -> None:
    assert team.errors() == []
    assert team.warnings() == []


def test_each_location_is_the_tenants(team: TeamApp) -> None:
    states = team.synthesized.definition()["States"]["Each tenant"]["ItemProcessor"]["States"]
    train, _, transform = (each["Arguments"] for each in states.values())
    source = train["InputDataConfig"][0]["DataSource"]["S3DataSource"]["S3Uri"]
    assert source.endswith("/tenants/' & $states.input.tenant & '/train/' %}")
    assert train["OutputDataConfig"]["S3OutputPath"].endswith("'/models/' %}")
    assert transform["TransformInput"]["DataSource"]["S3DataSource"]["S3Uri"].endswith("'/new/' %}")
    assert transform["TransformOutput"]["S3OutputPath"].endswith("'/predictions/' %}")


def test_the_roles_are_scoped_to_the_prefix_of_all_tenants(team: TeamApp) -> None:
    for role in ("TrainingRole", "InferenceRole"):
        statements = {each["Sid"]: each for each in team.synthesized.statements(role)}
        assert all(each.endswith("/tenants/*") for each in statements["ReadInputs"]["Resource"])
        assert all(each.endswith("/tenants/*") for each in statements["WriteOutputs"]["Resource"])


def rows(aws: LocalAws, outputs: Mapping[str, str]) -> None:
    """Rows of each tenant."""
    client, bucket = aws.client("s3"), outputs["BucketName"]
    for tenant in TENANTS:
        labeled = "".join(f"{number % 2},{number},{number * number}\n" for number in range(60))
        client.put_object(Bucket=bucket, Key=f"tenants/{tenant}/train/rows.csv", Body=labeled.encode())
        client.put_object(Bucket=bucket, Key=f"tenants/{tenant}/new/rows.csv", Body=b"1,1\n2,4\n")


@pytest.mark.slow
@pytest.mark.long
def test_it_runs(team: TeamApp, tmp_path: Path) -> None:
    tenants = [{"tenant": each} for each in TENANTS]
    output: Any = team.run(tmp_path / "aws", {"tenants": tenants}, after=rows)
    assert [each["tenant"] for each in output] == list(TENANTS)
    for tenant, each in zip(TENANTS, output, strict=True):
        assert f"/tenants/{tenant}/models/" in each["training"]["S3ModelArtifacts"]
        assert f"/tenants/{tenant}/predictions" in each["transform"]["S3OutputPath"]
