from __future__ import annotations

from typing import Any

import pytest

from sagemaker_images.errors import NotSupportedError
from sagemaker_images.xgboost.errors import UserError
from sagemaker_images.xgboost.hyperparameters import OBJECTIVES, TABLE, validate


def validated(**given: str) -> dict[str, Any]:
    return validate({"num_round": "1", **given})


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("num_round", "100", 100),
        ("eta", "0.2", 0.2),
        ("eta", "0", 0.0),
        ("subsample", "1", 1.0),
        ("max_depth", "0", 0),
        ("booster", "dart", "dart"),
        ("tree_method", "hist", "hist"),
        ("csv_weights", "1", 1),
        ("updater", "grow_colmaker,prune", ["grow_colmaker", "prune"]),
        ("seed", "-5", -5),
        ("use_dask_gpu_training", "false", "false"),
        ("_tuning_objective_metric", "validation:rmse", "validation:rmse"),
    ],
)
def test_strings_become_values(name: str, text: str, value: object) -> None:
    assert validated(**{name: text})[name] == value


@pytest.mark.parametrize(
    ("alias", "name"),
    [("learning_rate", "eta"), ("min_split_loss", "gamma"), ("reg_lambda", "lambda"), ("reg_alpha", "alpha")],
)
def test_an_alias_means_the_hyperparameter_itself(alias: str, name: str) -> None:
    assert validated(**{alias: "0.5"}) == {"num_round": 1, name: 0.5}


def test_constraints_are_python_literals() -> None:
    values = validated(tree_method="hist", monotone_constraints="(1, 0, -1)", interaction_constraints="[[1, 2], [3]]")
    assert values["monotone_constraints"] == (1, 0, -1)
    assert values["interaction_constraints"] == [[1, 2], [3]]


def test_only_num_round_is_required() -> None:
    assert [name for name, row in TABLE.items() if row.required] == ["num_round"]
    with pytest.raises(UserError, match=r"^Missing required hyperparameter: num_round$"):
        validate({"objective": "reg:logistic"})


def test_the_table_has_all_hyperparameters_of_the_image() -> None:
    assert len(TABLE) == 53
    assert len(OBJECTIVES) == 20


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"depth": "3"}, "Extraneous hyperparameter found: depth"),
        ({"num_round": "3.5"}, "Hyperparameter num_round: could not parse value (caused by ValueError)"),
        ({"eta": "fast"}, "Hyperparameter eta: could not parse value (caused by ValueError)"),
        ({"monotone_constraints": "1"}, "Hyperparameter monotone_constraints: could not parse value"),
        ({"monotone_constraints": "f()"}, "Hyperparameter monotone_constraints: could not parse value"),
        ({"num_round": "0"}, "Hyperparameter num_round: 0 is not in [1, +inf)"),
        ({"eta": "1.5"}, "Hyperparameter eta: 1.5 is not in [0, 1]"),
        ({"subsample": "0"}, "Hyperparameter subsample: 0.0 is not in (0, 1]"),
        ({"sketch_eps": "1"}, "Hyperparameter sketch_eps: 1.0 is not in (0, 1)"),
        ({"seed": "2147483647"}, "Hyperparameter seed: 2147483647 is not in (-2147483648, 2147483647)"),
        ({"booster": "tree"}, "Hyperparameter booster: tree is not in ['gbtree', 'gblinear', 'dart']"),
        ({"updater": "grow_colmaker,sow"}, "Hyperparameter updater: value ['grow_colmaker', 'sow'] not in range ["),
        (
            {"tree_method": "hist", "monotone_constraints": "(2,)"},
            "Hyperparameter monotone_constraints: value (2,) not in range [-1, 0, 1]",
        ),
    ],
)
def test_mistakes_are_told_in_the_words_of_the_image(given: dict[str, str], message: str) -> None:
    with pytest.raises(UserError) as raised:
        validated(**given)
    assert str(raised.value).startswith(message)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"objective": "multi:softmax"}, "Require input for parameter 'num_class' for multi-classification"),
        ({"objective": "reg:logistic", "eval_metric": "rmse,auc"}, "Metric 'auc' can only be applied for classif"),
        ({"objective": "reg:logistic", "eval_metric": "aft-nloglik"}, "Metric 'aft-nloglik' can only be applied"),
        ({"eval_metric": "rmse"}, "Hyperparameter eval_metric: needs hyperparameter objective"),
        ({"tree_method": "approx", "monotone_constraints": "(1,)"}, "monotone_constraints can be used only when"),
        ({"interaction_constraints": "[[1, 2]]"}, "interaction_constraints can be used only when"),
        ({"booster": "gblinear", "updater": "prune"}, "Linear updater should be one of these options"),
        ({"process_type": "update", "updater": "sync"}, "process_type 'update' can only be used with updater"),
        ({"updater": "shotgun"}, "Tree updater should be selected from these options"),
        ({"updater": "grow_colmaker,grow_histmaker"}, "Only one tree grow plugin can be selected"),
    ],
)
def test_hyperparameters_have_to_go_together(given: dict[str, str], message: str) -> None:
    with pytest.raises(UserError) as raised:
        validated(**given)
    assert str(raised.value).startswith(message)


def test_several_metrics_are_separated_by_commas() -> None:
    values = validated(objective="binary:logistic", eval_metric="auc,error@0.3,rmse")
    assert values["eval_metric"] == ["auc", "error@0.3", "rmse"]


@pytest.mark.parametrize(
    ("metric", "message"),
    [
        ("rmsd", "Hyperparameter eval_metric: value ['rmsd'] not in range ["),
        ("rmse, mae", "Hyperparameter eval_metric: value ['rmse', ' mae'] not in range ["),
        ("rmse@0.5", "Metric 'rmse@0.5' is not supported. Parameter 'eval_metric' with customized threshold"),
        ("error@half", "Threshold value 't' in 'error@t' expects float input."),
    ],
)
def test_a_metric_that_the_image_does_not_have(metric: str, message: str) -> None:
    with pytest.raises(UserError) as raised:
        validated(objective="reg:logistic", eval_metric=metric)
    assert str(raised.value).startswith(message)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("tree_method", "gpu_hist"),
        ("predictor", "gpu_predictor"),
        ("use_dask_gpu_training", "true"),
        ("_kfold", "5"),
        ("sagemaker_program", "train.py"),
    ],
)
def test_what_only_the_image_can_do_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(NotSupportedError, match=f"Hyperparameter {name}: {value}"):
        validated(**{name: value})
