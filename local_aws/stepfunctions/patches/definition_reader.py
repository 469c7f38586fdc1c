"""moto 5.2.5 reads definitions with a grammar in which the words of the language are tokens.

Texts keep their escapes (``it\\'s``), legal fields that the grammar lacks are syntax errors (ItemBatcher, CSVDelimiter,
JSONata in ItemSelector), the query languages of all definitions lie in one list of a class, paths are those of
jsonpath-ng and expressions have no evaluator. The change: ``reading`` reads JSON, with Jayway's paths, intrinsic
functions and an evaluator of JSONata of our own.
"""

from __future__ import annotations

from typing import Any

from local_aws.base.patching import Patches
from local_aws.iam.authorize import Authorizer


def apply(patches: Patches, authorizer: Authorizer) -> None:
    """Puts our reader where moto has its parser; ``authorizer`` decides who may start child executions.

    https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
    """
    from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser

    from local_aws.stepfunctions.reading import programs

    def authorize(role_arn: str, machine_arn: str) -> None:
        authorizer.authorize(
            role_arn=role_arn, session_name="StepFunctions", action="states:StartExecution", resource=machine_arn
        )

    def parse(definition: str) -> tuple[Any, None]:
        return programs.read(definition, authorize), None

    patches.replace(AmazonStateLanguageParser, "parse", staticmethod(parse))
