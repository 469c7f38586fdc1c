"""The endpoint: moto's server with our patches, on a loopback port, in a thread of this process."""

from __future__ import annotations

import contextlib
import importlib
import io
import logging
import os
import sys
import threading
from pathlib import Path
from typing import Any

from local_aws.base import settings
from local_aws.base.errors import LocalAwsError

LOG_FILE = "server.log"
# What takes long to import, most of it first.
_SLOW_MODULES = (
    *("local_aws.stepfunctions.integration", "moto.moto_server.werkzeug_app", "moto.sagemaker.responses"),
    *("moto.cloudformation.responses", "moto.iam.responses", "moto.s3.responses", "moto.awslambda.responses"),
)
# Their models are read with the modules: every deployment asks for them.
_SERVICES = ("s3", "ssm", "iam", "cloudformation", "logs", "lambda", "stepfunctions", "sagemaker")
_warming: threading.Thread | None = None


class Server:
    """A running local AWS; made by :func:`start`."""

    def __init__(self, http_server: Any, log_handler: logging.Handler) -> None:
        self._http_server = http_server
        self._log_handler = log_handler
        self._thread = threading.Thread(target=http_server.serve_forever, name="local-aws", daemon=True)
        self._thread.start()

    @property
    def endpoint_url(self) -> str:
        """URL for ``AWS_ENDPOINT_URL``."""
        return settings.current().endpoint_url

    def stop(self) -> None:
        """Stops the jobs that still run, then the endpoint. What was deployed is gone."""
        from local_aws import sagemaker

        sagemaker.stop_all()
        self._http_server.shutdown()
        self._thread.join()
        self._http_server.server_close()
        logging.getLogger().removeHandler(self._log_handler)
        self._log_handler.close()


def warm_up() -> None:
    """Begins to import what :func:`start` needs, in a thread: for the time in which this process waits for another."""
    global _warming
    if _warming is None:
        # No daemon: an interpreter that ends in the middle of the import of compiled code may crash.
        _warming = threading.Thread(target=_import_slow_modules, name="imports of the local AWS")
        _warming.start()


def _import_slow_modules() -> None:
    if all(name in sys.modules for name in _SLOW_MODULES):
        return
    from local_aws.endpoint.data_files import quick_imports

    with quick_imports():
        for name in _SLOW_MODULES:
            if not threading.main_thread().is_alive():
                return  # the program is ending, and waits for this thread
            importlib.import_module(name)

        from local_aws.iam import sessions

        loader = sessions._boto3_session()._session.get_component("data_loader")
        for service in _SERVICES:
            loader.load_service_model(service, "service-2")


def start(*, work_dir: Path, port: int = 0, region: str = settings.REGION) -> Server:
    """Starts the local AWS; one per process, because its account lives in the process.

    Args:
        work_dir: Directory for logs, job folders and unpacked code; made if it is not there.
        port: Loopback port; 0 takes a free one.
        region: The region to play.

    Returns:
        The server, ready for requests, with what ``cdk bootstrap`` would make already there.

    Raises:
        LocalAwsError: The port is taken.
    """
    if _warming is not None:
        # Two threads that import the same modules at once may see half of one.
        _warming.join()
    else:
        _import_slow_modules()
    work_dir.mkdir(parents=True, exist_ok=True)
    _set_environment(region)
    handler = _log_to(work_dir / LOG_FILE)
    try:
        http_server = _make_http_server(port)
    except BaseException:
        logging.getLogger().removeHandler(handler)
        raise
    settings.configure(settings.Settings(port=http_server.port, work_dir=work_dir.resolve(), region=region))
    os.environ["MOTO_PORT"] = str(http_server.port)
    _install_patches()
    _empty_account()
    server = Server(http_server, handler)

    from local_aws.endpoint import bootstrap

    bootstrap.provide()
    return server


def client_environment(region: str | None = None) -> dict[str, str]:
    """Variables that point the AWS CLI, the CDK CLI and every SDK to the running server."""
    current = settings.current()
    return {
        "AWS_ENDPOINT_URL": current.endpoint_url,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_REGION": region or current.region,
        "AWS_DEFAULT_REGION": region or current.region,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _set_environment(region: str) -> None:
    # Whoever forgets to name an endpoint in this process must not reach a real account.
    for name in [*os.environ]:
        if name.startswith(
            ("AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "MOTO_ACCOUNT_ID")
        ):
            del os.environ[name]
    os.environ.update(
        AWS_ACCESS_KEY_ID="local",
        AWS_SECRET_ACCESS_KEY="local",
        AWS_REGION=region,
        AWS_DEFAULT_REGION=region,
        AWS_EC2_METADATA_DISABLED="true",
        AWS_CONFIG_FILE=os.devnull,
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
        MOTO_IAM_LOAD_MANAGED_POLICIES="true",
    )
    hosts = {each for each in os.environ.get("NO_PROXY", "").split(",") if each} | {"127.0.0.1", "localhost"}
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = ",".join(sorted(hosts))


def _log_to(path: Path) -> logging.Handler:
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    logging.getLogger("werkzeug").setLevel(logging.INFO)
    logging.getLogger("local_aws").setLevel(logging.INFO)
    return handler


def _make_http_server(port: int) -> Any:
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
    from werkzeug.serving import make_server

    from local_aws.endpoint.gateway import gateway

    application = gateway(DomainDispatcherApplication(create_backend_app))
    # werkzeug prints its own explanation of a taken port before it exits.
    # (With None, print would fall back to standard output.)
    with contextlib.redirect_stderr(io.StringIO()):
        try:
            return make_server("127.0.0.1", port, application, threaded=True, request_handler=MotoRequestHandler)
        except (SystemExit, OSError):
            raise LocalAwsError(f"port {port} is taken: name another one, or 0 for a free one") from None


def _empty_account() -> None:
    """An earlier server of this process may have left something behind."""
    from moto.moto_api._internal.models import moto_api_backend

    from local_aws.sns import mail

    moto_api_backend.reset()
    mail.clear()


def _install_patches() -> None:
    from local_aws import cloudformation, events, functions, iam, sagemaker, sns, stepfunctions
    from local_aws.base.patching import Patches
    from local_aws.endpoint.data_files import share_session
    from local_aws.iam import sessions

    share_session(Patches(), sessions._boto3_session())
    for package in (iam, events, sns, sagemaker, functions, stepfunctions, cloudformation):
        package.install()
