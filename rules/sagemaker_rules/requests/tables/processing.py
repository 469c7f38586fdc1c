"""The rules on processing jobs."""

from __future__ import annotations

from sagemaker_rules.requests.tables.sources import API, SDK
from sagemaker_rules.rule import Rule

PROCESSING_RULES: tuple[Rule, ...] = (
    Rule(
        "processing-name-twice",
        "Inputs and outputs of a processing job have names of their own.",
        f"{SDK}3484",
        "an input and an output 'data'",
    ),
    Rule(
        "processing-input",
        "An input is an object in S3 or a dataset.",
        f"{API}ProcessingInput.html",
        '{"InputName": "code"}',
    ),
    Rule(
        "processing-output",
        "An output goes to S3 or to a feature store.",
        f"{API}ProcessingOutput.html",
        '{"OutputName": "report"}',
    ),
    Rule(
        "dataset",
        "A dataset comes from Athena or from Redshift.",
        f"{API}DatasetDefinition.html",
        '"DatasetDefinition": {}',
    ),
    Rule(
        "local-path",
        "Inputs and outputs lie below /opt/ml/processing/.",
        f"{API}ProcessingS3Input.html",
        '"LocalPath": "/opt/ml/input/data"',
    ),
    Rule(
        "local-path-twice", "Each input has a path of its own.", f"{SDK}4939", "two inputs at /opt/ml/processing/input"
    ),
    Rule(
        "empty-argument",
        "Arguments of a container are not empty.",
        f"{SDK}3758",
        '"ContainerArguments": ["--label", ""]',
    ),
    Rule(
        "processing-runtime",
        "A processing job ends within 5 days, unless AWS has raised the quota.",
        "https://docs.aws.amazon.com/general/latest/gr/sagemaker.html",
        '"MaxRuntimeInSeconds": 518400',
        "warning",
    ),
)
