"""QualityCheck steps run their job, check against the baseline that holds, and hand on what AWS's table says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from local_aws.sagemaker.events import JobEvent
from local_aws.sagemaker.pipelines.steps import EXECUTORS
from local_aws.sagemaker.pipelines.steps.base import StepFailedError, StepRun, StepStoppedError
from sagemaker_images.model_monitor.analyzer import analyze

from .conftest import Checks

FIRST_RUN = {"SkipCheck": True, "RegisterNewBaseline": True}


def _run(step: StepRun) -> dict[str, Any]:
    return dict(EXECUTORS["QualityCheck"](step))


@pytest.fixture(scope="session")
def documents(breast_cancer: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What a run on the real data calculates."""
    folder = tmp_path_factory.mktemp("baseline")
    breast_cancer.to_csv(folder / "data.csv", header=False, index=False)
    output = folder / "output"
    source = {"dataset_source": str(folder / "data.csv"), "dataset_format": '{"csv": {"header": false}}'}
    analyze({**source, "output_path": str(output)})
    return {part: (output / f"{part.lower()}.json").read_text() for part in ("Statistics", "Constraints")}


@pytest.fixture
def baseline(checks: Checks, documents: dict[str, str]) -> dict[str, str]:
    """Properties of a first run on the real data."""
    put = checks.account.put
    return {f"CalculatedBaseline{part}": put(f"first/{part.lower()}.json", text) for part, text in documents.items()}


def _supplied(baseline: dict[str, str]) -> dict[str, str]:
    return {
        "SuppliedBaselineStatistics": baseline["CalculatedBaselineStatistics"],
        "SuppliedBaselineConstraints": baseline["CalculatedBaselineConstraints"],
    }


def test_a_first_run_calculates_the_baseline_and_registers_it(checks: Checks, breast_cancer: pd.DataFrame) -> None:
    arguments = checks.quality_arguments(checks.put_frame("train/data.csv", breast_cancer))
    step = checks.step("QualityCheck", "DATA_QUALITY", arguments, **FIRST_RUN)
    properties = _run(step)
    output = arguments["ProcessingOutputConfig"]["Outputs"][0]["S3Output"]["S3Uri"]
    assert properties == {
        "CalculatedBaselineConstraints": f"{output}/constraints.json",
        "CalculatedBaselineStatistics": f"{output}/statistics.json",
        "BaselineUsedForDriftCheckConstraints": f"{output}/constraints.json",
        "BaselineUsedForDriftCheckStatistics": f"{output}/statistics.json",
    }
    assert checks.read(properties["CalculatedBaselineStatistics"])["dataset"] == {"item_count": 569}
    assert len(checks.read(properties["CalculatedBaselineConstraints"])["features"]) == 31
    [(key, metadata)] = step.metadata.items()
    assert key == "QualityCheck"
    assert metadata == {
        **properties,
        "CheckType": "DATA_QUALITY",
        "SkipCheck": True,
        "RegisterNewBaseline": True,
        "CheckJobArn": f"arn:aws:sagemaker:us-east-1:123456789012:processing-job/{step.job_name}",
    }


def test_the_same_data_passes_and_carries_the_supplied_baseline_over(
    checks: Checks, baseline: dict[str, str], breast_cancer: pd.DataFrame
) -> None:
    arguments = checks.quality_arguments(checks.put_frame("new/data.csv", breast_cancer))
    step = checks.step("QualityCheck", "DATA_QUALITY", arguments, **_supplied(baseline))
    properties = _run(step)
    assert properties["BaselineUsedForDriftCheckStatistics"] == baseline["CalculatedBaselineStatistics"]
    assert properties["BaselineUsedForDriftCheckConstraints"] == baseline["CalculatedBaselineConstraints"]
    assert properties["CalculatedBaselineStatistics"] != baseline["CalculatedBaselineStatistics"]
    assert "ViolationReport" not in step.metadata["QualityCheck"]


def test_a_shifted_column_fails_the_step_and_names_the_report(
    checks: Checks, baseline: dict[str, str], shifted: pd.DataFrame
) -> None:
    arguments = checks.quality_arguments(checks.put_frame("new/data.csv", shifted))
    step = checks.step("QualityCheck", "DATA_QUALITY", arguments, **_supplied(baseline))
    with pytest.raises(StepFailedError) as raised:
        _run(step)
    report = step.metadata["QualityCheck"]["ViolationReport"]
    assert str(raised.value) == (
        "ClientError: QualityCheck has found 1 violations of the baseline constraints "
        f"{baseline['CalculatedBaselineConstraints']}: see {report}"
    )
    [violation] = checks.read(report)["violations"]
    assert (violation["feature_name"], violation["constraint_check_type"]) == ("_c3", "baseline_drift_check")


def test_violations_do_not_fail_a_step_that_says_so(
    checks: Checks, baseline: dict[str, str], shifted: pd.DataFrame
) -> None:
    arguments = checks.quality_arguments(checks.put_frame("new/data.csv", shifted))
    keys = {**_supplied(baseline), "FailOnViolation": False, "RegisterNewBaseline": True}
    step = checks.step("QualityCheck", "DATA_QUALITY", arguments, **keys)
    properties = _run(step)
    assert step.metadata["QualityCheck"]["ViolationReport"].endswith("/constraint_violations.json")
    assert properties["BaselineUsedForDriftCheckStatistics"] == properties["CalculatedBaselineStatistics"]


