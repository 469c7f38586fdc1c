"""The smallest legal request of each action of the optimized integrations."""

from __future__ import annotations

from typing import Any

from sagemaker_rules.check.integrations import INTEGRATIONS

_ITEM = {"TableName": "t", "Key": {"id": {"S": "1"}}}
_KUBERNETES = {"ClusterName": "c", "CertificateAuthority": "a", "Endpoint": "https://e"}
_PROFILE = {"FargateProfileName": "p", "ClusterName": "c"}
_GROUP = {"ClusterName": "c", "NodegroupName": "n"}
_CUSTOMIZATION = {
    "JobName": "j",
    "CustomModelName": "m",
    "RoleArn": "r",
    "BaseModelIdentifier": "b",
    "TrainingDataConfig": {},
    "OutputDataConfig": {"S3Uri": "s3://b/o"},
}

REQUESTS: dict[tuple[str, str], dict[str, Any]] = {
    ("lambda", "invoke"): {"FunctionName": "f"},
    ("dynamodb", "getItem"): _ITEM,
    ("dynamodb", "putItem"): {"TableName": "t", "Item": {"id": {"S": "1"}, "state": "a text stands for its attribute"}},
    ("dynamodb", "updateItem"): _ITEM,
    ("dynamodb", "deleteItem"): _ITEM,
    ("sns", "publish"): {"Message": {"an": "object"}, "TopicArn": "t"},
    ("sqs", "sendMessage"): {"QueueUrl": "u", "MessageBody": {"an": "object"}},
    ("events", "putEvents"): {"Entries": [{"Source": "s", "DetailType": "d", "Detail": {"an": "object"}}]},
    ("apigateway", "invoke"): {"ApiEndpoint": "a.execute-api.eu-west-1.amazonaws.com", "Method": "GET"},
    ("http", "invoke"): {"ApiEndpoint": "https://a", "Method": "GET", "Authentication": {"ConnectionArn": "c"}},
    ("states", "startExecution"): {"StateMachineArn": "a"},
    ("ecs", "runTask"): {"TaskDefinition": "t"},
    ("batch", "submitJob"): {"JobName": "j", "JobQueue": "q", "JobDefinition": "d"},
    ("glue", "startJobRun"): {"JobName": "j"},
    ("databrew", "startJobRun"): {"Name": "j"},
    ("mediaconvert", "createJob"): {"Role": "r", "Settings": {}},
    ("athena", "startQueryExecution"): {"QueryString": "select 1"},
    ("athena", "stopQueryExecution"): {"QueryExecutionId": "q"},
    ("athena", "getQueryExecution"): {"QueryExecutionId": "q"},
    ("athena", "getQueryResults"): {"QueryExecutionId": "q"},
    ("codebuild", "startBuild"): {"ProjectName": "p"},
    ("codebuild", "startBuildBatch"): {"ProjectName": "p"},
    ("codebuild", "retryBuildBatch"): {},
    ("codebuild", "stopBuild"): {"Id": "b"},
    ("codebuild", "batchDeleteBuilds"): {"Ids": ["b"]},
    ("codebuild", "batchGetReports"): {"ReportArns": ["r"]},
    ("codebuild", "stopBuildBatch"): {"Id": "b"},
    ("codebuild", "deleteBuildBatch"): {"Id": "b"},
    ("elasticmapreduce", "createCluster"): {"Name": "c", "Instances": {"KeepJobFlowAliveWhenNoSteps": True}},
    ("elasticmapreduce", "terminateCluster"): {"ClusterId": "c"},
    ("elasticmapreduce", "addStep"): {"ClusterId": "c", "Step": {"Name": "s", "HadoopJarStep": {"Jar": "j"}}},
    ("elasticmapreduce", "cancelStep"): {"ClusterId": "c", "StepId": "s"},
    ("elasticmapreduce", "setClusterTerminationProtection"): {"ClusterId": "c", "TerminationProtected": True},
    ("elasticmapreduce", "modifyInstanceFleetByName"): {
        "ClusterId": "c",
        "InstanceFleetName": "f",
        "InstanceFleet": {"TargetSpotCapacity": 0},
    },
    ("elasticmapreduce", "modifyInstanceGroupByName"): {"ClusterId": "c", "InstanceGroup": {"InstanceCount": 8}},
    ("emr-containers", "createVirtualCluster"): {"Name": "v", "ContainerProvider": {"Id": "c", "Type": "EKS"}},
    ("emr-containers", "deleteVirtualCluster"): {"Id": "v"},
    ("emr-containers", "startJobRun"): {"VirtualClusterId": "v"},
    ("emr-serverless", "createApplication"): {"ReleaseLabel": "emr-6.6.0", "Type": "SPARK"},
    ("emr-serverless", "startApplication"): {"ApplicationId": "a"},
    ("emr-serverless", "stopApplication"): {"ApplicationId": "a"},
    ("emr-serverless", "deleteApplication"): {"ApplicationId": "a"},
    ("emr-serverless", "startJobRun"): {"ApplicationId": "a", "ExecutionRoleArn": "r"},
    ("emr-serverless", "cancelJobRun"): {"ApplicationId": "a", "JobRunId": "j"},
    ("eks", "createCluster"): {"Name": "c", "RoleArn": "r", "ResourcesVpcConfig": {}},
    ("eks", "deleteCluster"): {"Name": "c"},
    ("eks", "createFargateProfile"): {**_PROFILE, "PodExecutionRoleArn": "r"},
    ("eks", "deleteFargateProfile"): _PROFILE,
    ("eks", "createNodegroup"): {**_GROUP, "Subnets": ["s"], "NodeRole": "r"},
    ("eks", "deleteNodegroup"): _GROUP,
    ("eks", "runJob"): {**_KUBERNETES, "Job": {"kind": "Job"}},
    ("eks", "call"): {**_KUBERNETES, "Method": "GET", "Path": "/api/v1/pods"},
    ("bedrock", "invokeModel"): {"ModelId": "m", "Body": {"prompt": "p"}},
    ("bedrock", "createModelCustomizationJob"): _CUSTOMIZATION,
}
ACTIONS = [(service, action) for service, actions in INTEGRATIONS.items() for action in actions]
