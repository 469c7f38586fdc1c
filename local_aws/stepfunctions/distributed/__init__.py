"""Distributed Map: items from S3, batches, child executions, tolerated failures, results in S3.

https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
"""
