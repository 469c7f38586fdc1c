"""Legal requests, and how a test changes them."""

from __future__ import annotations

import copy
from typing import Any


class _Removed:
    """Stands for a field that is not there; the same text in every process, for the names of tests."""

    def __repr__(self) -> str:
        return "<removed>"


REMOVED = _Removed()

ROLE = "arn:aws:iam::123456789012:role/job"
XGBOOST = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"
OWN = "123456789012.dkr.ecr.us-east-1.amazonaws.com/own:1"
DAY = 24 * 60 * 60


def channel(name: str, **fields: Any) -> dict[str, Any]:
    """A channel of a training job."""
    source = {"S3DataType": "S3Prefix", "S3Uri": f"s3://bucket/{name}/", "S3DataDistributionType": "FullyReplicated"}
    return {"ChannelName": name, "ContentType": "text/csv", "DataSource": {"S3DataSource": source}, **fields}


def processing_input(name: str, path: str) -> dict[str, Any]:
    """An input of a processing job."""
    s3 = {"S3Uri": f"s3://bucket/{name}", "LocalPath": path, "S3DataType": "S3Prefix", "S3InputMode": "File"}
    return {"InputName": name, "S3Input": s3}


def processing_output(name: str, path: str) -> dict[str, Any]:
    """An output of a processing job."""
    s3 = {"S3Uri": f"s3://bucket/{name}", "LocalPath": path, "S3UploadMode": "EndOfJob"}
    return {"OutputName": name, "S3Output": s3}


def variant(name: str, **fields: Any) -> dict[str, Any]:
    """A production variant; None takes a field away."""
    legal = {"VariantName": name, "ModelName": "model", "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
    return {key: value for key, value in {**legal, **fields}.items() if value is not None}


_TRAINING: dict[str, Any] = {
    "RoleArn": ROLE,
    "AlgorithmSpecification": {"TrainingImage": OWN, "TrainingInputMode": "File"},
    "InputDataConfig": [channel("train")],
    "OutputDataConfig": {"S3OutputPath": "s3://bucket/models/"},
    "ResourceConfig": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 30},
    "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
}
_ACS = "arn:aws:lambda:us-east-1:432418664414:function"

