"""Each metric against a value computed by hand and against an independent formula."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.spatial import distance
from scipy.stats import entropy

from sagemaker_images.analysis_job import AnalysisError

# 6 men, 4 of them accepted; 4 women, 1 of them accepted. Ten times, because a column of numbers with few rows counts as
# continuous.
ROWS = [(1, "m", "x")] * 4 + [(0, "m", "y")] * 2 + [(1, "f", "x")] + [(0, "f", "x")] + [(0, "f", "y")] * 2
TEXT = "".join(f"{label},{sex},{group}\n" for label, sex, group in ROWS * 10)


def test_by_hand(clarify: Callable[..., Any]) -> None:
    found = clarify(TEXT, group_variable="group").values()
    pa, pd_ = [1 / 3, 2 / 3], [3 / 4, 1 / 4]
    difference = 5 / 12
    middle = [(a + d) / 2 for a, d in zip(pa, pd_, strict=True)]
    kl = sum(a * math.log(a / d) for a, d in zip(pa, pd_, strict=True))
    js = sum(p * math.log(p / m) for side in (pa, pd_) for p, m in zip(side, middle, strict=True)) / 2
    # Group x: 1 rejected, a woman; 5 accepted, 1 of them a woman. Group y: 4 rejected, 2 of them women; none accepted.
    cddl = (6 * (1 - 1 / 5) + 4 * (2 / 4 - 0)) / 10
    assert found == pytest.approx(
        {
            "CI": (6 - 4) / 10,
            "DPL": 4 / 6 - 1 / 4,
            "KL": kl,
            "JS": js,
            "LP": math.sqrt(2) * difference,
            "TVD": difference,
            "KS": difference,
            "CDDL": cddl,
        }
    )


def test_by_independent_formulas(clarify: Callable[..., Any]) -> None:
    random = np.random.default_rng(0)
    frame = pd.DataFrame({"label": random.integers(0, 2, 500), "sex": random.choice(["m", "f"], 500, p=[0.7, 0.3])})
    frame["group"] = random.choice(["x", "y", "z"], 500)
    found = clarify(frame.to_csv(index=False), group_variable="group").values()
    shares = pd.crosstab(frame["sex"], frame["label"], normalize="index")
    men, women = shares.loc["m"].to_numpy(), shares.loc["f"].to_numpy()
    assert found["KL"] == pytest.approx(entropy(men, women))
    assert found["JS"] == pytest.approx(distance.jensenshannon(men, women) ** 2)
    assert found["LP"] == pytest.approx(distance.euclidean(men, women))
    assert found["TVD"] == pytest.approx(distance.cityblock(men, women) / 2)
    assert found["KS"] == pytest.approx(distance.chebyshev(men, women))
    assert found["DPL"] == pytest.approx(men[1] - women[1])
    tables: Any = frame.groupby("group").apply(
        # The stubs know no include_groups.
        lambda part: len(part) * _disparity(part),
        include_groups=False,  # type: ignore[call-overload]
    )
    assert found["CDDL"] == pytest.approx(tables.sum() / len(frame))


def _disparity(part: pd.DataFrame) -> float:
    rejected, accepted = part[part["label"] == 0], part[part["label"] == 1]
    return float((rejected["sex"] == "f").mean() - (accepted["sex"] == "f").mean())


def test_the_document(clarify: Callable[..., Any]) -> None:
    bias = clarify(TEXT).bias
    assert (bias["label"], bias["label_value_or_threshold"]) == ("label", "1")
    [group] = bias["facets"]["sex"]
    assert group["value_or_threshold"] == "f"
    assert group["metrics"][0] == {
        "name": "CDDL",
        "description": "Conditional Demographic Disparity in Labels (CDDL)",
        "value": None,
        "error": "Group variable is empty or not provided",
    }
    assert group["metrics"][1] == {"name": "CI", "description": "Class Imbalance (CI)", "value": 0.2}


def test_only_the_metrics_that_are_asked_for(clarify: Callable[..., Any]) -> None:
    found = clarify(TEXT, methods={"pre_training_bias": {"methods": ["DPL", "CI"]}, "report": {"name": "report"}})
    assert list(found.values()) == ["CI", "DPL"]


def test_without_values_each_value_is_a_group(clarify: Callable[..., Any]) -> None:
    facets = clarify(TEXT, facet=[{"name_or_index": 1}]).bias["facets"]["sex"]
    assert [each["value_or_threshold"] for each in facets] == ["m", "f"]


def test_a_continuous_facet_begins_above_its_threshold(clarify: Callable[..., Any]) -> None:
    text = "label,age\n" + "".join(f"{age % 2},{age}\n" for age in range(20, 80))
    run = clarify(text, headers=None, facet=[{"name_or_index": "age", "value_or_threshold": [40]}])
    [group] = run.bias["facets"]["age"]
    assert group["value_or_threshold"] == "(40.0, 79.0]"
    assert run.values("age")["CI"] == pytest.approx((21 - 39) / 60)


def test_labels_compare_by_value_whatever_their_spelling(clarify: Callable[..., Any]) -> None:
    assert clarify(TEXT, label_values_or_threshold=["1"]).values() == clarify(TEXT).values()


def test_columns_without_names(clarify: Callable[..., Any]) -> None:
    facet = [{"name_or_index": "column_1", "value_or_threshold": ["f"]}]
    assert clarify(TEXT, headers=None, label="column_0", facet=facet).bias["label"] == "column_0"


def test_few_rows_of_numbers_are_continuous(clarify: Callable[..., Any]) -> None:
    with pytest.raises(AnalysisError, match=r"no row has a positive label, \(1.0, 1.0\]: numbers of which at least 5%"):
        clarify(TEXT[:60])


def test_an_outcome_that_one_group_lacks_is_left_out_of_the_distances(clarify: Callable[..., Any]) -> None:
    # 3 of 4 men are rejected, and every woman.
    found = clarify(("0,m,x\n" * 3 + "1,m,x\n" + "0,f,x\n") * 20).values()
    assert found["KL"] == pytest.approx(0.75 * math.log(0.75))
    assert (found["LP"], found["KS"], found["TVD"]) == pytest.approx((0.25, 0.25, 0.125))


def test_an_empty_group_has_no_metrics(clarify: Callable[..., Any]) -> None:
    run = clarify(TEXT, facet=[{"name_or_index": "sex", "value_or_threshold": ["other"]}])
    assert set(run.values().values()) == {None}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"methods": {"post_training_bias": {"methods": "all"}}}, "post_training_bias needs a shadow endpoint"),
        ({"methods": {"shap": {}}}, "method shap needs a shadow endpoint"),
        ({"methods": {}}, "methods names no pre_training_bias"),
        ({"methods": {"pre_training_bias": {"methods": ["XX"]}}}, "pre_training_bias method XX: write 'all'"),
        ({"dataset_type": "application/jsonlines"}, "dataset_type application/jsonlines is not supported"),
        ({"facet_dataset_uri": "s3://b/k"}, "facet_dataset_uri is not supported by the local AWS"),
        ({"label": None}, "lacks label, which the bias metrics need"),
        ({"label": "x"}, "label 'x': the data set has no such column; it has label, sex, group"),
        ({"label_values_or_threshold": [7]}, "label 'label': no row has a positive label, 7"),
        ({"headers": ["a"]}, "headers names 1 columns; data.csv has 3"),
    ],
)
def test_a_mistake_is_told_in_one_line(clarify: Callable[..., Any], changes: dict[str, Any], message: str) -> None:
    with pytest.raises(AnalysisError, match=message):
        clarify(TEXT, **changes)
