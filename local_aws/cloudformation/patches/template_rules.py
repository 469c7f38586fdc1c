"""moto 5.2.5 ignores the Rules section; the CDK's rule about the version of the bootstrap stack is one."""

from __future__ import annotations

import functools
from typing import Any

from local_aws.base.errors import LocalAwsError
from local_aws.base.patching import replace
from local_aws.cloudformation import rules


def apply() -> None:
    """Evaluates the rules when parameters are loaded."""
    from moto.cloudformation import parsing
    from moto.cloudformation.exceptions import ValidationError

    original = parsing.ResourceMap.load

    @functools.wraps(original)
    def load(self: Any) -> None:
        original(self)
        try:
            rules.check(self._template.get("Rules", {}), lambda node: parsing.clean_json(node, self))
        except LocalAwsError as error:
            raise ValidationError(message=str(error)) from error

    replace(parsing.ResourceMap, "load", load)
