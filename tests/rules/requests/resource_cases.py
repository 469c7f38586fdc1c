"""Transform, models, endpoints, labeling: for each rule a wrong change of a legal request and a right one."""

from __future__ import annotations

from tests.rules.requests.case import (
    CAPTURE,
    ENDPOINT_CONFIG,
    LABEL,
    MODEL,
    PACKAGE,
    ROUTING,
    SPECIFICATION,
    TRANSFORM,
    UPDATE,
    VPC,
    Case,
    alone,
)
from tests.rules.requests.legal import DAY, OWN, REMOVED, XGBOOST, variant

RESOURCE_CASES: tuple[Case, ...] = (
    # --- transform ---
    Case("payload", TRANSFORM, {"MaxPayloadInMB": 60, "MaxConcurrentTransforms": 2}, {"MaxPayloadInMB": 100}),
    Case(
        "transform-data-type",
        TRANSFORM,
        {"TransformInput/DataSource/S3DataSource/S3DataType": "AugmentedManifestFile"},
        {"TransformInput/DataSource/S3DataSource/S3DataType": "ManifestFile"},
    ),
    Case(
        "transform-filter",
        TRANSFORM,
        {"DataProcessing/InputFilter": "$[1:].x[?(@.y)]"},
        {"DataProcessing/InputFilter": "$.features[0]['a','b']"},
    ),
    Case(
        "transform-ranges",
        TRANSFORM,
        {"DataProcessing/OutputFilter": "$[0:2,-3:]"},
        {"DataProcessing/OutputFilter": "$[0,5:]"},
    ),
    Case(
        "batch-strategy",
        TRANSFORM,
        {"TransformInput/SplitType": REMOVED},
        {"TransformInput/SplitType": REMOVED, "BatchStrategy": "SingleRecord"},
    ),
    # --- models ---
    Case("model-container", MODEL, {"Containers": [{"Image": XGBOOST}]}, {}),
    Case("model-image", MODEL, {"PrimaryContainer/Image": REMOVED}, {"PrimaryContainer": {"ModelPackageName": "p"}}),
    Case(
        "model-data",
        MODEL,
        {
            "PrimaryContainer": {
                "Image": OWN,
                "ModelDataSource": {
                    "S3DataSource": {"S3Uri": "s3://b/model", "S3DataType": "S3Prefix", "CompressionType": "None"}
                },
            }
        },
        {
            "PrimaryContainer": {
                "Image": OWN,
                "ModelDataSource": {
                    "S3DataSource": {"S3Uri": "s3://b/model/", "S3DataType": "S3Prefix", "CompressionType": "None"}
                },
            }
        },
    ),
    Case("model-archive", MODEL, {"PrimaryContainer/ModelDataUrl": "s3://bucket/model.pkl"}, {}),
    Case(
        "multi-model",
        MODEL,
        {"PrimaryContainer": {"Image": OWN, "Mode": "MultiModel"}},
        {"PrimaryContainer": {"Image": OWN, "Mode": "MultiModel", "ModelDataUrl": "s3://bucket/models/"}},
    ),
    Case(
        "model-environment",
        MODEL,
        {"PrimaryContainer/Environment": {f"K{index}": "v" * 1000 for index in range(40)}},
        {"PrimaryContainer/Environment": {f"K{index}": "v" * 1000 for index in range(30)}},
    ),
    Case(
        "container-hostname",
        MODEL,
        {"PrimaryContainer": REMOVED, "Containers": [{"Image": OWN, "ContainerHostname": "a"}, {"Image": OWN}]},
        {"PrimaryContainer": REMOVED, "Containers": [{"Image": OWN}, {"Image": OWN}]},
    ),
    Case(
        "private-registry",
        MODEL,
        {"PrimaryContainer/ImageConfig": {"RepositoryAccessMode": "Vpc"}},
        {"PrimaryContainer/ImageConfig": {"RepositoryAccessMode": "Vpc"}, "VpcConfig": VPC},
    ),
    Case("model-package-name", PACKAGE, {"ModelPackageName": "p"}, {}),
    Case("model-package-version", PACKAGE, {"Tags": [{"Key": "a", "Value": "b"}]}, {}),
    Case(
        "model-package-instances",
        PACKAGE,
        {
            "ModelPackageGroupName": REMOVED,
            "ModelPackageName": "p",
            f"{SPECIFICATION}/SupportedTransformInstanceTypes": ["ml.m5.large"],
        },
        {
            "ModelPackageGroupName": REMOVED,
            "ModelPackageName": "p",
            f"{SPECIFICATION}/SupportedTransformInstanceTypes": ["ml.m5.large"],
            f"{SPECIFICATION}/SupportedRealtimeInferenceInstanceTypes": ["ml.m5.large"],
        },
    ),
    # --- endpoints ---
    Case(
        "variant-twice",
        ENDPOINT_CONFIG,
        {"ProductionVariants": [variant("A"), variant("A")]},
        {"ProductionVariants": [variant("A"), variant("B")]},
    ),
    Case("variant-instances", ENDPOINT_CONFIG, {"ProductionVariants/0/InstanceType": REMOVED}, {}),
    Case(
        "variant-role",
        ENDPOINT_CONFIG,
        {"ProductionVariants/0/ModelName": REMOVED},
        {"ProductionVariants/0/ModelName": REMOVED, "ExecutionRoleArn": "arn:aws:iam::123456789012:role/serve"},
    ),
    Case(
        "variant-weights",
        ENDPOINT_CONFIG,
        {"ProductionVariants": [variant("A", InitialVariantWeight=0), variant("B", InitialVariantWeight=0.0)]},
        {"ProductionVariants": [variant("A", InitialVariantWeight=0), variant("B", InitialVariantWeight=0.1)]},
    ),
    Case(
        "shadow-variant",
        ENDPOINT_CONFIG,
        {"ShadowProductionVariants": [variant("S"), variant("T")]},
        {"ShadowProductionVariants": [variant("S")]},
    ),
    Case(
        "serverless-memory",
        ENDPOINT_CONFIG,
        {"ProductionVariants": [alone("A", MemorySizeInMB=2000)]},
        {"ProductionVariants": [alone("A", MemorySizeInMB=6144)]},
    ),
    Case(
        "serverless-concurrency",
        ENDPOINT_CONFIG,
        {"ProductionVariants": [alone("A", ProvisionedConcurrency=6)]},
        {"ProductionVariants": [alone("A", ProvisionedConcurrency=5)]},
    ),
    Case(
        "serverless-feature",
        ENDPOINT_CONFIG,
        {"ProductionVariants": [alone("A")], "DataCaptureConfig": CAPTURE},
        {"DataCaptureConfig": CAPTURE},
    ),
    Case(
        "scaling-range",
        ENDPOINT_CONFIG,
        {"ProductionVariants/0/ManagedInstanceScaling": {"MinInstanceCount": 3, "MaxInstanceCount": 2}},
        {"ProductionVariants/0/ManagedInstanceScaling": {"MinInstanceCount": 0, "MaxInstanceCount": 2}},
    ),
    Case(
        "routing",
        ENDPOINT_CONFIG,
        {"ProductionVariants/0/RoutingConfig": {"RoutingStrategy": "RANDOM", "PrefixAwareRoutingConfig": {}}},
        {"ProductionVariants/0/RoutingConfig": {"RoutingStrategy": "RANDOM"}},
    ),
    Case(
        "deployment",
        UPDATE,
        {
            "DeploymentConfig/RollingUpdatePolicy": {
                "MaximumBatchSize": {"Type": "INSTANCE_COUNT", "Value": 1},
                "WaitIntervalInSeconds": 60,
            }
        },
        {
            "DeploymentConfig": {
                "RollingUpdatePolicy": {
                    "MaximumBatchSize": {"Type": "INSTANCE_COUNT", "Value": 1},
                    "WaitIntervalInSeconds": 60,
                }
            }
        },
    ),
    Case(
        "deployment-timeout",
        UPDATE,
        {"DeploymentConfig/BlueGreenUpdatePolicy/MaximumExecutionTimeoutInSeconds": 600},
        {"DeploymentConfig/BlueGreenUpdatePolicy/MaximumExecutionTimeoutInSeconds": 601},
    ),
    Case(
        "traffic-size",
        UPDATE,
        {f"{ROUTING}/Type": "ALL_AT_ONCE"},
        {f"{ROUTING}": {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": 60}},
    ),
    Case("capacity", UPDATE, {f"{ROUTING}/CanarySize/Value": 51}, {f"{ROUTING}/CanarySize/Value": 50}),
    Case(
        "retained-properties",
        UPDATE,
        {"ExcludeRetainedVariantProperties": [{"VariantPropertyType": "DesiredWeight"}]},
        {
            "ExcludeRetainedVariantProperties": [{"VariantPropertyType": "DesiredWeight"}],
            "RetainAllVariantProperties": True,
        },
    ),
    # --- labeling ---
    Case("labeling-source", LABEL, {"InputConfig/DataSource": {}}, {}),
    Case(
        "labeling-ui",
        LABEL,
        {"HumanTaskConfig/UiConfig": {}},
        {
            "HumanTaskConfig/UiConfig": {
                "HumanTaskUiArn": "arn:aws:sagemaker:us-east-1:394669845002:human-task-ui/NamedEntityRecognition"
            }
        },
    ),
    Case(
        "labeling-time",
        LABEL,
        {"HumanTaskConfig/TaskTimeLimitInSeconds": 30 * DAY + 1},
        {"HumanTaskConfig/TaskTimeLimitInSeconds": 30 * DAY},
    ),
    Case(
        "labeling-price",
        LABEL,
        {"HumanTaskConfig/WorkteamArn": "arn:aws:sagemaker:us-east-1:394669845002:workteam/public-crowd/default"},
        {
            "HumanTaskConfig/WorkteamArn": "arn:aws:sagemaker:us-east-1:394669845002:workteam/public-crowd/default",
            "HumanTaskConfig/PublicWorkforceTaskPrice": {"AmountInUsd": {"Dollars": 0, "Cents": 3}},
        },
    ),
    Case("label-name", LABEL, {"LabelAttributeName": "class-metadata"}, {"LabelAttributeName": "class-ref"}),
    Case(
        "label-name",
        LABEL,
        {
            "HumanTaskConfig/PreHumanTaskLambdaArn": (
                "arn:aws:lambda:us-east-1:432418664414:function:PRE-SemanticSegmentation"
            )
        },
        {
            "HumanTaskConfig/PreHumanTaskLambdaArn": (
                "arn:aws:lambda:us-east-1:432418664414:function:PRE-SemanticSegmentation"
            ),
            "LabelAttributeName": "class-ref",
        },
    ),
    # --- all ---
    Case(
        "tag-reserved",
        MODEL,
        {"Tags": [{"Key": "AWS:team", "Value": "ml"}]},
        {"Tags": [{"Key": "team", "Value": "aws:ml"}]},
    ),
    Case(
        "tag-twice",
        TRANSFORM,
        {"Tags": [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]},
        {"Tags": [{"Key": "a", "Value": "1"}, {"Key": "A", "Value": "1"}]},
    ),
)
