"""The guide's tables of Step Functions name every operation of the API and every field of the language."""

from __future__ import annotations

import re
from pathlib import Path

import botocore.session
import statelint.fields
from moto.core.utils import camelcase_to_underscores
from moto.stepfunctions.responses import StepFunctionResponse

from local_aws.stepfunctions.definitions import RUNNABLE_INTEGRATIONS
from local_aws.stepfunctions.patches.definition_api import REFUSED_OPERATIONS
from local_aws.stepfunctions.reading.operators import COMPARISONS, TESTS
from sagemaker_rules.check import schema

GUIDE = Path(__file__).parents[3] / "docs" / "local-aws.md"
# The schema of the rules, which statelint, an oracle of somebody else's, does not know all of.
TABLES = (
    *(schema.MACHINE, schema.PROCESSOR, schema.PROCESSOR_CONFIG, schema.RETRY, schema.CATCH, schema.READER),
    *(schema.READER_CONFIG, schema.BATCHER, schema.WRITER, schema.WRITER_CONFIG, *schema.STATES.values()),
)
OF_THE_SCHEMA = frozenset(name for table in TABLES for name in table)
VALUES = frozenset({"FULL", "NONE", "JSONPath", "JSONata"})
OPERATIONS = frozenset(botocore.session.get_session().get_service_model("stepfunctions").operation_names)


def rows(heading: str) -> dict[str, str]:
    """What stands in the second column for each name of the first."""
    section = GUIDE.read_text(encoding="utf-8").partition(f"| {heading} | here |")[2].partition("\n\n")[0]
    found: dict[str, str] = {}
    for line in section.splitlines()[2:]:
        _, names, answer, *_ = line.split("|")
        found |= dict.fromkeys(re.findall(r"`(\w+)`", names), answer.strip())
    return found


def test_every_operation_is_listed_once_and_runs_or_is_refused() -> None:
    listed = rows("operation")
    assert listed.keys() == OPERATIONS
    refused = {name for name, answer in listed.items() if answer == "refused by name"}
    assert refused == set(REFUSED_OPERATIONS)


def test_what_is_said_to_run_has_a_handler(machines: object) -> None:
    missing = [name for name in OPERATIONS if not hasattr(StepFunctionResponse, camelcase_to_underscores(name))]
    assert missing == []


def test_every_field_of_the_language_is_listed() -> None:
    source = Path(statelint.fields.__file__).read_text(encoding="utf-8")
    known = set(re.findall(r'"([A-Z][A-Za-z]+)"', source)) - VALUES | OF_THE_SCHEMA
    operators = {*COMPARISONS, *(f"{name}Path" for name in COMPARISONS), *TESTS, "IsPresent"}
    section = GUIDE.read_text(encoding="utf-8").partition("| field of the Amazon States Language | here |")[2]
    named = set(re.findall(r"`(\w+)`", section.partition("\n\n")[0]))
    assert known - operators - named == set()


def test_every_comparison_of_the_language_is_one_of_ours() -> None:
    source = Path(statelint.fields.__file__).read_text(encoding="utf-8")
    of_choice = re.compile(
        r'"((?:String|Numeric|Boolean|Timestamp)(?:Equals|Less\w+|Greater\w+|Matches)(?:Path)?|Is\w+)"'
    )
    for name in set(of_choice.findall(source)):
        assert name in TESTS or name == "IsPresent" or name.removesuffix("Path") in COMPARISONS, name


def test_every_comparison_of_the_schema_is_one_of_ours_and_no_other() -> None:
    ours = {*COMPARISONS, *TESTS, "IsPresent"}
    assert set(schema.OPERATORS) == ours
    assert set(schema.OPERATORS_WITH_PATH) == {f"{name}Path" for name in ours - {"StringMatches"} if name[:2] != "Is"}


def test_every_integration_that_runs_is_listed() -> None:
    row = next(line for line in GUIDE.read_text(encoding="utf-8").splitlines() if line.startswith("| Step Functions |"))
    names = {
        "aws-sdk": "by SDK",
        "lambda": "Lambda",
        "sqs": "SQS",
        "sns": "SNS",
        "dynamodb": "DynamoDB",
        "glue": "Glue",
        "batch": "Batch",
        "ecs": "ECS",
        "events": "EventBridge",
        "sagemaker": "the SageMaker integration",
        "states": "executions of other state machines",
    }
    assert names.keys() == RUNNABLE_INTEGRATIONS
    assert [name for name in names.values() if name not in row] == []
