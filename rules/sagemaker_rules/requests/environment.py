"""Rules on what a container is started with."""

from __future__ import annotations

from collections.abc import Iterator

from sagemaker_rules.requests.fields import Fields, Found


def arguments(fields: Fields, *names: str) -> Iterator[Found]:
    """Empty entries of an entrypoint or of arguments, which SageMaker refuses.

    https://github.com/aws/sagemaker-python-sdk/issues/3758
    """
    for name in names:
        for path, text in fields.texts(name):
            if not text:
                yield Found(path, "empty-argument", "is empty; take it out, or write a value that stands for none")
