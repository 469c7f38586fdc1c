"""The local AWS as one object: it owns everything that runs, and leaves nothing behind when it stops."""

from __future__ import annotations

import contextlib
import functools
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local_aws.base.background import Background
from local_aws.base.directories import make_private
from local_aws.base.environment import Environment
from local_aws.base.errors import LocalAwsError
from local_aws.base.patching import Patches
from local_aws.base.settings import REGION, Settings
from local_aws.endpoint.server_log import ServerLog

if TYPE_CHECKING:
    from types import TracebackType

    from local_aws.cloudformation import CloudFormation
    from local_aws.endpoint.http_server import HttpServer
    from local_aws.events.bus import EventBus
    from local_aws.functions.runner import FunctionRunner
    from local_aws.iam.authorize import Authorizer
    from local_aws.iam.enforcement import Enforcement
    from local_aws.iam.sessions import Sessions
    from local_aws.sagemaker import SageMaker
    from local_aws.sagemaker.prepared import PreparedPython
    from local_aws.sns.mail import Outbox

# What would lead a client to a real account, or give one that is played here another id.
_TAKEN_AWAY = ("AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "MOTO_ACCOUNT_ID")
# The attribute of moto's server that says who uses moto's account.
_OWNER = "local_aws"


class LocalAws:
    """An AWS in this process: moto's server with what makes it run workflows, on a loopback port.

    It is a context manager; :meth:`start` and :meth:`stop` do the same without a block. What ``cdk bootstrap`` would
    make is already there. After :meth:`stop`, everything that was deployed is gone, and moto, the environment variables
    and the loggers of the process are as they were.

        with LocalAws(work_dir=Path("work")) as aws:
            aws.client("s3").create_bucket(Bucket="data")

    Args:
        work_dir: Directory for logs, job folders and unpacked code; made if it is not there.
        port: Loopback port; 0 takes a free one.
        region: The region to play.
        prepared: A prepared interpreter that takes the programs of jobs, and that somebody else stops; default: one
            of its own, which begins to import when the first job starts.

    Attributes:
        settings: Where it listens and keeps its files.
        sessions: Role sessions and clients.
        authorizer: Decisions about calls, and an account of refusals.
        enforcement: Has each request to the endpoint decided.
        background: Work that nobody waits for, and what came to nothing of it.
        mail: The e-mails that its services have sent.
        events: The event buses.
        functions: Runs Lambda functions.
        sagemaker: Jobs, endpoints, pipelines and the model registry.
        cloudformation: Stacks.
    """

    settings: Settings
    sessions: Sessions
    authorizer: Authorizer
    enforcement: Enforcement
    background: Background
    mail: Outbox
    events: EventBus
    functions: FunctionRunner
    sagemaker: SageMaker
    cloudformation: CloudFormation

    def __init__(
        self, *, work_dir: Path, port: int = 0, region: str = REGION, prepared: PreparedPython | None = None
    ) -> None:
        self._work_dir = work_dir
        self._port = port
        self._region = region
        self._prepared = prepared
        self._stops: contextlib.ExitStack | None = None

    def __enter__(self) -> LocalAws:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def __getattr__(self, name: str) -> Any:
        if name in LocalAws.__annotations__:
            raise LocalAwsError(f"the local AWS has no {name} yet: start it, as with LocalAws(...) does")
        raise AttributeError(name)

    def start(self) -> None:
        """Starts it.

        Raises:
            LocalAwsError: The port is taken, or a local AWS runs in this process already: moto's account lives in the
                process.
        """
        from local_aws.endpoint.warm_up import import_slow_modules

        import_slow_modules()
        import boto3

        from local_aws.endpoint.http_server import HttpServer

        patches = Patches()
        self._claim_moto(patches)
        with contextlib.ExitStack() as stops:
            stops.callback(_empty_moto)
            stops.callback(patches.undo)
            make_private(self._work_dir)
            environment = Environment()
            stops.callback(environment.restore)
            environment.set(_environment(self._region))
            stops.callback(ServerLog(self._work_dir).close)
            server = HttpServer(self._port)
            stops.callback(server.stop)
            environment.set({"MOTO_PORT": str(server.port)})
            self.settings = Settings(port=server.port, work_dir=self._work_dir.resolve(), region=self._region)
            self._make_parts()
            # For whoever in this process makes a client of its own; boto3's default session would keep other keys.
            stops.callback(setattr, boto3, "DEFAULT_SESSION", boto3.DEFAULT_SESSION)
            boto3.DEFAULT_SESSION = None
            key, secret, _ = self.sessions.administrator()
            environment.set({"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret})
            stops.callback(self._stop_parts)
            self._install(patches)
            _empty_moto()
            self._serve(server)
            self.provide_bootstrap()
            self._stops = stops.pop_all()

    def stop(self) -> None:
        """Stops the jobs that still run, then the endpoint; undoes what the start has changed. Repeated, nothing."""
        stops, self._stops = self._stops, None
        if stops is not None:
            stops.close()

    @property
    def endpoint_url(self) -> str:
        """URL for ``AWS_ENDPOINT_URL``."""
        return self.settings.endpoint_url

    def client(self, service: str, *, region: str | None = None, account: str | None = None) -> Any:
        """A boto3 client of the administrator of an account, whom nothing restricts there.

        Args:
            service: boto3 name of the service, as in ``s3``.
            region: Region of the client; that of the local AWS if left out.
            account: The account; the default one if left out.
        """
        return self.sessions.client(service, region=region, account=account)

    def environment(self, region: str | None = None) -> dict[str, str]:
        """Variables that point the AWS CLI, the CDK CLI and every SDK to it, as the administrator.

        Args:
            region: The region; that of the local AWS if left out.
        """
        key, secret, _ = self.sessions.administrator()
        return {
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_ACCESS_KEY_ID": key,
            "AWS_SECRET_ACCESS_KEY": secret,
            "AWS_REGION": region or self.settings.region,
            "AWS_DEFAULT_REGION": region or self.settings.region,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def provide_bootstrap(
        self, account: str | None = None, region: str | None = None, qualifier: str | None = None
    ) -> None:
        """Makes what ``cdk bootstrap`` would make in an account and region, once.

        Args:
            account: The account; the default one if left out.
            region: The region; that of the local AWS if left out.
            qualifier: As in ``cdk bootstrap --qualifier``; that of the CDK if left out.
        """
        from local_aws.endpoint import bootstrap

        bootstrap.provide(
            self.sessions,
            account or self.settings.account_id,
            region or self.settings.region,
            qualifier or bootstrap.QUALIFIER,
        )

    def _claim_moto(self, patches: Patches) -> None:
        from moto.moto_server import werkzeug_app

        try:
            patches.add(werkzeug_app, _OWNER, self)
        except AttributeError:
            running: LocalAws = getattr(werkzeug_app, _OWNER)
            raise LocalAwsError(
                f"a local AWS runs in this process already, with {running._work_dir} as work_dir: stop it first"
            ) from None

    def _make_parts(self) -> None:
        from local_aws.cloudformation import CloudFormation
        from local_aws.events.bus import EventBus
        from local_aws.functions.runner import FunctionRunner
        from local_aws.iam.authorize import Authorizer
        from local_aws.iam.enforcement import Enforcement
        from local_aws.iam.requests import Requirements
        from local_aws.iam.sessions import Sessions
        from local_aws.sagemaker import SageMaker
        from local_aws.sagemaker.prepared import PreparedPython
        from local_aws.sns.mail import Outbox

        self.sessions = Sessions(self.settings)
        self.authorizer = Authorizer(self.settings)
        self.mail = Outbox(self.settings.work_dir)
        self.background = Background()
        self.events = EventBus(self.sessions, self.authorizer, self.background)
        self.functions = FunctionRunner(self.sessions, self.settings.work_dir)
        self._own_prepared = PreparedPython(self.settings.work_dir / "prepared")
        prepared = self._prepared or self._own_prepared
        self.sagemaker = SageMaker(self.settings, self.sessions, self.authorizer, self.events.publish, prepared)
        requirements = Requirements(self.sagemaker.callbacks.execution_of)
        self.enforcement = Enforcement(self.settings, self.authorizer, requirements, self.sessions)
        self.cloudformation = CloudFormation(self.sessions)

    def _install(self, patches: Patches) -> None:
        from local_aws import events, functions, iam, sns, stepfunctions
        from local_aws.endpoint.data_files import share_session
        from local_aws.iam.sessions import boto3_session
        from local_aws.sns.delivery import Delivery

        share_session(patches, boto3_session())
        iam.install(patches, self.enforcement)
        events.install(patches, self.events)
        sns.install(patches, Delivery(self.sessions, self.authorizer, self.mail), self.background)
        self.sagemaker.install(patches)
        functions.install(patches, self.functions, self.background)
        stepfunctions.install(patches, self.sessions, self.authorizer, self.sagemaker.job_events)
        self.cloudformation.install(patches)

    def _serve(self, server: HttpServer) -> None:
        from moto.moto_server.werkzeug_app import create_backend_app

        from local_aws.endpoint.dispatcher import Dispatcher
        from local_aws.endpoint.gateway import gateway
        from local_aws.sagemaker import labeling_route

        supply_manifest = functools.partial(labeling_route.respond, self.sagemaker.labeling_jobs)
        application = Dispatcher(create_backend_app)
        server.start(gateway(application, self.enforcement.refuse, {labeling_route.PREFIX: supply_manifest}))

    def _stop_parts(self) -> None:
        """Stops what could still call another part before that part."""
        from local_aws import stepfunctions

        self.events.stop()
        self.cloudformation.stop()
        stepfunctions.stop_executions()
        self.sagemaker.stop()
        self._own_prepared.stop()
        self.functions.stop()
        self.sessions.close()


def _environment(region: str) -> Mapping[str, str | None]:
    """Whoever forgets to name an endpoint in this process must not reach a real account."""
    hosts = {each for each in os.environ.get("NO_PROXY", "").split(",") if each} | {"127.0.0.1", "localhost"}
    no_proxy = ",".join(sorted(hosts))
    return {
        **{name: None for name in os.environ if name.startswith(_TAKEN_AWAY)},
        # Until the secret is known.
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "NO_PROXY": no_proxy,
        "no_proxy": no_proxy,
    }


def _empty_moto() -> None:
    """Whoever used moto in this process before may have left something behind."""
    from moto.moto_api._internal.models import moto_api_backend

    moto_api_backend.reset()
