"""Rules on expressions: JSONPath, intrinsic functions, JSONata."""

from __future__ import annotations

from sagemaker_rules.rule import Rule

_GUIDE = "https://docs.aws.amazon.com/step-functions/latest/dg"

EXPRESSION_RULES: tuple[Rule, ...] = (
    Rule(
        id="path",
        says="A path or an intrinsic function can be read.",
        source=f"{_GUIDE}/amazon-states-language-paths.html",
        example='"JobName.$": "$.name["',
    ),
)
