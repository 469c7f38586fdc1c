"""States that bring a version to one stage: adopt what is there, create what is not, test it, or go back."""

from __future__ import annotations

from typing import Any

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from sagemaker_workflows._core.query_language import JSONATA
from sagemaker_workflows.jobs.endpoint import ProductionVariant
from sagemaker_workflows.mlops._states import (
    MISSING,
    catch,
    choice,
    create_unless_there,
    remember,
    wait,
    when,
)
from sagemaker_workflows.mlops.stage import MOVING, VARIANT, VERIFIED_TAG, Stage
from sagemaker_workflows.mlops.stage_record import record_stage
from sagemaker_workflows.mlops.stage_rollback import StageRollback
from sagemaker_workflows.mlops.stage_states import StageStates
from sagemaker_workflows.resources.names import JobName
from sagemaker_workflows.state_machines.tasks.create_endpoint import SageMakerCreateEndpoint
from sagemaker_workflows.state_machines.tasks.create_endpoint_config import SageMakerCreateEndpointConfig
from sagemaker_workflows.state_machines.tasks.create_model import SageMakerCreateModel
from sagemaker_workflows.state_machines.tasks.invoke_function import InvokeFunction
from sagemaker_workflows.state_machines.tasks.update_endpoint import SageMakerUpdateEndpoint


