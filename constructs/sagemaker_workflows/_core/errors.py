"""The errors of the constructs. Each message is one sentence: the place, the value, the remedy."""


class WorkflowError(ValueError):
    """Base of every mistake that stops a synthesis."""


class InvalidParameterError(WorkflowError):
    """A parameter that SageMaker or Step Functions would refuse.

    Args:
        path: Construct path, as in ``EndToEnd/Train model (XGBoost)``.
        field: Field of the API request or argument of the construct.
        problem: What is wrong with the value, the rule included, and what to write instead.
    """

    def __init__(self, path: str, field: str, problem: str) -> None:
        super().__init__(f"{path}: {field}: {problem}")
        self.path = path
        self.field = field
        self.problem = problem


class InvalidNameError(WorkflowError):
    """A name prefix or a job name outside SageMaker's limits."""


class UnsupportedIntegrationPatternError(WorkflowError):
    """An integration pattern that the service does not have for this action."""


class UnknownImageError(WorkflowError):
    """A version or a region that the table of first-party images does not hold."""


class InvalidDatasetError(WorkflowError):
    """A dataset or a script that cannot be seeded."""


class PipelineVariableError(WorkflowError, TypeError):
    """A pipeline variable where only a value known at synth can stand."""


class UnknownArgumentError(WorkflowError, TypeError):
    """An argument that a construct does not have."""


class UnknownPropertyError(WorkflowError, AttributeError):
    """A property that the Describe response of a pipeline step does not have."""


class InvalidPipelineError(WorkflowError):
    """A pipeline whose steps do not fit together; names the pipeline's construct path and the step."""
