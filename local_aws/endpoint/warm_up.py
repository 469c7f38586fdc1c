"""Imports what a start needs, where it can be while this process waits for another one."""

from __future__ import annotations

import importlib
import sys
import threading

# What takes long to import, most of it first.
SLOW_MODULES = (
    *("local_aws.stepfunctions.integration", "moto.moto_server.werkzeug_app", "moto.sagemaker.responses"),
    *("moto.cloudformation.responses", "moto.iam.responses", "moto.s3.responses", "moto.awslambda.responses"),
)
# Their models are read with the modules: every deployment asks for them.
_SERVICES = ("s3", "ssm", "iam", "cloudformation", "logs", "lambda", "stepfunctions", "sagemaker")


def warm_up() -> threading.Thread:
    """Begins to import what a local AWS needs, in the thread that is returned.

    Join it before the local AWS starts: two threads that import the same modules at once may see half of one.
    """
    # No daemon: an interpreter that ends in the middle of the import of compiled code may crash.
    thread = threading.Thread(target=import_slow_modules, name="imports of the local AWS")
    thread.start()
    return thread


def import_slow_modules() -> None:
    """Imports what a local AWS needs, once."""
    if all(name in sys.modules for name in SLOW_MODULES):
        return
    from local_aws.endpoint.data_files import quick_imports

    with quick_imports():
        for name in SLOW_MODULES:
            if not threading.main_thread().is_alive():
                return  # the program is ending, and waits for this thread
            importlib.import_module(name)

        from local_aws.iam.sessions import boto3_session

        loader = boto3_session()._session.get_component("data_loader")
        for service in _SERVICES:
            loader.load_service_model(service, "service-2")
