"""E-mails that AWS services send: each is a file below ``mail/`` in the working directory, and nobody gets any."""

from __future__ import annotations

import logging
import re
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

_log = logging.getLogger(__name__)
_FOLDER = "mail"
_LONGEST_NAME = 60


@dataclass(frozen=True)
class Mail:
    """An e-mail.

    Args:
        recipient: Address.
        subject: Subject.
        body: Text.
        path: File that holds it.
        time: When it was sent (UTC).
    """

    recipient: str
    subject: str
    body: str
    path: Path
    time: datetime


class Outbox:
    """The e-mails of one local AWS.

    Args:
        work_dir: Gets the folder ``mail``.
    """

    def __init__(self, work_dir: Path) -> None:
        self._folder = work_dir / _FOLDER
        self._lock = threading.Lock()
        self._sent: list[Mail] = []

    def sent(self) -> list[Mail]:
        """Every e-mail of this local AWS, oldest first."""
        with self._lock:
            return list(self._sent)

    def send(self, *, recipient: str, subject: str, body: str) -> Mail:
        """Writes ``<work_dir>/mail/<number>-<subject>.txt`` and returns what was written."""
        with self._lock:
            self._folder.mkdir(parents=True, exist_ok=True)
            words = re.sub(r"[^A-Za-z0-9]+", "-", subject).strip("-")[:_LONGEST_NAME] or "mail"
            path = self._folder / f"{len(list(self._folder.iterdir())) + 1}-{words}.txt"
            now = datetime.now(UTC)
            head = f"Date: {now:%a, %d %b %Y %H:%M:%S} +0000\nTo: {recipient}\nSubject: {subject}\n"
            path.write_text(f"{head}\n{body}\n", encoding="utf-8")
            mail = Mail(recipient, subject, body, path, now)
            self._sent.append(mail)
        _log.info("mail to %s: %s (%s)", recipient, subject, path)
        return mail
