"""What a state selects from its result: a member that the response never holds is an error of one line."""

from __future__ import annotations

from typing import Any

import pytest
from aws_cdk import aws_stepfunctions as sfn

from sagemaker_rules.actions import CREATE_MODEL, CREATE_TRAINING_JOB
from sagemaker_workflows import InvalidParameterError
from sagemaker_workflows.state_machines.tasks._selected import check_selected

CALLS, WAITS = sfn.IntegrationPattern.REQUEST_RESPONSE, sfn.IntegrationPattern.RUN_JOB
JSONATA: dict[str, Any] = {"query_language": sfn.QueryLanguage.JSONATA}
ARTIFACTS = "{% $states.result.ModelArtifacts.S3ModelArtifacts %}"


@pytest.mark.parametrize(
    ("options", "place"),
    [
        ({"result_selector": {"a.$": "$.ModelArtifacts.S3ModelArtifacts"}}, "result_selector['a']"),
        ({"result_selector": {"a": sfn.JsonPath.string_at("$.ModelArtifacts.X")}}, "result_selector['a']"),
        ({"assign": {"a.$": "$.ModelArtifacts.S3ModelArtifacts"}}, "assign['a']"),
        ({"output_path": "$.ModelArtifacts"}, "output_path"),
        ({"state_outputs": ARTIFACTS, **JSONATA}, "state_outputs"),
        ({"state_outputs": {"a": [ARTIFACTS]}, **JSONATA}, "state_outputs['a'][0]"),
        (
            {"state_outputs": "{% $merge([$states.input, $states . result . ModelArtifacts]) %}", **JSONATA},
            "state_outputs",
        ),
        ({"assign": {"model": ARTIFACTS}, **JSONATA}, "assign['model']"),
    ],
)
def test_a_call_that_is_not_waited_for_answers_with_the_arn_only(options: dict[str, Any], place: str) -> None:
    with pytest.raises(InvalidParameterError) as error:
        check_selected(CREATE_TRAINING_JOB, CALLS, options, "Stack/Train")
    assert str(error.value) == (
        f"Stack/Train: {place}: selects ModelArtifacts, which CreateTrainingJob does not answer; write one of "
        "TrainingJobArn, or wait for the job with RUN_JOB"
    )
    check_selected(CREATE_TRAINING_JOB, WAITS, options, "Stack/Train")


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"result_selector": {"a.$": "$.ModelArn"}, "output_path": "$.a"},
        {"result_selector": {"a.$": "$.ModelArn"}, "assign": {"b.$": "$.a"}},
        {"result_path": "$.model", "output_path": "$.model.ModelArn"},
        {"result_path": None, "output_path": "$.anything"},
        {"assign": {"status.$": "$.SdkHttpMetadata.HttpStatusCode"}},
        {"state_outputs": "{% $states.result.ModelArn %}", **JSONATA},
        {"state_outputs": "{% 'no $states.result.Name here' %}", **JSONATA},
        {"state_outputs": "{% $exists($states.result.Name) ? $states.result.Name : 'none' %}", **JSONATA},
        {"state_outputs": {"literal": "$states.result.Name"}, **JSONATA},
    ],
)
def test_what_may_be_there_passes(options: dict[str, Any]) -> None:
    check_selected(CREATE_MODEL, CALLS, options, "Stack/Save")
