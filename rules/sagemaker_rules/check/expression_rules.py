"""The rules on expressions of both query languages by id."""

from __future__ import annotations

from sagemaker_rules.rule import Rule

_DG = "https://docs.aws.amazon.com/step-functions/latest/dg"
_JSONATA = f"{_DG}/transforming-data.html"
_VARIABLES = f"{_DG}/workflow-variables.html"
_INTRINSICS = f"{_DG}/intrinsic-functions.html"
_PATHS = f"{_DG}/amazon-states-language-paths.html"
_CONTEXT = f"{_DG}/input-output-contextobject.html"
# AWS's recorded answers.
_PARSED = "https://github.com/floci-io/floci/issues/2745"
_TOP_LEVEL = "https://github.com/floci-io/floci/pull/2699"

#: What Step Functions takes when a state machine is created, and fails of when the state runs.
AT_RUN_TIME = frozenset(
    {"jsonata-function", "jsonata-arguments", "context-field", "unknown-variable", "intrinsic-arguments", "result-type"}
)

EXPRESSION_RULES: tuple[Rule, ...] = (
    Rule("jsonata-syntax", "Every expression of JSONata 2.0.6 parses.", _PARSED, '"{% 1 + %}"'),
    Rule(
        "jsonata-delimiters",
        "An expression fills its text: {% first, %} last.",
        _JSONATA,
        '"run {% $states.input.id %}"',
    ),
    Rule(
        "jsonata-place",
        "A condition, items, a number of seconds or of failures is an expression or a constant, no other text; actions "
        "and transitions are constants.",
        _JSONATA,
        '"Condition": "$states.input.ready"',
    ),
    Rule(
        "jsonata-function",
        "A function is one of JSONata or of Step Functions, which has no $eval.",
        _JSONATA,
        '"{% $strlen($states.input.name) %}"',
    ),
    Rule(
        "jsonata-arguments",
        "A function is given as many arguments as it takes.",
        "https://docs.jsonata.org/2.0.0/string-functions",
        '"{% $hash($states.input.id) %}"',
    ),
    Rule(
        "jsonata-states",
        "$states holds input and context, after the work of a state its result, in a Catch the error's output.",
        _VARIABLES,
        '"Arguments": {"Id": "{% $states.result.Id %}"}',
    ),
    Rule(
        "jsonata-context",
        "There is no item at the top level: $, $$ and bare names read nothing.",
        _TOP_LEVEL,
        '"{% order.id %}"',
    ),
    Rule("context-field", "The context object has the field.", _CONTEXT, '"{% $states.context.Execution.id %}"'),
    Rule(
        "variable-name",
        "A variable's name is no reserved one, has letters, digits and underscores, and at most 80 characters.",
        _VARIABLES,
        '"Assign": {"states": 1}',
    ),
    Rule("unknown-variable", "A variable that is read is assigned by some state.", _VARIABLES, '"{% $custmerName %}"'),
    Rule("path", "A path or an intrinsic function can be read.", _PATHS, '"Id.$": "$.items[id]"'),
    Rule(
        "literal-path",
        "Text under a key without .$ is no path: it is taken literally.",
        _INTRINSICS,
        '"Id": "$.order.id"',
        "warning",
    ),
    Rule(
        "intrinsic-function",
        "A function is one of the published intrinsic functions.",
        _INTRINSICS,
        '"Id.$": "States.Concat($.a, $.b)"',
    ),
    Rule(
        "intrinsic-arguments",
        "An intrinsic function is given as many arguments as it takes, each of its kind.",
        _INTRINSICS,
        '"Id.$": "States.Format(\'{}-{}\', $.a)"',
    ),
    Rule(
        "intrinsic-literal",
        "A literal is a number, true, false, null, or text in single quotes with its escapes.",
        _INTRINSICS,
        '"Id.$": "States.Hash($.a, \'SHA1\')"',
    ),
    Rule(
        "intrinsic-depth",
        "A field has at most ten intrinsic functions.",
        _INTRINSICS,
        "eleven functions in one another",
    ),
    Rule(
        "result-type",
        "What an expression always yields fits the field that takes it.",
        "https://github.com/json-path/JsonPath#what-is-returned-when",
        '"S3Uri.$": "$.outputs[?(@.name == \'train\')].uri"',
    ),
)
