"""The rules on names in state machines by id; what breaks pattern or length has the ids of the service model."""

from __future__ import annotations

from sagemaker_rules.rule import Rule

_API = "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html"

NAME_RULES: tuple[Rule, ...] = (
    Rule(
        "execution-name",
        "A name made of the execution's may be illegal or too long.",
        _API,
        '"TrainingJobName.$": "$$.Execution.Name"',
        "warning",
    ),
    Rule(
        "reused-name",
        "A name is not used again, by a retry, the next execution, an iteration, a branch or a loop.",
        "https://github.com/aws/aws-step-functions-data-science-sdk-python/issues/140",
        '"TrainingJobName": "churn-train"',
    ),
)
