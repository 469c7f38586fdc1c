"""First-party images: the right registry and URL suffix in every region, and a refusal by name elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ecr as ecr

from sagemaker_rules.images import image_table
from sagemaker_workflows import EcrImage, FirstPartyImage, UnknownImageError

TABLE = image_table()

# Written out here, not taken from the table under test: registries as version 2 of the SageMaker Python SDK has them in
# image_uri_config/xgboost.json (the table comes from sagemaker-core), URL suffixes as in AWS's endpoint reference.
PUBLISHED = {
    "us-east-1": "683313688378.dkr.ecr.us-east-1.amazonaws.com",
    "us-west-2": "246618743249.dkr.ecr.us-west-2.amazonaws.com",
    "eu-west-1": "141502667606.dkr.ecr.eu-west-1.amazonaws.com",
    "eu-central-1": "492215442770.dkr.ecr.eu-central-1.amazonaws.com",
    "ap-northeast-1": "354813040037.dkr.ecr.ap-northeast-1.amazonaws.com",
    "sa-east-1": "737474898029.dkr.ecr.sa-east-1.amazonaws.com",
    "cn-north-1": "450853457545.dkr.ecr.cn-north-1.amazonaws.com.cn",
    "cn-northwest-1": "451049120500.dkr.ecr.cn-northwest-1.amazonaws.com.cn",
    "us-gov-west-1": "414596584902.dkr.ecr.us-gov-west-1.amazonaws.com",
    "us-gov-east-1": "237065988967.dkr.ecr.us-gov-east-1.amazonaws.com",
}


@pytest.fixture(scope="module")
def outputs(synthesize: Callable[..., Any]) -> Callable[[str], dict[str, str]]:
    """URI and repository ARN of both images, from one region-agnostic template, as they are in a region."""
    stack = cdk.Stack(cdk.App(), "Images")
    for key, image in {"Xgboost": FirstPartyImage.xgboost(), "Sklearn": FirstPartyImage.sklearn()}.items():
        cdk.CfnOutput(stack, f"{key}Uri", value=image.uri(stack))
        cdk.CfnOutput(stack, f"{key}Arn", value=image.repository_arn(stack))
    synthesized = synthesize(stack)

    def resolve(region: str) -> dict[str, str]:
        found = synthesized.in_region(region).resolve(synthesized.template["Outputs"])
        return {key: each["Value"] for key, each in found.items()}

    return resolve


class TestWithoutAFixedRegion:
    @pytest.mark.parametrize(("region", "registry"), PUBLISHED.items())
    def test_the_uri_is_the_published_one(
        self, outputs: Callable[[str], dict[str, str]], region: str, registry: str
    ) -> None:
        assert outputs(region)["XgboostUri"] == f"{registry}/sagemaker-xgboost:3.2-0"
        assert outputs(region)["SklearnUri"] == f"{registry}/sagemaker-scikit-learn:1.9-0-cpu-py3"

    @pytest.mark.parametrize(
        ("region", "partition"), [("eu-west-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")]
    )
    def test_the_repository_arn_is_in_the_partition_and_registry_of_the_uri(
        self, outputs: Callable[[str], dict[str, str]], region: str, partition: str
    ) -> None:
        account = PUBLISHED[region].split(".")[0]
        start = f"arn:{partition}:ecr:{region}:{account}:repository"
        assert outputs(region)["XgboostArn"] == f"{start}/sagemaker-xgboost"
        assert outputs(region)["SklearnArn"] == f"{start}/sagemaker-scikit-learn"

    def test_every_region_of_the_table_has_an_account_of_12_digits(
        self, outputs: Callable[[str], dict[str, str]]
    ) -> None:
        registry = TABLE["registries"]["FirstParty"]
        assert len(registry) >= 37
        for region, account in registry.items():
            assert len(account) == 12, region
            assert account.isdecimal(), region
            assert outputs(region)["XgboostUri"].startswith(f"{account}.dkr.ecr.{region}.")

    def test_one_mapping_serves_all_images(self, outputs: Callable[[str], dict[str, str]]) -> None:
        assert outputs("eu-west-1")["XgboostUri"].split("/")[0] == outputs("eu-west-1")["SklearnUri"].split("/")[0]


class TestWithAFixedRegion:
    @pytest.mark.parametrize(("region", "registry"), PUBLISHED.items())
    def test_the_account_is_written_out(self, synthesize: Callable[..., Any], region: str, registry: str) -> None:
        stack = cdk.Stack(cdk.App(), "Images", env=cdk.Environment(region=region, account="123456789012"))
        cdk.CfnOutput(stack, "Uri", value=FirstPartyImage.xgboost("1.7-1").uri(stack))
        synthesized = synthesize(stack).in_region(region)
        uri = synthesized.resolve(synthesized.template["Outputs"]["Uri"]["Value"])
        assert uri == f"{registry}/sagemaker-xgboost:1.7-1"
        assert "Mappings" not in synthesized.template

    @pytest.mark.parametrize("of", [FirstPartyImage.uri, FirstPartyImage.repository_arn])
    def test_an_unknown_region_is_refused_by_name(self, of: Callable[..., str]) -> None:
        stack = cdk.Stack(cdk.App(), "Images", env=cdk.Environment(region="mars-east-1", account="123456789012"))
        with pytest.raises(UnknownImageError, match=r"Images: .*'mars-east-1'; deploy to one of .*us-east-1") as caught:
            of(FirstPartyImage.sklearn(), stack)
        assert "\n" not in str(caught.value)


class TestVersion:
    @pytest.mark.parametrize(
        ("image", "tag"),
        [
            (FirstPartyImage.xgboost(), "3.2-0"),
            (FirstPartyImage.xgboost("0.90-2"), "0.90-2-cpu-py3"),
            (FirstPartyImage.sklearn(), "1.9-0-cpu-py3"),
            (FirstPartyImage.sklearn("0.20.0"), "0.20.0-cpu-py3"),
            (FirstPartyImage.sklearn("1.4-2-py312"), "1.4-2-py312-cpu-py3"),
        ],
    )
    def test_gives_the_tag(self, image: FirstPartyImage, tag: str) -> None:
        assert image.tag == tag

    @pytest.mark.parametrize("version", ["latest", "1", "9.9-9", "", "1.7-1-cpu-py3"])
    def test_that_is_unknown_is_refused_by_name(self, version: str) -> None:
        with pytest.raises(
            UnknownImageError, match=r"there is no version .*; write one of 0.90-1, .*, 3.2-0"
        ) as caught:
            FirstPartyImage.xgboost(version)
        assert str(caught.value).startswith(f"image sagemaker-xgboost: there is no version {version!r}")
        assert "\n" not in str(caught.value)

    def test_of_another_image_is_not_taken_for_this_one(self) -> None:
        with pytest.raises(UnknownImageError, match="sagemaker-scikit-learn"):
            FirstPartyImage.sklearn("3.2-0")


# What the SageMaker Python SDK calls the images, and how it asks for them.
SDK = [
    (FirstPartyImage.clarify(), "clarify", {"version": "1.0"}),
    (FirstPartyImage.model_monitor(), "model-monitor", {}),
    (
        FirstPartyImage.sagemaker_distribution(),
        "sagemaker-distribution",
        {"image_scope": "inference", "version": "3.2.0", "instance_type": "ml.m5.large"},
    ),
]


class TestImagesWithRegistriesOfTheirOwn:
    @pytest.mark.slow
    @pytest.mark.parametrize(("image", "framework", "arguments"), SDK)
    def test_are_where_the_sdk_has_them(
        self, image: FirstPartyImage, framework: str, arguments: dict[str, str]
    ) -> None:
        from sagemaker import image_uris

        row = TABLE["repositories"][image.repository]
        registry: dict[str, str] = TABLE["registries"][row["registry"]]
        for region, account in registry.items():
            host, name = image_uris.retrieve(framework, region, **arguments).split("/")
            assert host.startswith(f"{account}.dkr.ecr.{region}."), region
            assert name == f"{image.repository}:{image.tag}" if image.tag else name.startswith(image.repository)
        # One construct shows that what the table has is what a template gets.
        stack = cdk.Stack(cdk.App(), "Images", env=cdk.Environment(region=region, account="123456789012"))
        assert image.uri(stack).startswith(f"{account}.dkr.ecr.{region}.")

    def test_base_python_is_where_the_sdk_has_it(self) -> None:
        stack = cdk.Stack(cdk.App(), "Images", env=cdk.Environment(region="us-west-2", account="123456789012"))
        uri = FirstPartyImage.base_python().uri(stack)
        assert uri.startswith("236514542706.dkr.ecr.us-west-2.")
        assert uri.endswith("/sagemaker-base-python-310:1.0")

    def test_have_a_mapping_for_each_registry(self, synthesize: Callable[..., Any]) -> None:
        stack = cdk.Stack(cdk.App(), "Images")
        images = [FirstPartyImage.sklearn(), FirstPartyImage.xgboost(), FirstPartyImage.clarify()]
        for index, image in enumerate(images):
            cdk.CfnOutput(stack, f"Uri{index}", value=image.uri(stack))
        synthesized = synthesize(stack)
        assert set(synthesized.template["Mappings"]) == {"FirstPartyImageRegistry", "ClarifyImageRegistry"}
        uri = synthesized.in_region("us-east-1").resolve(synthesized.template["Outputs"]["Uri2"]["Value"])
        assert uri == "205585389593.dkr.ecr.us-east-1.amazonaws.com/sagemaker-clarify-processing:1.0"

    def test_are_refused_where_that_registry_is_not(self) -> None:
        stack = cdk.Stack(cdk.App(), "Images", env=cdk.Environment(region="us-gov-west-1", account="123456789012"))
        with pytest.raises(UnknownImageError, match=r"AWS keeps no ModelMonitor images in 'us-gov-west-1'"):
            FirstPartyImage.model_monitor().uri(stack)


def test_an_unknown_repository_is_refused_by_name() -> None:
    with pytest.raises(UnknownImageError, match=r"tensorflow.*sagemaker-xgboost"):
        FirstPartyImage("tensorflow", "2.0")


class TestEcrImage:
    def test_is_the_tag_in_the_teams_own_repository(self, stack: cdk.Stack, synthesize: Callable[..., Any]) -> None:
        repository = ecr.Repository.from_repository_attributes(
            stack,
            "Repository",
            repository_name="team/model",
            repository_arn="arn:aws:ecr:eu-west-1:210987654321:repository/team/model",
        )
        image = EcrImage(repository, "v1")
        cdk.CfnOutput(stack, "Uri", value=image.uri(stack))
        cdk.CfnOutput(stack, "Arn", value=image.repository_arn(stack))
        synthesized = synthesize(stack)
        outputs = synthesized.resolve(synthesized.template["Outputs"])
        assert outputs["Uri"]["Value"] == "210987654321.dkr.ecr.eu-west-1.amazonaws.com/team/model:v1"
        assert outputs["Arn"]["Value"] == "arn:aws:ecr:eu-west-1:210987654321:repository/team/model"
