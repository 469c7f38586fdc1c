"""Task state for a Lambda function."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from sagemaker_workflows._core.place import partition
from sagemaker_workflows.state_machines.retries import LAMBDA_RETRIES
from sagemaker_workflows.state_machines.tasks._task import TaskOptions, TaskState


class InvokeFunction(TaskState):
    """Invokes a Lambda function and waits for its answer.

    aws-cdk-lib's ``LambdaInvoke`` also grants every version and alias of the function (``<arn>:*``); this grants the
    function alone.

    Args:
        function: The function.
        payload: Event of the function, a literal or JSONPath tokens or JSONata in it; default: the state's input.
        options: See :class:`TaskOptions`.

    The result is ``{"Payload": <what the function returned>}``; the metadata of the call is dropped.

    Example::

        invoke = InvokeFunction(self, "Tell the team", function=function, payload={"state": "trained"})
        WorkflowStateMachine(self, "Workflow", definition=invoke)

    Follows https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        function: lambda_.IFunction,
        payload: Mapping[str, Any] | None = None,
        **options: Unpack[TaskOptions],
    ) -> None:
        if options.get("query_language") == sfn.QueryLanguage.JSONATA:
            whole_input: Any = "{% $states.input %}"
            options.setdefault("state_outputs", {"Payload": "{% $states.result.Payload %}"})
        else:
            whole_input = sfn.JsonPath.object_at("$")
            options.setdefault("result_selector", {"Payload.$": "$.Payload"})
        parameters = {
            "FunctionName": function.function_arn,
            "Payload": whole_input if payload is None else payload,
        }
        super().__init__(
            scope,
            id,
            resource=f"arn:{partition()}:states:::lambda:invoke",
            parameters=parameters,
            statements=[iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[function.function_arn])],
            retries=LAMBDA_RETRIES,
            **options,
        )
