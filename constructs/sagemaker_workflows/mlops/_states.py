"""Task states of the deployment: SageMaker by the SDK integration, in JSONata, with what they catch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import Aws, Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from sagemaker_workflows._core.query_language import JSONATA
from sagemaker_workflows.state_machines.tasks._task import TaskState

#: By this name go all errors of SageMaker in the SDK integration that its API does not model, throttling among them.
_SERVICE_ERROR = "SageMaker.SageMakerException"
#: What SageMaker says of a resource that is not there, and of one that is.
MISSING, TAKEN = "Could not find", "already existing"


def sdk_call(
    scope: Construct,
    name: str,
    operation: str,
    parameters: Mapping[str, Any],
    *,
    credentials: str | None = None,
    statements: Sequence[iam.PolicyStatement] = (),
    may_miss: bool = False,
    outputs: Any = None,
    assign: Mapping[str, Any] | None = None,
) -> TaskState:
    """A call of SageMaker's API.

    Args:
        scope: Parent construct.
        name: Name of the state.
        operation: Operation, as in ``describeEndpoint``.
        parameters: The request.
        credentials: ARN of the role that makes the call; default: the state machine's, which needs ``statements``.
        statements: What the state machine's role needs without ``credentials``.
        may_miss: Whether it is nothing unusual that the resource is not there: then there is one retry, not three,
            because missing and throttled have the same name.
        outputs: Output of the state; default: the answer.
        assign: Variables to set.

    Follows https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
    """
    retry = {
        "errors": [_SERVICE_ERROR],
        "interval": Duration.seconds(1 if may_miss else 2),
        "max_attempts": 1 if may_miss else 3,
        "jitter_strategy": sfn.JitterType.FULL,
    }
    options: dict[str, Any] = {"state_outputs": outputs, "assign": assign, "credentials": credentials}
    return TaskState(
        scope,
        name,
        resource=f"arn:{Aws.PARTITION}:states:::aws-sdk:sagemaker:{operation}",
        parameters=parameters,
        statements=statements,
        retries=[retry],
        query_language=JSONATA,
        **{key: value for key, value in options.items() if value is not None},
    )


def choice(scope: Construct, name: str) -> sfn.Choice:
    """A choice between JSONata conditions."""
    return sfn.Choice.jsonata(scope, name, query_language=JSONATA)


def when(expression: str) -> sfn.Condition:
    """A condition; the expression without its ``{% %}``."""
    return sfn.Condition.jsonata(f"{{% {expression} %}}")


def remember(scope: Construct, name: str, **variables: Any) -> sfn.Pass:
    """A state that sets variables and hands its input on."""
    return sfn.Pass.jsonata(scope, name, query_language=JSONATA, assign=variables)


def wait(scope: Construct, name: str, duration: Duration) -> sfn.Wait:
    """A pause between two looks."""
    return sfn.Wait.jsonata(scope, name, query_language=JSONATA, time=sfn.WaitTime.duration(duration))


def create_unless_there(
    scope: Construct,
    name: str,
    *,
    look: TaskState,
    create: TaskState,
    then: sfn.IChainable,
    on_failure: sfn.IChainable,
) -> TaskState:
    """States that adopt a resource if it is there, and create it if not.

    Looking first keeps the ordinary case free of retries; a creation that was repeated although it had succeeded, or
    that somebody else was faster with, is adopted too.

    Args:
        scope: Parent construct.
        name: Beginning of the names of the states.
        look: Describes the resource.
        create: Creates it.
        then: Follows either way.
        on_failure: Gets any other error; variable ``failure`` holds it.

    Returns:
        The first state.
    """
    missing = choice(scope, f"{name}: missing?")
    missing.when(when(f"$contains($failure.Cause, '{MISSING}')"), create).otherwise(on_failure)
    taken = choice(scope, f"{name}: adopt?")
    taken.when(when(f"$contains($failure.Cause, '{TAKEN}')"), then).otherwise(on_failure)
    catch(look, missing)
    catch(create, taken)
    look.next(then)
    create.next(then)
    return look


def catch(state: TaskState, handler: sfn.IChainable) -> None:
    """Hands every error of a state to ``handler``; variable ``failure`` holds its Error and Cause."""
    state.add_catch(handler, errors=["States.ALL"], assign={"failure": _FAILURE})


# An error without a cause, as a timeout, would leave the variable without one.
_FAILURE = {
    "Error": "{% $states.errorOutput.Error %}",
    "Cause": "{% $exists($states.errorOutput.Cause) ? $states.errorOutput.Cause : '' %}",
}
