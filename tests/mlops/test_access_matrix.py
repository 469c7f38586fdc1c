"""Who may do what in the model promotion: expected, and as two evaluators of policies find it.

Every line is one request, made by every actor. Those named may; all others may not. ``published`` is the same under the
published policies: where it names more, they are wider.
"""

from __future__ import annotations

from collections.abc import Callable

import aws_cdk as cdk
import pytest

from local_aws.iam.policy import Effect
from sagemaker_workflows.mlops import Accounts
from sagemaker_workflows.mlops import names as role_names
from tests.conftest import SynthesizedStack
from tests.local_aws.iam.generated_cases import Case
from tests.local_aws.iam.test_against_peer import ours as decision
from tests.local_aws.iam.test_against_peer import theirs as peer_decisions
from tests.mlops import policies_in_force, published_policies, scene
from tests.mlops.policies_in_force import PoliciesInForce

# Accounts: S shared services, D data science, P deployment, Q QA, R production.
#
# Every role has the identity policies of the synthesized templates in ``ours``: what is allowed, both sides allow. What
# is refused to an admin or to a foreigner is refused by the resource's policy, as theirs allow all.
MATRIX = """
request                            | ours                            | published
-- artifacts
put artifact                       | training S-admin                | D* S* job
put artifact, registry's key named | training S-admin                | D* S* job
put artifact, AWS managed key      |                                 | D* S* job
put artifact, S3-managed keys      |                                 | D* S* job
put elsewhere in the bucket        | S-admin                         | D* S* job
put artifact's ACL                 | S-admin                         | D* S*
get artifact                       | evaluation build-model Q-model R-model S-admin | D* S* P* Q* R* job
get artifact without TLS           |                                 | D* S* P* Q* R* job
get older artifact                 | S-admin                         | D-admin S-admin P-admin Q-admin R-admin
get elsewhere in the bucket        | S-admin                         | D* S* P* Q* R* job
delete artifact                    | S-admin                         | S*
abort upload                       | training S-admin                | S*
list artifacts                     | evaluation build-model S-admin  | S*
list bucket                        | S-admin                         | S*
change bucket policy               | S-admin                         | S-admin
-- key
encrypt artifact                   | training                        | D-admin S-admin P-admin Q-admin R-admin
decrypt artifact                   | training evaluation build-model Q-model R-model | D-admin S-admin P-admin Q* R*
decrypt without S3                 |                                 | D-admin S-admin P-admin Q* R*
decrypt in another bucket          |                                 | D-admin S-admin P-admin Q* R*
grant by SageMaker                 | Q-deployer R-deployer           | D-admin S-admin P-admin Q-admin R-admin
grant to anybody                   |                                 | S-admin
grant to anybody by SageMaker      |                                 | S-admin
change key policy                  | S-admin                         | S-admin
decrypt with aws/s3                | S*                              | S*
-- group and versions
register, pending                  | pipeline S-admin                | D* S* P* Q* R*
register in group, pending         | pipeline S-admin                | S*
register, approved                 |                                 | D* S* P* Q* R*
register, status left out          | S-admin                         | D* S* P* Q* R*
register, let through              |                                 | D* S* P* Q* R*
approve                            | approver                        | D* S* P* Q* R*
reject                             | approver                        | D* S* P* Q* R*
approve and record                 | approver                        | D* S* P* Q* R*
record QA deployed                 | deployment S-admin              | D* S* P* Q* R*
record Prod failed                 | deployment S-admin              | D* S* P* Q* R*
let into production                | approver                        | D* S* P* Q* R*
change metadata                    | S-admin                         | D* S* P* Q* R*
describe version                   | pipeline approver deployment Q-deployer R-deployer S-admin | D* S* P* Q* R*
list versions                      | approver S-admin                | S*
describe group                     | approver S-admin                | D* S* P* Q* R*
create model of version            | Q-deployer R-deployer S-admin   | D* S* P* Q* R*
delete version                     | S-admin                         | S*
change group policy                | S-admin                         | S*
-- workload accounts
create model in Q                  | Q-deployer Q-admin              | Q*
create other model in Q            | Q-admin                         | Q*
update endpoint in Q               | Q-deployer Q-admin              | Q*
update other endpoint in Q         | Q-admin                         | Q*
invoke endpoint in Q               | Q-deployer Q-admin              | Q*
update endpoint in R               | R-deployer R-admin              | R*
delete endpoint in R               | R-deployer R-admin              | R*
pass model role in Q               | Q-deployer Q-admin              | Q-admin
pass model role to Lambda          | Q-admin                         | Q-admin
assume deployer in Q               | deployment smoke-test           |
assume deployer in R               | deployment smoke-test           |
assume approver                    | S-admin                         |
-- a sample project, in D
sample: read raw data              | D-admin                         | D* job
sample: read training data         | D-admin job                     | D* job
sample: read other bucket          | D-admin                         | D* job
sample: write other bucket         | D-admin                         | D* job
sample: write model                | D-admin job                     | D* job seeding
sample: write raw data             | D-admin seeding                 | D* job seeding
sample: log as other               | D-admin                         | D* job
sample: pull other image           | D-admin                         | D* job
sample: other metrics              | D-admin                         | D* job
"""
#: What ``X*`` stands for.
ALL_OF = {
    "D*": "pipeline training evaluation build-model D-admin",
    "S*": "approver S-admin",
    "P*": "deployment smoke-test P-admin",
    "Q*": "Q-deployer Q-model Q-admin",
    "R*": "R-deployer R-model R-admin",
}
WORLDS = ("ours", "published")
Worlds = dict[str, PoliciesInForce]


