"""The base of our task states: a state that brings its own policy statements into any state machine."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, Unpack

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from sagemaker_workflows._core.arguments import check_subclass, checks_state_arguments
from sagemaker_workflows._core.errors import InvalidParameterError
from sagemaker_workflows._core.place import path_of
from sagemaker_workflows._core.query_language import JSON_PATH, JSONATA, check_expressions
from sagemaker_workflows._core.types import fits, remedy, short
from sagemaker_workflows._core.variables import holds_token, is_json_path, is_token

#: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
_MAX_STATE_NAME_LENGTH = 80
_ROLE_ARN = re.compile(r"arn:[^:]+:iam::[^:]+:role/.")
_JSON_PATH_OPTIONS = ("input_path", "output_path", "result_path", "result_selector")
_JSONATA_OPTIONS = ("state_outputs",)


class TaskOptions(TypedDict, total=False):
    """Arguments that every task state takes, named as in aws-cdk-lib.

    Keys:
        state_name: Name in the definition, up to 80 characters; default: the construct id.
        comment: Comment in the definition.
        input_path: JSONPath that selects the input; default: all of it.
        output_path: JSONPath that selects the output; default: all of it.
        result_path: JSONPath at which the result is put into the input; default: the result replaces the input.
        result_selector: What to keep of the result. A Describe response is large: keep what later states use.
        task_timeout: The state fails with ``States.Timeout`` after this long; default: none.
        retry_on_service_exceptions: Retry throttling and capacity errors a bounded number of times; default: True.
        query_language: ``JSON_PATH`` (default) or ``JSONATA``, which has ``state_outputs`` in place of
            ``input_path``, ``output_path``, ``result_path`` and ``result_selector``.
        state_outputs: JSONata only: the state's output, a literal with ``{% ... %}`` in it; default: the result.
            aws-cdk-lib's ``outputs``, which is what a processing job calls something else.
        assign: Variables to set from the result, by name.
        credentials: ARN of the role that makes the call, usually one in another account; default: the state machine's.
            The state machine's role may then assume exactly this role and needs nothing else for the state; what the
            other role needs, :func:`sagemaker_workflows.task_statements` says. Its trust policy has to name the state
            machine's role; ``sts:ExternalId`` is the ARN of the state machine.
            https://docs.aws.amazon.com/step-functions/latest/dg/concepts-access-cross-acct-resources.html
    """

    state_name: str
    comment: str
    input_path: str
    output_path: str
    result_path: str | None
    result_selector: Mapping[str, Any]
    task_timeout: Duration
    retry_on_service_exceptions: bool
    query_language: sfn.QueryLanguage
    state_outputs: Mapping[str, Any] | str
    assign: Mapping[str, Any]
    credentials: str


class TaskState(sfn.CustomState):
    """A task state of any service, with ``.next()``, ``.add_retry()`` and ``.add_catch()``.

    The role of the state machine that the state ends up in is granted exactly the statements given here.

    Args:
        scope: Parent construct.
        id: Construct id, and the state's name unless ``state_name`` is given.
        resource: Resource of the task, as in ``arn:aws:states:::lambda:invoke``.
        parameters: Request as a literal; values may be JSONPath tokens, or JSONata expressions with ``query_language``.
        statements: Policy statements for the state machine's role, unless ``credentials`` names another one.
        retries: Retriers for errors of the service.
        options: See :class:`TaskOptions`.

    Raises:
        InvalidParameterError: The state's name is too long, something belongs to the other query language, or
            ``credentials`` is not the ARN of a role.
    """

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        check_subclass(cls, checks_state_arguments)

    @checks_state_arguments
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        resource: str,
        parameters: Mapping[str, Any],
        statements: Sequence[iam.PolicyStatement],
        retries: Sequence[Mapping[str, Any]],
        **options: Unpack[TaskOptions],
    ) -> None:
        path = f"{path_of(scope)}/{id}"
        self._given_name = options.get("state_name", id)
        if len(self._given_name) > _MAX_STATE_NAME_LENGTH:
            raise InvalidParameterError(
                path,
                "state_name",
                f"has {len(self._given_name)} characters; write at most {_MAX_STATE_NAME_LENGTH}",
            )
        self._statements = _statements(statements, options.get("credentials"), path)
        self._language = options.get("query_language", JSON_PATH)
        _check_language(parameters, options, self._language, path)
        super().__init__(scope, id, state_json=_render(resource, parameters, options, self._language))
        if options.get("retry_on_service_exceptions", True):
            for retry in retries:
                self.add_retry(**retry)

    def next(self, next: sfn.IChainable) -> sfn.Chain:
        """Goes on with ``next``: a state, a chain of states or a pattern.

        Raises:
            InvalidParameterError: It is something else.
        """
        if not fits(next, sfn.IChainable):
            problem = f"is {short(next)}; write {remedy(next, sfn.IChainable)}"
            raise InvalidParameterError(path_of(self), "next", problem)
        return super().next(next)

    # aws-cdk-lib takes the name from the construct id, in which it replaces "/" by "--".
    @property
    def state_id(self) -> str:
        """Name of the state in the definition, non-ASCII characters and slashes included."""
        return self._given_name

    # A CustomState has none; from it aws-cdk-lib renders QueryLanguage and the form of a Catch, and refuses a JSONPath
    # state in a JSONata state machine.
    @property
    def _query_language(self) -> sfn.QueryLanguage:
        return self._language

    def _when_bound_to_graph(self, graph: sfn.StateGraph) -> None:
        super()._when_bound_to_graph(graph)
        for statement in self._statements:
            graph.register_policy_statement(statement)


def _statements(
    statements: Sequence[iam.PolicyStatement], credentials: str | None, path: str
) -> list[iam.PolicyStatement]:
    """What the state machine's role needs: ``statements``, or to assume the role that makes the call."""
    if credentials is None:
        return list(statements)
    # An expression would leave the policy nothing to name; an ARN may hold the tokens of account and partition.
    known = not is_token(credentials) or credentials.startswith("arn:")
    if (known and not _ROLE_ARN.match(credentials)) or is_json_path(credentials):
        raise InvalidParameterError(
            path, "credentials", f"{credentials!r} is not the ARN of a role; write arn:aws:iam::<account>:role/<name>"
        )
    return [iam.PolicyStatement(actions=["sts:AssumeRole"], resources=[credentials])]


