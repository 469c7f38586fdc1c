"""The rules on the service model: what every request is checked for."""

from __future__ import annotations

from sagemaker_rules.requests.tables.sources import API
from sagemaker_rules.rule import Rule

MODEL_RULES: tuple[Rule, ...] = (
    Rule(
        "required", "A request has the fields that its shape requires.", f"{API}Operations.html", '"RoleArn" left out'
    ),
    Rule(
        "unknown", "A request has no fields that its shape does not know.", f"{API}Operations.html", '"roleArn": "..."'
    ),
    Rule("type", "A value has the type of its field.", f"{API}Operations.html", '"InstanceCount": "1"'),
    Rule(
        "min", "A value is as large, or a list as long, as its field wants.", f"{API}Operations.html", '"Tags": [...]'
    ),
    Rule(
        "max",
        "A value is at most as large, a text at most as long.",
        f"{API}Operations.html",
        "a name of 64 characters",
    ),
    Rule(
        "enum", "A value is one of those that the field knows.", f"{API}Operations.html", '"InstanceType": "m5.large"'
    ),
    Rule("pattern", "A text matches the pattern of its field.", f"{API}Operations.html", '"TrainingJobName": "my_job"'),
)
