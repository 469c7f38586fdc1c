"""A pipeline, and the start of its executions."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from local_aws.sagemaker.pipelines import names
from local_aws.sagemaker.pipelines.attempt import execution_variables
from local_aws.sagemaker.pipelines.availability import check
from local_aws.sagemaker.pipelines.definition import Definition, parse
from local_aws.sagemaker.pipelines.parameters import bind
from local_aws.sagemaker.pipelines.records import Execution, now
from local_aws.sagemaker.pipelines.steps.base import ExecutionInfo, StepServices
from local_aws.sagemaker.pipelines.values import Values
from local_aws.sagemaker.resources import Request

_MILLISECONDS = 1000


@dataclass(eq=False)
class Pipeline:
    """A pipeline.

    Args:
        arn: Its ARN.
        name: Its name; in the ARN it stands in lower case.
        token: ``ClientRequestToken`` of the request that created it.
        definition: Its definition, as text.
        role_arn: Its role.
        display_name: Its name for people.
        description: What it is for.
        parallelism: ``ParallelismConfiguration``.
        tags: Its tags.
    """

    arn: str
    name: str
    token: str
    definition: str
    role_arn: str
    display_name: str
    description: str
    parallelism: Mapping[str, int]
    tags: list[dict[str, str]]
    creation_time: datetime = field(default_factory=now)
    last_modified_time: datetime = field(default_factory=now)
    last_execution_time: datetime | None = None
    #: Executions by their ARN, and by the tokens of the requests that started them.
    executions: dict[str, Execution] = field(default_factory=dict)
    _started_by: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self, request: Request, skipped: frozenset[str], services: StepServices) -> tuple[Execution, bool]:
        """Makes an execution.

        Args:
            request: That of StartPipelineExecution.
            skipped: Names of the steps that are left out.
            services: What its steps work with.

        Returns:
            The execution, and True; for a token that was used already the earlier one, and False.

        Raises:
            DefinitionError: The parameters do not fit the definition.
            NotSupportedLocallyError: A step cannot run here.
        """
        with self._lock:
            token = request["ClientRequestToken"]
            if token in self._started_by:
                return self.executions[self._started_by[token]], False
            definition = parse(self.definition)
            values = bind(definition.parameters, request.get("PipelineParameters") or [])
            check(definition, skipped, values)
            run = self._execution(definition, values, services)
            run.skipped = skipped
            self._apply(run, request)
            self.executions[run.arn] = run
            self._started_by[token] = run.arn
        self.last_execution_time = run.info.start_time
        return run, True

    def describe(self) -> dict[str, Any]:
        """The answer of DescribePipeline."""
        answer = {
            **self.summary(),
            "PipelineDefinition": self.definition,
            "PipelineStatus": "Active",
            "LastRunTime": self.last_execution_time,
            "ParallelismConfiguration": self.parallelism,
        }
        answer.pop("LastExecutionTime", None)
        return _given(answer)

    def summary(self) -> dict[str, Any]:
        """The entry of ListPipelines."""
        return _given(
            {
                "PipelineArn": self.arn,
                "PipelineName": self.name,
                "PipelineDisplayName": self.display_name,
                "PipelineDescription": self.description,
                "RoleArn": self.role_arn,
                "CreationTime": self.creation_time,
                "LastModifiedTime": self.last_modified_time,
                "LastExecutionTime": self.last_execution_time,
            }
        )

    def _execution(self, definition: Definition, values: Mapping[str, Any], services: StepServices) -> Execution:
        _, _, _, region, account, _ = self.arn.split(":", 5)
        execution_id = names.execution_id()
        info = ExecutionInfo(
            pipeline_name=self.name,
            pipeline_arn=self.arn,
            execution_id=execution_id,
            execution_arn=f"{self.arn}/execution/{execution_id}",
            role_arn=self.role_arn,
            region=region,
            account_id=account,
            start_time=now(),
        )
        resolver = Values(values, execution_variables(info, ""), lambda _: None, lambda *_: "", lambda _: None)
        return Execution(
            info=info,
            definition_text=self.definition,
            definition=definition,
            values=values,
            history=self.executions,
            services=services,
            experiment=resolver.resolve(definition.experiment),
        )

    def _apply(self, run: Execution, request: Request) -> None:
        parallelism = request.get("ParallelismConfiguration") or self.parallelism or {}
        run.parallelism = parallelism.get("MaxParallelExecutionSteps")
        run.description = request.get("PipelineExecutionDescription")
        run.display_name = (
            request.get("PipelineExecutionDisplayName") or f"execution-{int(time.time() * _MILLISECONDS)}"
        )


def _given(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Without what stands for "not given"; AWS leaves the field out."""
    return {key: value for key, value in answer.items() if value not in (None, "", {})}
