"""Steps that run jobs, on jobs that really run, with the role of the pipeline."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.sagemaker.pipelines.steps.api import exception_type, job_exception_type
from tests.local_aws.sagemaker.conftest import SKLEARN, XGBOOST
from tests.local_aws.sagemaker.pipelines.conftest import Pipelines, document, step

ENTRYPOINT = ["python3", "/opt/ml/processing/input/code/script.py"]
EXECUTION_ID = {"Get": "Execution.PipelineExecutionId"}


def _join(*values: Any) -> dict[str, Any]:
    return {"Std:Join": {"On": "/", "Values": list(values)}}


def _processing(pipelines: Pipelines, name: str, script: str, **others: Any) -> dict[str, Any]:
    """A step that runs a script, with what it writes to ``out/`` as its output ``out``."""
    account = pipelines.account
    code = account.put(f"code/{name}/script.py", script)
    target = _join("s3:/", account.bucket, EXECUTION_ID, name)
    source = {"S3Uri": code, "LocalPath": "/opt/ml/processing/input/code", "S3DataType": "S3Prefix"}
    output = {"S3Uri": target, "LocalPath": "/opt/ml/processing/output/out", "S3UploadMode": "EndOfJob"}
    arguments = {
        "RoleArn": pipelines.role,
        "AppSpecification": {"ImageUri": SKLEARN, "ContainerEntrypoint": ENTRYPOINT, **others.pop("app", {})},
        "ProcessingInputs": [
            {"InputName": "code", "AppManaged": False, "S3Input": {**source, "S3InputMode": "File"}},
            *others.pop("inputs", []),
        ],
        "ProcessingOutputConfig": {"Outputs": [{"OutputName": "out", "AppManaged": False, "S3Output": output}]},
        "ProcessingResources": {
            "ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 10}
        },
    }
    return step(name, arguments, "Processing", **others)


def _input(name: str, uri: Any) -> dict[str, Any]:
    source = {"S3Uri": uri, "LocalPath": f"/opt/ml/processing/input/{name}", "S3DataType": "S3Prefix"}
    return {"InputName": name, "S3Input": {**source, "S3InputMode": "File"}}


def _training_arguments(pipelines: Pipelines, uri: Any, **changes: Any) -> dict[str, Any]:
    source = {"S3DataType": "S3Prefix", "S3Uri": uri, "S3DataDistributionType": "FullyReplicated"}
    return {
        "AlgorithmSpecification": {"TrainingImage": XGBOOST, "TrainingInputMode": "File"},
        "HyperParameters": {"num_round": "2", "objective": "reg:squarederror"},
        "InputDataConfig": [
            {"ChannelName": name, "ContentType": "text/csv", "DataSource": {"S3DataSource": source}}
            for name in ("train", "validation")
        ],
        "OutputDataConfig": {"S3OutputPath": f"s3://{pipelines.account.bucket}/models"},
        "ResourceConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 30},
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
        "RoleArn": pipelines.role,
        **changes,
    }


WRITE_ROWS = """
import os
os.makedirs('/opt/ml/processing/output/out', exist_ok=True)
with open('/opt/ml/processing/output/out/rows.csv', 'w') as file:
    file.writelines(f'{2 * n},{n}\\n' for n in range(40))
"""
EVALUATE = """
import json, os
assert os.path.exists('/opt/ml/processing/input/model/model.tar.gz')
os.makedirs('/opt/ml/processing/output/out', exist_ok=True)
with open('/opt/ml/processing/output/out/evaluation.json', 'w') as file:
    json.dump({'regression_metrics': {'mse': {'value': 4.5}}}, file)
