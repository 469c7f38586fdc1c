"""Names of services in SDK integrations: those of the AWS SDK for Java, where botocore has others.

https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html, as of November 2026; most names
are botocore's without hyphens.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import cache

from sagemaker_rules.service_model import services

_OTHERS: Mapping[str, str] = {
    "applicationdiscovery": "discovery",
    "cloudwatchevents": "events",
    "cloudwatchlogs": "logs",
    "cognitoidentityprovider": "cognito-idp",
    "config": "config",
    "costandusagereport": "cur",
    "costexplorer": "ce",
    "databasemigration": "dms",
    "directory": "ds",
    "directoryservicedata": "ds-data",
    "elasticloadbalancing": "elb",
    "elasticloadbalancingv2": "elbv2",
    "elasticsearch": "es",
    "eventbridge": "events",
    "iotdataplane": "iot-data",
    "iotjobsdataplane": "iot-jobs-data",
    "lexmodelbuilding": "lex-models",
    "lexmodelsv2": "lexv2-models",
    "lexruntime": "lex-runtime",
    "lexruntimev2": "lexv2-runtime",
    "marketplaceentitlement": "marketplace-entitlement",
    "marketplacemetering": "meteringmarketplace",
    "migrationhub": "mgh",
    "pinpointsmsvoice": "sms-voice",
    "serverlessapplicationrepository": "serverlessrepo",
    "sfn": "stepfunctions",
    "simpledb": "sdb",
}


def service_of(name: str) -> str | None:
    """botocore's name of a service; None where there is none of this name.

    Args:
        name: As in ``arn:aws:states:::aws-sdk:<name>:getItem``.
    """
    return _names().get(name)


def nearest(name: str) -> str | None:
    """A name like this one that a service has."""
    found = difflib.get_close_matches(name.lower(), _names(), n=1, cutoff=0.8)
    return found[0] if found else None


@cache
def _names() -> Mapping[str, str]:
    return {**{each.replace("-", ""): each for each in services()}, **_OTHERS}
