"""Model steps: as the SageMaker SDK defines them, what they grant, and what they refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import aws_ec2 as ec2

from sagemaker_workflows import InvalidParameterError, JobNetwork, ModelContainer
from sagemaker_workflows.pipelines import (
    JOB_INTERNAL_ERROR,
    STEP_THROTTLING,
    CreateModelStep,
    ParameterInteger,
    ParameterString,
    PipelineStep,
    RetryPolicy,
)
from tests.constructs.pipelines.conftest import IMAGE, ROLE, Image, Parts, comparable, sdk_steps

if TYPE_CHECKING:
    from sagemaker.workflow.pipeline_context import PipelineSession

Definition = Callable[[PipelineStep], dict[str, Any]]


def test_one_container_as_the_sdk_defines_it(
    parts: Parts, image: Image, definition: Definition, sdk: PipelineSession
) -> None:
    from sagemaker.model import Model
    from sagemaker.workflow.model_step import ModelStep
    from sagemaker.workflow.parameters import ParameterString as SdkString
    from sagemaker.workflow.retry import StepExceptionTypeEnum, StepRetryPolicy

    data, subnet = SdkString("ModelData"), "subnet-1"
    model = Model(
        image_uri=IMAGE,
        model_data=data,
        role=ROLE,
        env={"A": "b"},
        vpc_config={"Subnets": [subnet], "SecurityGroupIds": ["sg-1"]},
        enable_network_isolation=True,
        sagemaker_session=sdk,
    )
    retry = StepRetryPolicy(exception_types=[StepExceptionTypeEnum.THROTTLING], max_attempts=3)
    theirs = ModelStep(
        "Abalone",
        step_args=model.create(tags=[{"Key": "team", "Value": "ml"}]),
        description="d",
        retry_policies=[retry],
    )
    network = JobNetwork(
        [ec2.Subnet.from_subnet_id(parts.stack, "Subnet", subnet)],
        [ec2.SecurityGroup.from_security_group_id(parts.stack, "Group", "sg-1")],
    )
    ours = CreateModelStep(
        parts.stack,
        "Create",
        step_name="Abalone-CreateModel",
        containers=[ModelContainer(image, ParameterString("ModelData"), {"A": "b"})],
        role=parts.role,
        network=network,
        network_isolation=True,
        description="d",
        tags={"team": "ml"},
        retry_policies=[RetryPolicy([STEP_THROTTLING], max_attempts=3)],
    )
    [expected] = sdk_steps([theirs], sdk, [data])
    assert comparable(definition(ours)) == comparable(expected)
    assert ours.model_name.render() == {"Get": "Steps.Abalone-CreateModel.ModelName"}


def test_an_inference_pipeline_as_the_sdk_defines_it(
    parts: Parts, image: Image, definition: Definition, sdk: PipelineSession
) -> None:
    from sagemaker.model import Model
    from sagemaker.pipeline import PipelineModel
    from sagemaker.workflow.model_step import ModelStep

    models = [
        Model(image_uri=IMAGE, model_data=f"s3://demo-bucket/{name}.tar.gz", role=ROLE, sagemaker_session=sdk)
        for name in ("scale", "predict")
    ]
    theirs = ModelStep(
        "Chain", step_args=PipelineModel(models=models, role=ROLE, sagemaker_session=sdk).create("ml.m5.xlarge")
    )
    ours = CreateModelStep(
        parts.stack,
        "Chain-CreateModel",
        containers=[ModelContainer(image, parts.at("scale.tar.gz")), ModelContainer(image, parts.at("predict.tar.gz"))],
        role=parts.role,
    )
    [expected] = sdk_steps([theirs], sdk)
    assert comparable(definition(ours)) == comparable(expected)


def test_numbers_in_the_environment_become_text(parts: Parts, image: Image, definition: Definition) -> None:
    step = model(
        parts, image, containers=[ModelContainer(image, environment={"N": 3, "P": ParameterInteger("Workers")})]
    )
    found = definition(step)["Arguments"]["PrimaryContainer"]["Environment"]
    assert found == {"N": "3", "P": {"Std:Join": {"On": "", "Values": [{"Get": "Parameters.Workers"}]}}}


def model(parts: Parts, image: Image, **options: Any) -> CreateModelStep:
    given: dict[str, Any] = {"containers": [ModelContainer(image, parts.at("model.tar.gz"))], "role": parts.role}
    return CreateModelStep(parts.stack, "Model", **{**given, **options})


def test_grants_the_model_and_its_role(parts: Parts, image: Image) -> None:
    found = [each.to_statement_json() for each in model(parts, image).statements()]
    assert [each["Action"] for each in found] == [
        ["sagemaker:CreateModel", "sagemaker:DescribeModel"],
        "sagemaker:AddTags",
        "iam:PassRole",
    ]
    assert str(found[0]["Resource"]).endswith("model/pipelines-*")
    assert found[2]["Resource"] == ROLE


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"containers": []}, "containers: has 0; give 1 to 15"),
        ({"containers": [{"Nonsense": 1}]}, "PrimaryContainer.Nonsense: is not a field of ContainerDefinition"),
        ({"retry_policies": [RetryPolicy([JOB_INTERNAL_ERROR])]}, "'SageMaker.JOB_INTERNAL_ERROR' is not retried"),
    ],
)
def test_refused(parts: Parts, image: Image, options: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidParameterError) as error:
        model(parts, image, **options)
    assert str(error.value).startswith("Stack/Model: ")
    assert message in str(error.value)


def test_model_data_is_an_object(parts: Parts, image: Image) -> None:
    with pytest.raises(InvalidParameterError, match=r"'models/' is a prefix; give the object model\.tar\.gz"):
        model(parts, image, containers=[ModelContainer(image, parts.at("models/"))])


def test_models_are_never_cached(parts: Parts, image: Image) -> None:
    with pytest.raises(TypeError, match="a CreateModelStep has no argument cache"):
        model(parts, image, cache=None)
