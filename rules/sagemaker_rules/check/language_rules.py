"""Rules on the Amazon States Language: fields, transitions, names, errors, Map and Choice states, documents."""

from __future__ import annotations

from sagemaker_rules.rule import Rule

_ASL = "https://states-language.net/spec.html"
_GUIDE = "https://docs.aws.amazon.com/step-functions/latest/dg"
_API = "https://docs.aws.amazon.com/step-functions/latest/apireference"
_RECORDED = "https://github.com/floci-io/floci/issues"

LANGUAGE_RULES: tuple[Rule, ...] = (
    Rule(
        id="shape",
        says="A state machine is an object with StartAt and at least one state, and its lists are lists.",
        source=f"{_ASL}#toplevelfields",
        example='{"StartAt": "A", "States": {}}',
    ),
    Rule(
        id="state-type",
        says="A state has one of the eight types.",
        source=f"{_ASL}#state-type-table",
        example='"Type": "task"',
    ),
    Rule(
        id="field-not-allowed",
        says="A field stands only where the language has it, such as TimeoutSeconds in Task states alone.",
        source=f"{_RECORDED}/2735",
        example='{"Type": "Map", "TimeoutSeconds": 60}',
    ),
    Rule(
        id="field-missing",
        says="Required fields are there and not empty.",
        source=f"{_ASL}#state-type-table",
        example='{"Type": "Task", "End": true}',
    ),
    Rule(
        id="field-type",
        says="The value of a field has the type that the language gives it.",
        source=f"{_ASL}#state-type-table",
        example='"TimeoutSeconds": "60"',
    ),
    Rule(
        id="field-value",
        says="A field with fixed values has one of them.",
        source=f"{_ASL}#state-type-table",
        example='"JitterStrategy": "HALF"',
    ),
    Rule(
        id="field-bounds",
        says="Numbers are within their bounds, such as MaxDelaySeconds below 31622400.",
        source=f"{_GUIDE}/concepts-error-handling.html",
        example='"MaxDelaySeconds": 40000000',
    ),
    Rule(
        id="fields-exclusive",
        says="Of fields that exclude each other one is given, as of Seconds and Timestamp, or a literal and its path.",
        source=f"{_RECORDED}/3733",
        example='"MaxConcurrency": 2, "MaxConcurrencyPath": "$.n"',
    ),
    Rule(
        id="heartbeat",
        says="HeartbeatSeconds is below TimeoutSeconds.",
        source=f"{_ASL}#task-state",
        example='"TimeoutSeconds": 60, "HeartbeatSeconds": 90',
    ),
    Rule(
        id="transition",
        says="A transition leads to a state of the same machine, and a state has either Next or End.",
        source=f"{_ASL}#transition",
        example='"Next": "Trian"',
    ),
    Rule(
        id="unreachable",
        says="Some transition leads to each state.",
        source=f"{_RECORDED}/2735",
        example='{"StartAt": "A", "States": {"A": {"Type": "Succeed"}, "B": {"Type": "Succeed"}}}',
    ),
    Rule(
        id="terminal-state",
        says="Some state ends the workflow.",
        source=f"{_RECORDED}/2735",
        example='{"A": {"Next": "B"}, "B": {"Next": "A"}}',
    ),
    Rule(
        id="state-name",
        says="The name of a state has 1 to 80 characters.",
        source=f"{_GUIDE}/service-quotas.html",
        example="a name of 81 characters",
    ),
    Rule(
        id="state-name-unique",
        says="No name stands twice in a state machine, its branches and item processors included.",
        source=f"{_ASL}#states-fields",
        example='two states "Train" in two branches',
    ),
    Rule(
        id="query-language",
        says="Fields and expressions are those of the state's query language.",
        source=f"{_RECORDED}/2968",
        example='{"QueryLanguage": "JSONPath", "Arguments": {}}',
    ),
    Rule(
        id="query-language-nesting",
        says="A state machine of JSONata has no state of JSONPath.",
        source=f"{_RECORDED}/2968",
        example='{"QueryLanguage": "JSONata", "States": {"A": {"QueryLanguage": "JSONPath"}}}',
    ),
    Rule(
        id="map-mode",
        says="A distributed Map names its ExecutionType; what reads, batches and tolerates is for it alone.",
        source=f"{_GUIDE}/state-map-distributed.html",
        example='"ProcessorConfig": {"Mode": "DISTRIBUTED"}',
    ),
    Rule(
        id="map-label",
        says="A label has at most 40 characters, no blanks, wildcards, brackets and special characters.",
        source=f"{_GUIDE}/state-map-distributed.html",
        example='"Label": "my label"',
    ),
    Rule(
        id="map-label-unique",
        says="No two Map states of a state machine have the same label.",
        source=f"{_API}/API_ValidateStateMachineDefinitionDiagnostic.html",
        example='two Map states with "Label": "scores"',
    ),
    Rule(
        id="map-reader",
        says="An ItemReader reads objects of S3, with what its input type needs.",
        source=f"{_GUIDE}/input-output-itemreader.html",
        example='"ReaderConfig": {"InputType": "CSV"}',
    ),
    Rule(
        id="map-batcher",
        says="An ItemBatcher has a size: items, bytes or both.",
        source=f"{_GUIDE}/input-output-itembatcher.html",
        example='"ItemBatcher": {"BatchInput": {"a": 1}}',
    ),
    Rule(
        id="map-writer",
        says="A ResultWriter writes objects of S3.",
        source=f"{_GUIDE}/input-output-resultwriter.html",
        example='"Resource": "arn:aws:states:::dynamodb:putItem"',
    ),
    Rule(
        id="choice-rule",
        says="A rule of a Choice compares one Variable by one operator, or combines such rules.",
        source=f"{_GUIDE}/state-choice.html",
        example='{"Variable": "$.n", "NumericEqual": 1, "Next": "A"}',
    ),
    Rule(
        id="resource-arn",
        says="The Resource of a task is the ARN of an integration, a Lambda function or an activity.",
        source=f"{_ASL}#task-state",
        example='"Resource": "lambda:invoke"',
    ),
    Rule(
        id="timestamp",
        says="A time is written as in RFC3339, with a capital T and a time zone.",
        source=f"{_ASL}#timestamps",
        example='"Timestamp": "2026-01-31"',
    ),
    Rule(
        id="states-all",
        says="States.ALL stands alone, and in the last entry.",
        source=f"{_ASL}#errors",
        example='"ErrorEquals": ["States.ALL", "States.Timeout"]',
    ),
    Rule(
        id="repeated-error",
        says="An error is taken by the first entry that names it.",
        source=f"{_ASL}#errors",
        example='two entries of Retry with "States.Timeout"',
        level="warning",
    ),
    Rule(
        id="action",
        says="There is the integration, and it has the action.",
        source=f"{_GUIDE}/integrate-services.html",
        example='"Resource": "arn:aws:states:::sagemaker:trainModel"',
    ),
    Rule(
        id="integration-pattern",
        says="The action has the integration pattern, and the type of workflow has it.",
        source=f"{_GUIDE}/connect-to-resource.html",
        example='"Resource": "arn:aws:states:::sagemaker:createModel.sync"',
    ),
    Rule(
        id="resource",
        says="The ARN of an integration names neither region nor account.",
        source=f"{_GUIDE}/integrate-services.html",
        example='"Resource": "arn:aws:states:eu-west-1:111122223333:sagemaker:createModel"',
    ),
    Rule(
        id="duplicate-key",
        says="No key stands twice in an object: the first would vanish.",
        source="https://www.rfc-editor.org/rfc/rfc8259#section-4",
        example='{"Train": {}, "Train": {}}',
    ),
    Rule(
        id="not-a-number",
        says="JSON has no NaN and no Infinity.",
        source="https://www.rfc-editor.org/rfc/rfc8259#section-6",
        example='"Seconds": NaN',
    ),
    Rule(
        id="definition-size",
        says="A definition has at most 1,048,576 characters.",
        source="https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html",
        example="a definition of 2 MB",
    ),
    Rule(
        id="suppression",
        says="A finding is allowed by the rule's id and with a reason; an allowance that nothing needs is a warning.",
        source="https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html",
        example='"Comment": "check: allow reused-name"',
    ),
)
