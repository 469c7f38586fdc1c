"""Our evaluator of JSONata answers as the reference implementation, jsonata of npm in Step Functions' version.

``reference/answers.json`` holds expressions of the generator with the reference's answers; this module's ``write``
makes it anew.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.local_aws.stepfunctions.reference.comparison import ours, reference, same
from tests.local_aws.stepfunctions.reference.generator import Generator

ANSWERS = Path(__file__).parent / "reference" / "answers.json"


def generated(seed: int, count: int) -> list[str]:
    generator = Generator(seed)
    return sorted({generator.expression() for _ in range(count)})


def write() -> None:
    """Asks the reference for the answers of the corpus."""
    expressions = generated(seed=0, count=450)
    pairs = dict(zip(expressions, reference(expressions), strict=True))
    lines = ",\n".join(f"{json.dumps(text)}: {json.dumps(answer)}" for text, answer in pairs.items())
    ANSWERS.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")


def test_the_corpus_is_answered_as_the_reference_answers() -> None:
    answers = json.loads(ANSWERS.read_text(encoding="utf-8"))
    assert len(answers) > 350
    kinds = {kind for answer in answers.values() for kind in answer}
    assert kinds == {"value", "undefined", "error"}
    assert [text for text, answer in answers.items() if not same(ours(text), answer)] == []


@pytest.mark.long
def test_ten_thousand_generated_expressions_are_answered_alike() -> None:
    expressions = generated(seed=1, count=20_000)
    assert len(expressions) > 10_000
    answers = reference(expressions)
    assert [text for text, answer in zip(expressions, answers, strict=True) if not same(ours(text), answer)] == []


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("22.5 % 7", 1.5),
        ("true in [1]", False),
        ("[true] = [1]", False),
        ("$string(['ä', 0.1])", '["ä",0.1]'),
        ("$string({'a': '\\\\u00e4'})", '{"a":"\\\\u00e4"}'),
    ],
)
def test_what_the_comparison_has_found(expression: str, value: object) -> None:
    assert ours(expression) == {"value": value}
