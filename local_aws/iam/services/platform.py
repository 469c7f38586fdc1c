"""Permissions of the services around a workflow, from keys and images to metrics and parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from local_aws.base.errors import NotSupportedLocallyError
from local_aws.iam.services.rules import Call, Need, Rule, on_everything

_ECR_REPOSITORY = (
    *("BatchGetImage", "GetDownloadUrlForLayer", "BatchCheckLayerAvailability", "DescribeImages", "ListImages"),
    *("PutImage", "InitiateLayerUpload", "UploadLayerPart", "CompleteLayerUpload"),
)
_KMS_KEY = (
    *("Encrypt", "Decrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "DescribeKey"),
    *("CreateGrant", "ListGrants", "RevokeGrant"),
)
_DYNAMODB_TABLE = (
    *("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan", "DescribeTable", "CreateTable"),
    "DeleteTable",
)


def _key(call: Call) -> list[Need]:
    # Late: the tables are read where there is no moto to ask.
    from local_aws.iam import kms_keys

    ciphertext = call.params.get("CiphertextBlob")
    if ciphertext and not call.params.get("KeyId"):
        # Without a key in KMS, there is nothing that a policy could be about.
        arn = kms_keys.arn_of_ciphertext(ciphertext, call.region) or "*"
    else:
        arn = _named_key(call, call.param("KeyId"))
    pairs = call.params.get("EncryptionContext") or {}
    context: dict[str, str | Sequence[str]] = {f"kms:EncryptionContext:{k}": str(v) for k, v in pairs.items()}
    if pairs:
        context["kms:EncryptionContextKeys"] = tuple(pairs)
    if call.operation == "CreateGrant":
        # Only a service that acts for its caller makes grants for itself.
        context["kms:GrantIsForAWSResource"] = "false"
        context["kms:GranteePrincipal"] = call.param("GranteePrincipal")
        context["kms:GrantOperations"] = tuple(call.params.get("Operations") or ())
    return [Need(f"kms:{call.operation}", arn, {**context, "kms:CallerAccount": call.account})]


def _named_key(call: Call, name: str) -> str:
    from local_aws.iam import kms_keys

    arn = kms_keys.arn_of(name, call.account, call.region)
    if arn is None:
        raise NotSupportedLocallyError(f"kms:{call.operation}: the key alias {name} does not exist in {call.region}")
    return arn


def _nothing(_: Call) -> list[Need]:
    return []


def _assume_role(call: Call) -> list[Need]:
    names = {"sts:ExternalId": "ExternalId", "sts:RoleSessionName": "RoleSessionName"}
    context = {key: str(call.params[name]) for key, name in names.items() if call.params.get(name)}
    return [Need("sts:AssumeRole", call.param("RoleArn"), context)]


def _repository(call: Call) -> list[Need]:
    account = str(call.params.get("registryId") or call.account)
    arn = call.arn("ecr", f"repository/{call.param('repositoryName')}", account=account)
    return [Need(f"ecr:{call.operation}", arn)]


def _repositories(call: Call) -> list[Need]:
    names = call.params.get("repositoryNames") or ["*"]
    return [Need("ecr:DescribeRepositories", call.arn("ecr", f"repository/{name}")) for name in names]


def _put_metric_data(call: Call) -> list[Need]:
    return [Need("cloudwatch:PutMetricData", "*", {"cloudwatch:namespace": call.param("Namespace")})]


def _parameter_arn(call: Call, name: str) -> str:
    return name if name.startswith("arn:") else call.arn("ssm", f"parameter/{name.lstrip('/')}")


def _parameter(parameter: str) -> Rule:
    return lambda call: [Need(f"ssm:{call.operation}", _parameter_arn(call, call.param(parameter)))]


def _parameters(call: Call) -> list[Need]:
    return [Need("ssm:GetParameters", _parameter_arn(call, name)) for name in call.params["Names"]]


def _table(call: Call) -> list[Need]:
    name = call.param("TableName")
    arn = name if name.startswith("arn:") else call.arn("dynamodb", f"table/{name}")
    index = call.params.get("IndexName")
    return [Need(f"dynamodb:{call.operation}", f"{arn}/index/{index}" if index else arn)]


def _secret(call: Call) -> list[Need]:
    secret = call.param("SecretId")
    if not secret.startswith("arn:"):
        raise NotSupportedLocallyError(
            f"secretsmanager:{call.operation} by name {secret!r}: name the secret by its ARN, whose suffix policies see"
        )
    return [Need(f"secretsmanager:{call.operation}", secret)]


KMS_RULES: Mapping[str, Rule] = dict.fromkeys(_KMS_KEY, _key)
STS_RULES: Mapping[str, Rule] = {"GetCallerIdentity": _nothing, "AssumeRole": _assume_role}
ECR_RULES: Mapping[str, Rule] = {
    **dict.fromkeys(_ECR_REPOSITORY, _repository),
    "DescribeRepositories": _repositories,
    **on_everything("ecr", "GetAuthorizationToken"),
}


def _describe_alarms(call: Call) -> list[Need]:
    names = call.params.get("AlarmNames") or ["*"]
    return [Need("cloudwatch:DescribeAlarms", call.arn("cloudwatch", f"alarm:{each}")) for each in names]


CLOUDWATCH_RULES: Mapping[str, Rule] = {
    "DescribeAlarms": _describe_alarms,
    "PutMetricData": _put_metric_data,
    **on_everything("cloudwatch", "GetMetricData", "GetMetricStatistics", "ListMetrics"),
}
XRAY_RULES: Mapping[str, Rule] = on_everything(
    "xray", "PutTraceSegments", "PutTelemetryRecords", "GetSamplingRules", "GetSamplingTargets"
)
SSM_RULES: Mapping[str, Rule] = {
    **{operation: _parameter("Name") for operation in ("GetParameter", "PutParameter", "DeleteParameter")},
    "GetParametersByPath": _parameter("Path"),
    "GetParameters": _parameters,
}
DYNAMODB_RULES: Mapping[str, Rule] = dict.fromkeys(_DYNAMODB_TABLE, _table)
SECRETS_RULES: Mapping[str, Rule] = dict.fromkeys(("GetSecretValue", "DescribeSecret"), _secret)