def test_a_skipped_check_carries_the_baseline_over_without_comparing(
    checks: Checks, baseline: dict[str, str], shifted: pd.DataFrame
) -> None:
    arguments = checks.quality_arguments(checks.put_frame("new/data.csv", shifted))
    step = checks.step("QualityCheck", "DATA_QUALITY", arguments, **_supplied(baseline), SkipCheck=True)
    properties = _run(step)
    assert properties["BaselineUsedForDriftCheckStatistics"] == baseline["CalculatedBaselineStatistics"]
    assert "ViolationReport" not in step.metadata["QualityCheck"]


def test_the_baseline_of_the_latest_approved_version_holds(
    checks: Checks, baseline: dict[str, str], shifted: pd.DataFrame, approve: Callable[..., str]
) -> None:
    group = approve({"ModelDataQuality": {part: _source(baseline, part) for part in ("Statistics", "Constraints")}})
    approve({}, group=group, status="PendingManualApproval")
    arguments = checks.quality_arguments(checks.put_frame("new/data.csv", shifted))
    step = checks.step("QualityCheck", "DATA_QUALITY", arguments, ModelPackageGroupName=group, FailOnViolation=False)
    properties = _run(step)
    assert properties["BaselineUsedForDriftCheckStatistics"] == baseline["CalculatedBaselineStatistics"]
    assert step.metadata["QualityCheck"]["ModelPackageGroupName"] == group
    assert "ViolationReport" in step.metadata["QualityCheck"]


def _source(baseline: dict[str, str], part: str) -> dict[str, str]:
    return {"ContentType": "application/json", "S3Uri": baseline[f"CalculatedBaseline{part}"]}


@pytest.mark.parametrize("keys", [{}, {"SkipCheck": True}, {"RegisterNewBaseline": True}])
def test_without_a_baseline_only_a_first_run_goes_through(checks: Checks, keys: dict[str, bool]) -> None:
    step = checks.step("QualityCheck", "DATA_QUALITY", checks.quality_arguments("s3://no/data"), **keys)
    with pytest.raises(StepFailedError, match="has no baseline constraints and statistics, neither supplied nor from"):
        _run(step)
    assert step.metadata == {}


def test_the_failure_of_the_job_tells_why(checks: Checks, breast_cancer: pd.DataFrame) -> None:
    data = checks.put_frame("train/data.csv", breast_cancer)
    arguments = checks.quality_arguments(data, publish_cloudwatch_metrics="Enabled")
    step = checks.step("QualityCheck", "DATA_QUALITY", arguments, **FIRST_RUN)
    with pytest.raises(StepFailedError, match="publish_cloudwatch_metrics = Enabled is not supported by the local AWS"):
        _run(step)
    assert step.metadata["QualityCheck"]["CheckJobArn"].endswith(step.job_name)


def test_the_pipeline_needs_its_permissions(checks: Checks) -> None:
    checks.role = checks.account.role()
    step = checks.step("QualityCheck", "DATA_QUALITY", checks.quality_arguments("s3://no/data"), **FIRST_RUN)
    with pytest.raises(StepFailedError, match=r"AccessDenied.*sagemaker:CreateProcessingJob"):
        _run(step)


def test_model_quality_is_checked_too(checks: Checks) -> None:
    environment = {
        "analysis_type": "MODEL_QUALITY",
        "problem_type": "Regression",
        "inference_attribute": "_c0",
        "ground_truth_attribute": "_c1",
    }
    good = checks.account.put("good/data.csv", "1,1\n2,2\n3,4\n")
    bad = checks.account.put("bad/data.csv", "1,1\n2,2\n3,9\n")
    first = _run(
        checks.step("QualityCheck", "MODEL_QUALITY", checks.quality_arguments(good, **environment), **FIRST_RUN)
    )
    step = checks.step(
        "QualityCheck", "MODEL_QUALITY", checks.quality_arguments(bad, **environment), **_supplied(first)
    )
    with pytest.raises(StepFailedError, match="has found 4 violations"):
        _run(step)


def test_another_type_of_check_is_a_mistake(checks: Checks) -> None:
    with pytest.raises(StepFailedError, match="CheckType = X of step 'Check': write DATA_QUALITY or MODEL_QUALITY"):
        _run(checks.step("QualityCheck", "X", checks.quality_arguments("s3://no/data")))


def test_a_flag_has_to_be_true_or_false(checks: Checks) -> None:
    arguments = checks.quality_arguments("s3://no/data")
    with pytest.raises(StepFailedError, match="SkipCheck = 'yes' of step 'Check': write true or false"):
        _run(checks.step("QualityCheck", "DATA_QUALITY", arguments, SkipCheck="yes"))


def test_a_stop_of_the_execution_ends_the_job(checks: Checks, breast_cancer: pd.DataFrame) -> None:
    arguments = checks.quality_arguments(checks.put_frame("train/data.csv", breast_cancer))
    step = checks.step("QualityCheck", "DATA_QUALITY", arguments, **FIRST_RUN)

    def stop_once_it_runs(event: JobEvent) -> None:
        if event.name == step.job_name:
            step.stop_requested.set()

    checks.account.aws.sagemaker.job_events.subscribe(stop_once_it_runs)
    with pytest.raises(StepStoppedError):
        _run(step)
    assert checks.account.describe("processing", step.job_name)["ProcessingJobStatus"] == "Stopped"