#: A legal request of each operation; those of XGBoost stand for themselves.
LEGAL: dict[str, dict[str, Any]] = {
    "CreateTrainingJob": {"TrainingJobName": "train-1", "HyperParameters": {"epochs": "5"}, **_TRAINING},
    "XGBoost": {
        "TrainingJobName": "train-1",
        **_TRAINING,
        "AlgorithmSpecification": {"TrainingImage": XGBOOST, "TrainingInputMode": "File"},
        "HyperParameters": {"num_round": "50", "objective": "binary:logistic", "eval_metric": "auc,error@0.3"},
    },
    "CreateProcessingJob": {
        "ProcessingJobName": "process-1",
        "RoleArn": ROLE,
        "AppSpecification": {"ImageUri": OWN, "ContainerArguments": ["--label", "y"]},
        "ProcessingInputs": [processing_input("code", "/opt/ml/processing/input/code")],
        "ProcessingOutputConfig": {"Outputs": [processing_output("rows", "/opt/ml/processing/output")]},
        "ProcessingResources": {
            "ClusterConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10}
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
    },
    "CreateHyperParameterTuningJob": {
        "HyperParameterTuningJobName": "tune-1",
        "HyperParameterTuningJobConfig": {
            "Strategy": "Bayesian",
            "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "validation:auc"},
            "ResourceLimits": {"MaxNumberOfTrainingJobs": 4, "MaxParallelTrainingJobs": 2},
            "ParameterRanges": {
                "IntegerParameterRanges": [{"Name": "max_depth", "MinValue": "2", "MaxValue": "8"}],
                "ContinuousParameterRanges": [
                    {"Name": "eta", "MinValue": "0.01", "MaxValue": "0.3", "ScalingType": "Logarithmic"}
                ],
                "CategoricalParameterRanges": [{"Name": "booster", "Values": ["gbtree", "dart"]}],
            },
        },
        "TrainingJobDefinition": {
            **_TRAINING,
            "AlgorithmSpecification": {"TrainingImage": XGBOOST, "TrainingInputMode": "File"},
            "StaticHyperParameters": {"num_round": "50", "objective": "binary:logistic"},
        },
    },
    "CreateTransformJob": {
        "TransformJobName": "transform-1",
        "ModelName": "model",
        "TransformInput": {
            "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/rows/"}},
            "ContentType": "text/csv",
            "SplitType": "Line",
        },
        "BatchStrategy": "MultiRecord",
        "TransformOutput": {"S3OutputPath": "s3://bucket/out/", "AssembleWith": "Line"},
        "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
        "DataProcessing": {"InputFilter": "$[1:]", "JoinSource": "Input", "OutputFilter": "$[0,-1]"},
    },
    "CreateModel": {
        "ModelName": "model-1",
        "ExecutionRoleArn": ROLE,
        "PrimaryContainer": {"Image": XGBOOST, "ModelDataUrl": "s3://bucket/model.tar.gz"},
    },
    "CreateModelPackage": {
        "ModelPackageGroupName": "group",
        "InferenceSpecification": {
            "Containers": [{"Image": XGBOOST, "ModelDataUrl": "s3://bucket/model.tar.gz"}],
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["text/csv"],
        },
    },
    "CreateEndpointConfig": {"EndpointConfigName": "config-1", "ProductionVariants": [variant("Main")]},
    "UpdateEndpoint": {
        "EndpointName": "live",
        "EndpointConfigName": "config-1",
        "DeploymentConfig": {
            "BlueGreenUpdatePolicy": {
                "TrafficRoutingConfiguration": {
                    "Type": "CANARY",
                    "WaitIntervalInSeconds": 300,
                    "CanarySize": {"Type": "CAPACITY_PERCENT", "Value": 10},
                },
                "TerminationWaitInSeconds": 300,
                "MaximumExecutionTimeoutInSeconds": 1800,
            }
        },
    },
    "CreateLabelingJob": {
        "LabelingJobName": "label-1",
        "LabelAttributeName": "class",
        "RoleArn": ROLE,
        "InputConfig": {"DataSource": {"S3DataSource": {"ManifestS3Uri": "s3://bucket/input.manifest"}}},
        "OutputConfig": {"S3OutputPath": "s3://bucket/labels/"},
        "HumanTaskConfig": {
            "WorkteamArn": "arn:aws:sagemaker:us-east-1:123456789012:workteam/private-crowd/team",
            "UiConfig": {"UiTemplateS3Uri": "s3://bucket/ui.html"},
            "PreHumanTaskLambdaArn": f"{_ACS}:PRE-ImageMultiClass",
            "TaskTitle": "Which class?",
            "TaskDescription": "Choose one",
            "NumberOfHumanWorkersPerDataObject": 3,
            "TaskTimeLimitInSeconds": 300,
            "AnnotationConsolidationConfig": {"AnnotationConsolidationLambdaArn": f"{_ACS}:ACS-ImageMultiClass"},
        },
    },
}


def request(operation: str, changes: dict[str, Any]) -> dict[str, Any]:
    """A legal request with changes."""
    return changed(LEGAL[operation], changes)


def changed(document: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """A copy with changes: paths with slashes, and what is put there, or REMOVED; one behind the last is appended."""
    copied = copy.deepcopy(document)
    for path, value in changes.items():
        *keys, last = [int(key) if key.isdigit() else key for key in path.split("/")]
        target: Any = copied
        for key in keys:
            target = target[key] if isinstance(key, int) else target.setdefault(key, {})
        if value is REMOVED:
            del target[last]
        elif isinstance(target, list) and last == len(target):
            target.append(value)
        else:
            target[last] = value
    return copied
