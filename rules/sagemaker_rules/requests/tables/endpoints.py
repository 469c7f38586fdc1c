"""The rules on endpoints and their configurations."""

from __future__ import annotations

from sagemaker_rules.requests.tables.sources import API, GUIDE
from sagemaker_rules.rule import Rule

ENDPOINT_RULES: tuple[Rule, ...] = (
    Rule(
        "variant-twice",
        "Each variant has a name of its own.",
        f"{API}ProductionVariant.html",
        "two variants 'AllTraffic'",
    ),
    Rule(
        "variant-instances",
        "A variant has instances or is serverless.",
        f"{API}ProductionVariant.html",
        '{"ModelName": "m", "VariantName": "v"}',
    ),
    Rule(
        "variant-role",
        "Inference components need a role of the configuration.",
        f"{API}CreateEndpointConfig.html",
        "a variant without ModelName, and no ExecutionRoleArn",
        "warning",
    ),
    Rule(
        "variant-weights",
        "Some variant has a weight.",
        f"{API}ProductionVariant.html",
        '"InitialVariantWeight": 0 for all',
    ),
    Rule(
        "shadow-variant",
        "A shadow variant stands beside one production variant.",
        f"{API}CreateEndpointConfig.html",
        "two shadow variants",
    ),
    Rule(
        "serverless-memory",
        "Serverless memory comes in steps of 1 GB.",
        f"{API}ProductionVariantServerlessConfig.html",
        '"MemorySizeInMB": 1536',
    ),
    Rule(
        "serverless-concurrency",
        "Provisioned concurrency is not above the maximum.",
        f"{API}ProductionVariantServerlessConfig.html",
        '{"MaxConcurrency": 5, "ProvisionedConcurrency": 10}',
    ),
    Rule(
        "serverless-feature",
        "Serverless endpoints have one variant and no data capture.",
        f"{GUIDE}serverless-endpoints.html",
        "ServerlessConfig beside DataCaptureConfig",
    ),
    Rule(
        "scaling-range",
        "The least number of instances is not above the largest.",
        f"{API}ProductionVariantManagedInstanceScaling.html",
        '{"MinInstanceCount": 3, "MaxInstanceCount": 2}',
    ),
    Rule(
        "routing",
        "Prefix-aware routing is configured for that strategy only.",
        f"{API}ProductionVariantRoutingConfig.html",
        '{"RoutingStrategy": "RANDOM", "PrefixAwareRoutingConfig": {...}}',
    ),
    Rule(
        "deployment",
        "A deployment is blue/green or rolling.",
        f"{API}DeploymentConfig.html",
        "BlueGreenUpdatePolicy and RollingUpdatePolicy",
    ),
    Rule(
        "deployment-timeout",
        "A deployment may last longer than its waits.",
        f"{API}BlueGreenUpdatePolicy.html",
        '{"MaximumExecutionTimeoutInSeconds": 600, "TerminationWaitInSeconds": 900}',
    ),
    Rule(
        "traffic-size",
        "Canary and linear shifting have their size, and only that.",
        f"{API}TrafficRoutingConfig.html",
        '{"Type": "CANARY"} without CanarySize',
    ),
    Rule(
        "capacity",
        "Traffic shifts in parts of the published size.",
        f"{API}TrafficRoutingConfig.html",
        '{"Type": "CAPACITY_PERCENT", "Value": 60}',
    ),
    Rule(
        "retained-properties",
        "Properties are left out of those that are retained.",
        f"{API}UpdateEndpoint.html",
        "ExcludeRetainedVariantProperties alone",
        "warning",
    ),
)
