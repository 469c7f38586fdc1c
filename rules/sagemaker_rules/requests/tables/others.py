"""The rules on labeling jobs, tags, names and images."""

from __future__ import annotations

from sagemaker_rules.requests.tables.sources import API, GUIDE
from sagemaker_rules.rule import Rule

OTHER_RULES: tuple[Rule, ...] = (
    Rule(
        "labeling-source",
        "A labeling job has a manifest or a topic.",
        f"{API}LabelingJobDataSource.html",
        '"DataSource": {}',
    ),
    Rule("labeling-ui", "A task has one user interface.", f"{API}UiConfig.html", '"UiConfig": {}'),
    Rule(
        "labeling-time",
        "Tasks end within 30 days, in public 12 hours.",
        f"{API}HumanTaskConfig.html",
        '"TaskTimeLimitInSeconds": 2600000',
    ),
    Rule(
        "labeling-price",
        "The public workforce is paid, others are not.",
        f"{API}HumanTaskConfig.html",
        "a public team without PublicWorkforceTaskPrice",
    ),
    Rule(
        "label-name",
        "Names of labels end as their kind wants.",
        f"{API}CreateLabelingJob.html",
        '"LabelAttributeName": "class-metadata"',
    ),
    Rule(
        "tag-reserved", "Keys of tags do not begin with aws:.", f"{API}Tag.html", '{"Key": "aws:team", "Value": "ml"}'
    ),
    Rule("tag-twice", "Each key of a tag stands once.", f"{API}Tag.html", "two tags 'team'"),
    Rule("name-twice", "Names in a list are unique.", f"{API}Operations.html", "two instance groups 'cpu'"),
    Rule(
        "image-region",
        "An image lies in the region of the call.",
        "https://github.com/ed-donner/alex/issues/30",
        "an image of eu-west-1 in us-east-1",
    ),
    Rule(
        "image-account",
        "AWS's images are pulled from the registry of the region.",
        f"{GUIDE}ecr-paths/sagemaker-algo-docker-registry-paths.html",
        "141502667606.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0",
    ),
)
