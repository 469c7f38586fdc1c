"""moto 5.2.5 creates a state machine whose definition has a missing Next target, and never looks at its role; it
answers with the old machine when a name is taken, whatever the definition.

AWS refuses an invalid definition, a role that Step Functions may not assume, one that may not make the managed rules of
``.sync``, and one that may not reach the log destination:
https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html
https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from local_aws.base.errors import AccessDeniedError
from local_aws.base.patching import Patches
from local_aws.iam.authorize import Authorizer
from local_aws.iam.sessions import Sessions
from local_aws.stepfunctions import definitions
from local_aws.stepfunctions.diagnostics import diagnose
from local_aws.stepfunctions.reading import programs

RULE_ACTIONS = ("events:PutTargets", "events:PutRule", "events:DescribeRule")
# Step Functions makes managed rules: these actions see who manages them, DescribeRule does not know the key.
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html
MANAGED_BY: Mapping[str, str] = {"events:ManagedBy": "states.amazonaws.com"}
LOG_DELIVERY_ACTIONS = (
    "logs:CreateLogDelivery",
    "logs:GetLogDelivery",
    "logs:UpdateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:DescribeResourcePolicies",
    "logs:DescribeLogGroups",
)


class CreationChecks:
    """What Step Functions finds out about a definition and its role before it keeps them.

    Args:
        sessions: Knows which services may assume a role.
        authorizer: Decides what a role may do.
    """

    def __init__(self, sessions: Sessions, authorizer: Authorizer) -> None:
        self._sessions = sessions
        self._authorizer = authorizer

    def check_definition(self, text: str, *, is_express: bool) -> None:
        """Raises InvalidDefinition, or NotSupportedLocally for what AWS would accept and the local AWS cannot run."""
        from moto.core.exceptions import AWSError

        errors = [str(each) for each in diagnose(text, is_express=is_express) if each.severity == "ERROR"]
        if errors:
            raise AWSError(f"Invalid State Machine Definition: '{', '.join(errors)}'", "InvalidDefinition")
        for problem in definitions.unsupported_locally(json.loads(text)):
            raise AWSError(problem, "NotSupportedLocally")
        try:
            programs.read(text, _nobody)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            problem = f"the local AWS cannot read the definition: {type(error).__name__}: {error}".replace("\n", " ")
            raise AWSError(problem, "NotSupportedLocally") from None

    def check_role(
        self,
        *,
        role_arn: str,
        machine_arn: str,
        definition: str,
        logging_configuration: dict[str, Any] | None,
        rule_prefix: str,
    ) -> None:
        """Raises AccessDeniedException unless the role can do what Step Functions tries out at creation.

        Args:
            role_arn: Execution role of the state machine.
            machine_arn: The state machine, on whose behalf Step Functions assumes the role.
            definition: Its definition.
            logging_configuration: As in the API; None or level OFF needs nothing.
            rule_prefix: ARN of an EventBridge rule without the rule's name.
        """
        states = (
            "Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume"
        )
        with _denied_as(f"{states} the provided role."):
            self._sessions.check_trust(role_arn, "states.amazonaws.com", machine_arn)
        with _denied_as(f"'{role_arn}' is not authorized to create managed-rule."):
            for rule in definitions.managed_rules(json.loads(definition)):
                for action in RULE_ACTIONS:
                    context = None if action == "events:DescribeRule" else MANAGED_BY
                    self._authorize(role_arn, action, rule_prefix + rule, context)
        if (logging_configuration or {}).get("level", "OFF") == "OFF":
            return
        with _denied_as("The state machine IAM Role is not authorized to access the Log Destination"):
            for action in LOG_DELIVERY_ACTIONS:
                self._authorize(role_arn, action, "*")

    def _authorize(self, role_arn: str, action: str, resource: str, context: Mapping[str, str] | None = None) -> None:
        self._authorizer.authorize(
            role_arn=role_arn, session_name="StepFunctions", action=action, resource=resource, context=context
        )


@contextlib.contextmanager
def _denied_as(message: str) -> Iterator[None]:
    from moto.core.exceptions import AWSError

    try:
        yield
    except AccessDeniedError as error:
        raise AWSError(f"{message} ({error})", "AccessDeniedException") from None


def apply(patches: Patches, checks: CreationChecks) -> None:
    """Checks name, definition and role before anything is kept."""
    from moto.core.exceptions import AWSError
    from moto.stepfunctions.exceptions import StateMachineDoesNotExist
    from moto.stepfunctions.models import StepFunctionBackend
    from moto.stepfunctions.parser.models import StepFunctionsParserBackend

    def check(backend: Any, machine_arn: str, role_arn: str, definition: str, logging_configuration: Any) -> None:
        checks.check_role(
            role_arn=role_arn,
            machine_arn=machine_arn,
            definition=definition,
            logging_configuration=logging_configuration,
            rule_prefix=f"arn:{backend.partition}:events:{backend.region_name}:{backend.account_id}:rule/",
        )

    def create_state_machine(self: Any, name: str, definition: str, roleArn: str, **more: Any) -> Any:  # noqa: N803
        self._validate_name(name)
        self._validate_role_arn(roleArn)
        checks.check_definition(definition, is_express=more.get("sm_type") == "EXPRESS")
        arn = f"arn:{self.partition}:states:{self.region_name}:{self.account_id}:stateMachine:{name}"
        try:
            present = self.describe_state_machine(arn)
        except StateMachineDoesNotExist:
            check(self, arn, roleArn, definition, more.get("loggingConfiguration"))
            return original_create(self, name, definition, roleArn, **more)
        if _is_same(present, definition, more):
            return present
        raise AWSError(f"State Machine Already Exists: '{arn}'", "StateMachineAlreadyExists")

    def update_state_machine(self: Any, arn: str, definition: Any = None, role_arn: Any = None, **more: Any) -> Any:
        machine = next((each for each in self.state_machines if each.arn == arn), None)
        if machine is None:
            self._validate_machine_arn(arn)
            raise StateMachineDoesNotExist(f"State Machine Does Not Exist: '{arn}'")
        if definition is not None:
            checks.check_definition(definition, is_express=machine.type == "EXPRESS")
        if role_arn is not None:
            self._validate_role_arn(role_arn)
        logging_configuration = more.get("logging_configuration") or machine.loggingConfiguration
        check(self, arn, role_arn or machine.roleArn, definition or machine.definition, logging_configuration)
        return original_update(self, arn, definition, role_arn, **more)

    # The definition is checked where the type is known, too.
    patches.replace(StepFunctionsParserBackend, "_validate_definition", staticmethod(lambda definition: None))
    original_create = patches.replace(StepFunctionBackend, "create_state_machine", create_state_machine)
    original_update = patches.replace(StepFunctionBackend, "update_state_machine", update_state_machine)


def _is_same(machine: Any, definition: str, more: Mapping[str, Any]) -> bool:
    """Whether CreateStateMachine asks for what there is: roles and tags do not count.

    https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html
    """
    return bool(
        machine.definition == definition
        and machine.type == (more.get("sm_type") or "STANDARD")
        and machine.loggingConfiguration == (more.get("loggingConfiguration") or {"level": "OFF"})
        and machine.tracingConfiguration == (more.get("tracingConfiguration") or {"enabled": False})
    )


def _nobody(role_arn: str, machine_arn: str) -> None:
    """Definitions that are only read start nothing."""
