"""The story of the model promotion, which `local-aws run mlops` plays; imports nothing of the CDK."""
