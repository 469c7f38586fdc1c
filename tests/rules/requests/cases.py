"""For each rule on requests a wrong change of a legal request and a right one beside it."""

from __future__ import annotations

from typing import Any, NamedTuple

from tests.rules.requests.legal import DAY, OWN, REMOVED, XGBOOST, channel, processing_input, processing_output, variant

CONFIG = "HyperParameterTuningJobConfig"
RANGES = f"{CONFIG}/ParameterRanges"
CLUSTER = "ProcessingResources/ClusterConfig"
ROUTING = "DeploymentConfig/BlueGreenUpdatePolicy/TrafficRoutingConfiguration"
VPC = {"SecurityGroupIds": ["sg-12345678"], "Subnets": ["subnet-12345678"]}
KEY = "1234abcd-12ab-34cd-56ef-1234567890ab"
AUGMENTED = {
    "S3DataSource": {"S3DataType": "AugmentedManifestFile", "S3Uri": "s3://bucket/m", "AttributeNames": ["a", "b"]}
}
LUSTRE = {
    "FileSystemDataSource": {
        "FileSystemId": "fs-0123456789a",
        "FileSystemAccessMode": "ro",
        "FileSystemType": "FSxLustre",
        "DirectoryPath": "/data",
    }
}
SERVERLESS = {"MemorySizeInMB": 2048, "MaxConcurrency": 5}
CAPTURE = {
    "InitialSamplingPercentage": 10,
    "DestinationS3Uri": "s3://b/captured",
    "CaptureOptions": [{"CaptureMode": "Input"}],
}


def alone(name: str, **fields: Any) -> dict[str, Any]:
    """A serverless variant."""
    return variant(name, InstanceType=None, InitialInstanceCount=None, ServerlessConfig={**SERVERLESS, **fields})


class Case(NamedTuple):
    """A rule, and what breaks it and what does not."""

    rule: str
    operation: str
    wrong: dict[str, Any]
    right: dict[str, Any]


TRAIN, XGB, PROCESS = "CreateTrainingJob", "XGBoost", "CreateProcessingJob"
TUNE, TRANSFORM = "CreateHyperParameterTuningJob", "CreateTransformJob"
MODEL, PACKAGE, ENDPOINT_CONFIG = "CreateModel", "CreateModelPackage", "CreateEndpointConfig"
UPDATE, LABEL = "UpdateEndpoint", "CreateLabelingJob"
STATIC = "TrainingJobDefinition/StaticHyperParameters"
OBJECTIVE = f"{CONFIG}/HyperParameterTuningJobObjective"
SPECIFICATION = "InferenceSpecification"
ONE = {"Name": "depth", "MinValue": "3", "MaxValue": "5"}