"""
REPORT = {"PropertyFileName": "Report", "OutputName": "out", "FilePath": "evaluation.json"}
MSE = {
    "Std:JsonGet": {
        "PropertyFile": {"Get": "Steps.Evaluate.PropertyFiles.Report"},
        "Path": "regression_metrics.mse.value",
    }
}


@pytest.mark.slow
def test_data_goes_from_processing_through_training_and_evaluation_to_a_model_and_an_endpoint(
    pipelines: Pipelines,
) -> None:
    rows = {"Get": "Steps.Prepare.ProcessingOutputConfig.Outputs['out'].S3Output.S3Uri"}
    artifacts = {"Get": "Steps.Train.ModelArtifacts.S3ModelArtifacts"}
    container = {"Image": XGBOOST, "ModelDataUrl": artifacts}
    model = step("Create", {"ExecutionRoleArn": pipelines.role, "PrimaryContainer": container}, "Model")
    variant = {
        "VariantName": "AllTraffic",
        "ModelName": {"Get": "Steps.Create.ModelName"},
        "InstanceType": "ml.m5.large",
        "InitialInstanceCount": 1,
    }
    config = step("Config", {"ProductionVariants": [variant], "Tags": []}, "EndpointConfig")
    config_name = {"Get": "Steps.Config.EndpointConfigName"}
    endpoint_name = f"endpoint-{pipelines.account.bucket}"
    arguments = {"EndpointName": endpoint_name, "EndpointConfigName": config_name, "Tags": []}
    transform: dict[str, Any] = {
        "ModelName": {"Get": "Steps.Create.ModelName"},
        "TransformInput": {
            "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": _join(rows, "rows.csv")}},
            "ContentType": "text/csv",
            "SplitType": "Line",
        },
        "TransformOutput": {"S3OutputPath": f"s3://{pipelines.account.bucket}/predictions", "AssembleWith": "Line"},
        "DataProcessing": {"InputFilter": "$[1:]", "JoinSource": "Input", "OutputFilter": "$[0,-1]"},
        "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
    }
    few = {"Type": "LessThanOrEqualTo", "LeftValue": MSE, "RightValue": {"Get": "Parameters.Limit"}}
    good = [model, config, step("Deploy", arguments, "Endpoint")]
    definition = document(
        _processing(pipelines, "Prepare", WRITE_ROWS),
        step("Train", _training_arguments(pipelines, rows), "Training"),
        _processing(pipelines, "Evaluate", EVALUATE, inputs=[_input("model", artifacts)], PropertyFiles=[REPORT]),
        step("Enough", {"Conditions": [few], "IfSteps": good, "ElseSteps": [step("Bad", {}, "Fail")]}, "Condition"),
        parameters=[{"Name": "Limit", "Type": "Float", "DefaultValue": 6.0}],
    )
    # One pipeline twice: the second run updates the endpoint of the first.
    name = pipelines.create(definition)
    for _ in range(2):
        execution, found = pipelines.ended(pipelines.start(name), timeout=120)
        reasons = {each["StepName"]: each.get("FailureReason") for each in found.values()}
        assert execution["PipelineExecutionStatus"] == "Succeeded", reasons
        assert set(found) == {"Prepare", "Train", "Evaluate", "Enough", "Create", "Config", "Deploy"}
    described = pipelines.client.describe_endpoint(EndpointName=endpoint_name)
    assert described["EndpointStatus"] == "InService"
    assert found["Deploy"]["Metadata"]["Endpoint"]["Arn"] == described["EndpointArn"]
    assert found["Config"]["Metadata"]["EndpointConfig"]["Arn"].endswith(described["EndpointConfigName"])
    training = found["Train"]["Metadata"]["TrainingJob"]["Arn"].rpartition("/")[2]
    assert training.startswith(f"pipelines-{execution['PipelineExecutionArn'].rpartition('/')[2]}-Train-")
    job = pipelines.client.describe_training_job(TrainingJobName=training)
    tags = {
        each["Key"]: each["Value"] for each in pipelines.client.list_tags(ResourceArn=job["TrainingJobArn"])["Tags"]
    }
    assert tags == {
        "sagemaker:pipeline-execution-arn": execution["PipelineExecutionArn"],
        "sagemaker:pipeline-step-name": "Train",
    }
    created = pipelines.client.describe_model(ModelName=found["Create"]["Metadata"]["Model"]["Arn"].split("/")[1])
    assert created["PrimaryContainer"]["ModelDataUrl"] == job["ModelArtifacts"]["S3ModelArtifacts"]
    transform["ModelName"] = created["ModelName"]
    transform["TransformInput"]["DataSource"]["S3DataSource"]["S3Uri"] = pipelines.account.put(
        "x/rows.csv", "a,1\nb,2\n"
    )
    execution, found = pipelines.run(document(step("Predict", transform, "Transform")))
    assert execution["PipelineExecutionStatus"] == "Succeeded", found
    assert found["Predict"]["Metadata"]["TransformJob"]["Arn"]
    rows_out = [line.split(",") for line in pipelines.account.get("predictions/rows.csv.out").decode().splitlines()]
    assert [each[0] for each in rows_out] == ["a", "b"]
    assert all(len(each) == 2 and float(each[1]) for each in rows_out)
    pipelines.client.delete_endpoint(EndpointName=endpoint_name)


@pytest.mark.slow
def test_tuning_lists_its_training_jobs_the_best_first(pipelines: Pipelines) -> None:
    rows = pipelines.account.put("tune/rows.csv", "".join(f"{2 * n},{n}\n" for n in range(40)))
    trial = _training_arguments(pipelines, rows)
    for key in ("HyperParameters", "ResourceConfig"):
        del trial[key]
    trial["StaticHyperParameters"] = {"num_round": "3", "objective": "reg:squarederror", "eval_metric": "rmse"}
    trial["HyperParameterTuningResourceConfig"] = {
        "InstanceType": "ml.m5.xlarge",
        "InstanceCount": 1,
        "VolumeSizeInGB": 30,
    }
    config = {
        "Strategy": "Grid",
        "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "validation:rmse"},
        "ResourceLimits": {"MaxParallelTrainingJobs": 2},
        "ParameterRanges": {"CategoricalParameterRanges": [{"Name": "eta", "Values": ["0.01", "0.5"]}]},
    }
    tuning = step("Tune", {"HyperParameterTuningJobConfig": config, "TrainingJobDefinition": trial}, "Tuning")
    best = {"Get": "Steps.Tune.TrainingJobSummaries[0].TunedHyperParameters.eta"}
    worst = {"Get": "Steps.Tune.TrainingJobSummaries[1].TunedHyperParameters.eta"}
    fail = step("Tell", {"ErrorMessage": {"Std:Join": {"On": " then ", "Values": [best, worst]}}}, "Fail")
    execution, found = pipelines.run(document(tuning, fail))
    assert execution["FailureReason"] == "0.5 then 0.01", found
    assert found["Tune"]["Metadata"]["TuningJob"]["Arn"].count(execution["PipelineExecutionArn"].rpartition("/")[2])


def test_a_failed_job_fails_its_step_with_its_reason(pipelines: Pipelines) -> None:
    execution, found = pipelines.run(document(_processing(pipelines, "Broken", "raise SystemExit(3)")))
    assert execution["PipelineExecutionStatus"] == "Failed"
    assert found["Broken"]["FailureReason"].startswith("ClientError: AlgorithmError: ")
    name = found["Broken"]["Metadata"]["ProcessingJob"]["Arn"].rpartition("/")[2]
    job = pipelines.client.describe_processing_job(ProcessingJobName=name)
    assert job["FailureReason"] in found["Broken"]["FailureReason"]


def test_a_stopped_execution_stops_its_job(pipelines: Pipelines) -> None:
    arn = pipelines.start(pipelines.create(document(_processing(pipelines, "Long", "import time; time.sleep(60)"))))
    pipelines.wait(lambda: "Metadata" in pipelines.steps(arn).get("Long", {}))
    pipelines.client.stop_pipeline_execution(PipelineExecutionArn=arn)
    execution, found = pipelines.ended(arn)
    assert (execution["PipelineExecutionStatus"], found["Long"]["StepStatus"]) == ("Stopped", "Stopped")
    name = found["Long"]["Metadata"]["ProcessingJob"]["Arn"].rpartition("/")[2]
    job = pipelines.client.describe_processing_job(ProcessingJobName=name)
    assert job["ProcessingJobStatus"] == "Stopped"


def test_the_policies_of_the_pipelines_role_decide(pipelines: Pipelines) -> None:
    pipelines.role = pipelines.account.role()
    _, found = pipelines.run(document(_processing(pipelines, "Denied", "")))
    reason = found["Denied"]["FailureReason"]
    assert reason.startswith("ClientError: Failed to invoke sagemaker:CreateProcessingJob. Error Details: AccessDenied")
    assert "is not authorized to perform: sagemaker:CreateProcessingJob" in reason


def test_a_request_that_the_api_refuses_fails_the_step_with_the_apis_words(pipelines: Pipelines) -> None:
    job = _processing(pipelines, "Odd", "")
    job["Arguments"]["RoleArn"] = "arn:aws:iam::123456789012:role/nobody"
    _, found = pipelines.run(document(job))
    assert "ValidationException: Could not assume role" in found["Odd"]["FailureReason"]


def test_a_property_file_that_is_not_there_fails_the_condition(pipelines: Pipelines) -> None:
    evaluate = _processing(pipelines, "Evaluate", WRITE_ROWS, PropertyFiles=[REPORT])
    choice = step("C", {"Conditions": [{"Type": "Equals", "LeftValue": MSE, "RightValue": 1}]}, "Condition")
    _, found = pipelines.run(document(evaluate, choice))
    assert found["Evaluate"]["StepStatus"] == "Succeeded"
    assert "evaluation.json cannot be read" in found["C"]["FailureReason"]


def test_a_name_in_the_step_is_the_prefix_of_the_jobs_name(pipelines: Pipelines) -> None:
    job = _processing(pipelines, "Named", "raise SystemExit(1)")
    job["Arguments"]["ProcessingJobName"] = "my-jobs"
    _, found = pipelines.run(document(job))
    assert "/my-jobs-" in found["Named"]["Metadata"]["ProcessingJob"]["Arn"]


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("ThrottlingException", 400, "Step.THROTTLING"),
        ("ResourceLimitExceeded", 400, "SageMaker.RESOURCE_LIMIT"),
        ("InternalFailure", 500, "Step.SERVICE_FAULT"),
        ("ValidationException", 400, None),
    ],
)
def test_refusals_have_the_names_of_retry_policies(code: str, status: int, expected: str | None) -> None:
    response: Any = {"Error": {"Code": code, "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": status}}
    assert exception_type(ClientError(response, "CreateModel")) == expected


def test_failures_of_jobs_have_the_names_of_retry_policies() -> None:
    assert job_exception_type("InternalServerError: We encountered an internal error") == "SageMaker.JOB_INTERNAL_ERROR"
    assert job_exception_type("CapacityError: Unable to provision") == "SageMaker.CAPACITY_ERROR"
    assert job_exception_type("AlgorithmError: no") is None
