"""Rules on the Amazon States Language: fields, transitions, names, errors."""

from __future__ import annotations

from sagemaker_rules.rule import Rule

_ASL = "https://states-language.net/spec.html"
_GUIDE = "https://docs.aws.amazon.com/step-functions/latest/dg"

LANGUAGE_RULES: tuple[Rule, ...] = (
    Rule(
        id="transition",
        says="A transition leads to a state of the same machine, and a state has either Next or End.",
        source=f"{_ASL}#transition",
        example='"Next": "Trian"',
    ),
    Rule(
        id="unreachable",
        says="Some transition leads to each state.",
        source=f"{_ASL}#transition",
        example='{"StartAt": "A", "States": {"A": {"Type": "Succeed"}, "B": {"Type": "Succeed"}}}',
    ),
)
