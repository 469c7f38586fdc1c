"""The guide's tables of Step Functions name every operation of the API and every field of the language."""

from __future__ import annotations

import re
from pathlib import Path

import botocore.session
import statelint.fields
from moto.core.utils import camelcase_to_underscores
from moto.stepfunctions.responses import StepFunctionResponse

from local_aws.stepfunctions.patches.definition_api import REFUSED_OPERATIONS
from local_aws.stepfunctions.reading.operators import COMPARISONS, TESTS

GUIDE = Path(__file__).parents[3] / "docs" / "local-aws.md"
# What statelint does not know yet: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
NEWER = frozenset(
    {"Label", "WriterConfig", "OutputType", "Transformation", "Mode", "ExecutionType", "RoleArn", "ItemsPointer"}
    | {"InputType", "CSVHeaderLocation", "CSVHeaders", "CSVDelimiter", "ManifestType"}
)
VALUES = frozenset({"FULL", "NONE", "JSONPath", "JSONata"})
OPERATIONS = frozenset(botocore.session.get_session().get_service_model("stepfunctions").operation_names)


def rows(heading: str) -> dict[str, str]:
    """What stands in the second column for each name of the first."""
    section = GUIDE.read_text(encoding="utf-8").partition(f"| {heading} | here |")[2].partition("\n\n")[0]
    found = {}
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
    known = set(re.findall(r'"([A-Z][A-Za-z]+)"', source)) - VALUES | NEWER
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