class StageDeployment(StageStates):
    """The states of one stage. All of them adopt what they find, so that they may be run again from the beginning.

    Variables that the state machine has set: ``package`` (ARN) and ``version``. Those of the stage: ``model`` and
    ``config`` (names of this version's), ``current`` (configuration of the endpoint before this execution, empty if
    there is no endpoint), ``verified`` (configuration to go back to, empty if there is none), ``touched`` (whether the
    endpoint may run something that was not tested), ``failure`` (Error and Cause).

    Args:
        smoke_test: Function of lambda/smoke_test.
        then: Follows when the version is deployed and tested.
    """

    def __init__(
        self, scope: Construct, id: str, *, stage: Stage, smoke_test: lambda_.IFunction, then: sfn.IChainable
    ) -> None:
        super().__init__(scope, id, stage=stage)
        self._then = then
        self._smoke_test_function = smoke_test
        self._rollback = StageRollback(self, "Rollback", stage=stage).start
        group = stage.registry.group_name
        names = {
            "model": f"{{% '{group}-v' & $version %}}",
            "config": f"{{% '{group}-v' & $version & '-{stage.options.fingerprint}' %}}",
        }
        #: First state.
        self.start = remember(
            self, self._name("begin"), **names, current="", verified="", touched=False, rollbacks=0, failure={}
        )
        self.start.next(self._read_endpoint())

    def _read_endpoint(self) -> sfn.State:
        """The endpoint as it is before this deployment; one that moves, by an earlier attempt, is waited for."""
        endpoint = self._endpoint
        read = self._call(
            "read endpoint",
            "describeEndpoint",
            endpoint,
            may_miss=True,
            assign={"current": "{% $states.result.EndpointConfigName %}"},
        )
        create_model = self._models()
        pause = wait(self, self._name("wait for the endpoint to settle"), self._stage.options.poll_interval)
        pause.next(read)
        missing = choice(self, self._name("no endpoint yet?"))
        missing.when(when(f"$contains($failure.Cause, '{MISSING}')"), self._no_endpoint(create_model))
        missing.otherwise(self._rollback)
        catch(read, missing)
        remove = self._call("remove an endpoint that failed", "deleteEndpoint", endpoint)
        catch(remove, self._rollback)
        settled = choice(self, self._name("endpoint settled?"))
        settled.when(when(f"$states.input.EndpointStatus in {MOVING}"), pause)
        # One that failed when it was created never served anything, and cannot be updated.
        settled.when(when("$states.input.EndpointStatus = 'Failed'"), remove.next(pause))
        settled.when(when("$states.input.EndpointStatus = 'InService'"), self._read_verified(create_model))
        settled.otherwise(self._failed("endpoint out of order", "EndpointOutOfOrder", "$states.input.EndpointStatus"))
        read.next(settled)
        return read

    def _no_endpoint(self, then: sfn.IChainable) -> sfn.State:
        return remember(self, self._name("no endpoint"), current="", failure={}).next(then).start_state

    def _read_verified(self, then: sfn.IChainable) -> sfn.State:
        """Which configuration to go back to: the last that was tested, whatever the endpoint runs by now."""
        read = self._call(
            "read verified configuration",
            "listTags",
            {"ResourceArn": "{% $states.input.EndpointArn %}"},
            assign={
                "verified": _verified(self._stage.registry.group_name),
                "touched": "{% $current = $config %}",
            },
        )
        catch(read, self._rollback)
        return read.next(then).start_state

    def _models(self) -> sfn.State:
        """Model and configuration of the version."""
        stage = self._stage
        config = create_unless_there(
            self,
            self._name("configuration"),
            look=self._call(
                "look for configuration",
                "describeEndpointConfig",
                {"EndpointConfigName": "{% $config %}"},
                may_miss=True,
            ),
            create=SageMakerCreateEndpointConfig(
                self,
                self._name("create configuration"),
                endpoint_config_name=self._config,
                variants=[
                    ProductionVariant(self._model, VARIANT, stage.options.instance_type, stage.options.instance_count)
                ],
                query_language=JSONATA,
                credentials=stage.deployer,
            ),
            then=self._deploy(),
            on_failure=self._rollback,
        )
        return create_unless_there(
            self,
            self._name("model"),
            look=self._call("look for model", "describeModel", {"ModelName": "{% $model %}"}, may_miss=True),
            create=SageMakerCreateModel(
                self,
                self._name("create model"),
                model_name=self._model,
                image=None,
                model_data_url=None,
                role=iam.Role.from_role_arn(self, "ModelRole", stage.model_role, mutable=False),
                additional_parameters={"Containers": [{"ModelPackageName": "{% $package %}"}]},
                query_language=JSONATA,
                credentials=stage.deployer,
            ),
            then=config,
            on_failure=self._rollback,
        )

    @property
    def _model(self) -> JobName:
        return JobName("", f"{self._stage.registry.group_name}-v*", "{% $model %}")

    @property
    def _config(self) -> JobName:
        return JobName("", f"{self._stage.registry.group_name}-v*", "{% $config %}")

    def _deploy(self) -> sfn.State:
        """Creates or updates the endpoint, unless an earlier attempt has."""
        endpoint = JobName.static(self._stage.endpoint_name)
        options: dict[str, Any] = {"query_language": JSONATA, "credentials": self._stage.deployer}
        create = SageMakerCreateEndpoint(
            self, self._name("create endpoint"), endpoint_name=endpoint, endpoint_config_name=self._config, **options
        )
        update = SageMakerUpdateEndpoint(
            self,
            self._name("update endpoint"),
            endpoint_name=endpoint,
            endpoint_config_name=self._config,
            deployment_policy=_all_at_once(self._stage.options.bake_time.to_seconds()),
            rollback_alarms=[cloudwatch.Alarm.from_alarm_name(self, "Alarm", self._stage.alarm)],
            **options,
        )
        follow = self._follow()
        begin = remember(self, self._name("deploy"), touched=True)
        which = choice(self, self._name("create or update?"))
        which.when(when("$current = $config"), follow).when(when("$current = ''"), create).otherwise(update)
        for each in (create, update):
            catch(each, self._rollback)
            each.next(follow)
        return begin.next(which).start_state

    def _follow(self) -> sfn.State:
        """Waits until the endpoint is in service with the new configuration."""
        pause = wait(self, self._name("wait for the endpoint"), self._stage.options.poll_interval)
        look = self._call("look at endpoint", "describeEndpoint", self._endpoint)
        catch(look, self._rollback)
        reason = "$exists($states.input.FailureReason) ? $states.input.FailureReason : $states.input.EndpointStatus"
        done = choice(self, self._name("endpoint in service?"))
        done.when(when(f"$states.input.EndpointStatus in {MOVING}"), pause)
        done.when(
            when("$states.input.EndpointStatus = 'InService' and $states.input.EndpointConfigName = $config"),
            self._test(),
        )
        done.otherwise(self._failed("endpoint not deployed", "EndpointNotDeployed", reason))
        pause.next(look)
        look.next(done)
        return look

    def _test(self) -> sfn.State:
        test = InvokeFunction(
            self,
            self._name("smoke test"),
            function=self._smoke_test_function,
            payload={
                "RoleArn": self._stage.deployer,
                "EndpointName": self._stage.endpoint_name,
                "Records": [each.render() for each in self._stage.options.records],
            },
            query_language=JSONATA,
        )
        catch(test, self._rollback)
        passed = choice(self, self._name("smoke test passed?"))
        passed.when(when("$states.input.Payload.Passed"), self._look_again())
        passed.otherwise(self._failed("smoke test failed", "SmokeTestFailed", "$string($states.input.Payload.Records)"))
        return test.next(passed).start_state

    def _look_again(self) -> sfn.State:
        """What was tested is this version's only if the endpoint runs it still; it may have been updated by hand."""
        look = self._call("look again", "describeEndpoint", self._endpoint)
        catch(look, self._rollback)
        same = choice(self, self._name("still this version?"))
        same.when(
            when("$states.input.EndpointStatus = 'InService' and $states.input.EndpointConfigName = $config"),
            self._verify(),
        )
        cause = "'while it was tested, the endpoint became ' & $states.input.EndpointStatus & ' with ' & "
        same.otherwise(self._failed("endpoint changed", "EndpointChanged", f"{cause}$states.input.EndpointConfigName"))
        return look.next(same).start_state

    def _verify(self) -> sfn.State:
        """Makes this configuration the one to go back to, and tells the registry."""
        tag = {"Key": VERIFIED_TAG, "Value": "{% $config %}"}
        mark = self._call("mark as verified", "addTags", {"ResourceArn": self._stage.endpoint_arn, "Tags": [tag]})
        catch(mark, self._rollback)
        record = record_stage(self, self._stage, "Deployed")
        return mark.next(record).next(self._then).start_state

    def _failed(self, name: str, error: str, cause: str) -> sfn.State:
        failure = {"Error": error, "Cause": f"{{% {cause} %}}"}
        return remember(self, self._name(name), failure=failure).next(self._rollback).start_state


def _verified(group: str) -> str:
    """The tag's value; without a tag, what an endpoint of somebody else's runs, and nothing for one of our own."""
    return (
        f"{{% ($tag := $states.result.Tags[Key = '{VERIFIED_TAG}'].Value; "
        f"$exists($tag) ? $tag : ($substring($current, 0, {len(group) + 2}) = '{group}-v' ? '' : $current)) %}}"
    )


def _all_at_once(bake_seconds: float) -> dict[str, Any]:
    routing = {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": int(bake_seconds)}
    return {"BlueGreenUpdatePolicy": {"TrafficRoutingConfiguration": routing}}
