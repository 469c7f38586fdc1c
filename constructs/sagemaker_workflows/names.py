"""Names of jobs and models: legal for every execution name, and never used twice by a retry or a redrive."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import aws_stepfunctions as sfn

from sagemaker_workflows.errors import InvalidNameError

#: Longest name of a training, processing, transform or labeling job, model or endpoint.
MAX_NAME_LENGTH = 63
#: An MD5 hash in hexadecimal digits and the hyphen before it.
_SUFFIX_LENGTH = 33
#: Longest prefix that leaves room for the part that makes a name unique.
MAX_PREFIX_LENGTH = MAX_NAME_LENGTH - _SUFFIX_LENGTH
_PREFIX = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9])*")


@dataclass(frozen=True)
class JobName:
    """The name of a job, model or other SageMaker resource in a task state.

    Build it with :meth:`unique`, :meth:`static` or :meth:`from_state`.

    Args:
        expression: The literal name, or a token of a JSONPath expression.
        arn_pattern: What IAM knows of the name at synthesis: the name itself, or ``<prefix>-*``.
    """

    expression: str
    arn_pattern: str

    @classmethod
    def unique(cls, prefix: str, *, discriminators: Sequence[str] = ()) -> JobName:
        """A name that is new on each attempt: ``<prefix>-<32 hexadecimal digits>``.

        The digits hash the execution's ARN, the state's name, the time it was entered (in milliseconds, which branches
        of a Parallel may share) and the retry count. The execution name itself is not used: 94 % of legal execution
        names are illegal job names, and a retry would reuse it.

        Args:
            prefix: Lower-case letters, digits and single hyphens, at most 30 characters. Policies are scoped to it, and
                lower case keeps them right whether IAM compares names as given or lower-cased.
            discriminators: Further JSONPath expressions to hash; inside a Map state pass ``$$.Map.Item.Index``, because
                its items share the others.

        Raises:
            InvalidNameError: The prefix is too long or has other characters.
        """
        check_prefix(prefix)
        parts = ["$$.Execution.Id", "$$.State.Name", "$$.State.EnteredTime", "$$.State.RetryCount", *discriminators]
        seed = sfn.JsonPath.format("/".join("{}" for _ in parts), *(sfn.JsonPath.string_at(part) for part in parts))
        return cls(sfn.JsonPath.format(f"{prefix}-{{}}", sfn.JsonPath.hash(seed, "MD5")), f"{prefix}-*")

    @classmethod
    def static(cls, name: str) -> JobName:
        """A fixed name. A second execution, or a retry, is refused by SageMaker: for one-off resources only.

        Raises:
            InvalidNameError: Not a legal name.
        """
        if len(name) > MAX_NAME_LENGTH or not _NAME.fullmatch(name):
            raise InvalidNameError(
                f"name {name!r} ({len(name)} characters): write at most {MAX_NAME_LENGTH} letters, digits and hyphens, "
                "a letter or digit first and last"
            )
        return cls(name, name)

    @classmethod
    def from_state(cls, path: str, *, prefix: str) -> JobName:
        """A name that an earlier state handed on.

        Args:
            path: JSONPath into the state's input, as in ``$.model.ModelName``.
            prefix: Prefix that the earlier state gave the name; policies are scoped to it.

        Raises:
            InvalidNameError: The prefix is not legal.
        """
        check_prefix(prefix)
        return cls(sfn.JsonPath.string_at(path), f"{prefix}-*")


def check_prefix(prefix: str) -> None:
    """Raises InvalidNameError unless ``prefix`` leaves room for the hash and consists of ``[a-z0-9-]``."""
    if len(prefix) > MAX_PREFIX_LENGTH:
        raise InvalidNameError(
            f"name prefix {prefix!r} has {len(prefix)} characters; at most {MAX_PREFIX_LENGTH} fit, "
            f"because a name has {MAX_NAME_LENGTH} and ends in a hyphen and 32 digits that make it unique"
        )
    if not _PREFIX.fullmatch(prefix):
        raise InvalidNameError(
            f"name prefix {prefix!r}: write lower-case letters, digits and single hyphens between them"
        )
