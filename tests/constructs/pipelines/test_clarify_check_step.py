"""Clarify checks: as the SageMaker SDK defines them, what they upload and grant, and what they refuse."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import aws_cdk as cdk
import pytest
from aws_cdk import Duration
from aws_cdk import aws_iam as iam

from sagemaker_workflows import InvalidParameterError
from sagemaker_workflows.pipelines import (
    BiasConfig,
    CacheConfig,
    ClarifyCheckStep,
    DataBiasCheckConfig,
    DataConfig,
    Facet,
    ModelBiasCheckConfig,
    ModelConfig,
    ModelExplainabilityCheckConfig,
    ModelPredictedLabelConfig,
    ParameterBoolean,
    ParameterString,
    PdpConfig,
    PipelineReference,
    PipelineStep,
    ShapConfig,
)
from tests.constructs.pipelines.conftest import ACCOUNT, REGION, ROLE, Image, Parts, comparable, sdk_steps

if TYPE_CHECKING:
    from sagemaker.workflow.pipeline_context import PipelineSession

Definition = Callable[[PipelineStep], dict[str, Any]]
CLARIFY = Image("306415355426.dkr.ecr.us-west-2.amazonaws.com/sagemaker-clarify-processing:1.0")
HEADERS = ["age", "sex", "rings"]


class Theirs:
    """Configurations of the SDK."""

    def __init__(self) -> None:
        from sagemaker import clarify

        self.data = clarify.DataConfig(
            s3_data_input_path="s3://demo-bucket/train/",
            s3_output_path="s3://demo-bucket/checks",
            s3_analysis_config_output_path="s3://demo-bucket/analysis",
            label="rings",
            headers=HEADERS,
            excluded_columns=["age"],
        )
        facet_values: Any = [["F"], [40]]
        self.bias = clarify.BiasConfig([10], ["sex", "age"], facet_values, group_name="age")

    @staticmethod
    def model(name: Any) -> Any:
        from sagemaker import clarify

        return clarify.ModelConfig(
            name,
            1,
            "ml.m5.xlarge",
            accept_type="text/csv",
            content_type="text/csv",
            endpoint_name_prefix="pipelines-clarify",
            custom_attributes="a=b",
        )


def data(parts: Parts, **options: Any) -> DataConfig:
    given: dict[str, Any] = {"label": "rings", "headers": HEADERS, "excluded_columns": ["age"]}
    return DataConfig(parts.at("train/"), parts.at("checks/"), **{**given, **options})


BIAS = BiasConfig([10], [Facet("sex", ["F"]), Facet("age", [40])], "age")


def model() -> ModelConfig:
    return ModelConfig(
        ParameterString("Model"),
        accept_type="text/csv",
        content_type="text/csv",
        additional={"custom_attributes": "a=b"},
    )


def their_step(config: Any, sdk: PipelineSession, **options: Any) -> tuple[Any, dict[str, Any]]:
    """A step of the SDK, and the analysis that it uploads."""
    from sagemaker.workflow import clarify_check_step
    from sagemaker.workflow.check_job_config import CheckJobConfig

    documents = []

    def upload(path: str, *_: Any) -> str:
        documents.append(json.loads(Path(path).read_text()))
        return "s3://demo-bucket/analysis/analysis_config.json"

    job_config: Any = CheckJobConfig
    job = job_config(role=ROLE, max_runtime_in_seconds=3600, sagemaker_session=sdk)
    with (
        mock.patch.object(clarify_check_step, "_upload_analysis_config", upload),
        mock.patch.object(clarify_check_step.ClarifyCheckStep, "_upload_monitoring_analysis_config"),
    ):
        step = clarify_check_step.ClarifyCheckStep("Check", config, job, **options)
    [document] = documents
    return step, document


def check(parts: Parts, config: Any, **options: Any) -> ClarifyCheckStep:
    given: dict[str, Any] = {"image": CLARIFY, "role": parts.role}
    return ClarifyCheckStep(parts.stack, "Check", config=config, **{**given, **options})


def without_config_uri(definition: dict[str, Any]) -> dict[str, Any]:
    """``definition`` without the place of the analysis; the SDK and the CDK put it elsewhere."""
    analysis = definition["Arguments"]["ProcessingInputs"][0]
    assert analysis["S3Input"].pop("S3Uri").endswith("/analysis_config.json")
    found: dict[str, Any] = comparable(definition)
    return found


def test_data_bias_as_the_sdk_defines_it(parts: Parts, definition: Definition, sdk: PipelineSession) -> None:
    from sagemaker.workflow.clarify_check_step import DataBiasCheckConfig as SdkConfig
    from sagemaker.workflow.parameters import ParameterBoolean as SdkBoolean
    from sagemaker.workflow.steps import CacheConfig as SdkCache

    register, config = SdkBoolean("Register"), Theirs()
    theirs, analysis = their_step(
        SdkConfig(data_config=config.data, data_bias_config=config.bias, methods=["CI", "DPL"]),
        sdk,
        register_new_baseline=register,
        model_package_group_name="Abalone",
        supplied_baseline_constraints="s3://demo-bucket/constraints.json",
        cache_config=SdkCache(enable_caching=True, expire_after="P7D"),
    )
    ours = check(
        parts,
        DataBiasCheckConfig(data(parts), BIAS, ["CI", "DPL"]),
        register_new_baseline=ParameterBoolean("Register"),
        group="Abalone",
        supplied_baseline_constraints=parts.at("constraints.json"),
        cache=CacheConfig(Duration.days(7)),
    )
    [expected] = sdk_steps([theirs], sdk, [register])
    assert without_config_uri(definition(ours)) == without_config_uri(expected)
    assert uploaded(parts) == analysis


def test_model_bias_as_the_sdk_defines_it(parts: Parts, definition: Definition, sdk: PipelineSession) -> None:
    from sagemaker.clarify import ModelPredictedLabelConfig as SdkLabelConfig
    from sagemaker.workflow.clarify_check_step import ModelBiasCheckConfig as SdkConfig
    from sagemaker.workflow.parameters import ParameterString as SdkString

    name, config = SdkString("Model"), Theirs()
    theirs, analysis = their_step(
        SdkConfig(
            data_config=config.data,
            data_bias_config=config.bias,
            model_config=config.model(name),
            model_predicted_label_config=SdkLabelConfig(0, 1, 0.7, ["young", "old"]),
        ),
        sdk,
    )
    label = ModelPredictedLabelConfig(0, 1, 0.7, ["young", "old"])
    ours = check(parts, ModelBiasCheckConfig(data(parts), BIAS, model(), label))
    [expected] = sdk_steps([theirs], sdk, [name])
    assert without_config_uri(definition(ours)) == without_config_uri(expected)
    assert uploaded(parts) == analysis


@pytest.mark.parametrize("method", ["shap", "pdp"])
def test_explainability_as_the_sdk_defines_it(
    parts: Parts, definition: Definition, sdk: PipelineSession, method: str
) -> None:
    from sagemaker import clarify
    from sagemaker.workflow.clarify_check_step import ModelExplainabilityCheckConfig as SdkConfig
    from sagemaker.workflow.parameters import ParameterString as SdkString

    pairs: dict[str, tuple[Any, Any]] = {
        "shap": (
            clarify.SHAPConfig([[1, 2]], 10, "mean_abs", seed=7, features_to_explain=["age"]),
            ShapConfig([[1, 2]], 10, "mean_abs", seed=7, additional={"features_to_explain": ["age"]}),
        ),
        "pdp": (clarify.PDPConfig(["age"], grid_resolution=20), PdpConfig(["age"], grid_resolution=20)),
    }
    their_method, our_method = pairs[method]
    name, config = SdkString("Model"), Theirs()
    theirs, analysis = their_step(
        SdkConfig(
            data_config=config.data,
            model_config=config.model(name),
            explainability_config=their_method,
            model_scores=0,
        ),
        sdk,
    )
    ours = check(parts, ModelExplainabilityCheckConfig(data(parts), model(), our_method, 0))
    [expected] = sdk_steps([theirs], sdk, [name])
    assert without_config_uri(definition(ours)) == without_config_uri(expected)
    assert uploaded(parts) == analysis


def uploaded(parts: Parts) -> dict[str, Any]:
    """The one analysis among the assets of the app."""
    app = parts.stack.node.root
    assert isinstance(app, cdk.App)
    directory = Path(app.synth().directory)
    files: Mapping[str, Any] = json.loads((directory / "Stack.assets.json").read_text())["files"]
    [asset] = [
        each
        for each in files.values()
        if all(place["objectKey"].endswith("/analysis_config.json") for place in each["destinations"].values())
    ]
    found: dict[str, Any] = json.loads((directory / asset["source"]["path"]).read_text())
    return found


def test_the_role_of_the_job_may_read_the_analysis_and_nothing_else(parts: Parts) -> None:
    role = iam.Role(parts.stack, "Own", assumed_by=iam.ServicePrincipal("sagemaker.amazonaws.com"))
    check(parts, DataBiasCheckConfig(data(parts), BIAS), role=role)
    policy = parts.stack.resolve(role.node.find_child("DefaultPolicy").document.to_json())  # type: ignore[attr-defined]
    listing, reading = policy["Statement"]
    assert (listing["Action"], reading["Action"]) == ("s3:ListBucket", "s3:GetObject")
    [prefix] = listing["Condition"]["StringLike"]["s3:prefix"]
    assert prefix.endswith("/analysis_config.json")
    assert json.dumps(reading["Resource"]).endswith(f'/{prefix}"]]}}')


class TestShadowEndpoint:
    ARN = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}"

    @pytest.fixture
    def granted(self, parts: Parts, synthesize: Callable[..., Any]) -> Callable[[ModelConfig], list[dict[str, Any]]]:
        """What the role of a job of a model bias check is granted at SageMaker."""

        def granted(model: ModelConfig) -> list[dict[str, Any]]:
            role = iam.Role(parts.stack, "Own", assumed_by=iam.ServicePrincipal("sagemaker.amazonaws.com"))
            check(parts, ModelBiasCheckConfig(data(parts), BIAS, model), role=role)
            found = synthesize(parts.stack).statements("Own")
            return [each for each in found if any(action.startswith("sagemaker:") for action in each["Action"])]

        return granted

    def test_the_role_may_create_ask_and_delete_it_under_its_prefix(
        self, granted: Callable[[ModelConfig], list[dict[str, Any]]]
    ) -> None:
        model = ModelConfig(PipelineReference("Steps.CreateModel.ModelName"))
        endpoint, config = f"{self.ARN}:endpoint/pipelines-clarify-*", f"{self.ARN}:endpoint-config/pipelines-clarify-*"
        assert [(each["Action"], each["Resource"]) for each in granted(model)] == [
            (
                [
                    "sagemaker:CreateEndpointConfig",
                    "sagemaker:DeleteEndpointConfig",
                    "sagemaker:DescribeEndpointConfig",
                ],
                [config],
            ),
            (["sagemaker:CreateEndpoint"], sorted([endpoint, config])),
            (["sagemaker:DeleteEndpoint", "sagemaker:DescribeEndpoint", "sagemaker:InvokeEndpoint"], [endpoint]),
            (["sagemaker:DescribeModel"], [f"{self.ARN}:model/pipelines-*"]),
        ]

    def test_a_prefix_of_the_team_s_own_is_written_and_granted(
        self, parts: Parts, granted: Callable[[ModelConfig], list[dict[str, Any]]]
    ) -> None:
        found = granted(ModelConfig("abalone", endpoint_name_prefix="team-a"))
        assert found[2]["Resource"] == [f"{self.ARN}:endpoint/team-a-*"]
        assert found[3]["Resource"] == [f"{self.ARN}:model/abalone"]
        assert uploaded(parts)["predictor"]["endpoint_name_prefix"] == "team-a"

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"endpoint_name_prefix": "*"}, "endpoint_name_prefix: '*' is not legal; write 1 to 23 letters"),
            ({"endpoint_name_prefix": "a" * 24}, "is not legal; write 1 to 23 letters, digits and inner hyphens"),
            ({"additional": {"endpoint_name_prefix": "a"}}, "is an argument; give endpoint_name_prefix instead"),
        ],
    )
    def test_it_cannot_escape_its_scope(self, parts: Parts, options: dict[str, Any], message: str) -> None:
        with pytest.raises(InvalidParameterError) as error:
            check(parts, ModelBiasCheckConfig(data(parts), BIAS, ModelConfig("abalone", **options)))
        assert str(error.value).startswith("Stack/Check: config.model.")
        assert message in str(error.value)

    def test_a_check_of_data_needs_none(self, parts: Parts, synthesize: Callable[..., Any]) -> None:
        role = iam.Role(parts.stack, "Own", assumed_by=iam.ServicePrincipal("sagemaker.amazonaws.com"))
        check(parts, DataBiasCheckConfig(data(parts), BIAS), role=role)
        assert "sagemaker:" not in json.dumps([each["Action"] for each in synthesize(parts.stack).statements("Own")])


def test_the_analysis_holds_literals_only(parts: Parts) -> None:
    config = DataBiasCheckConfig(data(parts, label=ParameterString("Label")), BIAS)
    with pytest.raises(InvalidParameterError) as error:
        check(parts, config)
    assert str(error.value) == (
        "Stack/Check: config.label: is known only later, the analysis is written now; write a literal"
    )


def test_grants_the_job_and_its_results(parts: Parts) -> None:
    step = check(parts, DataBiasCheckConfig(data(parts), BIAS))
    assert [each.to_statement_json()["Action"] for each in step.statements()] == [
        ["sagemaker:CreateProcessingJob", "sagemaker:DescribeProcessingJob", "sagemaker:StopProcessingJob"],
        "sagemaker:AddTags",
        "iam:PassRole",
        "s3:GetObject",
    ]
    assert step.calculated_baseline_constraints.render() == {"Get": "Steps.Check.CalculatedBaselineConstraints"}
