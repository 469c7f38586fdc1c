"""The optimized integrations of Step Functions: actions and patterns, as of November 2026.

https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html and the page of each service there.
SageMaker has a table and rules of its own.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping

from sagemaker_rules.check.express import express_task_findings
from sagemaker_rules.check.findings import StateFinding
from sagemaker_rules.check.states import TOKEN, State

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


def integration_findings(state: State) -> Iterator[StateFinding]:
    """Actions and patterns that an optimized integration does not have; in any workflow, or in an Express one."""
    resource = state.body.get("Resource")
    if state.body.get("Type") != "Task" or not isinstance(resource, str):
        return
    match = _ARN.fullmatch(TOKEN.sub("aws", resource, count=1) if resource.startswith("arn:${") else resource)
    if match is None or match["service"] not in INTEGRATIONS:
        yield from express_task_findings(state, resource)
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
