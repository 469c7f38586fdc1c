"""What is wrong with the Step Functions of stock moto, by the module of the patch that mends it."""

from __future__ import annotations

import inspect
import json
import time
from collections.abc import Callable
from typing import Any

import boto3
from moto import mock_aws
from moto.stepfunctions import models
from moto.stepfunctions.parser.asl.component.state.exec.state_task import state_task_factory
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import state_task_service_aws_sdk
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import StateTaskService
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task import StateTask
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor
from moto.stepfunctions.parser.asl.utils import boto_client
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

ROLE = "arn:aws:iam::123456789012:role/nobody"
PASS = {"A": {"Type": "Pass", "End": True}}


class Stock:
    """The API as moto gives it."""

    def __init__(self) -> None:
        self.client = boto3.client("stepfunctions", region_name="us-east-1")
        self.numbers = iter(range(1000))

    def create(self, states: dict[str, Any], top: dict[str, Any] | None = None, **more: Any) -> str:
        definition = json.dumps({"StartAt": next(iter(states)), "States": states, **(top or {})})
        name = f"m{next(self.numbers)}"
        answer = self.client.create_state_machine(name=name, definition=definition, roleArn=ROLE, **more)
        return str(answer["stateMachineArn"])

    def run(self, states: dict[str, Any], top: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        execution = self.client.start_execution(stateMachineArn=self.create(states, top, **more), name="x")
        while True:
            description: dict[str, Any] = self.client.describe_execution(executionArn=execution["executionArn"])
            if description["status"] != "RUNNING":
                return description
            time.sleep(0.02)


def start_time_is_a_datetime(stock: Stock) -> bool:
    try:
        stock.run({"A": {"Type": "Pass", "Parameters": {"at.$": "$$.Execution.StartTime"}, "End": True}})
    except Exception:
        return True
    return False


def jsonata_has_no_evaluator(stock: Stock) -> bool:
    state = {"Type": "Pass", "Output": "{% 1 + 1 %}", "End": True}
    return bool(stock.run({"A": state}, {"QueryLanguage": "JSONata"})["status"] == "FAILED")


def a_string_output_is_not_json(stock: Stock) -> bool:
    return bool(stock.run({"A": {"Type": "Pass", "Result": "text", "End": True}})["output"] == "text")


def an_execution_without_a_name_is_called_none(stock: Stock) -> bool:
    execution = stock.client.start_execution(stateMachineArn=stock.create(PASS))
    return bool(execution["executionArn"].endswith(":None"))


def express_runs_as_standard(stock: Stock) -> bool:
    return bool(stock.run(PASS, type="EXPRESS")["status"] == "SUCCEEDED")


def the_history_has_no_pages(stock: Stock) -> bool:
    execution = stock.run(PASS)["executionArn"]
    return len(stock.client.get_execution_history(executionArn=execution, maxResults=1)["events"]) > 1


def error_and_cause_of_a_stop_are_dropped(stock: Stock) -> bool:
    machine = stock.create({"A": {"Type": "Wait", "Seconds": 5, "End": True}})
    execution = stock.client.start_execution(stateMachineArn=machine, name="x")["executionArn"]
    time.sleep(0.2)
    stock.client.stop_execution(executionArn=execution, error="Enough", cause="why")
    return "error" not in stock.client.describe_execution(executionArn=execution)


def a_missing_target_is_accepted(stock: Stock) -> bool:
    return bool(stock.create({"A": {"Type": "Pass", "Next": "Nowhere"}}))


def a_definition_object_of_cloudformation_is_dropped(stock: Stock) -> bool:
    definition = {"StartAt": "A", "States": PASS}
    machine = {
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": {"RoleArn": ROLE, "StateMachineName": "cfn", "Definition": definition},
    }
    template = json.dumps({"Resources": {"Machine": machine}})
    try:
        boto3.client("cloudformation", region_name="us-east-1").create_stack(StackName="s", TemplateBody=template)
    except Exception:
        return True
    arn = "arn:aws:states:us-east-1:123456789012:stateMachine:cfn"
    try:
        return not stock.client.describe_state_machine(stateMachineArn=arn)["definition"]
    except Exception:
        return True


def there_are_two_backends(stock: Stock) -> bool:
    return models.stepfunctions_backends is not stepfunctions_parser_backends


def texts_keep_their_escapes(stock: Stock) -> bool:
    ended = stock.run({"A": {"Type": "Pass", "Parameters": {"a.$": "States.Format('it\\'s')"}, "End": True}})
    return bool(ended.get("output") != '{"a": "it\'s"}')


def batches_are_a_syntax_error(stock: Stock) -> bool:
    processor = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}, "StartAt": "A", "States": PASS}
    state = {"Type": "Map", "ItemProcessor": processor, "ItemBatcher": {"MaxItemsPerBatch": 2}, "End": True}
    try:
        stock.create({"M": state})
    except Exception:
        return True
    return False


