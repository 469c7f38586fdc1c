"""The requests of the optimized integrations: what differs from the API operation of the same name, as data.

As of November 2026, from the page of each service in the developer guide,
https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html, and what botocore's models require.
Fields are in PascalCase whatever the API's own case, https://docs.aws.amazon.com/step-functions/latest/dg/connect-parameters.html.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Request:
    """The request of one action.

    Args:
        operation: API operation whose fields it has; empty: its fields are only those of ``more``.
        more: Fields that the operation does not have, with a basic type, ``any``, or a shape of the service.
        without: Fields of the operation that Step Functions does not take; a dot leads inside.
        unlisted: Fields of the operation that its page does not list; a warning.
        required: Fields that are required beside those of the operation; a dot leads inside.
        one_of: Fields of which one is needed.
        not_both: Fields of which only one may be given.
        values: The only values of some fields; a dot leads inside.
    """

    operation: str = ""
    more: Mapping[str, str] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    unlisted: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    not_both: tuple[str, ...] = ()
    values: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)


#: botocore's names of the services whose API operations the actions are.
SERVICES: Mapping[str, str] = {
    **{
        name: name
        for name in (
            *("lambda", "dynamodb", "sns", "sqs", "events", "ecs", "batch", "glue", "databrew", "mediaconvert"),
            *("athena", "codebuild", "emr-containers", "emr-serverless", "eks", "bedrock"),
        )
    },
    "states": "stepfunctions",
    "elasticmapreduce": "emr",
}

_METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")
_CLUSTER = {"ClusterId": "string"}
_KUBERNETES = {"ClusterName": "string", "CertificateAuthority": "string", "Endpoint": "string"}

#: Actions whose request is not just that of the API operation of the same name.
REQUESTS: Mapping[tuple[str, str], Request] = {
    # /connect-sns.html: a topic, a target or a phone number, as
    # https://docs.aws.amazon.com/sns/latest/api/API_Publish.html asks for
    ("sns", "publish"): Request("Publish", one_of=("TopicArn", "TargetArn", "PhoneNumber")),
    # /connect-ecs.html: one task, for which Step Functions fills in StartedBy
    ("ecs", "runTask"): Request("RunTask", unlisted=("Count", "StartedBy")),
    # /connect-batch.html shows Arguments in its example
    ("batch", "submitJob"): Request("SubmitJob", more={"Arguments": "any"}),
    # /connect-bedrock.html
    ("bedrock", "invokeModel"): Request(
        "bedrock-runtime:InvokeModel",
        more={"Input": "any", "Output": "any"},
        one_of=("Body", "Input"),
        not_both=("Body", "Input"),
    ),
    # /connect-third-party-apis.html; the connection stands in Authentication, or in InvocationConfig
    ("http", "invoke"): Request(
        more={
            **dict.fromkeys(("ApiEndpoint", "Method"), "string"),
            **dict.fromkeys(("Authentication", "InvocationConfig", "Headers", "QueryParameters"), "any"),
            **dict.fromkeys(("RequestBody", "Transform"), "any"),
        },
        required=("ApiEndpoint", "Method"),
        one_of=("Authentication", "InvocationConfig"),
        values={"Method": _METHODS},
    ),
    # /connect-api-gateway.html
    ("apigateway", "invoke"): Request(
        more={
            **dict.fromkeys(("ApiEndpoint", "Method", "Stage", "Path", "AuthType"), "string"),
            **dict.fromkeys(("Headers", "QueryParameters", "RequestBody"), "any"),
            "AllowNullValues": "any",
        },
        required=("ApiEndpoint", "Method"),
        values={"Method": _METHODS},
    ),
    # /connect-eks.html
    ("eks", "runJob"): Request(
        more={**_KUBERNETES, "Job": "any", "Namespace": "string", "LogOptions": "any"}, required=(*_KUBERNETES, "Job")
    ),
    ("eks", "call"): Request(
        more={**_KUBERNETES, "Method": "string", "Path": "string", "QueryParameters": "any", "RequestBody": "any"},
        required=(*_KUBERNETES, "Method", "Path"),
        values={"Method": tuple(each for each in _METHODS if each != "OPTIONS")},
    ),
    # /connect-emr.html: a set of actions of its own
    ("elasticmapreduce", "createCluster"): Request(
        "RunJobFlow",
        without=("Steps",),
        required=("Instances.KeepJobFlowAliveWhenNoSteps",),
        values={"Instances.KeepJobFlowAliveWhenNoSteps": (True,)},
    ),
    ("elasticmapreduce", "terminateCluster"): Request(more=_CLUSTER, required=("ClusterId",)),
    ("elasticmapreduce", "setClusterTerminationProtection"): Request(
        more={**_CLUSTER, "TerminationProtected": "boolean"}, required=("ClusterId", "TerminationProtected")
    ),
    ("elasticmapreduce", "addStep"): Request(
        more={**_CLUSTER, "Step": "StepConfig", "ExecutionRoleArn": "string"}, required=("ClusterId", "Step")
    ),
    ("elasticmapreduce", "cancelStep"): Request(
        more={**_CLUSTER, "StepId": "string"}, required=("ClusterId", "StepId")
    ),
    ("elasticmapreduce", "modifyInstanceFleetByName"): Request(
        more={**_CLUSTER, "InstanceFleetName": "string", "InstanceFleet": "any"},
        required=("ClusterId", "InstanceFleetName", "InstanceFleet"),
        without=("InstanceFleet.InstanceFleetId",),
    ),
    ("elasticmapreduce", "modifyInstanceGroupByName"): Request(
        more={**_CLUSTER, "InstanceGroupName": "string", "InstanceGroup": "any"},
        required=("ClusterId", "InstanceGroup"),
        without=("InstanceGroup.InstanceGroupId",),
    ),
}
