"""Makes wrong pipelines of a legal one, by the published schema of pipelines and botocore's models alone.

https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-schema.html
"""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

from tests.rules.mutants.mutant import Mutant, broken, input_shape
from tests.rules.pipelines.legal import LEGAL_PIPELINE

#: The request that the Arguments of a step are, and the name in it that pipelines fill in.
_REQUESTS = {
    "Processing": ("CreateProcessingJob", "ProcessingJobName"),
    "QualityCheck": ("CreateProcessingJob", "ProcessingJobName"),
    "Training": ("CreateTrainingJob", "TrainingJobName"),
    "Tuning": ("CreateHyperParameterTuningJob", "HyperParameterTuningJobName"),
    "Transform": ("CreateTransformJob", "TransformJobName"),
    "Model": ("CreateModel", "ModelName"),
    "RegisterModel": ("CreateModelPackage", ""),
}


def of_pipelines(number: int, chance: random.Random) -> Mutant | None:
    """A pipeline, broken at one place."""
    kinds = (_request, _reference, _request, _step, _request, _condition, _request, _document, _request, _parameter)
    kind = kinds[number % len(kinds)]
    definition = copy.deepcopy(LEGAL_PIPELINE)
    found = kind(definition, chance)
    if found is None:
        return None
    of, where = found
    return Mutant(f"pipeline {kind.__name__.strip('_')}", f"pipeline {of}", where, definition)


def _steps(found: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for each in found:
        yield each
        if each["Type"] == "Condition":
            for branch in ("IfSteps", "ElseSteps"):
                yield from _steps(each["Arguments"][branch])


def _any_step(definition: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    return chance.choice(list(_steps(definition["Steps"])))


def _request(definition: dict[str, Any], chance: random.Random) -> tuple[str, str]:
    step = chance.choice([each for each in _steps(definition["Steps"]) if each["Type"] in _REQUESTS])
    operation, filled_in = _REQUESTS[step["Type"]]
    where = broken(step["Arguments"], input_shape("sagemaker", operation), chance, keep=frozenset({filled_in}))
    return step["Type"], f"{step['Name']}: {where}"


def _gets(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "Get" in value:
            yield value
        for each in value.values():
            yield from _gets(each)
    elif isinstance(value, list):
        for each in value:
            yield from _gets(each)


def _reference(definition: dict[str, Any], chance: random.Random) -> tuple[str, str]:
    get = chance.choice(list(_gets(definition)))
    kind, name, *rest = get["Get"].split(".")
    wrong = [
        ".".join([kind, f"{name}2", *rest]),  # there is no such parameter, step or variable
        f"Stages.{name}",
        kind,
    ]
    if rest and not rest[0].startswith("OutputParameters"):
        wrong.append(".".join([kind, name, f"{rest[0]}2", *rest[1:]]))  # no such property by the Describe response
    get["Get"] = chance.choice(wrong)
    return "reference", f"{kind}.{name}: {get['Get']}"


def _step(definition: dict[str, Any], chance: random.Random) -> tuple[str, str]:
    step = _any_step(definition, chance)
    name, kind = step["Name"], step["Type"]
    how = chance.choice(
        ("type", "no type", "key", "name", "no name", "twice", "depends on", "on itself", "no arguments")
    )
    if how == "type":
        step["Type"] = f"{kind}s2"
    elif how == "no type":
        del step["Type"]
    elif how == "key":
        step["Argument2"] = {}
    elif how == "name":
        step["Name"] = chance.choice(("two words", "a" * 65, 7))
    elif how == "no name":
        del step["Name"]
    elif how == "twice":
        other = _any_step(definition, chance)
        if other["Name"] == name:
            return kind, _taken_out(step, kind)
        step["Name"] = other["Name"]
    elif how == "depends on":
        step["DependsOn"] = ["NoSuchStep"]
    elif how == "on itself":
        step["DependsOn"] = [name]
    else:
        return kind, _taken_out(step, kind)
    return kind, f"{name}: {how}"


def _taken_out(step: dict[str, Any], kind: str) -> str:
    """Takes out what the step cannot do without."""
    field = "FunctionArn" if kind == "Lambda" else "Arguments"
    del step[field]
    return f"{step['Name']}: {field} taken out"


def _condition(definition: dict[str, Any], chance: random.Random) -> tuple[str, str]:
    [step] = [each for each in _steps(definition["Steps"]) if each["Type"] == "Condition"]
    conditions = step["Arguments"]["Conditions"]
    condition = chance.choice(conditions)
    how = chance.choice(("operator", "key taken out", "key put in", "none", "no list", "argument put in"))
    if how == "operator":
        condition["Type"] = f"{condition['Type']}2"
    elif how == "key taken out":
        del condition[chance.choice(list(condition))]
    elif how == "key put in":
        condition["Value2"] = 1
    elif how == "none":
        step["Arguments"]["Conditions"] = []
    elif how == "no list":
        step["Arguments"][chance.choice(("Conditions", "IfSteps", "ElseSteps"))] = {}
    else:
        step["Arguments"]["ThenSteps"] = []
    return "Condition", how


def _document(definition: dict[str, Any], chance: random.Random) -> tuple[str, str]:
    how = chance.choice(("version", "no version", "key", "no steps", "steps", "parameters"))
    if how == "version":
        definition["Version"] = "2020-12-02"
    elif how == "no version":
        del definition["Version"]
    elif how == "key":
        definition["Step"] = []
    elif how == "no steps":
        definition["Steps"] = []
    elif how == "steps":
        definition["Steps"] = {each["Name"]: each for each in definition["Steps"]}
    else:
        definition["Parameters"] = {each["Name"]: each for each in definition["Parameters"]}
    return "document", how


def _parameter(definition: dict[str, Any], chance: random.Random) -> tuple[str, str]:
    parameter = chance.choice(definition["Parameters"])
    how = chance.choice(("type", "default", "name", "twice", "key", "taken out"))
    if how == "type":
        parameter["Type"] = f"{parameter['Type']}2"
    elif how == "default":
        parameter["DefaultValue"] = {"String": 7, "Boolean": "false"}.get(parameter["Type"], "seven")
    elif how == "name":
        parameter["Name"] = "two words"
    elif how == "twice":
        definition["Parameters"].append(dict(parameter))
    elif how == "key":
        parameter["Defaults"] = 1
    else:
        used = [each for each in definition["Parameters"] if each["Name"] in ("Rows", "Env")]
        parameter = chance.choice(used)
        definition["Parameters"].remove(parameter)
    return "parameter", f"{parameter['Name']}: {how}"
