"""States of a definition, as those of moto's interpreter."""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.asl.component.common.assign.assign_decl import AssignDecl
from moto.stepfunctions.parser.asl.component.common.flow.end import End
from moto.stepfunctions.parser.asl.component.common.flow.next import Next
from moto.stepfunctions.parser.asl.component.common.outputdecl import Output
from moto.stepfunctions.parser.asl.component.common.parargs import Parargs
from moto.stepfunctions.parser.asl.component.common.path.input_path import InputPath
from moto.stepfunctions.parser.asl.component.common.path.output_path import OutputPath
from moto.stepfunctions.parser.asl.component.common.path.result_path import ResultPath
from moto.stepfunctions.parser.asl.component.common.query_language import QueryLanguage, QueryLanguageMode
from moto.stepfunctions.parser.asl.component.common.result_selector import ResultSelector
from moto.stepfunctions.parser.asl.component.common.timeouts.heartbeat import HeartbeatSeconds
from moto.stepfunctions.parser.asl.component.common.timeouts.timeout import TimeoutSeconds
from moto.stepfunctions.parser.asl.component.state.choice.choices_decl import ChoicesDecl
from moto.stepfunctions.parser.asl.component.state.choice.default_decl import DefaultDecl
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel.branches_decl import BranchesDecl
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel.state_parallel import StateParallel
from moto.stepfunctions.parser.asl.component.state.exec.state_task import state_task_factory
from moto.stepfunctions.parser.asl.component.state.exec.state_task.credentials import Credentials
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.resource import Resource
from moto.stepfunctions.parser.asl.component.state.fail.state_fail import StateFail
from moto.stepfunctions.parser.asl.component.state.state_pass.result import Result
from moto.stepfunctions.parser.asl.component.state.state_pass.state_pass import StatePass
from moto.stepfunctions.parser.asl.component.state.state_props import StateProps
from moto.stepfunctions.parser.asl.component.state.state_succeed.state_succeed import StateSucceed
from moto.stepfunctions.parser.asl.component.state.state_type import StateType
from moto.stepfunctions.parser.asl.component.state.wait.state_wait import StateWait

from local_aws.stepfunctions.distributed.state import Authorize
from local_aws.stepfunctions.reading import choices, components, errors
from local_aws.stepfunctions.reading.numbers import number_field, path_field
from local_aws.stepfunctions.reading.values import JSON_PATH, JSONATA, Language, Value


