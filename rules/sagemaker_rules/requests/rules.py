"""The rules on requests to SageMaker that its service model does not state, by id, each with its source."""

from __future__ import annotations

from sagemaker_rules.rule import Rule

_API = "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_"
_GUIDE = "https://docs.aws.amazon.com/sagemaker/latest/dg/"
_SDK = "https://github.com/aws/sagemaker-python-sdk/issues/"
_XGBOOST = "https://github.com/aws/sagemaker-xgboost-container"

MODEL_RULES: tuple[Rule, ...] = (
    Rule(
        "required", "A request has the fields that its shape requires.", f"{_API}Operations.html", '"RoleArn" left out'
    ),
    Rule(
        "unknown", "A request has no fields that its shape does not know.", f"{_API}Operations.html", '"roleArn": "..."'
    ),
    Rule("type", "A value has the type of its field.", f"{_API}Operations.html", '"InstanceCount": "1"'),
    Rule(
        "min", "A value is as large, or a list as long, as its field wants.", f"{_API}Operations.html", '"Tags": [...]'
    ),
    Rule(
        "max",
        "A value is at most as large, a text at most as long.",
        f"{_API}Operations.html",
        "a name of 64 characters",
    ),
    Rule(
        "enum", "A value is one of those that the field knows.", f"{_API}Operations.html", '"InstanceType": "m5.large"'
    ),
    Rule(
        "pattern", "A text matches the pattern of its field.", f"{_API}Operations.html", '"TrainingJobName": "my_job"'
    ),
)

_TRAINING: tuple[Rule, ...] = (
    Rule(
        "algorithm",
        "A training job names an image or an algorithm.",
        f"{_API}AlgorithmSpecification.html",
        '"AlgorithmSpecification": {"TrainingInputMode": "File"}',
    ),
    Rule(
        "algorithm-twice",
        "A training job names either an image or an algorithm.",
        f"{_API}AlgorithmSpecification.html",
        '{"TrainingImage": "...", "AlgorithmName": "..."}',
    ),
    Rule(
        "instances", "A job names its machines.", f"{_API}ResourceConfig.html", '"ResourceConfig": {"InstanceCount": 1}'
    ),
    Rule(
        "instances-twice",
        "Machines are named in one way.",
        f"{_API}ResourceConfig.html",
        '{"InstanceType": "ml.m5.large", "InstanceGroups": [...]}',
    ),
    Rule(
        "instance-count",
        "A job has machines, and at most as many as SageMaker takes.",
        f"{_API}ResourceConfig.html",
        '"InstanceCount": 0',
    ),
    Rule(
        "read-only",
        "What only Describe answers is not asked for.",
        f"{_API}ResourceConfig.html",
        '"SelectedInstanceType": "..."',
    ),
    Rule(
        "volume-size",
        "A volume has at least 1 GB, and no more than the local storage of the machine.",
        f"{_API}ResourceConfig.html",
        '{"InstanceType": "ml.g5.xlarge", "VolumeSizeInGB": 500}',
    ),
    Rule(
        "volume-key",
        "Machines with local storage take no key for a volume.",
        f"{_SDK}3677",
        '{"InstanceType": "ml.g5.xlarge", "VolumeKmsKeyId": "..."}',
    ),
    Rule(
        "training-runtime",
        "A training job ends within 28 days.",
        f"{_API}StoppingCondition.html",
        '"MaxRuntimeInSeconds": 2505600',
    ),
    Rule(
        "spot-wait-time",
        "Managed spot training has a wait time, not below the run time; other training has none.",
        f"{_API}StoppingCondition.html",
        '"EnableManagedSpotTraining": true without MaxWaitTimeInSeconds',
    ),
    Rule(
        "warm-pool-spot",
        "A warm pool is not for managed spot training.",
        f"{_GUIDE}train-warm-pools.html",
        '{"KeepAlivePeriodInSeconds": 600} with managed spot training',
        "warning",
    ),
    Rule(
        "profiling-interval",
        "The profiler has six intervals.",
        f"{_API}ProfilerConfig.html",
        '"ProfilingIntervalInMilliseconds": 300',
    ),
    Rule(
        "metric-regex",
        "An expression for a metric has a group for the number.",
        f"{_GUIDE}define-train-metrics.html",
        '"Regex": "loss=[0-9.]+"',
        "warning",
    ),
    Rule("channel-twice", "Each channel has a name of its own.", f"{_API}Channel.html", "two channels 'train'"),
    Rule("data-source", "A channel has a source of data.", f"{_API}DataSource.html", '"DataSource": {}'),
    Rule(
        "data-source-twice",
        "A channel has one source of data.",
        f"{_API}DataSource.html",
        '{"S3DataSource": {...}, "FileSystemDataSource": {...}}',
    ),
    Rule(
        "augmented-manifest",
        "An augmented manifest is read in Pipe mode, and names its attributes.",
        f"{_API}S3DataSource.html",
        '"S3DataType": "AugmentedManifestFile" in File mode',
    ),
    Rule(
        "pipe-mode",
        "Compression and record wrapping are for Pipe mode.",
        f"{_API}Channel.html",
        '"CompressionType": "Gzip" in File mode',
    ),
    Rule(
        "file-system",
        "A file system is read in File mode, through a VPC.",
        f"{_API}FileSystemDataSource.html",
        "FileSystemDataSource without VpcConfig",
    ),
)

