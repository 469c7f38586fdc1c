"""Statistics and constraints of a data set, in the documented format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sagemaker_images.analysis_job import AnalysisError

HEADERLESS = {"csv": {"header": False}}


def test_a_number_column_is_described(monitor: Callable[..., Any]) -> None:
    run = monitor("a\n1\n2\n\n4\n")
    # A row without any field is no row of CSV.
    assert run.statistics["dataset"] == {"item_count": 3}
    feature = run.feature("statistics", "a")
    assert feature["inferred_type"] == "Integral"
    described = feature["numerical_statistics"]
    assert described["common"] == {"num_present": 3, "num_missing": 0}
    assert [described[each] for each in ("sum", "min", "max")] == [7.0, 1.0, 4.0]
    assert described["mean"] == pytest.approx(7 / 3)
    assert described["std_dev"] == pytest.approx(np.std([1, 2, 4]))


def test_the_distribution_has_ten_buckets_and_a_sketch(monitor: Callable[..., Any]) -> None:
    kll = monitor("a\n" + "\n".join(str(each) for each in range(11))).feature("statistics", "a")[
        "numerical_statistics"
    ]["distribution"]["kll"]
    assert [each["count"] for each in kll["buckets"]] == [1.0] * 9 + [2.0]
    assert kll["buckets"][0] == {"lower_bound": 0.0, "upper_bound": 1.0, "count": 1.0}
    assert kll["sketch"] == {"parameters": {"c": 0.64, "k": 2048.0}, "data": [[float(each) for each in range(11)]]}


def test_a_constant_column_has_all_values_in_one_bucket(monitor: Callable[..., Any]) -> None:
    feature = monitor("a\n5\n5\n").feature("statistics", "a")
    buckets = feature["numerical_statistics"]["distribution"]["kll"]["buckets"]
    assert sum(each["count"] for each in buckets) == 2


def test_a_text_column_is_counted(monitor: Callable[..., Any]) -> None:
    run = monitor("a,b\nred,1\nblue,1\nred,1\n,1\n")
    assert run.feature("statistics", "a") == {
        "name": "a",
        "inferred_type": "String",
        "string_statistics": {
            "common": {"num_present": 3, "num_missing": 1},
            "distinct_count": 2.0,
            "distribution": {"categorical": {"buckets": [{"value": "red", "count": 2}, {"value": "blue", "count": 1}]}},
        },
    }
    assert run.feature("constraints", "a") == {
        "name": "a",
        "inferred_type": "String",
        "completeness": 0.75,
        "string_constraints": {"domains": ["red", "blue"]},
    }


@pytest.mark.parametrize(
    ("values", "inferred"),
    [
        (["1", "-2", "+3"], "Integral"),
        (["1", "2.5"], "Fractional"),
        (["1e-5", ".5", "2."], "Fractional"),
        (["1", "x"], "String"),
        (["NaN"], "String"),
        (["", ""], "Unknown"),
    ],
)
def test_the_type_is_the_narrowest_that_holds_every_value(
    monitor: Callable[..., Any], values: list[str], inferred: str
) -> None:
    run = monitor("a,b\n" + "\n".join(f"{each},1" for each in values))
    assert run.feature("constraints", "a")["inferred_type"] == inferred


def test_constraints_of_the_real_data_set(monitor: Callable[..., Any], breast_cancer: pd.DataFrame) -> None:
    run = monitor(breast_cancer.to_csv(header=False, index=False), format=HEADERLESS)
    document = run.constraints
    assert document["version"] == 0.0
    assert document["monitoring_config"] == {
        "evaluate_constraints": "Enabled",
        "emit_metrics": "Enabled",
        "datatype_check_threshold": 1.0,
        "domain_content_threshold": 1.0,
        "distribution_constraints": {
            "perform_comparison": "Enabled",
            "comparison_threshold": 0.1,
            "comparison_method": "Robust",
        },
    }
    assert document["features"][0] == {
        "name": "_c0",
        "inferred_type": "Integral",
        "completeness": 1.0,
        "num_constraints": {"is_non_negative": True},
    }
    assert [each["name"] for each in document["features"]] == [f"_c{index}" for index in range(31)]
    described = pd.DataFrame(
        [each["numerical_statistics"] for each in run.statistics["features"]], columns=["mean", "min", "max", "std_dev"]
    )
    np.testing.assert_allclose(described["mean"], breast_cancer.mean(), rtol=1e-9)
    np.testing.assert_allclose(described["std_dev"], breast_cancer.std(ddof=0), rtol=1e-9)


def test_no_baseline_no_violations_file(monitor: Callable[..., Any]) -> None:
    run = monitor("a\n1\n")
    assert run.violation_count is None
    assert sorted(each.name for each in run.folder.iterdir()) == ["constraints.json", "statistics.json"]


def test_json_lines_and_json_documents_are_read(monitor: Callable[..., Any]) -> None:
    lines = monitor('{"a": 1, "b": {"c": 0.5}}\n{"a": null, "b": {"c": 1}}\n', format={"json": {"lines": True}})
    assert lines.feature("constraints", "a")["completeness"] == 0.5
    assert lines.feature("constraints", "b.c")["inferred_type"] == "Fractional"
    document = monitor('[{"a": 1}, {"a": 2}]', format={"json": {"lines": False}})
    assert document.statistics["dataset"] == {"item_count": 2}


def test_several_files_are_one_data_set(monitor: Callable[..., Any], tmp_path: Path) -> None:
    source = tmp_path / "parts"
    source.mkdir()
    for name in ("part-1.csv", "part-2.csv"):
        (source / name).write_text("a\n1\n2\n")
    (source / "_SUCCESS").write_text("")
    assert monitor("ignored", dataset_source=str(source)).statistics["dataset"] == {"item_count": 4}


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"dataset_format": '{"avro": {}}'}, "dataset_format avro is not supported by the local AWS"),
        ({"dataset_format": "csv"}, "dataset_format = csv: write"),
        ({"publish_cloudwatch_metrics": "Enabled"}, "publish_cloudwatch_metrics = Enabled is not supported"),
        ({"record_preprocessor_script": "/x.py"}, "record_preprocessor_script is not supported"),
        ({"dataset_source": ""}, "the Environment of the job lacks dataset_source"),
        ({"analysis_type": "BIAS"}, "analysis_type = BIAS: write DATA_QUALITY or MODEL_QUALITY"),
    ],
)
def test_what_is_not_supported_is_refused_by_name(
    monitor: Callable[..., Any], environment: dict[str, str], message: str
) -> None:
    with pytest.raises(AnalysisError, match=message):
        monitor("a\n1\n", **environment)


def test_an_unreadable_file_is_named(monitor: Callable[..., Any]) -> None:
    with pytest.raises(AnalysisError, match="data cannot be read as json"):
        monitor("{", format={"json": {"lines": True}})
