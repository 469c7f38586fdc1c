"""Parameters, execution variables and functions of a pipeline definition."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from sagemaker_workflows._core.errors import InvalidParameterError, PipelineVariableError
from sagemaker_workflows._core.variables import PipelineVariable, rendered

if TYPE_CHECKING:
    from sagemaker_workflows.pipelines.property_files import PropertyFile
    from sagemaker_workflows.pipelines.step import PipelineStep

#: PipelineParameterName of the API.
_NAME = re.compile(r"[A-Za-z0-9\-_]{1,256}")


class PipelineParameter(PipelineVariable):
    """Base of the parameters; use one of its subclasses.

    Args:
        name: Name, up to 256 letters, digits, hyphens and underscores.
        default_value: Value unless the execution is started with another; None: it must be given then.

    Raises:
        InvalidParameterError: The name is not legal, or the default is of another type.
    """

    TYPE: ClassVar[str]
    _TYPES: ClassVar[tuple[type, ...]]

    def __init__(self, name: str, *, default_value: Any = None) -> None:
        #: Name of the parameter.
        self.name = name
        #: Default value, if there is one.
        self.default_value = default_value
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise self._error("name", f"{name!r} is not legal; write 1 to 256 letters, digits, '-' and '_'")
        # A boolean is an int to Python.
        wrong = type(default_value) is bool and bool not in self._TYPES
        if default_value is not None and (wrong or not isinstance(default_value, self._TYPES)):
            raise self._error("default_value", f"{default_value!r} is no {self.TYPE}; write one")
        if isinstance(default_value, float) and not math.isfinite(default_value):
            raise self._error("default_value", f"is {default_value!r}, which JSON does not have; write a number")

    def declaration(self) -> dict[str, Any]:
        """The parameter as it stands among the definition's ``Parameters``."""
        declared: dict[str, Any] = {"Name": self.name, "Type": self.TYPE}
        # False, 0 and "" are defaults, too.
        if self.default_value is not None:
            declared["DefaultValue"] = self.default_value
        return declared

    def render(self) -> Any:
        """The reference as it stands in the definition."""
        return {"Get": f"Parameters.{self.name}"}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"

    def _error(self, field: str, problem: str) -> InvalidParameterError:
        return InvalidParameterError(f"pipeline parameter {self.name}", field, problem)


class ParameterString(PipelineParameter):
    """A text parameter.

    Args:
        name: Name.
        default_value: Default; None: it must be given when an execution is started.
        enum_values: The values that it may have; default: any.

    Raises:
        InvalidParameterError: As for :class:`PipelineParameter`, or the default is not one of ``enum_values``.
    """

    TYPE = "String"
    is_text = True
    _TYPES = (str,)

    def __init__(
        self, name: str, *, default_value: str | None = None, enum_values: Sequence[str] | None = None
    ) -> None:
        super().__init__(name, default_value=default_value)
        #: The values that it may have; None: any.
        self.enum_values = None if enum_values is None else list(enum_values)
        if self.enum_values is None:
            return
        if not self.enum_values or not all(isinstance(each, str) for each in self.enum_values):
            raise self._error("enum_values", "must be one or more texts")
        if default_value is not None and default_value not in self.enum_values:
            allowed = ", ".join(map(repr, self.enum_values))
            raise self._error("default_value", f"{default_value!r} is not one of {allowed}; write one of them")

    def declaration(self) -> dict[str, Any]:
        """The parameter as it stands among the definition's ``Parameters``."""
        enum = {} if self.enum_values is None else {"EnumValues": self.enum_values}
        return super().declaration() | enum


class ParameterInteger(PipelineParameter):
    """A whole-number parameter; arguments as in :class:`PipelineParameter`."""

    TYPE = "Integer"
    _TYPES = (int,)


class ParameterFloat(PipelineParameter):
    """A number parameter; arguments as in :class:`PipelineParameter`."""

    TYPE = "Float"
    _TYPES = (float, int)


class ParameterBoolean(PipelineParameter):
    """A parameter that is true or false; arguments as in :class:`PipelineParameter`."""

    TYPE = "Boolean"
    _TYPES = (bool,)


