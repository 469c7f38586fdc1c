"""``local-aws run mlops``: the model promotion between five accounts, or in one.

The accounts are 111111111111 to 555555555555 unless ``-c`` gives others.
"""

from __future__ import annotations

from collections.abc import Mapping

from local_aws.scenario import LocalAwsError, Options, ScenarioRun

from .promotion import Promotion
from .result import StoryResult
from .story import Story

STACKS = ("SharedServices", "DataScience", "Deployment", "WorkloadQa", "WorkloadProd")
ACCOUNTS: Mapping[str, str] = {
    "shared_services_account": "111111111111",
    "data_science_account": "222222222222",
    "deployment_account": "333333333333",
    "qa_account": "444444444444",
    "prod_account": "555555555555",
}
#: One account for all roles, in place of those.
ONE_ACCOUNT = "mlops_account"


def play(run: ScenarioRun) -> StoryResult:
    """Deploys the five stacks and plays the story on them.

    Raises:
        LocalAwsError: A stack could not be synthesized or deployed.
    """
    story = deployed(run)
    failure = None
    try:
        story.tell()
    except LocalAwsError as error:
        failure = str(error)
    return StoryResult(run.name, run.happened, failure, run.denials(), run.work_dir, tuple(story.versions()))


def deployed(run: ScenarioRun) -> Story:
    """The story, with its five stacks up and nothing told yet."""
    context = story_context(run.options)
    run.synthesize(context)
    stacks = run.deploy(*STACKS)
    return Story(Promotion(run, stacks), run, automatic=context.get("production_approval") == "automatic")


def story_context(options: Options) -> dict[str, str]:
    """Context of the app: what was given, and five accounts unless an account was given."""
    given = dict(options.context)
    defaults = {} if given.keys() & {*ACCOUNTS, ONE_ACCOUNT} else dict(ACCOUNTS)
    # An endpoint is up within a second or two here, not after minutes.
    return {"mlops_region": options.region, "poll_seconds": "1", **defaults, **given}