def expected() -> dict[tuple[str, str], set[str]]:
    """Who may, by world and line of the matrix."""
    found = {}
    for row in MATRIX.strip().splitlines()[1:]:
        if not row.startswith("--"):
            line, *columns = (each.strip() for each in row.split("|"))
            for world, column in zip(WORLDS, columns, strict=True):
                found[world, line] = {actor for name in column.split() for actor in ALL_OF.get(name, name).split()}
    return found


EXPECTED = expected()


@pytest.fixture(scope="session")
def worlds(synthesize: Callable[[cdk.Stack], SynthesizedStack], app_stack: Callable[[str], SynthesizedStack]) -> Worlds:
    sample = app_stack("FeatureTransform")
    ours = policies_in_force.in_force(synthesize, sample, "LambdaForDataGenerationRole")
    published = published_policies.in_force()
    for world in (ours, published):
        world.resource[scene.AWS_MANAGED_KEY] = published_policies.aws_managed_key()
    for line in ("assume deployer in Q", "assume deployer in R", "assume approver"):
        published.resource.setdefault(scene.ASKS[line].resource, {"Version": "2012-10-17", "Statement": []})
    return {"ours": ours, "published": published}


def cases(world: PoliciesInForce, line: str) -> dict[str, Case]:
    ask = scene.ASKS[line]
    return {actor: _case(world, actor, ask) for actor in scene.ACTORS}


def _case(world: PoliciesInForce, actor: str, ask: scene.Ask, caller: tuple[str, str] | None = None) -> Case:
    account, role = caller or scene.ACTORS[actor]
    context: dict[str, str | list[str]] = {
        "aws:PrincipalArn": f"arn:aws:iam::{account}:role/{role}",
        "aws:PrincipalAccount": account,
        "aws:ResourceAccount": ask.owner,
    }
    if ask.action.startswith("kms:"):
        context["kms:CallerAccount"] = account
    return Case(
        principal=f"arn:aws:sts::{account}:assumed-role/{role}/session",
        action=ask.action,
        resource=ask.resource,
        resource_account=ask.owner,
        context={**context, **ask.context},
        identity=world.identity[actor],
        resource_policy=world.resource.get(ask.kind),
    )


@pytest.fixture(scope="session")
def peer(worlds: Worlds) -> dict[tuple[str, str, str], Effect | str]:
    """The independent evaluator's decisions, by world, line and actor."""
    asked = {
        (world, line, actor): case
        for world in WORLDS
        for line in scene.ASKS
        for actor, case in cases(worlds[world], line).items()
    }
    return dict(zip(asked, peer_decisions(list(asked.values())), strict=True))


def allowed(world: PoliciesInForce, line: str) -> set[str]:
    """Who may, as our evaluator finds it."""
    return {actor for actor, case in cases(world, line).items() if decision(case) is Effect.ALLOWED}


def test_the_matrix_has_every_request_and_no_unknown_actor() -> None:
    assert {line for _, line in EXPECTED} == set(scene.ASKS)
    assert set().union(*EXPECTED.values()) <= set(scene.ACTORS)


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("line", scene.ASKS)
def test_expected_and_both_evaluators_agree(
    worlds: Worlds, peer: dict[tuple[str, str, str], Effect | str], world: str, line: str
) -> None:
    theirs = {actor: peer[world, line, actor] for actor in scene.ACTORS}
    assert {actor: decision(case) for actor, case in cases(worlds[world], line).items()} == theirs
    assert allowed(worlds[world], line) == EXPECTED[world, line]


