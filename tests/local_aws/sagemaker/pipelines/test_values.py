from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from local_aws.sagemaker.pipelines.values import UnresolvedError, Values

PROPERTIES: Mapping[str, Mapping[str, Any]] = {
    "Prepare": {
        "ProcessingOutputConfig": {
            "Outputs": [
                {"OutputName": "train", "S3Output": {"S3Uri": "s3://b/train"}},
                {"OutputName": "test", "S3Output": {"S3Uri": "s3://b/test"}},
            ]
        }
    },
    "Ask": {"OutputParameters": {"n": 5, "my key": True}},
}
DOCUMENTS = {
    "s3://b/report.json": {"regression_metrics": {"mse": {"value": 4.5}}, "folds": [{"r2": 0.5}]},
}


@pytest.fixture
def values() -> Values:
    return Values(
        parameters={"N": 3, "Flag": False, "Rate": 0.1},
        execution={"PipelineExecutionId": "abc"},
        properties=PROPERTIES.get,
        property_file=lambda step, file: f"s3://b/{file}.json",
        read_json=lambda uri: DOCUMENTS[uri],
    )


@pytest.mark.parametrize(
    ("value", "resolved"),
    [
        ({"Get": "Parameters.N"}, 3),
        ({"Get": "Parameters.Flag"}, False),
        ({"Get": "Execution.PipelineExecutionId"}, "abc"),
        ({"Get": "Steps.Prepare.ProcessingOutputConfig.Outputs['train'].S3Output.S3Uri"}, "s3://b/train"),
        ({"Get": "Steps.Prepare.ProcessingOutputConfig.Outputs[1].S3Output.S3Uri"}, "s3://b/test"),
        ({"Get": "Steps.Ask.OutputParameters['n']"}, 5),
        ({"Get": "Steps.Ask.OutputParameters['my key']"}, True),
        ([{"a": {"Get": "Parameters.N"}}, "b"], [{"a": 3}, "b"]),
        ("Parameters.N", "Parameters.N"),
        (
            {"Std:Join": {"On": "/", "Values": ["s3:/", {"Get": "Execution.PipelineExecutionId"}, 1, True]}},
            "s3://abc/1/true",
        ),
        ({"Std:Join": {"On": "", "Values": [{"Get": "Parameters.Rate"}]}}, "0.1"),
        ({"Std:Join": {"On": "-", "Values": [{"Std:Join": {"On": "", "Values": ["a", "b"]}}, "c"]}}, "ab-c"),
        (
            {
                "Std:JsonGet": {
                    "PropertyFile": {"Get": "Steps.Prepare.PropertyFiles.report"},
                    "Path": "regression_metrics.mse.value",
                }
            },
            4.5,
        ),
        (
            {
                "Std:JsonGet": {
                    "S3Uri": {"Std:Join": {"On": "/", "Values": ["s3:/", "b", "report.json"]}},
                    "Path": "folds[0]['r2']",
                }
            },
            0.5,
        ),
    ],
)
def test_references_resolve_to_values_in_their_types(values: Values, value: Any, resolved: Any) -> None:
    found = values.resolve(value)
    assert found == resolved
    assert type(found) is type(resolved)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"Get": "Steps.Later.X"}, "step 'Later' has no properties"),
        ({"Get": "Steps.Ask.OutputParameters['m']"}, "Steps.Ask.OutputParameters['m'] has no value"),
        ({"Get": "Steps.Prepare.ProcessingOutputConfig.Outputs[7]"}, "there is no 7"),
        ({"Std:Join": {"On": "", "Values": [["a"]]}}, "neither a string nor a number"),
        ({"Std:JsonGet": {"S3Uri": "s3://b/report.json", "Path": "mae"}}, "mae in s3://b/report.json has no value"),
    ],
)
def test_what_has_no_value_is_named(values: Values, value: Any, message: str) -> None:
    with pytest.raises(UnresolvedError) as error:
        values.resolve(value)
    assert message in str(error.value)
