"""moto 5.2.5 keeps the query languages of the states that it is reading in a list of the class, for all definitions.

A definition that is refused leaves its scopes there, and every later legal one is read as if it stood inside of them;
two threads that read definitions at once mix theirs. The change: each reading has a list of its own.
https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

from __future__ import annotations

from typing import Any

from local_aws.base.patching import Patches


def apply(patches: Patches) -> None:
    """Gives each reading of a definition its own scopes."""
    from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor

    def init(self: Any) -> None:
        original(self)
        self._query_language_per_scope = []

    original = patches.replace(Preprocessor, "__init__", init)
