"""moto 5.2.5 reads the query parameter ``qualifier`` of Invoke, while the API sends ``Qualifier``.

So every invocation of a version or an alias ran ``$LATEST``.
https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

from __future__ import annotations

from typing import Any

from local_aws.base.patching import Patches


def apply(patches: Patches) -> None:
    """Gives Invoke its qualifier."""
    from moto.awslambda.responses import LambdaResponse

    def invoke(self: Any) -> Any:
        if qualifier := self.querystring.get("Qualifier"):
            self.querystring["qualifier"] = qualifier
        return original(self)

    original = patches.replace(LambdaResponse, "invoke", invoke)
