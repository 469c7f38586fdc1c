"""Where the rules on requests come from."""

from __future__ import annotations

API = "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_"
GUIDE = "https://docs.aws.amazon.com/sagemaker/latest/dg/"
SDK = "https://github.com/aws/sagemaker-python-sdk/issues/"
XGBOOST = "https://github.com/aws/sagemaker-xgboost-container"
