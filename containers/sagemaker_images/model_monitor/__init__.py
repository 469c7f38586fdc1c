"""Data quality and model quality as the image ``sagemaker-model-monitor-analyzer`` analyses them.

Files are those of the documentation; quantiles are exact up to 2048 values a column and within 1/2048 beyond.
https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-quality.html
"""
