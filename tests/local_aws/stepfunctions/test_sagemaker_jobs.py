"""Tuning, labeling and endpoints as task states."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local_aws import LocalAws

ACCOUNT = "123456789012"
IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0"
SAGEMAKER = f"arn:aws:sagemaker:us-east-1:{ACCOUNT}"
RULES = f"arn:aws:events:us-east-1:{ACCOUNT}:rule/StepFunctionsGetEventsForSageMaker"
PASSED = {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}
ROWS = "".join(f"{index % 2},{index % 7},{(index % 2) * 2 + index % 3}\n" for index in range(60))
# The name of an execution without a name is a UUID, and that of a tuning job is short.
SHORT_NAME = "States.Format('t-{}', States.ArrayGetItem(States.StringSplit($$.Execution.Name, '-'), 0))"

Allow = Callable[..., dict[str, Any]]


@pytest.fixture
def job_role(machines: Any, allow: Allow) -> str:
    permissions = allow(["ecr:*", "logs:*", "s3:*", "cloudwatch:PutMetricData"])
    return str(machines.role(permissions, service="sagemaker.amazonaws.com"))


@pytest.fixture
def put(aws: LocalAws, bucket: str) -> Callable[[str, str], str]:
    def write(key: str, body: str) -> str:
        aws.client("s3").put_object(Bucket=bucket, Key=key, Body=body)
        return f"s3://{bucket}/{key}"

    return write


def sync(allow: Allow, role: str, noun: str, kind: str, rule: str) -> list[dict[str, Any]]:
    """What a ``.sync`` task needs, one action a statement."""
    actions = [f"Create{noun}", f"Describe{noun}", f"Stop{noun}", "AddTags"]
    return [
        *(allow(f"sagemaker:{each}", f"{SAGEMAKER}:{kind}/t-*") for each in actions),
        allow("iam:PassRole", role, Condition=PASSED),
        allow(["events:PutTargets", "events:PutRule", "events:DescribeRule"], RULES + rule),
    ]


def channel(name: str, uri: str) -> dict[str, Any]:
    source = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": uri}}
    return {"ChannelName": name, "ContentType": "text/csv", "DataSource": source}


def tuning(role: str, bucket: str, put: Any, **ranges: Any) -> dict[str, Any]:
    uri = put("rows/rows.csv", ROWS)
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::sagemaker:createHyperParameterTuningJob.sync",
        "Parameters": {
            "HyperParameterTuningJobName.$": SHORT_NAME,
            "HyperParameterTuningJobConfig": {
                "Strategy": "Random",
                "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "validation:auc"},
                "ResourceLimits": {"MaxNumberOfTrainingJobs": 2, "MaxParallelTrainingJobs": 2},
                "ParameterRanges": {
                    "ContinuousParameterRanges": [{"Name": "eta", "MinValue": "0.1", "MaxValue": "0.5"}],
                    **ranges,
                },
            },
            "TrainingJobDefinition": {
                "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
                "StaticHyperParameters": {"objective": "binary:logistic", "num_round": "2"},
                "InputDataConfig": [channel("train", uri), channel("validation", uri)],
                "OutputDataConfig": {"S3OutputPath": f"s3://{bucket}/models"},
                "ResourceConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 1},
                "RoleArn": role,
                "StoppingCondition": {"MaxRuntimeInSeconds": 60},
            },
        },
        "End": True,
    }


def test_tuning_sync_outputs_the_best_training_job(
    machines: Any, allow: Allow, job_role: str, bucket: str, put: Any
) -> None:
    statements = sync(allow, job_role, "HyperParameterTuningJob", "hyper-parameter-tuning-job", "TuningJobsRule")
    output = machines.output({"Tune": tuning(job_role, bucket, put)}, *statements)
    assert output["HyperParameterTuningJobStatus"] == "Completed"
    best = output["BestTrainingJob"]
    assert best["TrainingJobName"].startswith(f"{output['HyperParameterTuningJobName']}-00")
    assert 0.5 <= best["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] <= 1
    assert isinstance(best["TrainingEndTime"], int)
    assert output["TrainingJobStatusCounters"]["Completed"] == 2


def test_a_tuning_job_without_a_result_fails_the_task(
    machines: Any, allow: Allow, job_role: str, bucket: str, put: Any
) -> None:
    statements = sync(allow, job_role, "HyperParameterTuningJob", "hyper-parameter-tuning-job", "TuningJobsRule")
    wrong = {"CategoricalParameterRanges": [{"Name": "booster", "Values": ["no-such-booster"]}]}
    description = machines.run({"Tune": tuning(job_role, bucket, put, **wrong)}, *statements)
    assert (description["status"], description["error"]) == ("FAILED", "States.TaskFailed")
    assert "All training jobs failed" in json.loads(description["cause"])["FailureReason"]


def labeling(role: str, bucket: str, put: Any) -> dict[str, Any]:
    function = "arn:aws:lambda:us-east-1:432418664414:function"
    manifest = put("in/texts.manifest", '{"source": "a"}\n{"source": "b"}\n')
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::sagemaker:createLabelingJob.sync",
        "Parameters": {
            "LabelingJobName.$": "States.Format('t-{}', $$.Execution.Name)",
            "LabelAttributeName": "mood",
            "InputConfig": {"DataSource": {"S3DataSource": {"ManifestS3Uri": manifest}}},
            "OutputConfig": {"S3OutputPath": f"s3://{bucket}/labels"},
            "RoleArn": role,
            "HumanTaskConfig": {
                "WorkteamArn": f"{SAGEMAKER}:workteam/private-crowd/readers",
                "UiConfig": {"UiTemplateS3Uri": put("in/task.html", "<p/>")},
                "PreHumanTaskLambdaArn": f"{function}:PRE-TextMultiClass",
                "AnnotationConsolidationConfig": {"AnnotationConsolidationLambdaArn": f"{function}:ACS-TextMultiClass"},
                "TaskTitle": "Mood",
                "TaskDescription": "Mood?",
                "NumberOfHumanWorkersPerDataObject": 1,
                "TaskTimeLimitInSeconds": 300,
            },
        },
        "End": True,
    }


def wait_for_labeling_job(aws: LocalAws, name: str) -> None:
    deadline = time.monotonic() + 30
    call = aws.client("sagemaker").list_labeling_jobs
    while not call(NameContains=name, StatusEquals="InProgress")["LabelingJobSummaryList"]:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_labeling_sync_waits_until_the_manifest_is_supplied(
    machines: Any, allow: Allow, job_role: str, bucket: str, put: Any, local_aws: str, tmp_path: Path
) -> None:
    from local_aws.commands import manifest

    role = machines.role(*sync(allow, job_role, "LabelingJob", "labeling-job", "*"))
    machine = machines.create({"Label": labeling(job_role, bucket, put)}, role=role)
    execution = machines.client.start_execution(stateMachineArn=machine, name="run-1")["executionArn"]
    wait_for_labeling_job(machines.aws, "t-run-1")
    time.sleep(0.5)
    assert machines.client.describe_execution(executionArn=execution)["status"] == "RUNNING"
    path = tmp_path / "output.manifest"
    given = {"human-annotated": "yes"}
    path.write_text("".join(json.dumps({"source": each, "mood": 1, "mood-metadata": given}) + "\n" for each in "ab"))
    manifest.supply(name="t-run-1", manifest=path, endpoint_url=local_aws)
    description = machines.wait(execution)
    assert description["status"] == "SUCCEEDED", description
    output = json.loads(description["output"])
    assert output["LabelCounters"]["HumanLabeled"] == 2
    uri = f"s3://{bucket}/labels/t-run-1/manifests/output/output.manifest"
    assert output["LabelingJobOutput"]["OutputDatasetS3Uri"] == uri


def test_stopping_the_execution_stops_its_labeling_job(
    aws: LocalAws, machines: Any, allow: Allow, job_role: str, bucket: str, put: Any
) -> None:
    role = machines.role(*sync(allow, job_role, "LabelingJob", "labeling-job", "*"))
    machine = machines.create({"Label": labeling(job_role, bucket, put)}, role=role)
    execution = machines.client.start_execution(stateMachineArn=machine, name="run-2")["executionArn"]
    wait_for_labeling_job(machines.aws, "t-run-2")
    machines.client.stop_execution(executionArn=execution)
    assert machines.wait(execution)["status"] == "ABORTED"
    for _ in range(100):
        job = aws.client("sagemaker").describe_labeling_job(LabelingJobName="t-run-2")
        if job["LabelingJobStatus"] == "Stopped":
            break
        time.sleep(0.05)
    assert job["LabelingJobStatus"] == "Stopped"


def endpoint_states(name: str, model: str) -> dict[str, Any]:
    """Creates an endpoint and waits for it as the documentation of the SDK integration shows."""
    variant = {"VariantName": "All", "ModelName": model, "InstanceType": "ml.m5.xlarge", "InitialInstanceCount": 1}
    task = "arn:aws:states:::sagemaker"
    return {
        "Config": {
            "Type": "Task",
            "Resource": f"{task}:createEndpointConfig",
            "Parameters": {"EndpointConfigName": name, "ProductionVariants": [variant]},
            "Next": "Endpoint",
        },
        "Endpoint": {
            "Type": "Task",
            "Resource": f"{task}:createEndpoint",
            "Parameters": {"EndpointName": name, "EndpointConfigName": name},
            "Next": "Describe",
        },
        "Describe": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:sagemaker:describeEndpoint",
            "Parameters": {"EndpointName": name},
            "Next": "InService?",
        },
        "InService?": {
            "Type": "Choice",
            "Choices": [
                {"Variable": "$.EndpointStatus", "StringEquals": "InService", "Next": "Done"},
                {"Variable": "$.EndpointStatus", "StringEquals": "Failed", "Next": "Failed"},
            ],
            "Default": "Wait",
        },
        "Wait": {"Type": "Wait", "Seconds": 1, "Next": "Describe"},
        "Failed": {"Type": "Fail"},
        "Done": {"Type": "Succeed"},
    }


def test_an_endpoint_is_waited_for_and_answers(
    aws: LocalAws, machines: Any, allow: Allow, job_role: str, bucket: str, put: Any
) -> None:
    api = aws.client("sagemaker")
    api.create_training_job(
        TrainingJobName="t-model",
        RoleArn=job_role,
        AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "File"},
        HyperParameters={"objective": "binary:logistic", "num_round": "2"},
        InputDataConfig=[channel("train", put("rows/rows.csv", ROWS))],
        OutputDataConfig={"S3OutputPath": f"s3://{bucket}/models"},
        ResourceConfig={"InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 1},
        StoppingCondition={"MaxRuntimeInSeconds": 60},
    )
    api.get_waiter("training_job_completed_or_stopped").wait(
        TrainingJobName="t-model", WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    url = api.describe_training_job(TrainingJobName="t-model")["ModelArtifacts"]["S3ModelArtifacts"]
    container = {"Image": IMAGE, "ModelDataUrl": url}
    api.create_model(ModelName="t-model", ExecutionRoleArn=job_role, PrimaryContainer=container)
    both = [f"{SAGEMAKER}:endpoint/t-*", f"{SAGEMAKER}:endpoint-config/t-*"]
    statements = [
        allow("sagemaker:CreateEndpointConfig", both[1]),
        allow("sagemaker:CreateEndpoint", both),
        allow("sagemaker:AddTags", both),
        allow("sagemaker:DescribeEndpoint", both[0]),
    ]
    output = machines.output(endpoint_states("t-served", "t-model"), *statements)
    assert output["EndpointStatus"] == "InService"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", output["CreationTime"])
    runtime = aws.client("sagemaker-runtime")
    answer = runtime.invoke_endpoint(EndpointName="t-served", Body="3,4\n5,0", ContentType="text/csv")
    scores = [float(each) for each in answer["Body"].read().decode().replace("\n", ",").strip(",").split(",")]
    assert len(scores) == 2
    assert all(0 < each < 1 for each in scores)
    api.delete_endpoint(EndpointName="t-served")
