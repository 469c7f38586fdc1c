"""Training, processing, tuning: for each rule a wrong change of a legal request and a right one beside it."""

from __future__ import annotations

from tests.rules.requests.case import (
    AUGMENTED,
    CLUSTER,
    CONFIG,
    KEY,
    LUSTRE,
    OBJECTIVE,
    PROCESS,
    RANGES,
    STATIC,
    TRAIN,
    TUNE,
    VPC,
    XGB,
    Case,
)
from tests.rules.requests.legal import DAY, OWN, REMOVED, XGBOOST, channel, processing_input, processing_output

JOB_CASES: tuple[Case, ...] = (
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
)
