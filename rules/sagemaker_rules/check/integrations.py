"""The optimized integrations of Step Functions: actions and patterns, as of November 2026.

https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html and the page of each service there.
SageMaker has a table and rules of its own.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from sagemaker_rules.check.express import express_task_findings
from sagemaker_rules.check.findings import StateFinding
from sagemaker_rules.check.integration_shapes import pascal, request_shape
from sagemaker_rules.check.integration_values import optimized_findings, sdk_findings
from sagemaker_rules.check.sdk_services import nearest, service_of
from sagemaker_rules.check.states import State, filled_in
from sagemaker_rules.service_model import find_operation, input_shape, operations_of

_NO_WAIT: tuple[str, ...] = ()
_SYNC = ("sync",)
_TOKEN = ("waitForTaskToken",)

#: Service, action, and the patterns beside request-response.
INTEGRATIONS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "lambda": {"invoke": _TOKEN},
    "dynamodb": dict.fromkeys(("getItem", "putItem", "updateItem", "deleteItem"), _NO_WAIT),
    "sns": {"publish": _TOKEN},
    "sqs": {"sendMessage": _TOKEN},
    "events": {"putEvents": _TOKEN},
    "apigateway": {"invoke": _TOKEN},
    "http": {"invoke": _NO_WAIT},
    "states": {"startExecution": ("sync", "sync:2", "waitForTaskToken")},
    "ecs": {"runTask": ("sync", "waitForTaskToken")},
    "batch": {"submitJob": _SYNC},
    "glue": {"startJobRun": _SYNC},
    "databrew": {"startJobRun": _SYNC},
    "mediaconvert": {"createJob": _SYNC},
    "athena": {
        "startQueryExecution": _SYNC,
        **dict.fromkeys(("stopQueryExecution", "getQueryExecution", "getQueryResults"), _NO_WAIT),
    },
    "codebuild": {
        **dict.fromkeys(("startBuild", "startBuildBatch", "retryBuildBatch"), _SYNC),
        **dict.fromkeys(("stopBuild", "batchDeleteBuilds", "batchGetReports", "stopBuildBatch"), _NO_WAIT),
        "deleteBuildBatch": _NO_WAIT,
    },
    "elasticmapreduce": {
        **dict.fromkeys(("createCluster", "terminateCluster", "addStep"), _SYNC),
        **dict.fromkeys(("cancelStep", "setClusterTerminationProtection"), _NO_WAIT),
        **dict.fromkeys(("modifyInstanceFleetByName", "modifyInstanceGroupByName"), _NO_WAIT),
    },
    "emr-containers": {
        "createVirtualCluster": _NO_WAIT,
        **dict.fromkeys(("deleteVirtualCluster", "startJobRun"), _SYNC),
    },
    "emr-serverless": dict.fromkeys(
        (
            *("createApplication", "startApplication", "stopApplication", "deleteApplication", "startJobRun"),
            "cancelJobRun",
        ),
        _SYNC,
    ),
    "eks": {
        **dict.fromkeys(
            (
                *("createCluster", "deleteCluster", "createFargateProfile", "deleteFargateProfile", "createNodegroup"),
                *("deleteNodegroup", "runJob"),
            ),
            _SYNC,
        ),
        "call": _NO_WAIT,
    },
    "bedrock": {"invokeModel": _TOKEN, "createModelCustomizationJob": _SYNC},
}
_ARN = re.compile(r"arn:[^:]*:states:::(?P<service>[a-z-]+):(?P<action>\w+)(?:\.(?P<pattern>[\w:]+))?")
_SDK = re.compile(r"arn:[^:]*:states:::aws-sdk:(?P<service>\w+):(?P<action>\w+)(?:\.(?P<pattern>[\w:]+))?")


def integration_findings(state: State) -> Iterator[StateFinding]:
    """Actions, patterns and requests that an integration does not have; in any workflow, or in an Express one."""
    resource = state.body.get("Resource")
    if state.body.get("Type") != "Task" or not isinstance(resource, str):
        return
    shown = filled_in(resource, "aws") if resource.startswith("arn:${") else resource
    if (sdk := _SDK.fullmatch(shown)) and sdk["service"] != "sagemaker":
        yield from _sdk_findings(state, sdk)
        return
    match = _ARN.fullmatch(shown)
    if match is None or match["service"] == "sagemaker":
        yield from express_task_findings(state, resource)
        return
    if match["service"] not in INTEGRATIONS:
        yield _unknown_service(state, match)
        return
    actions = INTEGRATIONS[match["service"]]
    action, pattern = match["action"], match["pattern"]
    if action not in actions:
        close = difflib.get_close_matches(action, actions, n=1) or [", ".join(actions)]
        yield state.finding("action", f"{match['service']} has no action {action!r}; write {close[0]}", "Resource")
    elif pattern is not None and pattern not in actions[action]:
        instead = " or ".join([action, *(f"{action}.{each}" for each in actions[action])])
        yield state.finding("integration-pattern", f"{action} has no .{pattern}; write {instead}", "Resource")
    else:
        yield from express_task_findings(state, resource)
        yield from optimized_findings(state, match["service"], action)


def request_shape_of(state: State) -> Any:
    """Shape of the request of a task that calls another service than SageMaker; None where it is not known."""
    resource = filled_in(str(state.body.get("Resource", "")), "aws")
    if state.body.get("Type") != "Task":
        return None
    if (sdk := _SDK.fullmatch(resource)) and sdk["service"] != "sagemaker":
        service = service_of(sdk["service"])
        operation = find_operation(service, sdk["action"]) if service else None
        return input_shape(operation, service) if service and operation else None
    match = _ARN.fullmatch(resource)
    known = match is not None and match["action"] in INTEGRATIONS.get(match["service"], ())
    return request_shape(match["service"], match["action"]) if match and known else None


def _sdk_findings(state: State, match: re.Match[str]) -> Iterator[StateFinding]:
    name, action, pattern = match["service"], match["action"], match["pattern"]
    service = service_of(name)
    if service is None:
        yield _unknown_of_sdk(state, f"there is no service {name!r} that botocore knows", nearest(name))
        return
    operation = find_operation(service, action)
    if operation is None:
        close = difflib.get_close_matches(pascal(action), operations_of(service), n=1)
        yield _unknown_of_sdk(state, f"{name} has no action {action!r} that botocore knows", _camel(*close))
        return
    if action[:1].isupper():
        yield state.finding("action", f"begins with a capital; write {_camel(action)}", "Resource")
    if pattern not in (None, "waitForTaskToken"):
        message = f"an SDK integration has no .{pattern}; write {action} or {action}.waitForTaskToken"
        yield state.finding("integration-pattern", message, "Resource")
    else:
        yield from express_task_findings(state, match.string)
    yield from sdk_findings(state, service, operation)


def _unknown_service(state: State, match: re.Match[str]) -> StateFinding:
    service, action = match["service"], match["action"]
    close = difflib.get_close_matches(service, INTEGRATIONS, n=1)
    sdk = service_of(service.replace("-", ""))
    some = (
        f"aws-sdk:{service.replace('-', '')}:{action}" if sdk else f"one of {', '.join((*INTEGRATIONS, 'sagemaker'))}"
    )
    instead = close[0] if close else some
    message = f"there is no optimized integration {service!r}; write {instead}"
    return state.finding("action", message, "Resource")


def _unknown_of_sdk(state: State, message: str, close: str | None) -> StateFinding:
    """An error where it looks misspelt; botocore may be older than a name, or have dropped it."""
    instead = f"write {close}" if close else "make sure that it exists"
    return state.finding("action", f"{message}; {instead}", "Resource", is_warning=close is None)


def _camel(name: str = "") -> str | None:
    return name[:1].lower() + name[1:] or None
