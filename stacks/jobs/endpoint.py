"""An endpoint that is created, waited for, and updated with alarms that undo the update.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html
https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-configuration.html
"""

from __future__ import annotations

from typing import Any

from aws_cdk import Aws, Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from sagemaker_workflows import (
    EndpointExecutionRole,
    JobName,
    ProductionVariant,
    SageMakerCreateEndpoint,
    SageMakerCreateEndpointConfig,
    SageMakerUpdateEndpoint,
)
from stacks.jobs.shared import SharedParts

#: One instance at a time gets the traffic; the alarms are watched for five minutes after it.
DEPLOYMENT: dict[str, Any] = {
    "BlueGreenUpdatePolicy": {
        "TrafficRoutingConfiguration": {
            "Type": "CANARY",
            "CanarySize": {"Type": "INSTANCE_COUNT", "Value": 1},
            "WaitIntervalInSeconds": 300,
        },
        "TerminationWaitInSeconds": 300,
        "MaximumExecutionTimeoutInSeconds": 3600,
    }
}


def endpoint(scope: Construct, shared: SharedParts) -> sfn.Chain:
    """Generate dataset → training → model → configuration → endpoint → in service → update → in service.

    The endpoint stays, and costs, until somebody deletes it; its name is in the output.
    """
    parts = _Parts(scope, shared)
    # The whole description, because FailureReason is not in each.
    description = sfn.JsonPath.json_to_string(sfn.JsonPath.object_at("$.endpoint"))
    failed = sfn.Fail(scope, "Endpoint Failed", error="EndpointFailed", cause_path=description)
    rolled_back = sfn.Fail(
        scope, "Update Rolled Back", error="UpdateRolledBack", cause="An alarm or a failure undid the update."
    )
    has_new_config = sfn.Condition.string_equals_json_path(
        "$.endpoint.EndpointConfigName", "$.newConfig.EndpointConfigName"
    )
    updated = (
        sfn.Choice(scope, "Is the update in service?")
        .when(has_new_config, sfn.Succeed(scope, "Succeed"))
        .otherwise(rolled_back)
    )
    update = parts.config("Create Larger Endpoint Configuration", instances=2, result_path="$.newConfig").next(
        parts.update()
    )
    update.next(parts.wait_until_in_service("updated endpoint", then=updated, failed=failed))
    return (
        shared.seeding.task(scope, "Generate dataset", result_path="$.dataset")
        .next(shared.training(scope, "Train model (XGBoost)", train=shared.train))
        .next(shared.model(scope, "Save Model", role=parts.role))
        .next(parts.config("Create Endpoint Configuration", instances=1, result_path="$.config"))
        .next(parts.create())
        .next(parts.wait_until_in_service("endpoint", then=update, failed=failed))
    )


class _Parts:
    """The states of the endpoint, and what they have in common."""

    def __init__(self, scope: Construct, shared: SharedParts) -> None:
        self._scope, self._names, self._settings = scope, shared.names, shared.settings
        # The endpoint's name is new each time, which an alarm cannot know; the variant's name is this stack's own.
        self._variant = shared.names.prefix("variant")
        self._alarm = _server_errors(scope, self._variant)
        self._name = shared.names.unique("serve")
        self.role = EndpointExecutionRole(
            scope,
            "Role",
            endpoint_name_pattern=self._name.arn_pattern,
            image=shared.xgboost,
            models=shared.models,
            rollback_alarms=[self._alarm],
        )

    def config(self, id: str, *, instances: int, result_path: str) -> SageMakerCreateEndpointConfig:
        """Configuration that serves the model on so many instances."""
        model_name = JobName.from_state("$.model.ModelName", prefix=self._names.prefix("model"))
        variant = ProductionVariant(
            model_name, name=self._variant, instance_type=self._settings.instance_type, instance_count=instances
        )
        return SageMakerCreateEndpointConfig(
            self._scope,
            id,
            endpoint_config_name=self._names.unique("conf"),
            variants=[variant],
            result_selector=SageMakerCreateEndpointConfig.ENDPOINT_CONFIG_NAME_SELECTOR,
            result_path=result_path,
        )

    def create(self) -> SageMakerCreateEndpoint:
        """The endpoint, whose name is put at ``$.created.EndpointName``."""
        return SageMakerCreateEndpoint(
            self._scope,
            "Create Endpoint",
            endpoint_name=self._name,
            endpoint_config_name=self._given("$.config.EndpointConfigName", "conf"),
            result_selector=SageMakerCreateEndpoint.ENDPOINT_NAME_SELECTOR,
            result_path="$.created",
        )

    def update(self) -> SageMakerUpdateEndpoint:
        """The new configuration, undone when the alarm goes off meanwhile."""
        return SageMakerUpdateEndpoint(
            self._scope,
            "Update Endpoint",
            endpoint_name=self._given("$.created.EndpointName", "serve"),
            endpoint_config_name=self._given("$.newConfig.EndpointConfigName", "conf"),
            deployment_policy=DEPLOYMENT,
            rollback_alarms=[self._alarm],
            result_path=sfn.JsonPath.DISCARD,
        )

    def wait_until_in_service(self, what: str, *, then: sfn.IChainable, failed: sfn.IChainable) -> sfn.Chain:
        """Wait → describe → again, until the endpoint is ``InService``, or has failed."""
        stack = Stack.of(self._scope)
        arn = f"arn:{Aws.PARTITION}:sagemaker:{stack.region}:{stack.account}:endpoint/{self._name.arn_pattern}"
        describe = tasks.CallAwsService(
            self._scope,
            f"Describe {what}",
            service="sagemaker",
            action="describeEndpoint",
            parameters={"EndpointName": sfn.JsonPath.string_at("$.created.EndpointName")},
            iam_resources=[arn],
            result_path="$.endpoint",
        )
        describe.add_retry(errors=["SageMaker.SageMakerException"], interval=Duration.seconds(2), max_attempts=5)
        wait = sfn.Wait(self._scope, f"Wait for {what}", time=sfn.WaitTime.duration(Duration.seconds(15)))
        status = "$.endpoint.EndpointStatus"
        is_busy = [sfn.Condition.string_equals(status, each) for each in ("Creating", "Updating", "RollingBack")]
        choice = (
            sfn.Choice(self._scope, f"Is {what} in service?")
            .when(sfn.Condition.string_equals(status, "InService"), then)
            .when(sfn.Condition.or_(*is_busy), wait)
            .otherwise(failed)
        )
        return wait.next(describe).next(choice)

    def _given(self, path: str, kind: str) -> JobName:
        return JobName.from_state(path, prefix=self._names.prefix(kind))


def _server_errors(scope: Construct, variant: str) -> cloudwatch.Alarm:
    """Goes off when the endpoints of the variant answer with a server error."""
    errors = cloudwatch.MathExpression(
        expression=(
            'SELECT SUM(Invocation5XXErrors) FROM SCHEMA("AWS/SageMaker", EndpointName, VariantName) '
            f"WHERE VariantName = '{variant}'"
        ),
        using_metrics={},
        period=Duration.minutes(1),
    )
    return cloudwatch.Alarm(
        scope,
        "ServerErrors",
        metric=errors,
        threshold=1,
        evaluation_periods=1,
        comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        alarm_description="Server errors of the endpoint: undoes an update that runs meanwhile",
    )
