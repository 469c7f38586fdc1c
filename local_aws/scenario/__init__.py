'''Scenarios: what people and machines do with several stacks of an app, played on a local AWS.

A scenario is a Python file that the app's cdk.json names::

    {"app": "python app.py", "local-aws": {"scenarios": {"rollout": "scenarios/rollout.py"}}}

It defines one function, which ``local-aws run rollout`` calls::

    from local_aws.scenario import ScenarioRun


    def play(run: ScenarioRun) -> None:
        """A version is built, and the account that serves it has it."""
        stacks = run.deploy("Build", "Serving")
        with run.step("Building a model"):
            built = run.execute_pipeline(stacks["Build"], parameters={"Rounds": "10"})
        run.expect(built.succeeded, "the build has succeeded", built.reason)
        endpoints = run.client("sagemaker", account=stacks["Serving"].account).list_endpoints()["Endpoints"]
        run.expect(len(endpoints) == 1, "one endpoint serves", str(endpoints))

``play`` gets a :class:`ScenarioRun` and returns a :class:`ScenarioResult`, or nothing: the result is then what it has
expected with :meth:`ScenarioRun.expect`. The result is shown or printed as JSON and decides the exit status.
'''

from local_aws.app.deploy import DeployedStack
from local_aws.app.execution import ExecutionResult
from local_aws.app.model_packages import ModelPackage
from local_aws.app.options import Options
from local_aws.app.pipeline_execution import PipelineResult
from local_aws.app.progress import Progress
from local_aws.base.errors import LocalAwsError
from local_aws.iam.authorize import Denial
from local_aws.scenario._result import ScenarioResult, UnexpectedError
from local_aws.scenario._run import ScenarioRun
from local_aws.sns.mail import Mail

__all__ = [
    "Denial",
    "DeployedStack",
    "ExecutionResult",
    "LocalAwsError",
    "Mail",
    "ModelPackage",
    "Options",
    "PipelineResult",
    "Progress",
    "ScenarioResult",
    "ScenarioRun",
    "UnexpectedError",
]
