"""The rules on training jobs."""

from __future__ import annotations

from sagemaker_rules.requests.tables.sources import API, GUIDE, SDK
from sagemaker_rules.rule import Rule

TRAINING_RULES: tuple[Rule, ...] = (
    Rule(
        "algorithm",
        "A training job names an image or an algorithm.",
        f"{API}AlgorithmSpecification.html",
        '"AlgorithmSpecification": {"TrainingInputMode": "File"}',
    ),
    Rule(
        "algorithm-twice",
        "A training job names either an image or an algorithm.",
        f"{API}AlgorithmSpecification.html",
        '{"TrainingImage": "...", "AlgorithmName": "..."}',
    ),
    Rule(
        "instances", "A job names its machines.", f"{API}ResourceConfig.html", '"ResourceConfig": {"InstanceCount": 1}'
    ),
    Rule(
        "instances-twice",
        "Machines are named in one way.",
        f"{API}ResourceConfig.html",
        '{"InstanceType": "ml.m5.large", "InstanceGroups": [...]}',
    ),
    Rule(
        "instance-count",
        "A job has machines, and at most as many as SageMaker takes.",
        f"{API}ResourceConfig.html",
        '"InstanceCount": 0',
    ),
    Rule(
        "read-only",
        "What only Describe answers is not asked for.",
        f"{API}ResourceConfig.html",
        '"SelectedInstanceType": "..."',
    ),
    Rule(
        "volume-size",
        "A volume has at least 1 GB, and no more than the local storage of the machine.",
        f"{API}ResourceConfig.html",
        '{"InstanceType": "ml.g5.xlarge", "VolumeSizeInGB": 500}',
    ),
    Rule(
        "volume-key",
        "Machines with local storage take no key for a volume.",
        f"{SDK}3677",
        '{"InstanceType": "ml.g5.xlarge", "VolumeKmsKeyId": "..."}',
    ),
    Rule(
        "training-runtime",
        "A training job ends within 28 days.",
        f"{API}StoppingCondition.html",
        '"MaxRuntimeInSeconds": 2505600',
    ),
    Rule(
        "spot-wait-time",
        "Managed spot training has a wait time, not below the run time; other training has none.",
        f"{API}StoppingCondition.html",
        '"EnableManagedSpotTraining": true without MaxWaitTimeInSeconds',
    ),
    Rule(
        "warm-pool-spot",
        "A warm pool is not for managed spot training.",
        f"{GUIDE}train-warm-pools.html",
        '{"KeepAlivePeriodInSeconds": 600} with managed spot training',
        "warning",
    ),
    Rule(
        "profiling-interval",
        "The profiler has six intervals.",
        f"{API}ProfilerConfig.html",
        '"ProfilingIntervalInMilliseconds": 300',
    ),
    Rule(
        "metric-regex",
        "An expression for a metric has a group for the number.",
        f"{GUIDE}define-train-metrics.html",
        '"Regex": "loss=[0-9.]+"',
        "warning",
    ),
    Rule("channel-twice", "Each channel has a name of its own.", f"{API}Channel.html", "two channels 'train'"),
    Rule("data-source", "A channel has a source of data.", f"{API}DataSource.html", '"DataSource": {}'),
    Rule(
        "data-source-twice",
        "A channel has one source of data.",
        f"{API}DataSource.html",
        '{"S3DataSource": {...}, "FileSystemDataSource": {...}}',
    ),
    Rule(
        "augmented-manifest",
        "An augmented manifest is read in Pipe mode, and names its attributes.",
        f"{API}S3DataSource.html",
        '"S3DataType": "AugmentedManifestFile" in File mode',
    ),
    Rule(
        "pipe-mode",
        "Compression and record wrapping are for Pipe mode.",
        f"{API}Channel.html",
        '"CompressionType": "Gzip" in File mode',
    ),
    Rule(
        "file-system",
        "A file system is read in File mode, through a VPC.",
        f"{API}FileSystemDataSource.html",
        "FileSystemDataSource without VpcConfig",
    ),
)
