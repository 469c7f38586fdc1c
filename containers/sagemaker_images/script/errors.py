"""What ends a script-mode container, in the words of AWS's toolkit."""

from __future__ import annotations

from sagemaker_images.errors import ContainerError


class UserCodeError(ContainerError):
    """The code cannot be fetched, installed or run; the text is the reason."""


class CommandError(UserCodeError):
    """A command has ended with another status than 0.

    Args:
        kind: The toolkit's name for it: ``ExecuteUserScriptError``, ``InstallRequirementsError``, ...
        status: Its exit status.
        message: What it said last.
        command: The command line.
    """

    def __init__(self, kind: str, *, status: int, message: str, command: str) -> None:
        super().__init__(f'{kind}:\nExitCode {status}\nErrorMessage "{message}"\nCommand "{command}"')
