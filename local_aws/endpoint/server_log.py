"""The log file of a local AWS."""

from __future__ import annotations

import logging
from pathlib import Path

LOG_FILE = "server.log"
_TOLD_MORE = ("werkzeug", "local_aws")


class ServerLog:
    """Writes what this process logs to ``<work_dir>/server.log`` until it is closed.

    Args:
        work_dir: Directory of the file.
    """

    def __init__(self, work_dir: Path) -> None:
        self._handler = logging.FileHandler(work_dir / LOG_FILE, encoding="utf-8")
        self._handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
        logging.getLogger().addHandler(self._handler)
        self._levels = {name: logging.getLogger(name).level for name in _TOLD_MORE}
        for name in _TOLD_MORE:
            logging.getLogger(name).setLevel(logging.INFO)

    def close(self) -> None:
        """Leaves the loggers of this process as they were."""
        for name, level in self._levels.items():
            logging.getLogger(name).setLevel(level)
        logging.getLogger().removeHandler(self._handler)
        self._handler.close()
