"""Step that ends an execution as failed."""

from __future__ import annotations

from typing import Any, ClassVar, Unpack

from constructs import Construct

from sagemaker_rules.service_model import output_shape
from sagemaker_workflows._core.variables import PipelineVariable
from sagemaker_workflows.pipelines.step import PipelineStep, StepOptions


class FailStep(PipelineStep):
    """Ends the execution as failed, once the steps that run at the same time have ended.

    It has no properties, and no step can depend on it.

    Args:
        error_message: Failure reason of the execution, up to 3,072 characters: a text, a :class:`Join`, a parameter or
            a property of another step.
        options: See :class:`StepOptions`.

    Raises:
        InvalidParameterError: The message is too long, or neither text nor variable.

    Example::

        step = FailStep(self, "Stop", error_message="the model is not good enough")
        Pipeline(self, "Pipeline", steps=[step])

    Follows https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html#step-type-fail
    """

    TYPE: ClassVar[str] = "Fail"

    def __init__(
        self, scope: Construct, id: str, *, error_message: str | PipelineVariable, **options: Unpack[StepOptions]
    ) -> None:
        self._error_message = error_message
        super().__init__(scope, id, arguments={"ErrorMessage": error_message}, **options)

    def _check_arguments(self) -> list[str]:
        message = self._error_message
        if isinstance(message, PipelineVariable):
            return []
        if not isinstance(message, str):
            raise self.error("error_message", f"is {message!r}; write a text or a pipeline variable")
        longest = _max_message_length()
        if len(message) > longest:
            raise self.error("error_message", f"has {len(message)} characters; write at most {longest}")
        return []


def _max_message_length() -> int:
    # What ListPipelineExecutionSteps gives back of a Fail step.
    response: Any = output_shape("ListPipelineExecutionSteps")
    step = response.members["PipelineExecutionSteps"].member
    length: int = step.members["Metadata"].members["Fail"].members["ErrorMessage"].metadata["max"]
    return length
