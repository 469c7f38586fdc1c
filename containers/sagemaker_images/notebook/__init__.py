"""The program of notebook jobs in AWS's images, ``amazon_sagemaker_scheduler``: runs a notebook through papermill.

https://docs.aws.amazon.com/sagemaker/latest/dg/notebook-auto-run.html
"""
