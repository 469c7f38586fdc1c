"""Names that CloudFormation generates for resources without one.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html
"""

from __future__ import annotations

import secrets
import string
from typing import Final

_LONGEST: Final = {
    "AWS::ECR::Repository": 256,
    "AWS::Events::Rule": 64,
    "AWS::IAM::ManagedPolicy": 128,
    "AWS::IAM::Policy": 128,
    "AWS::IAM::Role": 64,
    "AWS::IAM::User": 64,
    "AWS::Lambda::Function": 64,
    "AWS::S3::Bucket": 63,
    "AWS::SQS::Queue": 80,
    "AWS::StepFunctions::StateMachine": 80,
}
_LONGEST_ELSEWHERE = 255
_LOWER_CASE = frozenset({"AWS::S3::Bucket", "AWS::ECR::Repository"})
_SUFFIX_LENGTH = 12


def generate(resource_type: str, stack_name: str, logical_id: str) -> str:
    """``Stack-LogicalId-SUFFIX``; both parts are cut where the service allows fewer characters."""
    suffix = "".join(secrets.choice(string.ascii_uppercase + string.digits) for _ in range(_SUFFIX_LENGTH))
    room = _LONGEST.get(resource_type, _LONGEST_ELSEWHERE) - _SUFFIX_LENGTH - 2
    # Each part may take what the other one leaves, and half in any case.
    stack = stack_name[: max(room - len(logical_id), room // 2)]
    name = f"{stack}-{logical_id[: room - len(stack)]}-{suffix}"
    return name.lower() if resource_type in _LOWER_CASE else name
