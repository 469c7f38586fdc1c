"""Names of jobs and models: legal for every execution name, and never used twice by a retry or a redrive."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import aws_stepfunctions as sfn

from sagemaker_rules.query_language import is_jsonata
from sagemaker_workflows._core.arguments import checks_call, checks_fields
from sagemaker_workflows._core.errors import InvalidNameError
from sagemaker_workflows._core.variables import is_token

#: Longest name of a training, processing, transform or labeling job, model or endpoint.
MAX_NAME_LENGTH = 63
#: Longest name of a tuning job.
MAX_SHORT_NAME_LENGTH = 32
#: An MD5 hash in hexadecimal digits and the hyphen before it.
_SUFFIX_LENGTH = 33
#: Longest prefix that leaves room for the part that makes a name unique.
MAX_PREFIX_LENGTH = MAX_NAME_LENGTH - _SUFFIX_LENGTH
#: The last field of a UUID and the hyphen before it.
_SHORT_SUFFIX_LENGTH = 13
#: The same for a tuning job.
MAX_SHORT_PREFIX_LENGTH = MAX_SHORT_NAME_LENGTH - _SHORT_SUFFIX_LENGTH
_REFERENCE_PATH = re.compile(r"\$\$?(\.[A-Za-z_]\w*(\[\d+\])?)+")
_PREFIX = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9])*")


@checks_fields
@dataclass(frozen=True)
class JobName:
    """The name of a job, model or other SageMaker resource in a task state, in either query language.

    Build it with :meth:`unique`, :meth:`unique_short`, :meth:`static` or :meth:`from_state`.

    Args:
        expression: The literal name, or a token of a JSONPath expression; empty: there is none.
        arn_pattern: What IAM knows of the name at synthesis: the name itself, or ``<prefix>-*``.
        jsonata: The literal name, or a JSONata expression (``{% ... %}``); empty: the same as ``expression`` if that is
            literal, else there is none.
        max_length: Length that the name may reach, where that is known at synthesis.
    """

    expression: str
    arn_pattern: str
    jsonata: str = ""
    max_length: int | None = None

    @classmethod
    @checks_call
    def unique(cls, prefix: str, *, discriminators: Sequence[str] = ()) -> JobName:
        """A name that is new on each attempt: ``<prefix>-<32 hexadecimal digits>``.

        The digits hash the execution's ARN, the state's name, the time it was entered (in milliseconds, which branches
        of a Parallel may share) and the retry count. The execution name itself is not used: 94 % of legal execution
        names are illegal job names, and a retry would reuse it.

        Args:
            prefix: Lower-case letters, digits and single hyphens, at most 30 characters. Policies are scoped to it, and
                lower case keeps them right whether IAM compares names as given or lower-cased.
            discriminators: Further reference paths to hash; inside a Map state pass ``$$.Map.Item.Index``, because its
                items share the others.

        Raises:
            InvalidNameError: The prefix is too long or has other characters, or a discriminator is not a reference
                path.
        """
        check_prefix(prefix)
        parts = ["$$.Execution.Id", "$$.State.Name", "$$.State.EnteredTime", "$$.State.RetryCount", *discriminators]
        jsonata_seed = " & '/' & ".join(_jsonata_reference(part) for part in parts)
        return cls(
            sfn.JsonPath.format(f"{prefix}-{{}}", _hash_of(tuple(parts))),
            f"{prefix}-*",
            f"{{% '{prefix}-' & $hash({jsonata_seed}, 'MD5') %}}",
            len(prefix) + _SUFFIX_LENGTH,
        )

    @classmethod
    @checks_call
    def unique_short(cls, prefix: str) -> JobName:
        """A name of at most 32 characters that is new on each attempt: ``<prefix>-<12 hexadecimal digits>``.

        For tuning jobs, whose names are that short. The digits are the last field of a random UUID: intrinsic functions
        cannot cut a hash, whose shortest form has 32 digits already. Of 200,000 names with one prefix, two are the same
        with a probability of 0.007 %; the second would be refused, not mixed up.

        Args:
            prefix: As for :meth:`unique`, but at most 19 characters.

        Raises:
            InvalidNameError: The prefix is too long or has other characters.
        """
        check_prefix(prefix, max_name_length=MAX_SHORT_NAME_LENGTH)
        return cls(
            sfn.JsonPath.format(f"{prefix}-{{}}", _last_field_of_a_uuid()),
            f"{prefix}-*",
            f"{{% '{prefix}-' & $split($uuid(), '-')[4] %}}",
            len(prefix) + _SHORT_SUFFIX_LENGTH,
        )

    @classmethod
    @checks_call
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
    @checks_call
    def from_state(cls, path: str, *, prefix: str) -> JobName:
        """A name that an earlier state handed on.

        Args:
            path: JSONPath into the state's input, as in ``$.model.ModelName``, or, for a task whose query language is
                JSONATA, an expression, as in ``{% $states.input.model.ModelName %}``.
            prefix: Prefix that the earlier state gave the name; policies are scoped to it.

        Raises:
            InvalidNameError: The prefix is not legal.
        """
        check_prefix(prefix)
        if is_jsonata(path):
            return cls("", f"{prefix}-*", path)
        return cls(sfn.JsonPath.string_at(path), f"{prefix}-*")

    def in_language(self, language: sfn.QueryLanguage) -> str:
        """The name as it goes into a request.

        Raises:
            InvalidNameError: The name was made for the other query language.
        """
        if language == sfn.QueryLanguage.JSON_PATH:
            if not self.expression:
                raise InvalidNameError(
                    f"{self.jsonata} is JSONata; write a JSONPath as in $.model.ModelName, or query_language=JSONATA"
                )
            return self.expression
        if not self.jsonata and is_token(self.expression):
            raise InvalidNameError(
                "is a JSONPath, and the state's query language is JSONata; write an expression as in "
                "{% $states.input.model.ModelName %}"
            )
        return self.jsonata or self.expression


# Of the same expression each call would make another token, several calls into Node.js each.
@functools.cache
def _hash_of(parts: tuple[str, ...]) -> str:
    seed = sfn.JsonPath.format("/".join("{}" for _ in parts), *(sfn.JsonPath.string_at(part) for part in parts))
    return sfn.JsonPath.hash(seed, "MD5")


@functools.cache
def _last_field_of_a_uuid() -> str:
    return sfn.JsonPath.array_get_item(sfn.JsonPath.string_split(sfn.JsonPath.uuid(), "-"), 4)


def _jsonata_reference(path: str) -> str:
    if not _REFERENCE_PATH.fullmatch(path):
        raise InvalidNameError(f"discriminator {path!r}: write a reference path, as in $$.Map.Item.Index")
    if path.startswith("$$."):
        return path.replace("$$.", "$states.context.", 1)
    return path.replace("$.", "$states.input.", 1)


@checks_call
def check_prefix(prefix: str, *, max_name_length: int = MAX_NAME_LENGTH) -> None:
    """Raises InvalidNameError unless ``prefix`` leaves room for the unique part and consists of ``[a-z0-9-]``."""
    suffix = _SUFFIX_LENGTH if max_name_length == MAX_NAME_LENGTH else _SHORT_SUFFIX_LENGTH
    if len(prefix) > max_name_length - suffix:
        raise InvalidNameError(
            f"name prefix {prefix!r} has {len(prefix)} characters; at most {max_name_length - suffix} fit, "
            f"because a name has {max_name_length} and ends in a hyphen and {suffix - 1} digits that make it unique"
        )
    if not _PREFIX.fullmatch(prefix):
        raise InvalidNameError(
            f"name prefix {prefix!r}: write lower-case letters, digits and single hyphens between them"
        )
