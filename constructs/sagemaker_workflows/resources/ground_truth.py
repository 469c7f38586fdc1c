"""The Lambda functions that AWS keeps for the built-in task types of Ground Truth."""

from __future__ import annotations

from constructs import Construct

from sagemaker_rules.images import image_table
from sagemaker_workflows._core.arguments import checks_call
from sagemaker_workflows._core.errors import WorkflowError
from sagemaker_workflows._core.place import path_of, region_of
from sagemaker_workflows._core.variables import is_token
from sagemaker_workflows.iam.arns import arn
from sagemaker_workflows.resources.accounts_by_region import look_up_account

#: Region to the account of the functions, as listed in
#: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_HumanTaskConfig.html
ACCOUNTS = {
    "ap-northeast-1": "477331159723",
    "ap-northeast-2": "845288260483",
    "ap-south-1": "565803892007",
    "ap-southeast-1": "377565633583",
    "ap-southeast-2": "454466003867",
    "ca-central-1": "918755190332",
    "eu-central-1": "203001061592",
    "eu-west-1": "568282634449",
    "eu-west-2": "487402164563",
    "us-east-1": "432418664414",
    "us-east-2": "266458841044",
    "us-west-2": "081040173940",
}
#: Stands for the account where there are no such functions. CloudFormation looks up every mapping on deployment, so
#: without an entry nothing of a stack could be deployed there; with it, SageMaker refuses the labeling job by this ARN.
UNAVAILABLE = "ground-truth-is-not-in-this-region"

_MAPPING_ID = "GroundTruthFunctions"


@checks_call
def ground_truth_function_arn(scope: Construct, name: str) -> str:
    """ARN of one of AWS's functions in the region of the stack of ``scope``.

    Args:
        scope: Any construct of the stack.
        name: Name of the function: ``PRE-`` or ``ACS-`` and the task type, as in ``PRE-TextMultiClass``.

    Raises:
        WorkflowError: The stack has a fixed region, in which there are no such functions.
    """
    return arn(scope, "lambda", f"function:{name}", _account(scope))


def _account(scope: Construct) -> str:
    region = region_of(scope)
    if is_token(region):
        regions = sorted({*image_table()["registries"]["FirstParty"], *ACCOUNTS})
        return look_up_account(scope, _MAPPING_ID, {each: ACCOUNTS.get(each, UNAVAILABLE) for each in regions})
    if region not in ACCOUNTS:
        raise WorkflowError(
            f"{path_of(scope)}: Ground Truth has no functions in {region!r}; deploy to one of {', '.join(ACCOUNTS)}"
        )
    return ACCOUNTS[region]
