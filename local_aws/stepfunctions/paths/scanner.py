"""Reads the text of a path character by character."""

from __future__ import annotations

from local_aws.stepfunctions.paths.errors import InvalidPathError


class Scanner:
    """A place in a text.

    Args:
        text: The text.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    def at_end(self) -> bool:
        """Whether all has been read."""
        return self.position >= len(self.text)

    def peek(self, length: int = 1) -> str:
        """The next characters; fewer at the end."""
        return self.text[self.position : self.position + length]

    def take(self, expected: str) -> bool:
        """Passes ``expected`` if it comes next, and says whether it did."""
        if self.peek(len(expected)) != expected:
            return False
        self.position += len(expected)
        return True

    def require(self, expected: str) -> None:
        """Passes ``expected``.

        Raises:
            InvalidPathError: Something else comes next.
        """
        if not self.take(expected):
            found = self.peek() or "the end"
            raise self.error(f"expected {expected!r}, found {found!r}")

    def blanks(self) -> None:
        """Passes white space."""
        while self.peek().isspace():
            self.position += 1

    def until(self, stops: str) -> str:
        """What stands before the next character of ``stops``, or before the end."""
        start = self.position
        while not self.at_end() and self.peek() not in stops:
            self.position += 1
        return self.text[start : self.position]

    def quoted(self) -> str:
        """A text between quotes, with backslashes as escapes."""
        quote = self.peek()
        self.position += 1
        found: list[str] = []
        while not self.at_end():
            if self.take(quote):
                return "".join(found)
            if self.take("\\"):
                if self.take("u"):
                    found.append(self._code_point())
                    continue
                if self.at_end():
                    break
            found.append(self.peek())
            self.position += 1
        raise self.error("a text has no closing quote")

    def _code_point(self) -> str:
        digits = self.peek(4)
        self.position += 4
        try:
            return chr(int(digits, 16))
        except ValueError:
            raise self.error(f"\\u{digits} is not a character") from None

    def error(self, problem: str) -> InvalidPathError:
        """An error with its place."""
        return InvalidPathError(f"{problem} at position {self.position} of {self.text!r}")
