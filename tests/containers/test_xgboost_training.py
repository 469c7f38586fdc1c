from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xgboost as xgb
from sklearn import metrics

from sagemaker_images.xgboost import eval_metrics

from .conftest import ROWS, Job, channel, csv_text

FEATURES = np.array([row[1:] for row in ROWS])
LABELS = np.array([row[0] for row in ROWS])


def predictions(job: Job) -> Any:
    booster = xgb.Booster(model_file=job.paths.model / "xgboost-model")
    return booster.predict(xgb.DMatrix(FEATURES))


def trained(job: Job) -> Any:
    assert job.run() == 0, job.failure
    return predictions(job)


def log_lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return [line for line in capsys.readouterr().out.splitlines() if line.startswith("[")]


def test_the_command_trains_and_ends_with_status_0(job: Job) -> None:
    job.hyperparameters["eval_metric"] = "error"
    job.write()
    command = [sys.executable, "-m", "sagemaker_images.xgboost", "train"]
    environment = {**os.environ, "SAGEMAKER_BASE_DIR": str(job.paths.base), "PYTHONPATH": os.getcwd()}
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines()[0] == "[0]\ttrain-error:0.00000"
    assert "UserWarning" not in ended.stderr
    assert (job.paths.output / "success").exists()
    assert not (job.paths.output / "failure").exists()


def test_the_model_has_learnt_the_rows(job: Job) -> None:
    assert ((trained(job) > 0.5) == LABELS).all()


def test_training_is_that_of_xgboost_itself(job: Job) -> None:
    params = {"objective": "binary:logistic", "max_depth": 2}
    expected = xgb.train(params, xgb.DMatrix(FEATURES, label=LABELS), 3).predict(xgb.DMatrix(FEATURES))
    assert (trained(job) == expected).all()


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_csv_with_another_delimiter(job: Job, delimiter: str) -> None:
    expected = trained(job)
    job.put("train/part-0.csv", csv_text(ROWS, delimiter))
    assert (trained(job) == expected).all()


def test_rows_may_be_spread_over_files_in_folders(job: Job) -> None:
    expected = trained(job)
    job.put("train/part-0.csv", csv_text(ROWS[:20]))
    job.put("train/year=2026/part?1#;.csv", csv_text(ROWS[20:]))
    assert (trained(job) == expected).all()


def test_libsvm(job: Job) -> None:
    expected = trained(job)
    job.put("train/part-0.csv", "".join(f"{label} 0:{a} 1:{b}\n" for label, a, b in ROWS))
    job.channels["train"] = channel("text/libsvm")
    assert (trained(job) == expected).all()


def test_parquet(job: Job) -> None:
    expected = trained(job)
    (job.paths.channel("train") / "part-0.csv").unlink()
    pd.DataFrame(ROWS).add_prefix("c").to_parquet(job.paths.channel("train") / "part-0.parquet")
    job.channels["train"] = channel("application/x-parquet")
    assert (trained(job) == expected).all()


def test_column_1_may_hold_weights(job: Job) -> None:
    expected = trained(job)
    job.put("train/part-0.csv", csv_text([(label, 1.0, a, b) for label, a, b in ROWS]))
    job.hyperparameters["csv_weights"] = "1"
    assert (trained(job) == expected).all()


def test_metrics_of_both_channels_are_printed_for_each_round(job: Job, capsys: pytest.CaptureFixture[str]) -> None:
    job.put("validation/rows.csv", csv_text(ROWS[:20]))
    job.channels["validation"] = channel()
    job.hyperparameters["eval_metric"] = "auc,logloss,rmse"
    trained(job)
    value = r"\d\.\d{5}"
    metric = "".join(
        f"\t{name}-{each}:{value}" for name in ("train", "validation") for each in ("auc", "logloss", "rmse")
    )
    lines = log_lines(capsys)
    assert len(lines) == 3
    for index, line in enumerate(lines):
        assert re.fullmatch(rf"\[{index}\]{metric}", line), line


def test_without_eval_metric_the_objective_has_one(job: Job, capsys: pytest.CaptureFixture[str]) -> None:
    trained(job)
    assert log_lines(capsys)[0].startswith("[0]\ttrain-logloss:")


def test_a_metric_to_tune_is_printed_too(job: Job, capsys: pytest.CaptureFixture[str]) -> None:
    job.hyperparameters |= {"eval_metric": "auc", "_tuning_objective_metric": "validation:f1"}
    trained(job)
    assert re.fullmatch(r"\[0\]\ttrain-auc:1\.00000\ttrain-f1:\d\.\d{5}", log_lines(capsys)[0])


def test_training_stops_early_and_keeps_the_best_model(job: Job) -> None:
    job.hyperparameters |= {"num_round": "50", "eval_metric": "error", "early_stopping_rounds": "2"}
    job.put("validation/rows.csv", csv_text(ROWS[:20]))
    job.channels["validation"] = channel()
    trained(job)
    assert xgb.Booster(model_file=job.paths.model / "xgboost-model").num_boosted_rounds() == 1


def test_several_classes(job: Job) -> None:
    job.put("train/part-0.csv", csv_text([(int(a) % 3, a, b) for _, a, b in ROWS]))
    job.hyperparameters |= {"objective": "multi:softprob", "num_class": "3", "eval_metric": "accuracy"}
    assert trained(job).shape == (len(ROWS), 3)


