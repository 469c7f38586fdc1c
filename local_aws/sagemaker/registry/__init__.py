"""The model registry: model package groups, their versions and policies.

https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry.html
"""
