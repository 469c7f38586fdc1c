"""The alarm that undoes an update of an endpoint."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from sagemaker_workflows._core.arguments import checks_arguments
from sagemaker_workflows.mlops.names import Registry
from sagemaker_workflows.mlops.stage import VARIANT, alarm_name


class ServerErrorAlarm(cloudwatch.Alarm):
    """Goes off when the endpoint of a stage has answered a request with a server error (5XX) within a minute.

    Its name follows from group and stage, because the deployment account names it, too.

    Args:
        scope: Parent construct.
        id: Construct id.
        registry: The registry.
        stage: Stage, as in ``QA_STAGE``.

    Example::

        registry = Registry.named("abalone", account="111122223333", region="eu-west-1")
        ServerErrorAlarm(self, "Alarm", registry=registry, stage=QA_STAGE)

    Follows https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-configuration.html
    """

    @checks_arguments
    def __init__(self, scope: Construct, id: str, *, registry: Registry, stage: str) -> None:
        metric = cloudwatch.Metric(
            namespace="AWS/SageMaker",
            metric_name="Invocation5XXErrors",
            dimensions_map={"EndpointName": registry.endpoint_name(stage), "VariantName": VARIANT},
            statistic="Sum",
            period=Duration.minutes(1),
        )
        super().__init__(
            scope,
            id,
            alarm_name=alarm_name(registry, stage),
            alarm_description=f"Server errors of endpoint {registry.endpoint_name(stage)}: an update goes back",
            metric=metric,
            threshold=1,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            # An endpoint that nobody asks anything is none that fails.
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