_XGBOOST_RULES: tuple[Rule, ...] = (
    Rule(
        "built-in-metrics",
        "Algorithms of SageMaker define their own metrics.",
        f"{_GUIDE}define-train-metrics.html",
        '"MetricDefinitions": [...] with the image sagemaker-xgboost',
    ),
    Rule(
        "xgboost-hyperparameter",
        "The built-in XGBoost has num_round, and knows each hyperparameter and its values.",
        f"{_GUIDE}xgboost_hyperparameters.html",
        '"HyperParameters": {"num_round": "50", "n_estimators": "10"}',
    ),
    Rule(
        "xgboost-combination",
        "Hyperparameters of XGBoost go together.",
        _XGBOOST,
        '{"objective": "multi:softmax"} without num_class',
    ),
    Rule(
        "xgboost-channel",
        "The built-in XGBoost reads the channels train, validation and code.",
        _XGBOOST,
        '"ChannelName": "training"',
    ),
    Rule(
        "xgboost-untunable",
        "A tuning job of XGBoost tunes hyperparameters that it has.",
        f"{_GUIDE}xgboost-tuning.html",
        '{"Name": "depth_max", ...}',
    ),
)

_PROCESSING: tuple[Rule, ...] = (
    Rule(
        "processing-name-twice",
        "Inputs and outputs of a processing job have names of their own.",
        f"{_SDK}3484",
        "an input and an output 'data'",
    ),
    Rule(
        "processing-input",
        "An input is an object in S3 or a dataset.",
        f"{_API}ProcessingInput.html",
        '{"InputName": "code"}',
    ),
    Rule(
        "processing-output",
        "An output goes to S3 or to a feature store.",
        f"{_API}ProcessingOutput.html",
        '{"OutputName": "report"}',
    ),
    Rule(
        "dataset",
        "A dataset comes from Athena or from Redshift.",
        f"{_API}DatasetDefinition.html",
        '"DatasetDefinition": {}',
    ),
    Rule(
        "local-path",
        "Inputs and outputs lie below /opt/ml/processing/.",
        f"{_API}ProcessingS3Input.html",
        '"LocalPath": "/opt/ml/input/data"',
    ),
    Rule(
        "local-path-twice", "Each input has a path of its own.", f"{_SDK}4939", "two inputs at /opt/ml/processing/input"
    ),
    Rule(
        "empty-argument",
        "Arguments of a container are not empty.",
        f"{_SDK}3758",
        '"ContainerArguments": ["--label", ""]',
    ),
    Rule(
        "processing-runtime",
        "A processing job ends within 5 days, unless AWS has raised the quota.",
        "https://docs.aws.amazon.com/general/latest/gr/sagemaker.html",
        '"MaxRuntimeInSeconds": 518400',
        "warning",
    ),
)

