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
    Rule(
        id="literal-path",
        says="Text that looks like a path under a key without .$ is taken literally.",
        source=f"{_GUIDE}/amazon-states-language-paths.html",
        example='"JobName": "$.name"',
        level="warning",
    ),
    Rule(
        id="intrinsic-call",
        says="An intrinsic function has the arguments that it takes, and at most 10 of them nest.",
        source=f"{_GUIDE}/intrinsic-functions.html",
        example='"Name.$": "States.Format(\'{}-{}\', $.a)"',
    ),
    Rule(
        id="result-type",
        says="What a path or function yields fits the field: a filter is a list, States.Format is a text.",
        source=f"{_GUIDE}/intrinsic-functions.html",
        example='"S3Uri.$": "$.outputs[?(@.name == \'a\')].uri"',
    ),
    Rule(
        id="jsonata-syntax",
        says="An expression is JSONata 2.0.6 and not empty.",
        source="https://github.com/floci-io/floci/issues/2745",
        example='"{% 1 + %}"',
    ),
    Rule(
        id="jsonata-function",
        says="A function is one of JSONata except $eval, or one of those that Step Functions adds.",
        source=f"{_GUIDE}/transforming-data.html",
        example="\"{% $eval('1') %}\"",
    ),
    Rule(
        id="jsonata-scope",
        says="What an expression refers to has a value there: not $, $$ or a bare name at the top level.",
        source="https://github.com/floci-io/floci/issues/2670",
        example='"{% phone %}"',
    ),
    Rule(
        id="jsonata-variable",
        says="A variable is assigned by some state.",
        source=f"{_GUIDE}/workflow-variables.html",
        example='"{% $conut %}"',
        level="warning",
    ),
    Rule(
        id="jsonata-whole",
        says="An expression is the whole text, without blanks around it; a Condition is an expression.",
        source=f"{_GUIDE}/transforming-data.html",
        example='"Condition": "$states.input.x = 1"',
    ),
    Rule(
        id="variable-name",
        says="A variable has a legal name, which is not states.",
        source=f"{_GUIDE}/workflow-variables.html",
        example='"Assign": {"states": 1}',
    ),
)