class ExecutionVariable(PipelineVariable):
    """A fact about the execution; see :class:`ExecutionVariables`."""

    is_text = True

    def __init__(self, name: str) -> None:
        self.name = name

    def render(self) -> Any:
        """The reference as it stands in the definition."""
        return {"Get": f"Execution.{self.name}"}

    def __repr__(self) -> str:
        return f"ExecutionVariable({self.name!r})"


class ExecutionVariables:
    """The facts about an execution that a definition can refer to.

    Follows https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-properties.html
    """

    START_DATETIME = ExecutionVariable("StartDateTime")
    CURRENT_DATETIME = ExecutionVariable("CurrentDateTime")
    PIPELINE_NAME = ExecutionVariable("PipelineName")
    PIPELINE_ARN = ExecutionVariable("PipelineArn")
    PIPELINE_EXECUTION_ID = ExecutionVariable("PipelineExecutionId")
    PIPELINE_EXECUTION_ARN = ExecutionVariable("PipelineExecutionArn")
    TRAINING_JOB_NAME = ExecutionVariable("TrainingJobName")
    PROCESSING_JOB_NAME = ExecutionVariable("ProcessingJobName")


class Join(PipelineVariable):
    """Text put together when the pipeline runs.

    Args:
        on: What stands between the values, as in ``/``.
        values: Texts, numbers and pipeline variables.

    Raises:
        PipelineVariableError: ``on`` is not text, or a value is something else.
    """

    is_text = True

    def __init__(self, on: str, values: Sequence[Any]) -> None:
        self.on = on
        self.values = _join_values(on, values)

    def render(self) -> Any:
        """The reference as it stands in the definition."""
        return {"Std:Join": {"On": self.on, "Values": rendered(self.values)}}

    def __repr__(self) -> str:
        return f"Join({self.on!r}, {self.values!r})"


def _join_values(on: str, values: Sequence[Any]) -> list[Any]:
    if not isinstance(on, str) or isinstance(values, str) or not isinstance(values, Sequence):
        raise PipelineVariableError(f"Join({on!r}, {values!r}): write a text and a list, as in Join('/', ['a', 'b'])")
    for each in values:
        if not isinstance(each, str | int | float | PipelineVariable) or each != each:
            raise PipelineVariableError(f"Join: {each!r} is among its values; write texts, numbers and variables")
    return list(values)


class JsonGet(PipelineVariable):
    """A value out of a property file, read when the pipeline runs; for conditions.

    Args:
        step: Processing step that writes the file.
        property_file: The file, as declared by the step's ``property_files``.
        json_path: Place in the JSON document, as in ``regression_metrics.mse.value``; a literal.

    Raises:
        InvalidParameterError: The step declares no such property file, or ``json_path`` is empty or no literal.
    """

    def __init__(self, *, step: PipelineStep, property_file: PropertyFile | str, json_path: str) -> None:
        name = property_file if isinstance(property_file, str) else property_file.name
        declared = [each.name for each in step.property_files]
        if name not in declared:
            known = f"one of {', '.join(declared)}" if declared else "a processing step with property_files"
            raise InvalidParameterError(
                step.node.path, "property_files", f"step {step.step_name} declares no {name!r}; give JsonGet {known}"
            )
        if not isinstance(json_path, str) or not json_path:
            raise InvalidParameterError(
                step.node.path, "json_path", f"{json_path!r} is not a path; write a literal, as in 'metrics.mse.value'"
            )
        self._step_name = step.step_name
        self._property_file = name
        self._json_path = json_path

    def render(self) -> Any:
        """The reference as it stands in the definition."""
        reference = {"Get": f"Steps.{self._step_name}.PropertyFiles.{self._property_file}"}
        return {"Std:JsonGet": {"PropertyFile": reference, "Path": self._json_path}}

    def __repr__(self) -> str:
        return f"JsonGet({self._step_name}, {self._property_file}, {self._json_path!r})"


class PipelineReference(PipelineVariable):
    """A reference to anything of a step, by its path in the definition.

    Args:
        path: As in ``Steps.Train.ModelArtifacts.S3ModelArtifacts``.
    """

    def __init__(self, path: str) -> None:
        self._path = path

    def render(self) -> Any:
        """The reference as it stands in the definition."""
        return {"Get": self._path}

    def __repr__(self) -> str:
        return f"<{self._path}>"
