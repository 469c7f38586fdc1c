"""The rules on tuning jobs."""

from __future__ import annotations

from sagemaker_rules.requests.tables.sources import API, GUIDE
from sagemaker_rules.rule import Rule

TUNING_RULES: tuple[Rule, ...] = (
    Rule(
        "tuning-definition",
        "A tuning job has one definition of its training jobs, or several with names.",
        f"{API}CreateHyperParameterTuningJob.html",
        "TrainingJobDefinition left out",
    ),
    Rule(
        "tuning-objective",
        "The objective is a metric that the training jobs measure.",
        "https://github.com/aws/amazon-sagemaker-examples/issues/1207",
        '"MetricName": "auc" for the built-in XGBoost',
    ),
    Rule("tuning-ranges", "A tuning job has 1 to 30 ranges.", f"{API}ParameterRanges.html", '"ParameterRanges": {}'),
    Rule(
        "tuning-limits",
        "A tuning job is bounded, and runs no more jobs at once than in all.",
        f"{API}ResourceLimits.html",
        '{"MaxNumberOfTrainingJobs": 2, "MaxParallelTrainingJobs": 3}',
    ),
    Rule(
        "tuning-combinations",
        "There are as many combinations as jobs.",
        "https://github.com/aws/amazon-sagemaker-operator-for-k8s/issues/123",
        "10 jobs for max_depth from 3 to 5",
    ),
    Rule(
        "hyperband",
        "Hyperband knows its resources, and stops jobs by itself.",
        f"{API}HyperbandStrategyConfig.html",
        '{"Strategy": "Hyperband", "TrainingJobEarlyStoppingType": "Auto"}',
    ),
    Rule(
        "grid",
        "Grid takes categories only, and runs each combination once.",
        f"{GUIDE}automatic-model-tuning-how-it-works.html",
        '{"Strategy": "Grid"} with a continuous range',
    ),
    Rule(
        "range-twice",
        "A hyperparameter has one range.",
        f"{GUIDE}automatic-model-tuning-define-ranges.html",
        "eta in two ranges",
    ),
    Rule(
        "range-and-static",
        "A hyperparameter is tuned or static.",
        f"{GUIDE}automatic-model-tuning-define-ranges.html",
        "eta in StaticHyperParameters and in a range",
    ),
    Rule(
        "range-category-twice",
        "Each category stands once.",
        "https://github.com/aws/amazon-sagemaker-feedback/issues/195",
        '"Values": ["gbtree", "gbtree"]',
    ),
    Rule(
        "range-bound",
        "The bounds of a range are numbers, whole ones of an integer range.",
        f"{API}IntegerParameterRange.html",
        '"MinValue": "2.5"',
    ),
    Rule(
        "range-order",
        "The smallest value is not above the largest.",
        f"{API}ContinuousParameterRange.html",
        '{"MinValue": "1", "MaxValue": "0"}',
    ),
    Rule(
        "range-scale",
        "A logarithmic scale begins above 0, a reverse one lies in 0 to 1.",
        f"{API}ContinuousParameterRange.html",
        '{"MinValue": "0", "ScalingType": "Logarithmic"}',
    ),
)
