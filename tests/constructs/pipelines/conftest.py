"""What the tests of pipelines share: things to build steps of, and the SageMaker SDK as an oracle of definitions."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from unittest import mock

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

from sagemaker_workflows import S3Location
from sagemaker_workflows.pipelines import Pipeline, PipelineParameter, PipelineStep, StepGroup

if TYPE_CHECKING:
    from sagemaker.workflow.pipeline_context import PipelineSession

    from tests.conftest import SynthesizedStack

ACCOUNT, REGION = "111122223333", "us-west-2"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/JobRole"


class Parts:
    """Things that steps are built of, with names that are known, so that definitions can be compared as they are."""

    def __init__(self, stack: cdk.Stack) -> None:
        self.stack = stack
        self.role = iam.Role.from_role_arn(stack, "JobRole", ROLE, mutable=False)
        self.bucket = s3.Bucket.from_bucket_name(stack, "Bucket", "demo-bucket")
        cdk.Annotations.of(self.bucket).acknowledge_warning("sagemaker-workflows:bucket-key")

    def at(self, key: str) -> S3Location:
        return S3Location(self.bucket, key)


class Image:
    """An image by its URI."""

    def __init__(self, uri: str) -> None:
        self._uri = uri

    def uri(self, scope: Any) -> str:
        return self._uri

    def repository_arn(self, scope: Any) -> str:
        return f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/team"


IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/team:1"


@pytest.fixture
def stack() -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Stack", env=cdk.Environment(account=ACCOUNT, region=REGION))


@pytest.fixture
def parts(stack: cdk.Stack) -> Parts:
    return Parts(stack)


@pytest.fixture
def image() -> Image:
    return Image(IMAGE)


@pytest.fixture
def definition(resolved_in: Callable[[str], SynthesizedStack]) -> Callable[[PipelineStep], dict[str, Any]]:
    """A step of ours as it stands in the definition, its tokens resolved."""

    def definition(step: PipelineStep) -> dict[str, Any]:
        # As text, as it stands in the template: CDK drops None, and writes JsonNull.
        stack = cdk.Stack.of(step)
        text = resolved_in(REGION).resolve(stack.resolve(stack.to_json_string(step.definition())))
        found: dict[str, Any] = json.loads(text)
        return found

    return definition


@pytest.fixture
def granted(resolved_in: Callable[[str], SynthesizedStack]) -> Callable[[PipelineStep], list[tuple[Any, Any]]]:
    """Actions and resources of the statements of a step, their tokens resolved."""

    def granted(step: PipelineStep) -> list[tuple[Any, Any]]:
        stack = cdk.Stack.of(step)
        statements = [stack.resolve(each.to_statement_json()) for each in step.statements()]
        found: list[dict[str, Any]] = resolved_in(REGION).resolve(statements)
        return [(each["Action"], each["Resource"]) for each in found]

    return granted


@pytest.fixture
def resolved_in() -> Callable[[str], SynthesizedStack]:
    from tests.conftest import SynthesizedStack

    return lambda region: SynthesizedStack({"Resources": {}}, region)


@pytest.fixture
def pipeline(stack: cdk.Stack) -> Callable[..., Pipeline]:
    def pipeline(
        steps: Sequence[PipelineStep | StepGroup], parameters: Sequence[PipelineParameter] = (), **options: Any
    ) -> Pipeline:
        return Pipeline(stack, "Pipeline", steps=steps, parameters=parameters, **options)

    return pipeline


@pytest.fixture(scope="session")
def sdk() -> PipelineSession:
    """A session of the SageMaker SDK that calls nothing."""
    with mock.patch.dict(
        os.environ, {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "SAGEMAKER_SUPPRESS_V2_WARNING": "1"}
    ):
        import boto3
        from sagemaker.workflow.pipeline_context import PipelineSession

        logging.getLogger("sagemaker").setLevel(logging.ERROR)
        session: Any = PipelineSession(boto_session=boto3.Session(region_name=REGION), default_bucket="sdk-bucket")
        # The SDK uploads code and asks for the account while it defines.
        session.upload_data = mock.MagicMock(side_effect=lambda **given: f"s3://sdk-bucket/{given['key_prefix']}")
        session.account_id = mock.MagicMock(return_value=ACCOUNT)
        # Else the SDK creates the bucket where it is named for the first time.
        session._default_bucket = "sdk-bucket"
        made: PipelineSession = session
        return made


def sdk_steps(steps: Sequence[Any], sdk: PipelineSession, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
    """The steps of the definition that the SDK makes."""
    from sagemaker.workflow.pipeline import Pipeline as SdkPipeline

    made = SdkPipeline("Oracle", parameters=list(parameters), steps=list(steps), sagemaker_session=sdk)
    found: list[dict[str, Any]] = json.loads(made.definition())["Steps"]
    return found


#: Fields that the SDK writes with their defaults, and we leave out. Each stands in docs/pipelines.md.
_SDK_DEFAULTS: Mapping[str, Any] = {
    "AppManaged": False,
    "CategoricalParameterRanges": [],
    "ContinuousParameterRanges": [],
    "IntegerParameterRanges": [],
    "Bias": {},
    "Environment": {},
    "Explainability": {},
    "Tags": [],
}


def comparable(value: Any) -> Any:
    """``value`` without what we leave out on purpose, and without the difference between 30 and 30.0."""
    if isinstance(value, Mapping):
        return {
            key: comparable(item)
            for key, item in value.items()
            if not (key in _SDK_DEFAULTS and item == _SDK_DEFAULTS[key])
        }
    if isinstance(value, list):
        return [comparable(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
