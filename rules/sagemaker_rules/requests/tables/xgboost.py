"""The rules on the built-in XGBoost."""

from __future__ import annotations

from sagemaker_rules.requests.tables.sources import GUIDE, XGBOOST
from sagemaker_rules.rule import Rule

XGBOOST_RULES: tuple[Rule, ...] = (
    Rule(
        "built-in-metrics",
        "Algorithms of SageMaker define their own metrics.",
        f"{GUIDE}define-train-metrics.html",
        '"MetricDefinitions": [...] with the image sagemaker-xgboost',
    ),
    Rule(
        "xgboost-hyperparameter",
        "The built-in XGBoost has num_round, and knows each hyperparameter and its values.",
        f"{GUIDE}xgboost_hyperparameters.html",
        '"HyperParameters": {"num_round": "50", "n_estimators": "10"}',
    ),
    Rule(
        "xgboost-combination",
        "Hyperparameters of XGBoost go together.",
        XGBOOST,
        '{"objective": "multi:softmax"} without num_class',
    ),
    Rule(
        "xgboost-channel",
        "The built-in XGBoost reads the channels train, validation and code.",
        XGBOOST,
        '"ChannelName": "training"',
    ),
    Rule(
        "xgboost-untunable",
        "A tuning job of XGBoost tunes hyperparameters that it has.",
        f"{GUIDE}xgboost-tuning.html",
        '{"Name": "depth_max", ...}',
    ),
)
