"""Each rule on requests finds what is wrong, says it once, and lets pass what is right beside it."""

from __future__ import annotations

from typing import Any

import pytest

from sagemaker_rules.requests.rules import MODEL_RULES, REQUEST_RULES
from sagemaker_rules.service_model import Finding, check_request
from tests.rules.requests.cases import CASES, TRAIN, TUNE, XGB, Case
from tests.rules.requests.legal import LEGAL, REMOVED, request

LATER = "<known later>"
OPERATIONS = {XGB: TRAIN}


def findings(operation: str, changes: dict[str, Any], **options: Any) -> list[Finding]:
    name = OPERATIONS.get(operation, operation)
    return check_request(
        name, request(operation, changes), is_dynamic=lambda value: isinstance(value, str) and LATER in value, **options
    )


@pytest.mark.parametrize("operation", LEGAL)
def test_a_legal_request_has_no_findings(operation: str) -> None:
    assert findings(operation, {}) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}-{case.operation}")
def test_what_is_wrong_is_said_once_and_what_is_right_is_not(case: Case) -> None:
    assert [each.rule for each in findings(case.operation, case.wrong)] == [case.rule]
    assert findings(case.operation, case.right) == []


def test_every_rule_has_a_case() -> None:
    # What needs a region has tests of its own.
    own = {rule.id for rule in REQUEST_RULES} - {rule.id for rule in MODEL_RULES} - {"image-region"}
    assert {case.rule for case in CASES} == own


def test_each_finding_has_the_level_of_its_rule() -> None:
    warnings = {rule.id for rule in REQUEST_RULES if rule.level == "warning"}
    for case in CASES:
        for each in findings(case.operation, case.wrong):
            assert each.is_warning or each.rule not in warnings


class TestRegion:
    def test_an_image_of_another_region(self) -> None:
        assert findings(XGB, {}, region="us-east-1") == []
        [finding] = findings(XGB, {}, region="eu-west-1")
        assert (finding.rule, finding.path) == ("image-region", "AlgorithmSpecification.TrainingImage")

    def test_an_image_of_no_known_registry_is_left_alone(self) -> None:
        image = {"AlgorithmSpecification/TrainingImage": "registry.example.com/team/image:1"}
        assert findings(TRAIN, image, region="eu-west-1") == []

    def test_an_account_that_may_have_got_a_region_is_a_warning(self) -> None:
        image = "763104351884.dkr.ecr.mx-central-1.amazonaws.com/pytorch-training:2.1"
        found = findings(TRAIN, {"AlgorithmSpecification/TrainingImage": image})
        assert [each.is_warning for each in found] in ([], [True])


class TestWhatIsKnownLater:
    @pytest.mark.parametrize(
        "changes",
        [
            {"EnableManagedSpotTraining": LATER},
            {"StoppingCondition": LATER, "EnableManagedSpotTraining": True},
            {"StoppingCondition": REMOVED, "StoppingCondition.$": "$.stop", "EnableManagedSpotTraining": True},
            {"ResourceConfig": LATER},
            {"InputDataConfig": [LATER, LATER]},
            {"ResourceConfig/VolumeKmsKeyId": LATER},
            {"AlgorithmSpecification/TrainingImage": LATER},
        ],
        ids=str,
    )
    def test_it_is_not_judged(self, changes: dict[str, Any]) -> None:
        assert findings(TRAIN, changes) == []

    @pytest.mark.parametrize(
        "changes",
        [
            {"HyperParameters": REMOVED, "HyperParameters.$": "$.hyperparameters"},
            {"HyperParameters": {"num_round.$": "$.rounds", "objective": "binary:logistic"}},
            {"HyperParameters": LATER},
            {"InputDataConfig": REMOVED, "InputDataConfig.$": "$.channels"},
            {"HyperParameters/objective": LATER},
        ],
        ids=str,
    )
    def test_nor_are_hyperparameters(self, changes: dict[str, Any]) -> None:
        assert findings(XGB, changes) == []

    def test_a_key_for_a_volume_that_there_is_not_is_wrong_whatever_it_is(self) -> None:
        changes = {"ResourceConfig/InstanceType": "ml.g5.xlarge", "ResourceConfig/VolumeKmsKeyId": LATER}
        assert [each.rule for each in findings(TRAIN, changes)] == ["volume-key"]


@pytest.mark.parametrize(
    ("operation", "path", "value"),
    [
        ("CreateProcessingJob", "ProcessingResources/ClusterConfig/InstanceType", "ml.p4d.24xlarge"),
        (TRAIN, "ResourceConfig/InstanceType", "ml.inf1.xlarge"),
        ("CreateTransformJob", "TransformResources/InstanceType", "ml.t3.medium"),
    ],
)
def test_a_type_that_sagemaker_offers_for_something_else_is_refused(operation: str, path: str, value: str) -> None:
    [finding] = findings(operation, {path: value})
    assert (finding.rule, finding.is_warning) == ("enum", False)
    assert "is offered for" in finding.message


def is_put_in(value: Any) -> bool:
    return isinstance(value, str) and "${" in value


class TestImagesOfTheBuiltInXGBoost:
    REGISTRY = "dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost"

    def found(self, image: str) -> list[str]:
        changes = {"AlgorithmSpecification/TrainingImage": image, "HyperParameters": {"a": "b"}}
        request_ = request(XGB, changes)
        return [each.rule for each in check_request(TRAIN, request_, is_dynamic=is_put_in)]

    def test_an_account_of_ones_own_may_have_anything_under_its_name(self) -> None:
        assert self.found(f"123456789012.{self.REGISTRY}:1.7-1") == []
        assert self.found(f"${{AWS::AccountId}}.{self.REGISTRY}:1.7-1") == []
        assert self.found(f"${{Token[AWS.AccountId.3]}}.{self.REGISTRY}:1.7-1") == []

    def test_where_the_account_is_put_in_the_tag_tells(self) -> None:
        wrong = ["xgboost-hyperparameter", "xgboost-hyperparameter"]
        assert self.found(f"${{Registry}}.{self.REGISTRY}:1.7-1") == wrong
        assert self.found("${A}.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}/sagemaker-xgboost:3.2-0") == wrong
        assert self.found(f"${{Registry}}.{self.REGISTRY}:team-7") == []

    def test_an_image_that_may_be_another_algorithm_needs_no_metrics(self) -> None:
        for image in ("${A}.dkr.ecr.us-east-1.amazonaws.com/linear-learner:1", "${Image}"):
            given = request(TUNE, {"TrainingJobDefinition/AlgorithmSpecification/TrainingImage": image})
            assert check_request(TUNE, given, is_dynamic=is_put_in) == []

    def test_the_image_of_2018_needs_its_rounds(self) -> None:
        assert self.found("811284229777.dkr.ecr.us-east-1.amazonaws.com/xgboost:1") == ["xgboost-hyperparameter"]
