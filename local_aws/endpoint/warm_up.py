"""Imports what a start needs while this process waits for another one."""

from __future__ import annotations

import importlib
import threading

# What takes long to import, most of it first.
SLOW_MODULES = (
    *("local_aws.stepfunctions.integration", "moto.moto_server.werkzeug_app", "moto.sagemaker.responses"),
    *("moto.cloudformation.responses", "moto.iam.responses", "moto.s3.responses", "moto.awslambda.responses"),
)


def warm_up() -> threading.Thread:
    """Begins to import what a local AWS needs, in the thread that is returned.

    Join it before the local AWS starts: two threads that import the same modules at once may see half of one.
    """
    # No daemon: an interpreter that ends in the middle of the import of compiled code may crash.
    thread = threading.Thread(target=_import_slow_modules, name="imports of the local AWS")
    thread.start()
    return thread


def _import_slow_modules() -> None:
    for name in SLOW_MODULES:
        if not threading.main_thread().is_alive():
            return  # the program is ending, and waits for this thread
        importlib.import_module(name)
