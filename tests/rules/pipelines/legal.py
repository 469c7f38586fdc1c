"""A legal pipeline with most kinds of steps, and how a test changes it."""

from __future__ import annotations

import copy
from typing import Any

from tests.rules.requests.legal import LEGAL, ROLE, changed


def arguments(operation: str, *without: str) -> dict[str, Any]:
    """A legal request without the names that pipelines fill in."""
    return {key: each for key, each in copy.deepcopy(LEGAL[operation]).items() if key not in without}


def get(path: str) -> dict[str, str]:
    return {"Get": path}


def join(*values: Any) -> dict[str, Any]:
    return {"Std:Join": {"On": "", "Values": list(values)}}


LIMIT = get("Steps.Ask.OutputParameters['limit']")


def _score() -> dict[str, Any]:
    return {"Std:JsonGet": {"PropertyFile": get("Steps.Prepare.PropertyFiles.Report"), "Path": "metrics.auc"}}


def _steps() -> list[dict[str, Any]]:
    prepare = arguments("CreateProcessingJob", "ProcessingJobName")
    prepare["AppSpecification"]["ContainerArguments"] = ["--rows", join(get("Parameters.Rows")), get("Parameters.Env")]
    prepare["ProcessingResources"]["ClusterConfig"]["InstanceCount"] = get("Parameters.Rows")
    train = arguments("XGBoost", "TrainingJobName")
    source = train["InputDataConfig"][0]["DataSource"]["S3DataSource"]
    source["S3Uri"] = get("Steps.Prepare.ProcessingOutputConfig.Outputs['rows'].S3Output.S3Uri")
    register = arguments("CreateModelPackage")
    register["InferenceSpecification"]["Containers"][0]["ModelDataUrl"] = get(
        "Steps.Train.ModelArtifacts.S3ModelArtifacts"
    )
    file = {"PropertyFileName": "Report", "OutputName": "rows", "FilePath": "evaluation.json"}
    transform = {**arguments("CreateTransformJob", "TransformJobName"), "ModelName": get("Steps.Model.ModelName")}
    return [
        {"Name": "Prepare", "Type": "Processing", "Arguments": prepare, "PropertyFiles": [file]},
        {
            "Name": "Train",
            "Type": "Training",
            "Arguments": train,
            "CacheConfig": {"Enabled": True, "ExpireAfter": "p30d"},
            "RetryPolicies": [{"ExceptionType": ["Step.THROTTLING"], "MaxAttempts": 3}],
        },
        {
            "Name": "Ask",
            "Type": "Lambda",
            "FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:ask",
            "Arguments": {"model": get("Steps.Train.TrainingJobName"), "limit": 0.5, "count": get("Parameters.Rows")},
            "OutputParameters": [{"OutputName": "limit", "OutputType": "Float"}],
        },
        {
            "Name": "Good",
            "Type": "Condition",
            "Arguments": {
                "Conditions": [
                    {
                        "Type": "GreaterThan",
                        "LeftValue": _score(),
                        "RightValue": LIMIT,
                    },
                    {"Type": "In", "QueryValue": get("Parameters.Env"), "Values": ["dev", "prod"]},
                ],
                "IfSteps": [{"Name": "Register", "Type": "RegisterModel", "Arguments": register}],
                "ElseSteps": [
                    {"Name": "Stop", "Type": "Fail", "Arguments": {"ErrorMessage": join("auc below ", _score())}}
                ],
            },
        },
        {
            "Name": "Model",
            "Type": "Model",
            "Arguments": {
                "ExecutionRoleArn": ROLE,
                "PrimaryContainer": {
                    "Image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/own:1",
                    "ModelDataUrl": get("Steps.Train.ModelArtifacts.S3ModelArtifacts"),
                },
            },
            "DependsOn": ["Good"],
        },
        {
            "Name": "Score",
            "Type": "Transform",
            "Arguments": transform,
        },
        {
            "Name": "Tune",
            "Type": "Tuning",
            "Arguments": arguments("CreateHyperParameterTuningJob", "HyperParameterTuningJobName"),
        },
        {
            "Name": "Drift",
            "Type": "QualityCheck",
            "CheckType": "DATA_QUALITY",
            "Arguments": arguments("CreateProcessingJob", "ProcessingJobName"),
            "ModelPackageGroupName": None,
            "SkipCheck": False,
            "SuppliedBaselineStatistics": None,
        },
    ]


LEGAL_PIPELINE: dict[str, Any] = {
    "Version": "2020-12-01",
    "Metadata": {},
    "Parameters": [
        {"Name": "Rows", "Type": "Integer", "DefaultValue": 1},
        {"Name": "Rate", "Type": "Float"},
        {"Name": "Env", "Type": "String", "DefaultValue": "dev", "EnumValues": ["dev", "prod"]},
        {"Name": "Fast", "Type": "Boolean", "DefaultValue": False},
    ],
    "PipelineExperimentConfig": {
        "ExperimentName": get("Execution.PipelineName"),
        "TrialName": get("Execution.PipelineExecutionId"),
    },
    "Steps": _steps(),
}
PREPARE, TRAIN, ASK, GOOD, MODEL, SCORE, TUNE, DRIFT = range(8)


def pipeline(changes: dict[str, Any]) -> dict[str, Any]:
    """The legal pipeline with changes: paths with slashes, and what is put there, or REMOVED."""
    return changed(LEGAL_PIPELINE, changes)