def test_rounds_of_a_checkpoint_are_not_trained_again(job: Job, capsys: pytest.CaptureFixture[str]) -> None:
    expected = trained(job)
    checkpoint = job.paths.base / "checkpoints" / "xgboost-checkpoint.1"
    checkpoint.parent.mkdir()
    params = {"objective": "binary:logistic", "max_depth": 2}
    xgb.train(params, xgb.DMatrix(FEATURES, label=LABELS), 2).save_model(checkpoint)
    job.write_config("checkpointconfig.json", {"LocalPath": "/opt/ml/checkpoints"})
    capsys.readouterr()
    assert trained(job) == pytest.approx(expected)
    assert len(log_lines(capsys)) == 1


def test_the_first_round_is_checkpointed(job: Job) -> None:
    job.write_config("checkpointconfig.json", {})
    trained(job)
    assert [each.name for each in (job.paths.base / "checkpoints").iterdir()] == ["xgboost-checkpoint_0.ubj"]


def test_the_model_of_each_round_may_be_kept_for_a_stopped_job(job: Job) -> None:
    # In a process of its own, since it takes over SIGTERM.
    job.hyperparameters |= {"num_round": "1000000", "save_model_on_termination": "true"}
    job.write()
    job.paths.model.mkdir()
    (job.paths.model / "unfinished").write_text("")
    command = [sys.executable, "-m", "sagemaker_images.xgboost", "train"]
    environment = {**os.environ, "SAGEMAKER_BASE_DIR": str(job.paths.base), "PYTHONPATH": os.getcwd()}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        assert process.stdout is not None
        for _ in range(3):
            process.stdout.readline()
    finally:
        process.terminate()
        process.communicate(timeout=20)
    assert process.returncode == 0
    assert [each.name for each in job.paths.model.iterdir()] == ["xgboost-model"]
    assert xgb.Booster(model_file=job.paths.model / "xgboost-model").num_boosted_rounds() >= 2


def failure(job: Job) -> str:
    assert job.run() == 1
    assert not (job.paths.model / "xgboost-model").exists()
    assert not (job.paths.output / "success").exists()
    return job.failure


def test_a_wrong_hyperparameter_is_the_reason_of_the_failure(job: Job, capsys: pytest.CaptureFixture[str]) -> None:
    del job.hyperparameters["num_round"]
    assert failure(job) == "Missing required hyperparameter: num_round"
    assert "ERROR - Missing required hyperparameter: num_round" in capsys.readouterr().err


def test_a_channel_without_data(job: Job) -> None:
    (job.paths.channel("train") / "part-0.csv").write_text("")
    assert failure(job) == f"No data in training channel path {job.paths.channel('train')}"


def test_a_validation_channel_without_data(job: Job) -> None:
    job.channels["validation"] = channel()
    assert failure(job) == f"No data in validation channel path {job.paths.channel('validation')}"


def test_a_header_row(job: Job) -> None:
    job.put("train/part-0.csv", "label,a,b\n" + csv_text(ROWS))
    assert failure(job).startswith("First line 'label,a,b...' of file 'part-0.csv' is not 'CSV' format.")


def test_labels_that_do_not_fit_the_objective(job: Job) -> None:
    job.put("train/part-0.csv", csv_text([*ROWS, (2, 1.0, 1.0)]))
    reason = failure(job)
    assert reason.startswith("XGB train call failed with exception:\n ")
    assert reason.endswith("label must be in (0, 1) for logistic regression")


def test_a_metric_that_does_not_fit_the_labels(job: Job) -> None:
    job.put("train/part-0.csv", csv_text([(int(a) % 3, a, b) for _, a, b in ROWS]))
    job.hyperparameters |= {"objective": "multi:softprob", "num_class": "3", "eval_metric": "f1_binary"}
    assert failure(job).startswith("Target is multiclass but average='binary'.")


def test_what_xgboost_refuses(job: Job) -> None:
    job.hyperparameters["objective"] = "aft_loss_distribution"
    assert failure(job).startswith("XGB train call failed with exception:\n ")


def test_several_instances(job: Job) -> None:
    job.hosts = ["algo-1", "algo-2"]
    assert failure(job) == "distributed training on 2 instances does not run locally; write InstanceCount 1"


def test_a_folder_that_no_one_has_prepared(tmp_path: Path) -> None:
    from sagemaker_images.paths import Paths
    from sagemaker_images.xgboost import train

    assert train.main(Paths(tmp_path)) == 1
    assert "hyperparameters.json is missing" in (tmp_path / "output" / "failure").read_text()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mae", metrics.mean_absolute_error),
        ("mse", metrics.mean_squared_error),
        ("rmse", metrics.root_mean_squared_error),
        ("r2", metrics.r2_score),
    ],
)
def test_metrics_of_numbers_are_those_of_scikit_learn(name: str, expected: Any) -> None:
    values = np.linspace(-1, 3, len(LABELS), dtype=np.float32)
    _, compute = eval_metrics.split([name])
    assert compute is not None
    [(found, value)] = compute(values, xgb.DMatrix(FEATURES, label=LABELS))
    assert found == name
    assert value == pytest.approx(expected(LABELS.astype(np.float32), values), rel=1e-6)


def test_metrics_of_classes_compare_with_zero_as_the_image_does() -> None:
    native, compute = eval_metrics.split(["logloss", "accuracy", "f1_macro", "recall_micro"])
    assert native == ["logloss"]
    assert compute is not None
    margins = np.where(LABELS == 1, 2.0, -2.0)
    assert [value for _, value in compute(margins, xgb.DMatrix(FEATURES, label=LABELS))] == [1.0, 1.0, 1.0]