def names_of_states_cannot_leave_a_branch(stock: Stock) -> bool:
    branch = {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "States.Permissions"}}}
    catch = [{"ErrorEquals": ["States.Permissions"], "Next": "A"}]
    return bool(
        stock.run({"P": {"Type": "Parallel", "Branches": [branch], "Catch": catch, "End": True}, **PASS})["status"]
        == "FAILED"
    )


def a_version_cannot_be_started(stock: Stock) -> bool:
    version = stock.client.create_state_machine(
        name="v", definition=json.dumps({"StartAt": "A", "States": PASS}), roleArn=ROLE, publish=True
    )["stateMachineVersionArn"]
    try:
        stock.client.start_execution(stateMachineArn=version, name="x")
    except Exception:
        return True
    return False


def definitions_are_not_validated(stock: Stock) -> bool:
    try:
        stock.client.validate_state_machine_definition(definition="{}")
    except Exception:
        return True
    return False


def another_definition_is_answered_with_the_old_machine(stock: Stock) -> bool:
    arns = [
        stock.client.create_state_machine(
            name="same", definition=json.dumps({"StartAt": "A", "States": PASS, "Comment": comment}), roleArn=ROLE
        )["stateMachineArn"]
        for comment in "ab"
    ]
    return arns[0] == arns[1]


def query_languages_are_kept_for_all_definitions(stock: Stock) -> bool:
    return Preprocessor()._query_language_per_scope is Preprocessor()._query_language_per_scope


def tasks_call_with_keys_of_nobody(stock: Stock) -> bool:
    return 'aws_access_key_id="ak"' in inspect.getsource(boto_client)


def case_normalisation_does_nothing(stock: Stock) -> bool:
    return inspect.getsource(StateTaskService._normalise_parameters).strip().endswith("pass")


def sdk_responses_keep_their_timestamps(stock: Stock) -> bool:
    return "isoformat" not in inspect.getsource(state_task_service_aws_sdk)


def sdk_errors_are_named_in_lower_case(stock: Stock) -> bool:
    return bool(state_task_service_aws_sdk.StateTaskServiceAwsSdk._normalise_service_error_name("s3") == "s3")


def credentials_are_taken_without_asking(stock: Stock) -> bool:
    return "assume" not in inspect.getsource(StateTask._eval_state_credentials)


def an_error_replaces_a_stop(stock: Stock) -> bool:
    return "ProgramStopped" not in inspect.getsource(Environment.set_error)


def there_is_no_sagemaker_integration(stock: Stock) -> bool:
    task = state_task_factory.state_task_service_for("sagemaker")
    return bool(type(task).__name__ == "StateTaskServiceUnsupported")


def _with_stock(check: Callable[[Stock], bool]) -> Callable[[], bool]:
    def run() -> bool:
        with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
            return check(Stock())

    run.__name__ = check.__name__
    return run


_CHECKS: dict[str, list[Callable[[Stock], bool]]] = {
    "stepfunctions.integration": [there_is_no_sagemaker_integration],
    "stepfunctions.patches.case_normalisation": [case_normalisation_does_nothing],
    "stepfunctions.patches.cloudformation_properties": [a_definition_object_of_cloudformation_is_dropped],
    "stepfunctions.patches.creation_checks": [
        a_missing_target_is_accepted,
        another_definition_is_answered_with_the_old_machine,
    ],
    "stepfunctions.patches.definition_api": [definitions_are_not_validated],
    "stepfunctions.patches.definition_reader": [
        texts_keep_their_escapes,
        batches_are_a_syntax_error,
        jsonata_has_no_evaluator,
        query_languages_are_kept_for_all_definitions,
    ],
    "stepfunctions.patches.execution_api": [
        a_string_output_is_not_json,
        the_history_has_no_pages,
        error_and_cause_of_a_stop_are_dropped,
    ],
    "stepfunctions.patches.execution_start_time": [start_time_is_a_datetime],
    "stepfunctions.patches.executions": [
        an_execution_without_a_name_is_called_none,
        express_runs_as_standard,
        a_version_cannot_be_started,
    ],
    "stepfunctions.patches.iterations": [names_of_states_cannot_leave_a_branch],
    "stepfunctions.patches.one_backend": [there_are_two_backends],
    "stepfunctions.patches.role_credentials": [tasks_call_with_keys_of_nobody],
    "stepfunctions.patches.sdk_error_names": [sdk_errors_are_named_in_lower_case],
    "stepfunctions.patches.sdk_timestamps": [sdk_responses_keep_their_timestamps],
    "stepfunctions.patches.stopped_executions": [an_error_replaces_a_stop],
    "stepfunctions.patches.task_credentials": [credentials_are_taken_without_asking],
    "stepfunctions.patches.versions": [a_version_cannot_be_started],
}
FAULTS = {module: [_with_stock(check) for check in checks] for module, checks in _CHECKS.items()}
