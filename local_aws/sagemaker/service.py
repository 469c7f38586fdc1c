"""SageMaker of one local AWS."""

from __future__ import annotations

import atexit
from collections.abc import Callable
from typing import Any

from moto.sagemaker import urls
from moto.sagemaker.models import sagemaker_backends
from moto.sagemakerruntime import urls as runtime_urls

from local_aws.base.patching import Patches
from local_aws.base.settings import Settings
from local_aws.iam.authorize import Authorizer
from local_aws.iam.sessions import Sessions
from local_aws.sagemaker.api.backend import Backend
from local_aws.sagemaker.api.response import Response
from local_aws.sagemaker.api.runtime import RuntimeResponse
from local_aws.sagemaker.context import Context
from local_aws.sagemaker.endpoint_configs import EndpointConfigs
from local_aws.sagemaker.endpoints import Endpoints
from local_aws.sagemaker.events import JobEvents
from local_aws.sagemaker.job_kinds import TRAINING
from local_aws.sagemaker.jobs import Jobs
from local_aws.sagemaker.labeling_jobs import LabelingJobs
from local_aws.sagemaker.models import Models
from local_aws.sagemaker.pipelines.api import Pipelines
from local_aws.sagemaker.pipelines.callbacks import Callbacks
from local_aws.sagemaker.pipelines.executions import Executions
from local_aws.sagemaker.prepared import PreparedPython
from local_aws.sagemaker.registry.groups import Groups
from local_aws.sagemaker.registry.packages import Packages
from local_aws.sagemaker.registry.store import Store
from local_aws.sagemaker.resources import Handler, Resource, Resources
from local_aws.sagemaker.tuning_jobs import TuningJobs


class SageMaker:
    """Everything that is SageMaker's in a local AWS: jobs and endpoints that really run, pipelines, the model registry.

    Args:
        settings: Where the local AWS listens and keeps its files.
        sessions: Its role sessions and clients.
        authorizer: Decides what SageMaker does with a role beside the calls of its clients.
        publish_event: Sends an event to a bus; see :meth:`local_aws.events.bus.EventBus.publish`.
        prepared: Takes the programs of jobs; None: each gets a fresh interpreter.
    """

    def __init__(
        self,
        settings: Settings,
        sessions: Sessions,
        authorizer: Authorizer,
        publish_event: Callable[..., Any],
        prepared: PreparedPython | None = None,
    ) -> None:
        self.job_events = JobEvents()
        self.context = Context(settings, sessions, authorizer, self.job_events, prepared)
        self.registry = Store()
        self.models = Models(self.context, self.registry)
        self.jobs = Jobs(self.context, self.models)
        self.tuning_jobs = TuningJobs(self.context, self.jobs)
        self.labeling_jobs = LabelingJobs(self.context)
        self.endpoint_configs = EndpointConfigs(self.models)
        self.endpoints = Endpoints(self.context, self.models, self.endpoint_configs)
        self.groups = Groups(self.registry)
        self.packages = Packages(self.registry, publish_event)
        self.callbacks = Callbacks()
        self.pipelines = Pipelines(self.context)
        self.executions = Executions(self.context, self.pipelines, self.callbacks)
        #: What has tags.
        self.families: tuple[Resources[Any], ...] = (
            *self.jobs.records.values(),
            *(self.tuning_jobs.records, self.labeling_jobs.records, self.models.records, self.endpoint_configs.records),
            *(self.endpoints.records, self.registry.groups, self.registry.packages, self.pipelines.records),
        )
        #: What Search finds, by its name there.
        self.searchable: dict[str, Resources[Any]] = {
            "Endpoint": self.endpoints.records,
            "ModelPackage": self.registry.packages,
            "ModelPackageGroup": self.registry.groups,
            "Pipeline": self.pipelines.records,
            "TrainingJob": self.jobs.records[TRAINING],
        }
        #: Every operation of ours; moto answers the others.
        self.handlers: dict[str, Handler] = {
            name: handler
            for part in (
                *(self.jobs, self.tuning_jobs, self.labeling_jobs, self.models, self.endpoint_configs, self.endpoints),
                *(self.groups, self.packages, self.pipelines, self.executions, self.callbacks),
            )
            for name, handler in part.handlers().items()
        }

    def install(self, patches: Patches) -> None:
        """Puts it in place of moto's SageMaker and SageMaker Runtime.

        Args:
            patches: Undoes that; call :meth:`stop` as well.
        """
        backend = type("SageMakerBackend", (Backend,), {"sagemaker": self})
        patches.replace(sagemaker_backends, "backend", backend)
        patches.replace(urls, "url_paths", dict.fromkeys(urls.url_paths, Response.dispatch))
        patches.replace(runtime_urls, "url_paths", dict.fromkeys(runtime_urls.url_paths, RuntimeResponse.dispatch))
        # Accounts that moto has made already have backends of its own class.
        sagemaker_backends.clear()
        # No job may outlive the process, however it ends.
        atexit.register(self.stop_running)

    def resource(self, arn: str) -> Resource | None:
        """What has this ARN."""
        return next((found for each in self.families if (found := each.by_arn(arn)) is not None), None)

    def stop_running(self) -> None:
        """Ends every running job, endpoint and pipeline execution, and everything that they started."""
        # First, so that no step and no trial starts after the others have ended.
        self.executions.engine.stop_running()
        self.tuning_jobs.stop_running()
        self.jobs.stop_running()
        self.endpoints.stop_running()
        self.labeling_jobs.stop_running()
        self.callbacks.stop_running()
        self.executions.engine.join()

    def stop(self) -> None:
        """Ends everything that runs; what moto's backends hold of it goes with them."""
        self.stop_running()
        atexit.unregister(self.stop_running)
        sagemaker_backends.clear()
