"""moto 5.2.5 reads definitions with a grammar in which the words of the language are tokens.

Texts keep their escapes (``it\\'s``), legal fields that the grammar lacks are syntax errors (ItemBatcher, CSVDelimiter,
JSONata in ItemSelector), the query languages of all definitions lie in one list of a class, paths are those of
jsonpath-ng and expressions have no evaluator. The change: ``reading`` reads JSON, with Jayway's paths, intrinsic
functions and an evaluator of JSONata of our own.
"""

from __future__ import annotations

from typing import Any

from local_aws.base.patching import Patches


def apply(patches: Patches) -> None:
    """Puts our reader where moto has its parser."""
    from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser

    from local_aws.stepfunctions.reading import programs

    def parse(definition: str) -> tuple[Any, None]:
        return programs.read(definition), None

    patches.replace(AmazonStateLanguageParser, "parse", staticmethod(parse))