_TUNING: tuple[Rule, ...] = (
    Rule(
        "tuning-definition",
        "A tuning job has one definition of its training jobs, or several with names.",
        f"{_API}CreateHyperParameterTuningJob.html",
        "TrainingJobDefinition left out",
    ),
    Rule(
        "tuning-objective",
        "The objective is a metric that the training jobs measure.",
        "https://github.com/aws/amazon-sagemaker-examples/issues/1207",
        '"MetricName": "auc" for the built-in XGBoost',
    ),
    Rule("tuning-ranges", "A tuning job has 1 to 30 ranges.", f"{_API}ParameterRanges.html", '"ParameterRanges": {}'),
    Rule(
        "tuning-limits",
        "A tuning job is bounded, and runs no more jobs at once than in all.",
        f"{_API}ResourceLimits.html",
        '{"MaxNumberOfTrainingJobs": 2, "MaxParallelTrainingJobs": 3}',
    ),
    Rule(
        "tuning-combinations",
        "There are as many combinations as jobs.",
        "https://github.com/aws/amazon-sagemaker-operator-for-k8s/issues/123",
        "10 jobs for max_depth from 3 to 5",
    ),
    Rule(
        "hyperband",
        "Hyperband knows its resources, and stops jobs by itself.",
        f"{_API}HyperbandStrategyConfig.html",
        '{"Strategy": "Hyperband", "TrainingJobEarlyStoppingType": "Auto"}',
    ),
    Rule(
        "grid",
        "Grid takes categories only, and runs each combination once.",
        f"{_GUIDE}automatic-model-tuning-how-it-works.html",
        '{"Strategy": "Grid"} with a continuous range',
    ),
    Rule(
        "range-twice",
        "A hyperparameter has one range.",
        f"{_GUIDE}automatic-model-tuning-define-ranges.html",
        "eta in two ranges",
    ),
    Rule(
        "range-and-static",
        "A hyperparameter is tuned or static.",
        f"{_GUIDE}automatic-model-tuning-define-ranges.html",
        "eta in StaticHyperParameters and in a range",
    ),
    Rule(
        "range-category-twice",
        "Each category stands once.",
        "https://github.com/aws/amazon-sagemaker-feedback/issues/195",
        '"Values": ["gbtree", "gbtree"]',
    ),
    Rule(
        "range-bound",
        "The bounds of a range are numbers, whole ones of an integer range.",
        f"{_API}IntegerParameterRange.html",
        '"MinValue": "2.5"',
    ),
    Rule(
        "range-order",
        "The smallest value is not above the largest.",
        f"{_API}ContinuousParameterRange.html",
        '{"MinValue": "1", "MaxValue": "0"}',
    ),
    Rule(
        "range-scale",
        "A logarithmic scale begins above 0, a reverse one lies in 0 to 1.",
        f"{_API}ContinuousParameterRange.html",
        '{"MinValue": "0", "ScalingType": "Logarithmic"}',
    ),
)

_TRANSFORM: tuple[Rule, ...] = (
    Rule(
        "payload",
        "A payload has at most 100 MB, also times the concurrent transforms.",
        f"{_API}CreateTransformJob.html",
        '"MaxPayloadInMB": 101',
    ),
    Rule(
        "transform-data-type",
        "Batch transform reads prefixes and manifests.",
        f"{_API}TransformS3DataSource.html",
        '"S3DataType": "AugmentedManifestFile"',
    ),
    Rule(
        "transform-filter",
        "A filter is a JSONPath of names, indices and ranges.",
        "https://github.com/aws/aws-sdk/issues/184",
        '"OutputFilter": "$[\'account_id\']"',
    ),
    Rule("transform-ranges", "A filter has one range in a bracket.", f"{_SDK}1112", '"OutputFilter": "$[0:2,5:]"'),
    Rule(
        "batch-strategy",
        "Several records are sent at once where the input is split.",
        f"{_API}CreateTransformJob.html",
        '{"BatchStrategy": "MultiRecord"} without SplitType',
        "warning",
    ),
)