class StateReader:
    """Reads the fields of one state.

    Args:
        name: Of the state.
        document: As in the definition.
        language: Of the state.
        authorize: Decides who may start child executions.
    """

    def __init__(self, name: str, document: dict[str, Any], language: Language, authorize: Authorize) -> None:
        self.name, self.document, self.language, self.authorize = name, document, language, authorize
        self.props = StateProps()
        self.props.name = name
        self.props.add(StateType[document["Type"]])
        self.props.add(QueryLanguage(QueryLanguageMode[language.name]))

    def read(self, nested: Any) -> Any:
        """The state.

        Args:
            nested: Reads the states of a branch or of a Map.
        """
        self._transitions()
        self._data()
        state = getattr(self, f"_{self.document['Type'].lower()}")(nested)
        state.from_state_props(self.props)
        return state

    def add(self, kind: type, component: Any) -> None:
        """Sets a field where moto's state looks for it."""
        self.props._add(kind, component)

    def number_field(self, field: str, default: Any = None) -> Value | None:
        """The value of a field that is a number, an expression, or a path in ``<field>Path``."""
        return number_field(self.document, self.language, field, default)

    def _transitions(self) -> None:
        if self.document.get("End"):
            self.props.add(End(is_end=True))
        elif "Next" in self.document:
            self.props.add(Next(self.document["Next"]))

    def _data(self) -> None:
        document, language = self.document, self.language
        if language is JSON_PATH:
            for field, kind, component in (
                ("InputPath", InputPath, components.InputPathField),
                ("OutputPath", OutputPath, components.OutputPathField),
            ):
                if field in document:
                    empty = document[field] is None
                    self.add(kind, component(components.constant({}) if empty else path_field(document[field])))
            self.add(ResultPath, components.ResultPathField(document.get("ResultPath", "$")))
            if "ResultSelector" in document:
                self.add(ResultSelector, components.Field(language.template(document["ResultSelector"])))
        payload = document.get("Parameters" if language is JSON_PATH else "Arguments")
        # A Map has fields of its own for what its iterations get.
        if payload is not None and document["Type"] != "Map":
            self.add(Parargs, components.Payload(language.template(payload)))
        self.add(AssignDecl, assign(document, language))
        if language is JSONATA and "Output" in document:
            self.add(Output, components.OutputField(language.template(document["Output"])))
        if "Retry" in document:
            self.props.add(errors.retry(document["Retry"]))
        if "Catch" in document:
            self.props.add(errors.catch(document["Catch"], language))

    def _pass(self, nested: Any) -> Any:
        if "Result" in self.document:
            self.add(Result, components.ResultField(components.constant(self.document["Result"])))
        return StatePass()

    def _succeed(self, nested: Any) -> Any:
        return StateSucceed()

    def _fail(self, nested: Any) -> Any:
        for field, component in (("Error", components.ErrorField), ("Cause", components.CauseField)):
            if field in self.document:
                self.props.add(component(self.language.field(self.document[field], field)))
            elif f"{field}Path" in self.document:
                path = f"{field}Path"
                self.props.add(component(JSON_PATH.expression(self.document[path], path)))
        return StateFail()

    def _wait(self, nested: Any) -> Any:
        for field, component in (("Seconds", components.WaitSeconds), ("Timestamp", components.WaitUntil)):
            value = self.number_field(field)
            if value is not None:
                self.props.add(component(value, self.document.get(f"{field}Path")))
        return StateWait()

    def _choice(self, nested: Any) -> Any:
        self.props.add(
            ChoicesDecl(
                rules=[
                    choices.rule(each, self.language, assign(each, self.language), output(each, self.language))
                    for each in self.document["Choices"]
                ]
            )
        )
        if "Default" in self.document:
            self.props.add(DefaultDecl(self.document["Default"]))
        return choices.Choice()

    def _parallel(self, nested: Any) -> Any:
        self.props.add(BranchesDecl(programs=[nested(branch) for branch in self.document["Branches"]]))
        return StateParallel()

    def _task(self, nested: Any) -> Any:
        document = self.document
        resource = Resource.from_resource_arn(document["Resource"])
        self.props.add(resource)
        for field, fixed, computed in (
            ("TimeoutSeconds", TimeoutSeconds, components.TimeoutField),
            ("HeartbeatSeconds", HeartbeatSeconds, components.HeartbeatField),
        ):
            value = self.number_field(field)
            if isinstance(document.get(field), int):
                self.props.add(fixed(document[field]))
            elif value is not None:
                self.props.add(computed(value))
        if "Credentials" in document:
            role = self.language.template(document["Credentials"])
            self.add(Credentials, components.CredentialsField(lambda env: role(env)["RoleArn"]))
        return state_task_factory.state_task_for(resource)

    def _map(self, nested: Any) -> Any:
        from local_aws.stepfunctions.reading import maps

        return maps.read(self, nested)


def assign(document: dict[str, Any], language: Language) -> Any:
    """``Assign`` of a state, rule or catcher; None without."""
    if "Assign" not in document:
        return None
    values = {}
    for key, value in document["Assign"].items():
        if language is JSON_PATH and key.endswith(".$"):
            values[key.removesuffix(".$")] = JSON_PATH.expression(value, key)
        else:
            values[key] = language.template(value)
    return components.AssignField(values)


def output(document: dict[str, Any], language: Language) -> Any:
    """``Output`` of a rule or catcher in JSONata; None without."""
    if language is not JSONATA or "Output" not in document:
        return None
    return components.OutputField(language.template(document["Output"]))