CASES: tuple[Case, ...] = (
    # --- training ---
    Case("algorithm", TRAIN, {"AlgorithmSpecification/TrainingImage": REMOVED}, {}),
    Case(
        "algorithm-twice",
        TRAIN,
        {"AlgorithmSpecification/AlgorithmName": "own"},
        {"AlgorithmSpecification": {"AlgorithmName": "own", "TrainingInputMode": "File"}},
    ),
    Case("instances", TRAIN, {"ResourceConfig/InstanceType": REMOVED}, {}),
    Case(
        "instances-twice",
        TRAIN,
        {"ResourceConfig/InstancePreferences": [{"InstanceType": "ml.c5.xlarge"}]},
        {
            "ResourceConfig": {
                "InstancePreferences": [{"InstanceType": "ml.c5.xlarge"}],
                "InstanceCount": 1,
                "VolumeSizeInGB": 10,
            }
        },
    ),
    Case("instance-count", TRAIN, {"ResourceConfig/InstanceCount": REMOVED}, {"ResourceConfig/InstanceCount": 4}),
    Case("read-only", TRAIN, {"ResourceConfig/SelectedInstanceCount": 1}, {}),
    Case(
        "volume-size",
        TRAIN,
        {"ResourceConfig/InstanceType": "ml.g4dn.xlarge", "ResourceConfig/VolumeSizeInGB": 126},
        {"ResourceConfig/InstanceType": "ml.g4dn.xlarge", "ResourceConfig/VolumeSizeInGB": 125},
    ),
    Case(
        "volume-key",
        TRAIN,
        {"ResourceConfig/InstanceType": "ml.p4d.24xlarge", "ResourceConfig/VolumeKmsKeyId": KEY},
        {"ResourceConfig/InstanceType": "ml.p3.2xlarge", "ResourceConfig/VolumeKmsKeyId": KEY},
    ),
    Case(
        "volume-key",
        PROCESS,
        {f"{CLUSTER}/InstanceType": "ml.r5d.large", f"{CLUSTER}/VolumeKmsKeyId": KEY},
        {f"{CLUSTER}/VolumeKmsKeyId": KEY},
    ),
    Case(
        "training-runtime",
        TRAIN,
        {"StoppingCondition/MaxRuntimeInSeconds": 28 * DAY + 1},
        {"StoppingCondition/MaxRuntimeInSeconds": 28 * DAY},
    ),
    Case(
        "spot-wait-time",
        TRAIN,
        {"EnableManagedSpotTraining": True},
        {"EnableManagedSpotTraining": True, "StoppingCondition/MaxWaitTimeInSeconds": 3600},
    ),
    Case("spot-wait-time", TRAIN, {"StoppingCondition/MaxWaitTimeInSeconds": 7200}, {}),
    Case(
        "warm-pool-spot",
        TRAIN,
        {
            "ResourceConfig/KeepAlivePeriodInSeconds": 600,
            "EnableManagedSpotTraining": True,
            "StoppingCondition/MaxWaitTimeInSeconds": 3600,
        },
        {"ResourceConfig/KeepAlivePeriodInSeconds": 600},
    ),
    Case(
        "profiling-interval",
        TRAIN,
        {"ProfilerConfig": {"ProfilingIntervalInMilliseconds": 300}},
        {"ProfilerConfig": {"ProfilingIntervalInMilliseconds": 500}},
    ),
    Case(
        "metric-regex",
        TRAIN,
        {"AlgorithmSpecification/MetricDefinitions": [{"Name": "loss", "Regex": "loss=[0-9.]+"}]},
        {"AlgorithmSpecification/MetricDefinitions": [{"Name": "loss", "Regex": "loss=([0-9.]+)"}]},
    ),
    Case(
        "channel-twice",
        TRAIN,
        {"InputDataConfig": [channel("a"), channel("b"), channel("a")]},
        {"InputDataConfig": [channel("a"), channel("A")]},
    ),
    Case("data-source", TRAIN, {"InputDataConfig/0/DataSource": {}}, {}),
    Case(
        "data-source-twice",
        TRAIN,
        {"InputDataConfig/0/DataSource/FileSystemDataSource": LUSTRE["FileSystemDataSource"], "VpcConfig": VPC},
        {"InputDataConfig": [channel("a"), channel("b", DataSource=LUSTRE)], "VpcConfig": VPC},
    ),
    Case(
        "augmented-manifest",
        TRAIN,
        {"InputDataConfig/0/DataSource": AUGMENTED},
        {"InputDataConfig/0/DataSource": AUGMENTED, "InputDataConfig/0/InputMode": "Pipe"},
    ),
    Case(
        "pipe-mode",
        TRAIN,
        {"InputDataConfig/0/CompressionType": "Gzip"},
        {"InputDataConfig/0/CompressionType": "Gzip", "AlgorithmSpecification/TrainingInputMode": "Pipe"},
    ),
    Case(
        "file-system",
        TRAIN,
        {"InputDataConfig/0/DataSource": LUSTRE},
        {"InputDataConfig/0/DataSource": LUSTRE, "VpcConfig": VPC},
    ),
    Case(
        "name-twice",
        TRAIN,
        {
            "ResourceConfig": {
                "InstanceGroups": [
                    {"InstanceGroupName": "cpu", "InstanceType": "ml.c5.xlarge", "InstanceCount": 1},
                    {"InstanceGroupName": "cpu", "InstanceType": "ml.m5.xlarge", "InstanceCount": 1},
                ],
                "VolumeSizeInGB": 10,
            }
        },
        {
            "ResourceConfig": {
                "InstanceGroups": [
                    {"InstanceGroupName": "cpu", "InstanceType": "ml.c5.xlarge", "InstanceCount": 1},
                    {"InstanceGroupName": "gpu", "InstanceType": "ml.g5.xlarge", "InstanceCount": 1},
                ],
                "VolumeSizeInGB": 10,
                # Some of the machines have the volume.
                "VolumeKmsKeyId": KEY,
            }
        },
    ),
    Case(
        "image-account",
        TRAIN,
        {
            "AlgorithmSpecification/TrainingImage": (
                "141502667606.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3"
            )
        },
        # The name of one of AWS's repositories in an account of one's own.
        {"AlgorithmSpecification/TrainingImage": OWN.replace("/own", "/sagemaker-xgboost")},
    ),
    # --- the built-in XGBoost ---
    Case(
        "built-in-metrics",
        XGB,
        {"AlgorithmSpecification/MetricDefinitions": [{"Name": "auc", "Regex": "auc:([0-9.]+)"}]},
        {
            "AlgorithmSpecification/MetricDefinitions": [{"Name": "auc", "Regex": "auc:([0-9.]+)"}],
            "HyperParameters": {"sagemaker_program": "train.py", "anything": "1"},
        },
    ),
    Case(
        "xgboost-hyperparameter", XGB, {"HyperParameters/num_round": REMOVED}, {"HyperParameters/learning_rate": "0.1"}
    ),
    Case("xgboost-hyperparameter", XGB, {"HyperParameters/n_estimators": "10"}, {"HyperParameters/max_depth": "0"}),
    Case("xgboost-hyperparameter", XGB, {"HyperParameters/subsample": "0"}, {"HyperParameters/subsample": "1"}),
    Case("xgboost-hyperparameter", XGB, {"HyperParameters/max_depth": "5.5"}, {"HyperParameters/eta": "1e-3"}),
    Case("xgboost-hyperparameter", XGB, {"HyperParameters/eval_metric": "auc, error"}, {"HyperParameters/seed": "7"}),
    Case(
        "xgboost-hyperparameter",
        XGB,
        {
            "AlgorithmSpecification/TrainingImage": XGBOOST.replace("1.7-1", "1.5-1"),
            "HyperParameters/objective": "reg:absoluteerror",
            "HyperParameters/eval_metric": "mae",
        },
        {"HyperParameters/objective": "reg:absoluteerror", "HyperParameters/eval_metric": "mae"},
    ),
    Case(
        "xgboost-combination",
        XGB,
        {"HyperParameters": {"num_round": "5", "objective": "multi:softprob"}},
        {"HyperParameters": {"num_round": "5", "objective": "multi:softprob", "num_class": "3"}},
    ),
    Case(
        "xgboost-combination",
        XGB,
        {"HyperParameters/objective": "reg:squarederror"},
        {"HyperParameters/objective": "rank:pairwise"},
    ),
    Case(
        "xgboost-channel",
        XGB,
        {"InputDataConfig": [channel("train"), channel("test")]},
        {"InputDataConfig": [channel("validation"), channel("train")]},
    ),
    Case("xgboost-channel", XGB, {"InputDataConfig": [channel("validation")]}, {}),
    # --- processing ---
    Case("instances", PROCESS, {f"{CLUSTER}/InstanceType": REMOVED}, {}),
    Case(
        "processing-name-twice",
        PROCESS,
        {"ProcessingOutputConfig/Outputs/0/OutputName": "code"},
        {"ProcessingOutputConfig/Outputs/0/OutputName": "Code"},
    ),
    Case("processing-input", PROCESS, {"ProcessingInputs/0/S3Input": REMOVED}, {}),
    Case("processing-output", PROCESS, {"ProcessingOutputConfig/Outputs/0/S3Output": REMOVED}, {}),
    Case(
        "dataset",
        PROCESS,
        {"ProcessingInputs/0": {"InputName": "d", "DatasetDefinition": {"LocalPath": "/opt/ml/processing/d"}}},
        {
            "ProcessingInputs/0": {
                "InputName": "d",
                "DatasetDefinition": {
                    "LocalPath": "/opt/ml/processing/d",
                    "AthenaDatasetDefinition": {
                        "Catalog": "c",
                        "Database": "d",
                        "QueryString": "SELECT 1",
                        "OutputS3Uri": "s3://bucket/d",
                        "OutputFormat": "PARQUET",
                    },
                },
            }
        },
    ),
    Case(
        "local-path",
        PROCESS,
        {"ProcessingInputs/0/S3Input/LocalPath": "/opt/ml/processing/../code"},
        {"ProcessingInputs/0/S3Input/LocalPath": "/opt/ml/processing/x/../code/"},
    ),
    Case(
        "local-path",
        PROCESS,
        {"ProcessingOutputConfig/Outputs/0/S3Output/LocalPath": REMOVED},
        {
            "ProcessingOutputConfig/Outputs/0/S3Output/LocalPath": REMOVED,
            "ProcessingOutputConfig/Outputs/0/AppManaged": True,
        },
    ),
    Case(
        "local-path-twice",
        PROCESS,
        {
            "ProcessingInputs": [
                processing_input("a", "/opt/ml/processing/in"),
                processing_input("b", "/opt/ml/processing/in/"),
            ]
        },
        {
            "ProcessingInputs": [
                processing_input("a", "/opt/ml/processing/in"),
                processing_input("b", "/opt/ml/processing/in/code"),
            ]
        },
    ),
    Case(
        "local-path-twice",
        PROCESS,
        {"ProcessingOutputConfig/Outputs": [processing_output("a", "/opt/ml/processing/input/code")]},
        {"ProcessingOutputConfig/Outputs": [processing_output("a", "/opt/ml/processing/input")]},
    ),
    Case(
        "empty-argument",
        PROCESS,
        {"AppSpecification/ContainerEntrypoint": ["python3", ""]},
        {"AppSpecification/ContainerEntrypoint": ["python3", " "]},
    ),
    Case(
        "pipe-mode",
        PROCESS,
        {"ProcessingInputs/0/S3Input/S3CompressionType": "Gzip"},
        {"ProcessingInputs/0/S3Input/S3CompressionType": "Gzip", "ProcessingInputs/0/S3Input/S3InputMode": "Pipe"},
    ),
    Case(
        "processing-runtime",
        PROCESS,
        {"StoppingCondition/MaxRuntimeInSeconds": 6 * DAY},
        {"StoppingCondition/MaxRuntimeInSeconds": 5 * DAY},
    ),
    # --- tuning ---
    Case("tuning-definition", TUNE, {"TrainingJobDefinition": REMOVED}, {}),
    Case("tuning-objective", TUNE, {f"{OBJECTIVE}/MetricName": "auc"}, {f"{OBJECTIVE}/MetricName": "validation:f1"}),
    Case("tuning-objective", TUNE, {f"{OBJECTIVE}/Type": "Minimize"}, {}),
    Case(
        "tuning-objective",
        TUNE,
        {"TrainingJobDefinition/AlgorithmSpecification/TrainingImage": OWN},
        {
            "TrainingJobDefinition/AlgorithmSpecification/TrainingImage": OWN,
            "TrainingJobDefinition/AlgorithmSpecification/MetricDefinitions": [
                {"Name": "validation:auc", "Regex": "auc=([0-9.]+)"}
            ],
        },
    ),
    Case("tuning-ranges", TUNE, {RANGES: {}}, {}),
    Case(
        "tuning-limits",
        TUNE,
        {f"{CONFIG}/ResourceLimits": {"MaxParallelTrainingJobs": 2}},
        {f"{CONFIG}/ResourceLimits": {"MaxParallelTrainingJobs": 2, "MaxRuntimeInSeconds": 3600}},
    ),
    Case(
        "tuning-combinations",
        TUNE,
        {RANGES: {"CategoricalParameterRanges": [{"Name": "booster", "Values": ["gbtree", "dart"]}]}},
        {
            RANGES: {"CategoricalParameterRanges": [{"Name": "booster", "Values": ["gbtree", "dart"]}]},
            f"{CONFIG}/ResourceLimits/MaxNumberOfTrainingJobs": 2,
        },
    ),
    Case(
        "hyperband",
        TUNE,
        {f"{CONFIG}/Strategy": "Hyperband"},
        {
            f"{CONFIG}/Strategy": "Hyperband",
            f"{CONFIG}/StrategyConfig": {"HyperbandStrategyConfig": {"MinResource": 1, "MaxResource": 50}},
        },
    ),
    Case("hyperband", TUNE, {f"{CONFIG}/StrategyConfig": {"HyperbandStrategyConfig": {"MaxResource": 5}}}, {}),
    Case(
        "grid",
        TUNE,
        {
            f"{CONFIG}/Strategy": "Grid",
            RANGES: {"CategoricalParameterRanges": [{"Name": "booster", "Values": ["gbtree", "dart"]}]},
        },
        {
            f"{CONFIG}/Strategy": "Grid",
            f"{CONFIG}/ResourceLimits": {"MaxParallelTrainingJobs": 2},
            RANGES: {"CategoricalParameterRanges": [{"Name": "booster", "Values": ["gbtree", "dart"]}]},
        },
    ),
    Case("range-twice", TUNE, {f"{RANGES}/IntegerParameterRanges/0/Name": "eta"}, {}),
    Case("range-and-static", TUNE, {f"{STATIC}/max_depth": "5"}, {f"{STATIC}/gamma": "1"}),
    Case(
        "range-category-twice",
        TUNE,
        {f"{RANGES}/CategoricalParameterRanges/0/Values": ["dart", "gbtree", "dart"]},
        {f"{RANGES}/CategoricalParameterRanges/0/Values": ["dart"]},
    ),
    Case(
        "range-bound",
        TUNE,
        {f"{RANGES}/IntegerParameterRanges/0/MaxValue": "eight"},
        {f"{RANGES}/ContinuousParameterRanges/0/MinValue": "1e-3"},
    ),
    Case("range-order", TUNE, {f"{RANGES}/ContinuousParameterRanges/0/MinValue": "0.31"}, {}),
    Case(
        "range-scale",
        TUNE,
        {f"{RANGES}/ContinuousParameterRanges/0/MinValue": "0"},
        {
            f"{RANGES}/ContinuousParameterRanges/0/MinValue": "0",
            f"{RANGES}/ContinuousParameterRanges/0/ScalingType": "ReverseLogarithmic",
        },
    ),
    Case(
        "xgboost-untunable",
        TUNE,
        {f"{RANGES}/IntegerParameterRanges/0/Name": "depth"},
        {f"{RANGES}/IntegerParameterRanges/0/Name": "max_leaves"},
    ),
    Case(
        "volume-key",
        TUNE,
        {
            "TrainingJobDefinition/ResourceConfig/InstanceType": "ml.g6.xlarge",
            "TrainingJobDefinition/ResourceConfig/VolumeKmsKeyId": KEY,
        },
        {"TrainingJobDefinition/ResourceConfig/VolumeKmsKeyId": KEY},
    ),
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