_MODELS: tuple[Rule, ...] = (
    Rule(
        "model-container",
        "A model has one container or several.",
        f"{_API}CreateModel.html",
        "PrimaryContainer and Containers",
    ),
    Rule(
        "model-image",
        "A container has an image or a model package.",
        f"{_API}ContainerDefinition.html",
        '"PrimaryContainer": {}',
    ),
    Rule(
        "model-data",
        "The data of a model are named once, and as their kind wants.",
        f"{_API}S3ModelDataSource.html",
        '{"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/model"}',
    ),
    Rule(
        "model-archive",
        "The artifact of a model is a .tar.gz.",
        f"{_API}ContainerDefinition.html",
        '"ModelDataUrl": "s3://bucket/model.pkl"',
        "warning",
    ),
    Rule(
        "multi-model",
        "A container of several models has the prefix they lie under.",
        f"{_GUIDE}create-multi-model-endpoint.html",
        '{"Mode": "MultiModel"} without ModelDataUrl',
    ),
    Rule(
        "model-environment",
        "The variables of a model have at most 32 KB.",
        f"{_API}ContainerDefinition.html",
        "a variable of 40,000 characters",
    ),
    Rule(
        "container-hostname",
        "All containers of a pipeline have hostnames, or none.",
        f"{_API}ContainerDefinition.html",
        '[{"ContainerHostname": "a"}, {}]',
    ),
    Rule(
        "private-registry",
        "A private registry is reached through a VPC.",
        f"{_API}ImageConfig.html",
        '"RepositoryAccessMode": "Vpc" without VpcConfig',
    ),
    Rule(
        "model-package-name",
        "A model package belongs to a group, or has a name.",
        f"{_API}CreateModelPackage.html",
        "ModelPackageName and ModelPackageGroupName",
    ),
    Rule(
        "model-package-version",
        "Some fields are for versions of a group, some for packages without one.",
        f"{_API}CreateModelPackage.html",
        '{"ModelPackageGroupName": "g", "Tags": [...]}',
    ),
    Rule(
        "model-package-instances",
        "A model package without a group names its instance types.",
        f"{_API}InferenceSpecification.html",
        '"ModelPackageName": "p" without SupportedTransformInstanceTypes',
    ),
)

