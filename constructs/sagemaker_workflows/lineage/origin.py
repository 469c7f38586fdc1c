"""The origin that a model build writes on a version: keys of ``CustomerMetadataProperties``.

The service records the origin of a version in its own lineage entities, too, but within the account that the pipeline
runs in; the properties go with the version into the registry of another account.
"""

from __future__ import annotations

#: ARN of the pipeline execution that registered the version.
EXECUTION_ARN = "pipeline-execution-arn"
#: What the keys of job ARNs end with: ``<what the job did>-job-arn``. Jobs outlive the pipeline that ran them.
JOB_SUFFIX = "-job-arn"
PREPROCESSING_JOB_ARN = f"preprocessing{JOB_SUFFIX}"
TRAINING_JOB_ARN = f"training{JOB_SUFFIX}"
EVALUATION_JOB_ARN = f"evaluation{JOB_SUFFIX}"
