"""Rules on endpoints and their configurations.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpointConfig.html
https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sagemaker_rules.requests import instances
from sagemaker_rules.requests.fields import Fields, Found, named, needs_one_of, only_one_of, unique

_MEMORY_STEP = 1024
#: https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html#serverless-endpoints-how-it-works-exclusions
_NOT_SERVERLESS = ("DataCaptureConfig", "AsyncInferenceConfig", "EnableNetworkIsolation")


def endpoint_config(request: Fields, region: str | None) -> Iterator[Found]:
    """What SageMaker would refuse of a CreateEndpointConfig request."""
    variants, shadows = request.objects("ProductionVariants"), request.objects("ShadowProductionVariants")
    yield from unique(named([*variants, *shadows], "VariantName"), "variant-twice", "name")
    for each in (*variants, *shadows):
        yield from _variant(each, request)
    if shadows and (len(variants) != 1 or len(shadows) != 1):
        message = f"holds {len(shadows)} beside {len(variants)} production variants; write one of each"
        yield Found(request.at("ShadowProductionVariants"), "shadow-variant", message)
    yield from _weights(variants)
    yield from _serverless(request, variants)
    capture = request.object("DataCaptureConfig")
    yield from unique(named(capture.objects("CaptureOptions"), "CaptureMode"), "name-twice", "capture mode")


def _variant(each: Fields, request: Fields) -> Iterator[Found]:
    kinds = ("InstanceType", "ServerlessConfig", "InstancePools")
    if each.has("ModelName"):  # without one, inference components bring the model
        yield from needs_one_of(each, "variant-instances", *kinds)
        if each.has("InstanceType") and not each.has("InitialInstanceCount", "ManagedInstanceScaling"):
            yield Found(each.at("InitialInstanceCount"), "variant-instances", "is missing; write at least 1")
    elif each.is_known and request.lacks("ExecutionRoleArn"):
        message = "is missing; a variant without ModelName, for inference components, needs it: write the role"
        yield Found(request.at("ExecutionRoleArn"), "variant-role", message, is_warning=True)
    yield from only_one_of(each, "variant-instances", *kinds)
    yield from only_one_of(each, "variant-instances", "ServerlessConfig", "InitialInstanceCount")
    instance_type = each.text("InstanceType")
    if instance_type is not None and each.has("VolumeSizeInGB") and instances.has_local_storage(instance_type):
        message = f"is not for {instance_type}, which has local storage; take it out"
        yield Found(each.at("VolumeSizeInGB"), "volume-size", message, is_warning=True)
    serverless = each.object("ServerlessConfig")
    memory = serverless.number("MemorySizeInMB")
    if memory is not None and memory % _MEMORY_STEP:
        message = f"is {memory}; write 1024, 2048, 3072, 4096, 5120 or 6144"
        yield Found(serverless.at("MemorySizeInMB"), "serverless-memory", message)
    yield from _order(serverless, "ProvisionedConcurrency", "MaxConcurrency", "serverless-concurrency")
    yield from _order(each.object("ManagedInstanceScaling"), "MinInstanceCount", "MaxInstanceCount", "scaling-range")
    routing = each.object("RoutingConfig")
    strategy = routing.text("RoutingStrategy")
    if routing.has("PrefixAwareRoutingConfig") and strategy not in (None, "PREFIX_AWARE"):
        message = f"is for PREFIX_AWARE, and the strategy is {strategy}; take it out"
        yield Found(routing.at("PrefixAwareRoutingConfig"), "routing", message)


def _order(fields: Fields, low: str, high: str, rule: str) -> Iterator[Found]:
    least, most = fields.number(low), fields.number(high)
    if least is not None and most is not None and least > most:
        yield Found(fields.at(low), rule, f"is {least}, more than {high}; write at most {most}")


def _weights(variants: list[Fields]) -> Iterator[Found]:
    if variants and all(each.number("InitialVariantWeight") == 0 for each in variants):
        message = "is 0, as all the others are; write more than 0 for one of them"
        yield Found(variants[0].at("InitialVariantWeight"), "variant-weights", message)


def _serverless(request: Fields, variants: list[Fields]) -> Iterator[Found]:
    serverless = [each for each in variants if each.has("ServerlessConfig")]
    if not serverless:
        return
    if len(variants) > 1:
        message = "is for endpoints of one variant; take the others out, or write instances"
        yield Found(serverless[0].at("ServerlessConfig"), "serverless-feature", message)
    for name in _NOT_SERVERLESS:
        if request.value.get(name) and not request.is_dynamic(request.value[name]):
            yield Found(request.at(name), "serverless-feature", "is not for serverless endpoints; take it out")


def endpoint(request: Fields, region: str | None) -> Iterator[Found]:
    """What SageMaker would refuse of a CreateEndpoint or UpdateEndpoint request."""
    deployment = request.object("DeploymentConfig")
    yield from only_one_of(deployment, "deployment", "BlueGreenUpdatePolicy", "RollingUpdatePolicy")
    yield from _blue_green(deployment.object("BlueGreenUpdatePolicy"))
    rolling = deployment.object("RollingUpdatePolicy")
    yield from _capacity(rolling.object("MaximumBatchSize"), 5, 50)
    yield from _capacity(rolling.object("RollbackMaximumBatchSize"), 5, 100)
    alarms = deployment.object("AutoRollbackConfiguration").objects("Alarms")
    yield from unique(named(alarms, "AlarmName"), "name-twice", "alarm")
    if request.flag("RetainDeploymentConfig") and request.has("DeploymentConfig"):
        message = "is true beside a DeploymentConfig; write one of them"
        yield Found(request.at("RetainDeploymentConfig"), "deployment", message, is_warning=True)
    if request.has("ExcludeRetainedVariantProperties") and request.flag("RetainAllVariantProperties") is False:
        message = "is without effect; write RetainAllVariantProperties: true, or take it out"
        yield Found(request.at("ExcludeRetainedVariantProperties"), "retained-properties", message, is_warning=True)


def _blue_green(policy: Fields) -> Iterator[Found]:
    routing = policy.object("TrafficRoutingConfiguration")
    kind = routing.text("Type")
    sizes = {"CanarySize": "CANARY", "LinearStepSize": "LINEAR"}
    for name, of in sizes.items():
        if kind == of and routing.lacks(name):
            yield Found(routing.at(name), "traffic-size", f"is missing; {of} needs it: write Type and Value")
        if kind not in (None, of) and routing.has(name):
            yield Found(routing.at(name), "traffic-size", f"is for {of}, and the type is {kind}; take it out")
    yield from _capacity(routing.object("CanarySize"), 1, 50)
    yield from _capacity(routing.object("LinearStepSize"), 10, 50)
    longest = policy.number("MaximumExecutionTimeoutInSeconds")
    waits = (policy.number("TerminationWaitInSeconds") or 0) + (routing.number("WaitIntervalInSeconds") or 0)
    if longest is not None and longest <= waits:
        message = f"is {longest}, and the waits alone take {waits}; write more"
        yield Found(policy.at("MaximumExecutionTimeoutInSeconds"), "deployment-timeout", message)


def _capacity(size: Fields, least: int, most: int) -> Iterator[Found]:
    value = size.number("Value")
    if size.text("Type") == "CAPACITY_PERCENT" and value is not None and not least <= value <= most:
        yield Found(size.at("Value"), "capacity", f"is {value} percent; write {least} to {most}")
