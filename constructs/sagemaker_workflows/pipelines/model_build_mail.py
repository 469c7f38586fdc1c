"""The step of a model build that tells the team about a model that is not good enough."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from constructs import Construct

from sagemaker_workflows._core.variables import PipelineVariable
from sagemaker_workflows.pipelines.locations import read_statements
from sagemaker_workflows.pipelines.steps.lambda_ import LambdaOutput, LambdaStep
from sagemaker_workflows.pipelines.values import ExecutionVariables
from sagemaker_workflows.resources.functions import ScopedFunction
from sagemaker_workflows.resources.locations import S3Location


def send_mail(
    scope: Construct, topic: sns.ITopic, runs: S3Location, *, report_uri: PipelineVariable, threshold: PipelineVariable
) -> LambdaStep:
    """The step ``SendMail`` and its function, both in ``scope``.

    Args:
        scope: Parent construct.
        topic: Gets the message.
        runs: Prefix that the report of the evaluation lies below.
        report_uri: URI of the report.
        threshold: Mean squared error that the model had to reach.
    """
    function = ScopedFunction(
        scope,
        "NotificationFunction",
        folder="notify_team",
        description="Tells the team about a model that was not registered",
        environment={"TOPIC_ARN": topic.topic_arn},
        timeout=Duration.minutes(1),
    )
    function.allow(
        iam.PolicyStatement(sid="PublishMessage", actions=["sns:Publish"], resources=[topic.topic_arn]),
        *read_statements(runs),
    )
    return LambdaStep(
        scope,
        "SendMail",
        function=function,
        inputs={
            "evaluation_uri": report_uri,
            "threshold": threshold,
            "pipeline": ExecutionVariables.PIPELINE_NAME,
            "execution_arn": ExecutionVariables.PIPELINE_EXECUTION_ARN,
        },
        outputs=[LambdaOutput("message_id", "String"), LambdaOutput("mse", "Float")],
    )
