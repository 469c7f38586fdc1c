"""Refusals of definitions in AWS's words; each row is an answer that somebody has recorded on AWS, on input of ours."""

from __future__ import annotations

import json
from typing import Any

import pytest

from local_aws.stepfunctions.diagnostics import diagnose
from local_aws.stepfunctions.places import Place
from sagemaker_rules.check.expression_rules import AT_RUN_TIME
from tests.rules.check.test_many_kinds import ILLEGAL, LEGAL

LAMBDA = "arn:aws:states:::lambda:invoke"
END: dict[str, Any] = {"Type": "Pass", "End": True}
OUT: dict[str, Any] = {"Type": "Pass", "Next": "Out"}
CHILD: dict[str, Any] = {"StartAt": "In", "States": {"In": END}}
PICK: dict[str, Any] = {"Type": "Choice"}
ALL = {"ErrorEquals": ["States.ALL"], "Next": "Gone"}
DISTRIBUTED = {**CHILD, "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}}


def task(resource: str = LAMBDA, **fields: Any) -> dict[str, Any]:
    return {"Type": "Task", "Resource": resource, "End": True, **fields}


def told(states: dict[str, Any], *, express: bool = False, **top: Any) -> list[str]:
    text = json.dumps({"StartAt": next(iter(states)), "States": states, **top})
    return [str(each) for each in diagnose(text, is_express=express) if each.severity == "ERROR"]


SCHEMA = "SCHEMA_VALIDATION_FAILED: "
TARGET = "MISSING_TRANSITION_TARGET: "
EXPRESS = f"{SCHEMA}Express state machine does not support "
#: States of JSONPath, and what is said of them.
RECORDED: dict[str, tuple[dict[str, Any], list[str]]] = {
    # https://github.com/floci-io/floci/issues/2735 and pull/2786
    "nothing ends": (
        {"Load": {"Type": "Pass", "Next": "Score"}, "Score": {"Type": "Pass", "Next": "Load"}},
        ["MISSING_END_STATE: Workflow has no terminal state at null"],
    ),
    "nothing ends, and nothing leads to a state": (
        {"Load": {"Type": "Pass", "Next": "Load"}, "Score": {"Type": "Pass", "Next": "Load"}},
        ["MISSING_END_STATE: Workflow has no terminal state at null"],
    ),
    "nothing leads to a state": (
        {"Load": END, "Score": END},
        [f'{TARGET}State "Score" is not reachable. at /States/Score'],
    ),
    "no target and no end": (
        {"Load": {"Type": "Pass", "Next": "Scroe"}},
        [
            f"{TARGET}Missing 'Next' target: Scroe at /States/Load/Next",
            "MISSING_END_STATE: Workflow has no terminal state at null",
        ],
    ),
    "no target of rule, default and catcher": (
        {
            "Load": {"Type": "Parallel", "Branches": [CHILD], "Next": "Pick", "Catch": [ALL]},
            "Pick": {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsNull": True, "Next": "Out"}], "Default": "X"},
            "Done": END,
        },
        [
            f"{TARGET}Missing 'Next' target: Gone at /States/Load/Catch[0]/Next",
            f"{TARGET}Missing 'Next' target: X at /States/Pick/Default",
            f"{TARGET}Missing 'Next' target: Out at /States/Pick/Choices[0]/Next",
            f'{TARGET}State "Done" is not reachable. at /States/Done',
        ],
    ),
    # https://github.com/aws/aws-cdk/issues/29238
    "no target in an item processor": (
        {"Each": {"Type": "Map", "ItemProcessor": {"StartAt": "In", "States": {"In": OUT, "End": END}}, "End": True}},
        [
            f"{TARGET}Missing 'Next' target: Out at /States/Each/ItemProcessor/States/In/Next",
            f'{TARGET}State "End" is not reachable. at /States/Each/ItemProcessor/States/End',
        ],
    ),
    # https://github.com/aws-cloudformation/cfn-lint/issues/4077
    "a rule without target": (
        {"Pick": {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsNull": True}], "Default": "A"}, "A": END},
        [f"{SCHEMA}These fields are required: [Next] at /States/Pick/Choices[0]"],
    ),
    # https://github.com/CloudSnorkel/cdk-github-runners/issues/434
    "a choice without rules, deep inside": (
        {
            "Both": {
                "Type": "Parallel",
                "Branches": [{"StartAt": "P", "States": {"P": {"Type": "Choice"}}}],
                "End": True,
            }
        },
        [f"{SCHEMA}These fields are required: [Choices] at /States/Both/Branches[0]/States/P"],
    ),
    "a field of another type of state": (
        {"Load": {**END, "TimeoutSeconds": 5}},
        [f"{SCHEMA}Field 'TimeoutSeconds' is not supported at /States/Load"],
    ),
    # https://github.com/floci-io/floci/issues/2968
    "a field of JSONata": (
        {"Load": {**END, "Output": 1}},
        [
            f"{SCHEMA}The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' "
            "QueryLanguage at /States/Load"
        ],
    ),
    "a language of an item processor": (
        {"Each": {"Type": "Map", "ItemProcessor": {**CHILD, "QueryLanguage": "JSONata"}, "End": True}},
        [f"{SCHEMA}Field 'QueryLanguage' is not supported at /States/Each/ItemProcessor"],
    ),
    # localstack, tests/aws/services/stepfunctions/v2/test_sfn_api.snapshot.json
    "a type that there is not": (
        {"Load": {**END, "Type": "pass"}},
        [
            f"{SCHEMA}The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, Choice, "
            "Parallel, Map] at /States/Load/Type"
        ],
    ),
    "no branches": (
        {"Both": {"Type": "Parallel", "Branches": [], "End": True}},
        [f"{SCHEMA}Value cannot be empty at /States/Both/Branches"],
    ),
    # localstack, tests/aws/services/stepfunctions/v2/credentials
    "credentials without role": (
        {"Ask": task(Credentials={})},
        [f"{SCHEMA}The field 'RoleArn' is required but was missing at /States/Ask/Credentials"],
    ),
    "a time without zone": (
        {"Hold": {"Type": "Wait", "Timestamp": "2026-11-25T10:00:00", "End": True}},
        [f"{SCHEMA}String does not match RFC3339 timestamp at /States/Hold/Timestamp"],
    ),
    "a function that cannot be read": (
        {"Load": {**END, "Parameters": {"p": {"q.$": "States.Hash($.a, 'MD5'"}}}},
        [
            f"{SCHEMA}The value for the field 'q.$' must be a valid JSONPath or a valid intrinsic function call at "
            "/States/Load/Parameters/p"
        ],
    ),
    "an action that there is not": (
        {"Ask": task("arn:aws:states:::dynamodb:scan")},
        [
            f"{SCHEMA}The resource provided arn:aws:states:::dynamodb:scan is not recognized. The value is not a valid "
            "resource ARN, or the resource is not available in this region. at /States/Ask/Resource"
        ],
    ),
    # https://github.com/aws/aws-sam-cli-app-templates/issues/185
    "a resource that is no ARN": (
        {"Ask": task("score-function")},
        [f"{SCHEMA}Value is not a valid resource ARN at /States/Ask/Resource"],
    ),
    # https://github.com/aws/aws-cdk/issues/20835
    "a path where a number belongs": (
        {"Each": {"Type": "Map", "MaxConcurrency": "$.n", "ItemProcessor": CHILD, "End": True}},
        [f"{SCHEMA}Expected value of type Integer at /States/Each/MaxConcurrency"],
    ),
    # https://github.com/aws-cloudformation/cfn-lint/issues/4075
    "a number that is too large": (
        {"Hold": {"Type": "Wait", "Seconds": 100_000_000, "End": True}},
        [f"{SCHEMA}Maximum value is 99999999 at /States/Hold/Seconds"],
    ),
    # https://github.com/floci-io/floci/issues/3733
    "numbers that are too small": (
        {
            "Each": {
                "Type": "Map",
                "ItemProcessor": DISTRIBUTED,
                "End": True,
                "ToleratedFailurePercentage": -1,
                "ItemBatcher": {"MaxItemsPerBatch": -1},
            }
        },
        [
            f"{SCHEMA}Minimum value is 0.0 at /States/Each/ToleratedFailurePercentage",
            f"{SCHEMA}Minimum value is 0 at /States/Each/ItemBatcher/MaxItemsPerBatch",
        ],
    ),
    "a number and its path": (
        {
            "Each": {
                "Type": "Map",
                "ItemProcessor": DISTRIBUTED,
                "End": True,
                "MaxConcurrency": 2,
                "MaxConcurrencyPath": "$.n",
            }
        },
        [
            f"{SCHEMA}There should only be one of the following fields: [MaxConcurrency, MaxConcurrencyPath] at "
            "/States/Each"
        ],
    ),
    "a number from the context": (
        {
            "Each": {
                "Type": "Map",
                "ItemProcessor": DISTRIBUTED,
                "End": True,
                "ToleratedFailureCountPath": "$$.Execution.Input.n",
            }
        },
        [f"{SCHEMA}Value is not a Reference Path at /States/Each/ToleratedFailureCountPath"],
    ),
    # https://github.com/aws-cloudformation/cfn-lint/issues/4078
    "a path without a dollar": (
        {"Load": {**END, "InputPath": "order"}},
        [f"{SCHEMA}Value must be a valid JSONPath. at /States/Load/InputPath"],
    ),
    # https://github.com/aws/aws-cdk/issues/10530
    "all errors before others": (
        {
            "Ask": task(
                Retry=[{"ErrorEquals": ["States.ALL"]}, {"ErrorEquals": ["States.Timeout"]}],
                Catch=[{"ErrorEquals": ["States.Timeout", "States.ALL"], "Next": "Done"}],
                End=True,
            ),
            "Done": END,
        },
        [
            f"{SCHEMA}States.ALL must appear alone and at end of list at /States/Ask/Retry[0]/ErrorEquals[0]",
            f"{SCHEMA}States.ALL must appear alone and at end of list at /States/Ask/Catch[0]/ErrorEquals[1]",
        ],
    ),
    # alike
    "objects and lists that are none": (
        {
            "Pick": {"Type": "Choice", "Choices": ["$.a"]},
            "Ask": task(Retry={"ErrorEquals": ["States.ALL"]}),
            "Both": {"Type": "Parallel", "Branches": [{"States": {"In": 5}}, {"StartAt": "In", "States": {}}]},
            "Last": "Pass",
        },
        [
            f"{SCHEMA}These fields are required: [StartAt] at /States/Both/Branches[0]",
            f"{SCHEMA}Expected value of type Object at /States/Pick/Choices[0]",
            f"{SCHEMA}Expected value of type Array at /States/Ask/Retry",
            f"{SCHEMA}Expected value of type Object at /States/Both/Branches[0]/States/In",
            f"{SCHEMA}Value cannot be empty at /States/Both/Branches[1]/States",
            f"{SCHEMA}Expected value of type Object at /States/Last",
        ],
    ),
    # https://github.com/aws/aws-sam-cli-app-templates/issues/185
    "a placeholder that nobody filled in": (
        {"Ask": task("${ScoreFunction}", TimeoutSeconds="${Timeout}")},
        [
            f"{SCHEMA}Expected value of type Integer at /States/Ask/TimeoutSeconds",
            f"{SCHEMA}Value is not a valid resource ARN at /States/Ask/Resource",
        ],
    ),
    # https://github.com/aws/aws-cdk/issues/29968
    "a field that a request does not have": (
        {
            "Make": task(
                "arn:aws:states:::sagemaker:createModel",
                Parameters={
                    "ModelName": "m",
                    "ExecutionRoleArn": "arn:aws:iam::123456789012:role/m",
                    "PrimaryContainer": {"Imgae": "x"},
                },
            )
        },
        [f'{SCHEMA}The field "Imgae" is not supported by Step Functions at /States/Make/Parameters'],
    ),
}


@pytest.mark.parametrize("case", RECORDED)
def test_a_definition_is_refused_in_the_words_of_aws(case: str) -> None:
    states, expected = RECORDED[case]
    assert told(states) == expected


def test_a_start_that_is_not_there_leaves_the_first_state_unreachable() -> None:
    # https://github.com/aws-cloudformation/cfn-lint/issues/4074: the state behind it is not named.
    states = {"Load": {"Type": "Pass", "Next": "Score"}, "Score": {"Type": "Succeed"}}
    assert told(states, StartAt="Laod") == [
        f"{TARGET}Missing 'Next' target: Laod at /StartAt",
        f'{TARGET}State "Load" is not reachable. at /States/Load',
    ]


@pytest.mark.parametrize(
    ("resource", "words"),
    [
        # localstack, tests/aws/services/stepfunctions/v2/test_sfn_api_express.snapshot.json
        ("arn:aws:states:::states:startExecution.sync", "'.sync' service integration at "),
        ("arn:aws:states:::sns:publish.waitForTaskToken", "'.waitForTaskToken' service integration  at "),
        ("arn:aws:states:eu-west-1:123456789012:activity:sign", "Activity ARN at "),
    ],
)
def test_what_waits_is_refused_in_express_machines_and_express_children(resource: str, words: str) -> None:
    request = {"StateMachineArn": "m"} if "startExecution" in resource else {"TopicArn": "t", "Message": "m"}
    waiting = {"Ask": task(resource, Parameters=request)}
    assert told(waiting, express=True) == [f"{EXPRESS}{words}/States/Ask/Resource"]
    child = {
        "StartAt": "Ask",
        "States": waiting,
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
    }
    each = {"Each": {"Type": "Map", "ItemProcessor": child, "End": True}}
    assert told(each) == [f"{EXPRESS}{words}/States/Each/ItemProcessor/States/Ask/Resource"]


JSONATA: dict[str, Any] = {"QueryLanguage": "JSONata"}


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        # https://github.com/floci-io/floci/issues/2745
        ("$states.input.n +", "INVALID_JSONATA_EXPRESSION: Unexpected end of expression"),
        ("$states.input.items[0, 1)", 'INVALID_JSONATA_EXPRESSION: Expected "]", got ","'),
        ("'open", "INVALID_JSONATA_EXPRESSION: String literal must be terminated by a matching quote"),
        ("{'n': }", 'INVALID_JSONATA_EXPRESSION: The symbol "}" cannot be used as a unary operator'),
        # https://github.com/floci-io/floci/pull/2699
        ("order.id", "UNSUPPORTED_JSONATA_EXPRESSION: Reference to 'order' at the top level is not supported."),
    ],
)
def test_an_expression_is_refused_in_the_words_of_aws(expression: str, words: str) -> None:
    states = {"Load": {**END, "Output": {"n": [f"{{% {expression} %}}"]}}}
    assert told(states, **JSONATA) == [f"{words} at /States/Load/Output/n[0]"]


def test_each_name_at_the_top_level_is_said_once() -> None:
    states = {"Load": {**END, "Output": "{% order.id & customer & order.no %}"}}
    assert [each.split("'")[1] for each in told(states, **JSONATA)] == ["order", "customer"]


def test_a_state_of_jsonpath_in_a_machine_of_jsonata() -> None:
    assert told({"Load": {**END, "QueryLanguage": "JSONPath"}}, **JSONATA) == [
        f"{SCHEMA}'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine at /States/Load"
    ]


def test_a_text_that_looks_like_a_path_is_a_warning_with_the_code_of_aws() -> None:
    text = json.dumps({"StartAt": "Load", "States": {"Load": {**END, "Parameters": {"id": "$.id"}}}})
    [found] = diagnose(text, is_express=False)
    assert (found.severity, found.code, found.location) == ("WARNING", "NO_DOLLAR", "/States/Load/Parameters/id")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_of_json_is_no_json(number: str) -> None:
    text = f'{{"StartAt": "Hold", "States": {{"Hold": {{"Type": "Wait", "Seconds": {number}, "End": true}}}}}}'
    [found] = diagnose(text, is_express=False)
    assert found.code == "INVALID_JSON_DESCRIPTION"


@pytest.mark.parametrize(
    "states",
    [
        {"Ask": task(Parameters={"FunctionName.$": "$.Output", "Payload": {"States": 1}})},
        {"Load": {**END, "Parameters": {"Output": "a", "Next": "Nowhere", "States": {"x": 1}}}},
        {"Ask": task(Parameters={"FunctionName": "f", "Payload": {"Type": 5, "TimeoutSeconds": "x"}})},
    ],
)  # fmt: skip
def test_what_stands_in_a_request_is_no_field_of_the_language(states: dict[str, Any]) -> None:
    assert told(states) == []


def test_a_place_is_that_of_the_innermost_state() -> None:
    definition = {"States": {"it's": {"Branches": [{"States": {"A.b": {"States": {"States": 1}}}}]}}}
    place = Place.of(definition, r"$.States['it\'s'].Branches[0].States['A.b'].States.States")
    assert (str(place), place.value) == ("/States/it's/Branches[0]/States/A.b/States/States", 1)
    assert str(place.state) == "/States/it's/Branches[0]/States/A.b"


@pytest.mark.parametrize("name", ILLEGAL)
def test_what_the_check_refuses_cannot_be_created(name: str) -> None:
    case = ILLEGAL[name]
    found = diagnose(json.dumps(case["definition"]), is_express=case.get("express", False))
    if not AT_RUN_TIME.issuperset(case["rules"]):
        assert [each for each in found if each.severity == "ERROR"]


@pytest.mark.parametrize("name", LEGAL)
def test_what_is_legal_can_be_created(name: str) -> None:
    found = diagnose(json.dumps(LEGAL[name]), is_express=False)
    assert [str(each) for each in found if each.severity == "ERROR"] == []
