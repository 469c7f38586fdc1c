"""Tuning jobs really train: each trial is a training job of the XGBoost container's stand-in."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.sagemaker import images

from .conftest import ACCOUNT, SKLEARN, XGBOOST

# Its rmse is best at eta = 0.3; depth 13 fails, depth 12 finds no objective, depth 14 takes a minute.
ALGORITHM = """
import json, sys, time
given = json.load(open("/opt/ml/input/config/hyperparameters.json"))
depth = int(given["max_depth"])
if depth == 13:
    open("/opt/ml/output/failure", "w").write("unlucky")
    sys.exit(1)
if depth == 14:
    time.sleep(60)
time.sleep(float(given.get("alpha", 0)))
assert given["_tuning_objective_metric"] == "validation:rmse"
if depth != 12:
    print(f"[0]\\ttrain-rmse:1.0\\tvalidation-rmse:{abs(float(given['eta']) - 0.3):.5f}", flush=True)
open("/opt/ml/model/model", "w").write("x")
"""
DEPTHS = {"CategoricalParameterRanges": [{"Name": "max_depth", "Values": ["2", "3", "4"]}]}
ETA = {"Name": "eta", "MinValue": "0.01", "MaxValue": "0.9", "ScalingType": "Logarithmic"}


@pytest.fixture
def tuning_name(name: str) -> str:
    return f"t{name[-10:]}"


@pytest.fixture
def tuning_job(account: Any, tuning_name: str, training_job: Any, program: Any, monkeypatch: Any) -> Any:
    """A request for three random trials, two at a time."""
    runtime = images.Runtime(train=program(ALGORITHM))
    monkeypatch.setitem(images.RUNTIMES, "sagemaker-xgboost", runtime)

    def request(**changes: Any) -> dict[str, Any]:
        definition = training_job()
        definition.pop("TrainingJobName")
        definition["StaticHyperParameters"] = {"num_round": "2", "max_depth": "3", **changes.pop("static", {})}
        definition.pop("HyperParameters")
        config = {
            "Strategy": "Random",
            "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "validation:rmse"},
            "ResourceLimits": {"MaxNumberOfTrainingJobs": 3, "MaxParallelTrainingJobs": 2},
            "ParameterRanges": {"ContinuousParameterRanges": [ETA]},
            **changes.pop("config", {}),
        }
        for each in config["ParameterRanges"].get("CategoricalParameterRanges", []):
            definition["StaticHyperParameters"].pop(each["Name"], None)
        return {
            "HyperParameterTuningJobName": tuning_name,
            "HyperParameterTuningJobConfig": config,
            "TrainingJobDefinition": {**definition, **changes.pop("definition", {})},
            **changes,
        }

    return request


def finished(account: Any, name: str, timeout: float = 60.0) -> dict[str, Any]:
    deadline = time.monotonic() + timeout
    while True:
        found: dict[str, Any] = account.sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
        if found["HyperParameterTuningJobStatus"] not in ("InProgress", "Stopping"):
            return found
        assert time.monotonic() < deadline, found
        time.sleep(0.05)


def trials(account: Any, name: str, **more: Any) -> list[dict[str, Any]]:
    call = account.sagemaker.list_training_jobs_for_hyper_parameter_tuning_job
    found: list[dict[str, Any]] = call(HyperParameterTuningJobName=name, **more)["TrainingJobSummaries"]
    return found


def test_trials_are_training_jobs_and_the_best_one_is_named(account: Any, tuning_job: Any, tuning_name: str) -> None:
    account.sagemaker.create_hyper_parameter_tuning_job(**tuning_job())
    job = finished(account, tuning_name)
    assert job["HyperParameterTuningJobStatus"] == "Completed", job
    assert job["TrainingJobStatusCounters"]["Completed"] == 3
    assert job["ObjectiveStatusCounters"] == {"Succeeded": 3, "Pending": 0, "Failed": 0}
    found = trials(account, tuning_name, SortBy="FinalObjectiveMetricValue", SortOrder="Ascending")
    values = [each["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] for each in found]
    for each, value in zip(found, values, strict=True):
        eta = float(each["TunedHyperParameters"]["eta"])
        assert 0.01 <= eta <= 0.9
        assert value == pytest.approx(abs(eta - 0.3), abs=1e-5)
    best = job["BestTrainingJob"]
    assert best["TrainingJobName"] == found[0]["TrainingJobName"]
    assert best["FinalHyperParameterTuningJobObjectiveMetric"] == {
        "Type": "Minimize",
        "MetricName": "validation:rmse",
        "Value": pytest.approx(values[0]),
    }
    trained = account.describe("training", best["TrainingJobName"])
    assert trained["TuningJobArn"] == job["HyperParameterTuningJobArn"]
    assert trained["HyperParameters"]["eta"] == best["TunedHyperParameters"]["eta"]
    assert trained["HyperParameters"]["num_round"] == "2"
    assert account.keys(f"models/{best['TrainingJobName']}") == [
        f"models/{best['TrainingJobName']}/output/model.tar.gz"
    ]


def test_the_names_of_trials_are_numbered(account: Any, tuning_job: Any, tuning_name: str) -> None:
    account.sagemaker.create_hyper_parameter_tuning_job(**tuning_job())
    finished(account, tuning_name)
    names = [each["TrainingJobName"] for each in trials(account, tuning_name)]
    assert [each[: len(tuning_name) + 5] for each in names] == [f"{tuning_name}-00{number}-" for number in (1, 2, 3)]
    assert all(len(each) == len(tuning_name) + 13 for each in names)


def test_trials_run_in_parallel_up_to_the_limit(account: Any, tuning_job: Any, tuning_name: str) -> None:
    limits = {"MaxNumberOfTrainingJobs": 4, "MaxParallelTrainingJobs": 2}
    request = tuning_job(config={"ResourceLimits": limits}, static={"alpha": "0.4"})
    account.sagemaker.create_hyper_parameter_tuning_job(**request)
    most = 0
    while finished_now(account, tuning_name) is None:
        counters = account.sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=tuning_name)
        most = max(most, counters["TrainingJobStatusCounters"]["InProgress"])
        time.sleep(0.05)
    spans = [(each["TrainingStartTime"], each["TrainingEndTime"]) for each in trials(account, tuning_name)]
    overlapping = [sum(a <= start < b for a, b in spans) for start, _ in spans]
    assert most == 2
    assert max(overlapping) == 2


def finished_now(account: Any, name: str) -> dict[str, Any] | None:
    job: dict[str, Any] = account.sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
    return None if job["HyperParameterTuningJobStatus"] == "InProgress" else job


def test_grid_tries_every_combination_once(account: Any, tuning_job: Any, tuning_name: str) -> None:
    ranges = {"CategoricalParameterRanges": [*DEPTHS["CategoricalParameterRanges"], {"Name": "eta", "Values": ["0.3"]}]}
    limits = {"MaxParallelTrainingJobs": 3}
    config = {"Strategy": "Grid", "ResourceLimits": limits, "ParameterRanges": ranges}
    account.sagemaker.create_hyper_parameter_tuning_job(**tuning_job(config=config))
    finished(account, tuning_name)
    tried = [each["TunedHyperParameters"]["max_depth"] for each in trials(account, tuning_name)]
    assert sorted(tried) == ["2", "3", "4"]


def test_a_seed_repeats_the_random_trials(account: Any, tuning_job: Any, tuning_name: str) -> None:
    tried = []
    for suffix in ("a", "b"):
        request = tuning_job(config={"RandomSeed": 7}, HyperParameterTuningJobName=f"{tuning_name}{suffix}")
        account.sagemaker.create_hyper_parameter_tuning_job(**request)
        finished(account, f"{tuning_name}{suffix}")
        tried.append([each["TunedHyperParameters"] for each in trials(account, f"{tuning_name}{suffix}")])
    assert tried[0] == tried[1]


def test_failed_trials_are_counted_and_do_not_end_the_tuning_job(
    account: Any, tuning_job: Any, tuning_name: str
) -> None:
    ranges = {"CategoricalParameterRanges": [{"Name": "max_depth", "Values": ["3", "12", "13"]}]}
    config = {
        "Strategy": "Grid",
        "ParameterRanges": ranges,
        "ResourceLimits": {"MaxNumberOfTrainingJobs": 3, "MaxParallelTrainingJobs": 3},
    }
    account.sagemaker.create_hyper_parameter_tuning_job(**tuning_job(config=config, static={"eta": "0.5"}))
    job = finished(account, tuning_name)
    assert job["HyperParameterTuningJobStatus"] == "Completed", job
    assert job["TrainingJobStatusCounters"]["NonRetryableError"] == 1
    assert job["ObjectiveStatusCounters"] == {"Succeeded": 1, "Pending": 0, "Failed": 2}
    [failed] = trials(account, tuning_name, StatusEquals="Failed")
    assert "unlucky" in failed["FailureReason"]


@pytest.mark.parametrize(
    ("depth", "jobs", "reason"),
    [
        ("13", 2, "All training jobs failed. "),
        ("13", 9, "No training job succeeded after 5 attempts. "),
        ("12", 2, "No objective metrics found after running 2 training jobs. "),
    ],
)
def test_a_tuning_job_without_a_result_fails(
    account: Any, tuning_job: Any, tuning_name: str, depth: str, jobs: int, reason: str
) -> None:
    limits = {"MaxNumberOfTrainingJobs": jobs, "MaxParallelTrainingJobs": 1}
    request = tuning_job(config={"ResourceLimits": limits}, static={"max_depth": depth})
    account.sagemaker.create_hyper_parameter_tuning_job(**request)
    job = finished(account, tuning_name)
    assert job["HyperParameterTuningJobStatus"] == "Failed"
    assert job["FailureReason"].startswith(reason)
    assert "BestTrainingJob" not in job
    assert len(trials(account, tuning_name)) == min(jobs, 5)


def test_stopping_stops_the_trials(account: Any, tuning_job: Any, tuning_name: str) -> None:
    account.sagemaker.create_hyper_parameter_tuning_job(**tuning_job(static={"max_depth": "14"}))
    while len(trials(account, tuning_name, StatusEquals="InProgress")) < 2:
        time.sleep(0.05)
    account.sagemaker.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName=tuning_name)
    job = finished(account, tuning_name)
    assert job["HyperParameterTuningJobStatus"] == "Stopped"
    assert [each["TrainingJobStatus"] for each in trials(account, tuning_name)] == ["Stopped", "Stopped"]
    with pytest.raises(ClientError, match="in status Stopped"):
        account.sagemaker.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName=tuning_name)


def test_a_target_ends_the_tuning_job_early(account: Any, tuning_job: Any, tuning_name: str) -> None:
    limits = {"MaxNumberOfTrainingJobs": 50, "MaxParallelTrainingJobs": 1}
    config = {"ResourceLimits": limits, "TuningJobCompletionCriteria": {"TargetObjectiveMetricValue": 1.0}}
    account.sagemaker.create_hyper_parameter_tuning_job(**tuning_job(config=config))
    assert finished(account, tuning_name)["HyperParameterTuningJobStatus"] == "Completed"
    assert len(trials(account, tuning_name)) == 1


def test_no_trial_starts_after_the_local_aws_has_stopped(
    account: Any, sagemaker: Any, tuning_job: Any, tuning_name: str
) -> None:
    account.sagemaker.create_hyper_parameter_tuning_job(**tuning_job(static={"max_depth": "14"}))
    started = threading.Event()
    unsubscribe = sagemaker.job_events.subscribe(lambda event: started.set() if event.secondary == "Training" else None)
    assert started.wait(20)
    unsubscribe()
    before = len(account.sagemaker.list_training_jobs(NameContains=tuning_name)["TrainingJobSummaries"])
    sagemaker.stop_running()
    jobs = account.sagemaker.list_training_jobs(NameContains=tuning_name)["TrainingJobSummaries"]
    assert len(jobs) == before
    assert {each["TrainingJobStatus"] for each in jobs} == {"Stopped"}
    assert f"tuning job {tuning_name}" not in [each.name for each in threading.enumerate()]


REFUSALS: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "warm start": (
        lambda r: r.update(
            WarmStartConfig={
                "ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": "x"}],
                "WarmStartType": "TransferLearning",
            }
        ),
        "CreateHyperParameterTuningJob: WarmStartConfig = ",
    ),
    "autotune": (lambda r: r.update(Autotune={"Mode": "Enabled"}), "CreateHyperParameterTuningJob: Autotune = "),
    "several definitions": (
        lambda r: r.update(
            TrainingJobDefinitions=[
                {
                    **r.pop("TrainingJobDefinition"),
                    "DefinitionName": "one",
                    "TuningObjective": r["HyperParameterTuningJobConfig"].pop("HyperParameterTuningJobObjective"),
                    "HyperParameterRanges": r["HyperParameterTuningJobConfig"].pop("ParameterRanges"),
                }
            ]
        ),
        "CreateHyperParameterTuningJob: the local AWS needs TrainingJobDefinition",
    ),
    "Hyperband": (
        lambda r: r["HyperParameterTuningJobConfig"].update(
            Strategy="Hyperband", StrategyConfig={"HyperbandStrategyConfig": {"MaxResource": 10}}
        ),
        "CreateHyperParameterTuningJob: HyperParameterTuningJobConfig.Strategy = Hyperband is not supported",
    ),
    "early stopping": (
        lambda r: r["HyperParameterTuningJobConfig"].update(TrainingJobEarlyStoppingType="Auto"),
        "CreateHyperParameterTuningJob: HyperParameterTuningJobConfig.TrainingJobEarlyStoppingType = Auto is not",
    ),
    "two instances": (
        lambda r: r["TrainingJobDefinition"]["ResourceConfig"].update(InstanceCount=2),
        "CreateTrainingJob: ResourceConfig.InstanceCount = 2 is not supported",
    ),
    "a metric of another algorithm": (
        lambda r: r["HyperParameterTuningJobConfig"]["HyperParameterTuningJobObjective"].update(MetricName="loss"),
        f"The objective metric for the hyperparameter tuning job, [loss], isn't valid for the [{XGBOOST}] algorithm.",
    ),
    "the wrong direction": (
        lambda r: r["HyperParameterTuningJobConfig"]["HyperParameterTuningJobObjective"].update(Type="Maximize"),
        "The objective type for the hyperparameter tuning job, [Maximize], isn't valid for the [validation:rmse]",
    ),
    "static and tuned": (
        lambda r: r["TrainingJobDefinition"]["StaticHyperParameters"].update(eta="0.1"),
        "Hyperparameters ['eta'] are static and have a range",
    ),
    "a long name": (
        lambda r: r.update(HyperParameterTuningJobName="a" * 33),
        f"2 validation errors detected: Value '{'a' * 33}' at 'hyperParameterTuningJobName' failed to satisfy ",
    ),
    "an unknown hyperparameter": (
        lambda r: r["HyperParameterTuningJobConfig"]["ParameterRanges"]["ContinuousParameterRanges"].append(
            {"Name": "depth_max", "MinValue": "1", "MaxValue": "2"}
        ),
        "The hyperparameter tuning job you requested contains the following untunable hyperparameters: ['depth_max']",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_what_cannot_be_honoured_is_refused_before_anything_starts(
    account: Any, tuning_job: Any, tuning_name: str, case: str
) -> None:
    change, expected = REFUSALS[case]
    request = tuning_job()
    change(request)
    with pytest.raises(ClientError) as caught:
        account.sagemaker.create_hyper_parameter_tuning_job(**request)
    error = caught.value.response["Error"]
    assert error["Code"] == "ValidationException"
    assert error["Message"].startswith(expected)
    jobs = account.sagemaker.list_hyper_parameter_tuning_jobs(NameContains=tuning_name)
    assert jobs["HyperParameterTuningJobSummaries"] == []


def test_a_name_can_be_used_once(account: Any, tuning_job: Any, tuning_name: str) -> None:
    account.sagemaker.create_hyper_parameter_tuning_job(**tuning_job())
    with pytest.raises(ClientError) as caught:
        account.sagemaker.create_hyper_parameter_tuning_job(**tuning_job())
    assert caught.value.response["Error"]["Code"] == "ResourceInUse"
    finished(account, tuning_name)


def test_a_tuning_job_is_listed(account: Any, tuning_job: Any, tuning_name: str) -> None:
    account.sagemaker.create_hyper_parameter_tuning_job(**tuning_job())
    finished(account, tuning_name)
    [found] = account.sagemaker.list_hyper_parameter_tuning_jobs(NameContains=tuning_name)[
        "HyperParameterTuningJobSummaries"
    ]
    assert found["HyperParameterTuningJobStatus"] == "Completed"
    assert found["HyperParameterTuningJobArn"].startswith(
        f"arn:aws:sagemaker:us-east-1:{ACCOUNT}:hyper-parameter-tuning-job/"
    )
    first = account.sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=tuning_name, MaxResults=2
    )
    rest = trials(account, tuning_name, NextToken=first["NextToken"])
    assert (len(first["TrainingJobSummaries"]), len(rest)) == (2, 1)


def test_the_built_in_algorithm_is_tuned(account: Any, training_job: Any, tuning_name: str) -> None:
    rows = "".join(f"{index % 2},{index % 7},{(index % 2) * 2 + index % 3}\n" for index in range(60))
    account.put("validation/rows.csv", rows)
    definition = training_job(rows=rows)
    for each in ("TrainingJobName", "HyperParameters"):
        definition.pop(each)
    source = {"S3DataType": "S3Prefix", "S3Uri": f"s3://{account.bucket}/validation/"}
    definition["InputDataConfig"].append(
        {"ChannelName": "validation", "ContentType": "text/csv", "DataSource": {"S3DataSource": source}}
    )
    definition["StaticHyperParameters"] = {"objective": "binary:logistic"}
    account.sagemaker.create_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=tuning_name,
        HyperParameterTuningJobConfig={
            "Strategy": "Bayesian",
            "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "validation:auc"},
            "ResourceLimits": {"MaxNumberOfTrainingJobs": 4, "MaxParallelTrainingJobs": 2},
            "ParameterRanges": {
                "IntegerParameterRanges": [
                    {"Name": "max_depth", "MinValue": "1", "MaxValue": "4"},
                    {"Name": "num_round", "MinValue": "1", "MaxValue": "5", "ScalingType": "Linear"},
                ],
                "ContinuousParameterRanges": [ETA],
                "CategoricalParameterRanges": [{"Name": "tree_method", "Values": ["hist", "exact"]}],
            },
        },
        TrainingJobDefinition=definition,
    )
    job = finished(account, tuning_name)
    assert job["HyperParameterTuningJobStatus"] == "Completed", job
    value = job["BestTrainingJob"]["FinalHyperParameterTuningJobObjectiveMetric"]["Value"]
    assert 0.5 <= value <= 1.0
    assert not math.isnan(value)
    assert set(job["BestTrainingJob"]["TunedHyperParameters"]) == {"max_depth", "num_round", "eta", "tree_method"}


SCRIPT = """
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("--eta", type=float)
print(f"loss={abs(parser.parse_args().eta - 0.3):.6f}")
"""


@pytest.fixture
def script_tuning_job(account: Any, training_job: Any, tuning_name: str) -> dict[str, Any]:
    """A request for two trials of a script, whose loss is best at eta = 0.3."""
    code = account.put("code/train.py", SCRIPT)
    definition = training_job()
    definition.pop("TrainingJobName")
    definition.pop("HyperParameters")
    source = {"S3DataType": "S3Prefix", "S3Uri": code}
    definition["InputDataConfig"].append({"ChannelName": "code", "DataSource": {"S3DataSource": source}})
    definition["AlgorithmSpecification"] = {
        "TrainingImage": SKLEARN,
        "TrainingInputMode": "File",
        "MetricDefinitions": [{"Name": "loss", "Regex": "loss=([0-9.]+)"}],
    }
    definition["StaticHyperParameters"] = {
        "sagemaker_program": '"train.py"',
        "sagemaker_submit_directory": '"/opt/ml/input/data/code"',
    }
    values = {"CategoricalParameterRanges": [{"Name": "eta", "Values": ["0.3", "0.8"]}]}
    config = {
        "Strategy": "Grid",
        "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "loss"},
        "ResourceLimits": {"MaxParallelTrainingJobs": 2},
        "ParameterRanges": values,
    }
    return {
        "HyperParameterTuningJobName": tuning_name,
        "HyperParameterTuningJobConfig": config,
        "TrainingJobDefinition": definition,
    }


def test_a_script_is_tuned_by_a_metric_of_its_own(account: Any, script_tuning_job: Any, tuning_name: str) -> None:
    account.sagemaker.create_hyper_parameter_tuning_job(**script_tuning_job)
    job = finished(account, tuning_name)
    assert job["HyperParameterTuningJobStatus"] == "Completed", job
    assert job["BestTrainingJob"]["TunedHyperParameters"] == {"eta": "0.3"}
    assert job["BestTrainingJob"]["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] == 0


def test_the_objective_of_a_script_has_to_be_defined(account: Any, script_tuning_job: Any) -> None:
    script_tuning_job["TrainingJobDefinition"]["AlgorithmSpecification"]["MetricDefinitions"][0]["Name"] = "other"
    with pytest.raises(ClientError, match=r"\[loss\], isn't defined: add it to .*MetricDefinitions.*\['other'\]"):
        account.sagemaker.create_hyper_parameter_tuning_job(**script_tuning_job)
