"""The story of the model hand-over, which `local-aws run mlops` plays; imports nothing of the CDK."""