class TestWhatMatters:
    """Read off the matrix, so that no edit of it can lose them."""

    def test_nobody_but_the_approver_approves(self) -> None:
        for line in ("approve", "reject", "approve and record", "let into production"):
            assert EXPECTED["ours", line] == {"approver"}
            assert {"training", "pipeline", "Q-model"} <= EXPECTED["published", line]

    def test_no_version_is_born_approved(self) -> None:
        for line in ("register, approved", "register, let through"):
            assert EXPECTED["ours", line] == set()

    def test_the_workload_accounts_and_deployment_write_no_artifacts(self) -> None:
        for line in (line for line in scene.ASKS if line.startswith(("put ", "delete artifact", "encrypt"))):
            assert not {
                actor for actor in EXPECTED["ours", line] if scene.ACTORS[actor][0] in (scene.P, scene.Q, scene.R)
            }

    def test_a_foreign_account_may_nothing(self) -> None:
        assert not [key for key, actors in EXPECTED.items() if "foreign" in actors]

    def test_no_key_that_aws_manages_is_used_across_accounts(self) -> None:
        assert EXPECTED["ours", "put artifact, AWS managed key"] == set()
        assert {scene.ACTORS[actor][0] for actor in EXPECTED["ours", "decrypt with aws/s3"]} == {scene.S}

    def test_an_administrator_of_another_account_gets_nothing_of_the_registry(self) -> None:
        of_registry = [line for line, ask in scene.ASKS.items() if ask.owner == scene.S]
        for line in of_registry:
            assert not EXPECTED["ours", line] & {"D-admin", "P-admin", "Q-admin", "R-admin"}


@pytest.mark.parametrize("resource", [scene.BUCKET, scene.KEY, scene.GROUP])
def test_every_statement_of_the_registry_changes_a_line_of_the_matrix(worlds: Worlds, resource: str) -> None:
    world = worlds["ours"]
    statements = world.resource[resource]["Statement"]
    for left_out in statements:
        policy = {"Version": "2012-10-17", "Statement": [each for each in statements if each is not left_out]}
        others = dict.fromkeys([resource, *([scene.VERSION] if resource == scene.GROUP else [])], policy)
        weaker = PoliciesInForce(world.identity, {**world.resource, **others})
        asked = [line for line, ask in scene.ASKS.items() if ask.kind in others]
        assert any(allowed(weaker, line) != EXPECTED["ours", line] for line in asked), left_out


def test_the_registry_alone_holds_the_roles_of_other_accounts_back(worlds: Worlds) -> None:
    """Whatever those accounts come to allow their roles."""
    roles = [actor for actor, (account, _) in scene.ACTORS.items() if account in (scene.Q, scene.R)]
    roles += policies_in_force.GUESTS
    unlimited = worlds["ours"].identity | {actor: [policies_in_force.ADMIN] for actor in roles}
    world = PoliciesInForce(unlimited, worlds["ours"].resource)
    for line in (line for line, ask in scene.ASKS.items() if ask.owner == scene.S):
        assert allowed(world, line) & set(roles) == EXPECTED["ours", line] & set(roles), line


def test_what_the_group_allows_to_other_accounts_is_right_without_what_it_denies(worlds: Worlds) -> None:
    group = worlds["ours"].resource[scene.GROUP]
    allows = {**group, "Statement": [each for each in group["Statement"] if each["Effect"] == "Allow"]}
    world = PoliciesInForce(
        worlds["ours"].identity, {**worlds["ours"].resource, scene.GROUP: allows, scene.VERSION: allows}
    )
    guests = {actor for actor, (account, _) in scene.ACTORS.items() if account != scene.S}
    for line in (line for line, ask in scene.ASKS.items() if ask.kind in (scene.GROUP, scene.VERSION)):
        assert allowed(world, line) & guests == EXPECTED["ours", line] & guests, line


def test_in_one_account_the_group_still_knows_one_approver_only(
    synthesize: Callable[[cdk.Stack], SynthesizedStack],
) -> None:
    """Where identity policies of the same account suffice, the policy's Deny statements remain."""
    group = policies_in_force.shared_services(synthesize, Accounts.single(scene.S)).only(
        "AWS::SageMaker::ModelPackageGroup"
    )["Properties"]["ModelPackageGroupPolicy"]
    for line in ("approve", "reject", "let into production", "register, approved"):
        ask = scene.ASKS[line]
        for role in (role_names.PIPELINE_ROLE, role_names.DEPLOYMENT_ROLE, "admin", role_names.APPROVER_ROLE):
            world = PoliciesInForce({"x": [policies_in_force.ADMIN]}, {scene.VERSION: group})
            may = decision(_case(world, "x", ask, (scene.S, role))) is Effect.ALLOWED
            assert may is (role == role_names.APPROVER_ROLE and not line.startswith("register"))
