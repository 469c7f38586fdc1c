"""The rules on pipeline definitions by id, each with its source."""

from __future__ import annotations

from sagemaker_rules.rule import Rule

_GUIDE = "https://docs.aws.amazon.com/sagemaker/latest/dg/"
_SCHEMA = f"{_GUIDE}pipelines-schema.html"
_STEPS = f"{_GUIDE}build-and-manage-steps-types.html"

PIPELINE_RULES: tuple[Rule, ...] = (
    Rule("pipeline", "A definition has its version, steps, and no keys of its own.", _SCHEMA, '{"Version": "2019"}'),
    Rule(
        "pipeline-size",
        "A pipeline has at most 50 steps.",
        "https://docs.aws.amazon.com/general/latest/gr/sagemaker.html",
        "51 steps",
    ),
    Rule(
        "parameter",
        "A parameter has a name, a type, and a default of that type.",
        f"{_GUIDE}build-and-manage-parameters.html",
        '{"Name": "N", "Type": "Integer", "DefaultValue": "3"}',
    ),
    Rule("step-name", "A step has a name of 1 to 64 letters, digits, - and _.", _SCHEMA, '"Name": "my step"'),
    Rule("step-twice", "Each step has a name of its own.", _SCHEMA, "two steps 'Train'"),
    Rule(
        "step-length", "Display name and description have their lengths.", _SCHEMA, "a description of 4,000 characters"
    ),
    Rule("step-type", "A step is of a type that there is.", _STEPS, '"Type": "Trainning"'),
    Rule("step-key", "A step has the keys of its type.", _STEPS, 'a Lambda step without "FunctionArn"'),
    Rule("step-arguments", "Arguments are an object.", _STEPS, '"Arguments": []'),
    Rule(
        "step-argument",
        "Arguments have no fields that pipelines do not take.",
        "https://github.com/aws/sagemaker-python-sdk/pull/3472",
        '"ModelPackageName": "x" in a RegisterModel step',
    ),
    Rule("step-input", "Inputs of Lambda and callback steps are not nested.", _STEPS, '"Arguments": {"x": [1]}'),
    Rule("step-cycle", "No step waits for itself.", _STEPS, '"DependsOn": its own name'),
    Rule(
        "step-branch",
        "No step waits for one of the other branch.",
        _STEPS,
        "a step of ElseSteps depends on one of IfSteps",
    ),
    Rule("depends-on", "DependsOn names steps of the pipeline.", _STEPS, '"DependsOn": ["Trian"]'),
    Rule(
        "reference",
        "A reference names a parameter, a variable, or a step of the pipeline.",
        f"{_GUIDE}build-and-manage-access.html",
        '{"Get": "Parameters.Undeclared"}',
    ),
    Rule(
        "reference-type",
        "A reference has the type of the place where it stands.",
        "https://github.com/aws/sagemaker-python-sdk/issues/2631",
        '"ContainerArguments": [{"Get": "Parameters.N"}] where N is an Integer',
    ),
    Rule(
        "property",
        "A step has the property that is asked for.",
        f"{_GUIDE}build-and-manage-properties.html",
        '{"Get": "Steps.Train.ModelArtifact.S3ModelArtifacts"}',
    ),
    Rule(
        "property-file",
        "A property file has a name, a path, and an output of its step.",
        f"{_GUIDE}build-and-manage-propertyfile.html",
        '"OutputName": "reports" where the output is "report"',
    ),
    Rule("output-parameter", "Outputs have names and types.", _STEPS, '{"OutputType": "List"}'),
    Rule("condition", "A condition has its operator and that operator's keys.", _STEPS, '{"Type": "NotEquals", ...}'),
    Rule("condition-types", "A condition compares values of one kind.", _STEPS, '{"LeftValue": "5", "RightValue": 5}'),
    Rule("check-type", "A check is of a type that there is.", _STEPS, '"CheckType": "DATA_DRIFT"'),
    Rule(
        "retry-policy",
        "A retry policy names errors that there are, and stays within its bounds.",
        f"{_GUIDE}pipelines-retry-policy.html",
        '"ExceptionType": ["Step.MAGIC"]',
    ),
    Rule("cache", "A cache is on or off.", f"{_GUIDE}pipelines-caching.html", '"CacheConfig": {"Enabled": "true"}'),
)
