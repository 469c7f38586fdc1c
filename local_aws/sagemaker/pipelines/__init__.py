"""SageMaker Pipelines of the local AWS: executions that really run their steps.

https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines.html
"""
