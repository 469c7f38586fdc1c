"""The operations of hyperparameter tuning jobs.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateHyperParameterTuningJob.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.sagemaker.exceptions import ResourceInUseException, ResourceNotFound, ValidationError

from local_aws.sagemaker import tuning_support
from local_aws.sagemaker.context import Context
from local_aws.sagemaker.jobs import Jobs
from local_aws.sagemaker.lists import Listing
from local_aws.sagemaker.resources import Call, Handler, Resources
from local_aws.sagemaker.tuning import Tuner

_NOUN = "HyperParameterTuningJob"
_OBJECTIVE = "FinalHyperParameterTuningJobObjectiveMetric"
_LISTING = Listing(f"{_NOUN}Summaries", f"{_NOUN}Arn", names=(f"{_NOUN}Name",), status=f"{_NOUN}Status")
_TRIALS = Listing(
    "TrainingJobSummaries",
    "TrainingJobArn",
    names=("TrainingJobName",),
    status="TrainingJobStatus",
    sorts={"FinalObjectiveMetricValue": lambda each: each[_OBJECTIVE]["Value"]},
)
_PAGE = 10


class TuningJobs:
    """The tuning jobs of one local AWS.

    Args:
        context: What it shares with the other parts.
        jobs: Where their training jobs run.
    """

    def __init__(self, context: Context, jobs: Jobs) -> None:
        self.records = Resources[Tuner]("hyper-parameter-tuning-job")
        self._context = context
        self._jobs = jobs

    def handlers(self) -> dict[str, Handler]:
        """The operations."""
        return {
            f"Create{_NOUN}": self._create,
            f"Describe{_NOUN}": lambda call: self._named(call).describe(),
            f"Stop{_NOUN}": self._stop,
            f"Delete{_NOUN}": lambda call: self.records.remove(self._named(call).arn),
            f"List{_NOUN}s": lambda call: _LISTING.of(
                (each.summary() for each in self.records.of(call.place)), call.request
            ),
            f"ListTrainingJobsFor{_NOUN}": self._list_training_jobs,
        }

    def stop_running(self) -> None:
        """Keeps every tuning job from starting another trial; the trials end as training jobs do."""
        found = self.records.everywhere()
        for each in found:
            each.kill()
        for each in found:
            each.join()

    def _create(self, call: Call) -> dict[str, Any]:
        request, place = call.request, call.place
        search = tuning_support.check(request)
        name = request[f"{_NOUN}Name"]
        arn = self.records.arn(place, name)
        self._jobs.check_training(place, tuning_support.training_request(request, f"{name}-001-00000000", {}))

        def start_trial(trial: Mapping[str, Any]) -> Any:
            return self._jobs.start_training(place, trial, arn)

        with self.records.lock:
            if self.records.by_arn(arn) is not None:
                raise ResourceInUseException(
                    f"Resource Already Exists: Hyper Parameter Tuning Job with name {name} already exists. "
                    "Choose a different name."
                )
            tuner = Tuner(arn, request, search, start_trial, self._context.job_events, self._jobs.stop)
            self.records.add(tuner)
        tuner.start()
        return {f"{_NOUN}Arn": arn}

    def _named(self, call: Call) -> Tuner:
        name = call.request[f"{_NOUN}Name"]
        found = self.records.find(call.place, name)
        if found is None:
            raise ResourceNotFound(message=f"Could not find hyper parameter tuning job '{name}'.")
        return found

    def _stop(self, call: Call) -> None:
        tuner = self._named(call)
        if not tuner.stop():
            raise ValidationError(
                f"The request was rejected because the hyperparameter tuning job is in status {tuner.status}."
            )

    def _list_training_jobs(self, call: Call) -> dict[str, Any]:
        tuner, request = self._named(call), {"SortBy": "Name", "MaxResults": _PAGE, **call.request}
        found = [tuner.summary_of(each) for each in list(tuner.trials)]
        if request["SortBy"] == "FinalObjectiveMetricValue":
            # Jobs that did not return an objective metric are not listed, as the API says.
            found = [each for each in found if _OBJECTIVE in each]
        return _TRIALS.of(found, request)