_ENDPOINTS: tuple[Rule, ...] = (
    Rule(
        "variant-twice",
        "Each variant has a name of its own.",
        f"{_API}ProductionVariant.html",
        "two variants 'AllTraffic'",
    ),
    Rule(
        "variant-instances",
        "A variant has instances or is serverless.",
        f"{_API}ProductionVariant.html",
        '{"ModelName": "m", "VariantName": "v"}',
    ),
    Rule(
        "variant-role",
        "Inference components need a role of the configuration.",
        f"{_API}CreateEndpointConfig.html",
        "a variant without ModelName, and no ExecutionRoleArn",
        "warning",
    ),
    Rule(
        "variant-weights",
        "Some variant has a weight.",
        f"{_API}ProductionVariant.html",
        '"InitialVariantWeight": 0 for all',
    ),
    Rule(
        "shadow-variant",
        "A shadow variant stands beside one production variant.",
        f"{_API}CreateEndpointConfig.html",
        "two shadow variants",
    ),
    Rule(
        "serverless-memory",
        "Serverless memory comes in steps of 1 GB.",
        f"{_API}ProductionVariantServerlessConfig.html",
        '"MemorySizeInMB": 1536',
    ),
    Rule(
        "serverless-concurrency",
        "Provisioned concurrency is not above the maximum.",
        f"{_API}ProductionVariantServerlessConfig.html",
        '{"MaxConcurrency": 5, "ProvisionedConcurrency": 10}',
    ),
    Rule(
        "serverless-feature",
        "Serverless endpoints have one variant and no data capture.",
        f"{_GUIDE}serverless-endpoints.html",
        "ServerlessConfig beside DataCaptureConfig",
    ),
    Rule(
        "scaling-range",
        "The least number of instances is not above the largest.",
        f"{_API}ProductionVariantManagedInstanceScaling.html",
        '{"MinInstanceCount": 3, "MaxInstanceCount": 2}',
    ),
    Rule(
        "routing",
        "Prefix-aware routing is configured for that strategy only.",
        f"{_API}ProductionVariantRoutingConfig.html",
        '{"RoutingStrategy": "RANDOM", "PrefixAwareRoutingConfig": {...}}',
    ),
    Rule(
        "deployment",
        "A deployment is blue/green or rolling.",
        f"{_API}DeploymentConfig.html",
        "BlueGreenUpdatePolicy and RollingUpdatePolicy",
    ),
    Rule(
        "deployment-timeout",
        "A deployment may last longer than its waits.",
        f"{_API}BlueGreenUpdatePolicy.html",
        '{"MaximumExecutionTimeoutInSeconds": 600, "TerminationWaitInSeconds": 900}',
    ),
    Rule(
        "traffic-size",
        "Canary and linear shifting have their size, and only that.",
        f"{_API}TrafficRoutingConfig.html",
        '{"Type": "CANARY"} without CanarySize',
    ),
    Rule(
        "capacity",
        "Traffic shifts in parts of the published size.",
        f"{_API}TrafficRoutingConfig.html",
        '{"Type": "CAPACITY_PERCENT", "Value": 60}',
    ),
    Rule(
        "retained-properties",
        "Properties are left out of those that are retained.",
        f"{_API}UpdateEndpoint.html",
        "ExcludeRetainedVariantProperties alone",
        "warning",
    ),
)

_OTHERS: tuple[Rule, ...] = (
    Rule(
        "labeling-source",
        "A labeling job has a manifest or a topic.",
        f"{_API}LabelingJobDataSource.html",
        '"DataSource": {}',
    ),
    Rule("labeling-ui", "A task has one user interface.", f"{_API}UiConfig.html", '"UiConfig": {}'),
    Rule(
        "labeling-time",
        "Tasks end within 30 days, in public 12 hours.",
        f"{_API}HumanTaskConfig.html",
        '"TaskTimeLimitInSeconds": 2600000',
    ),
    Rule(
        "labeling-price",
        "The public workforce is paid, others are not.",
        f"{_API}HumanTaskConfig.html",
        "a public team without PublicWorkforceTaskPrice",
    ),
    Rule(
        "label-name",
        "Names of labels end as their kind wants.",
        f"{_API}CreateLabelingJob.html",
        '"LabelAttributeName": "class-metadata"',
    ),
    Rule(
        "tag-reserved", "Keys of tags do not begin with aws:.", f"{_API}Tag.html", '{"Key": "aws:team", "Value": "ml"}'
    ),
    Rule("tag-twice", "Each key of a tag stands once.", f"{_API}Tag.html", "two tags 'team'"),
    Rule("name-twice", "Names in a list are unique.", f"{_API}Operations.html", "two instance groups 'cpu'"),
    Rule(
        "image-region",
        "An image lies in the region of the call.",
        "https://github.com/ed-donner/alex/issues/30",
        "an image of eu-west-1 in us-east-1",
    ),
    Rule(
        "image-account",
        "AWS's images are pulled from the registry of the region.",
        f"{_GUIDE}ecr-paths/sagemaker-algo-docker-registry-paths.html",
        "141502667606.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0",
    ),
)

REQUEST_RULES: tuple[Rule, ...] = (
    *MODEL_RULES,
    *_TRAINING,
    *_XGBOOST_RULES,
    *_PROCESSING,
    *_TUNING,
    *_TRANSFORM,
    *_MODELS,
    *_ENDPOINTS,
    *_OTHERS,
)
