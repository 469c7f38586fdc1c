"""What a stand-in for an image refuses: the program ends with one line, and a failure file if the image writes one."""


class ContainerError(Exception):
    """Something that the user of the image can mend, told in one line: what, where, and what to write instead."""


class NotSupportedError(ContainerError):
    """Something that SageMaker's image can do and the stand-in cannot; it is refused by name, never skipped."""
