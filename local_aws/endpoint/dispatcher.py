"""Which of moto's services answers a request, found once for each host."""

from __future__ import annotations

from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication


class Dispatcher(DomainDispatcherApplication):
    """moto's dispatcher; moto 5.2.5 lists its own folders and tries up to 200 patterns for every single request.

    Args:
        create_app: Makes the application of a service.
    """

    def __init__(self, create_app: Any) -> None:
        super().__init__(create_app)
        self._services: dict[str, Any] = {}

    def get_backend_for_host(self, host: str | None) -> Any:
        """The service of a host; None if there is none."""
        if host is None:
            return None
        found = self._services.get(host)
        if found is None and (found := super().get_backend_for_host(host)) is not None:
            self._services[host] = found
        return found