def _check_language(
    parameters: Mapping[str, Any], options: TaskOptions, language: sfn.QueryLanguage, path: str
) -> None:
    """Raises InvalidParameterError for options and expressions of the other query language."""
    foreign = _JSON_PATH_OPTIONS if language == JSONATA else _JSONATA_OPTIONS
    if wrong := [option for option in foreign if option in options]:
        other, remedy = (
            ("JSONPath", "write state_outputs") if language == JSONATA else ("JSONata", "add query_language=JSONATA")
        )
        raise InvalidParameterError(path, wrong[0], f"is an option of {other} states; {remedy}, or leave it out")
    check_expressions(parameters, language, path)
    for option in ("state_outputs", "assign"):
        if value := options.get(option):
            check_expressions({option: value}, language, path)


def _render(
    resource: str, parameters: Mapping[str, Any], options: TaskOptions, language: sfn.QueryLanguage
) -> dict[str, Any]:
    state: dict[str, Any] = {"Type": "Task", "Resource": resource}
    if "credentials" in options:
        state["Credentials"] = {"RoleArn": options["credentials"]}
    if "comment" in options:
        state["Comment"] = options["comment"]
    if language == JSONATA:
        state["Arguments"] = dict(parameters)
        if "state_outputs" in options:
            state["Output"] = options["state_outputs"]
    else:
        state |= _render_paths(parameters, options)
    if "assign" in options:
        assign = dict(options["assign"])
        state["Assign"] = assign if language == JSONATA else _with_paths(assign)
    if "task_timeout" in options:
        state["TimeoutSeconds"] = options["task_timeout"].to_seconds()
    return state


def _with_paths(value: dict[str, Any]) -> Any:
    """``value`` with ``.$`` at the keys of what :class:`aws_stepfunctions.JsonPath` has made."""
    return sfn.FieldUtils.render_object(value) if holds_token(value) else value


@functools.cache
def _discard() -> str:
    return sfn.JsonPath.DISCARD


def _render_paths(parameters: Mapping[str, Any], options: TaskOptions) -> dict[str, Any]:
    """Input and output of a JSONPath state."""
    state: dict[str, Any] = {}
    if "input_path" in options:
        state["InputPath"] = options["input_path"]
    state["Parameters"] = _with_paths(dict(parameters))
    if "result_selector" in options:
        state["ResultSelector"] = _with_paths(dict(options["result_selector"]))
    if "result_path" in options:
        discard = options["result_path"] in (None, _discard())
        # DISCARD becomes null at synthesis; a plain None would be dropped on the way into jsii.
        state["ResultPath"] = _discard() if discard else options["result_path"]
    if "output_path" in options:
        state["OutputPath"] = options["output_path"]
    return state
