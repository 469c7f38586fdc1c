"""Our statements beside those of aws-cdk-lib's own SageMaker tasks, for the same jobs: the tables in docs/policies.md.

python benchmarks/policy_comparison.py           # rewrites the generated part of docs/policies.md
python benchmarks/policy_comparison.py --check   # exits with 1 if that would change anything
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as l2
from aws_cdk.assertions import Template

import sagemaker_workflows as ours

DOCUMENT = Path(__file__).parents[1] / "docs" / "policies.md"
BEGIN = "<!-- begin: written by benchmarks/policy_comparison.py -->"
END = "<!-- end: written by benchmarks/policy_comparison.py -->"
RUN_JOB = sfn.IntegrationPattern.RUN_JOB
REGION, ACCOUNT = "eu-west-1", "123456789012"
IMAGE = ours.FirstPartyImage.xgboost()
#: aws-cdk-lib takes a name known at run time as a path.
NAME = sfn.JsonPath.string_at("$.name")

Rows = dict[str, list[str]]
Build = Callable[[cdk.Stack, s3.IBucket], sfn.IChainable]


def l2_training(stack: cdk.Stack, bucket: s3.IBucket) -> sfn.IChainable:
    source = l2.S3DataSource(s3_location=l2.S3Location.from_bucket(bucket, "train/"))
    return l2.SageMakerCreateTrainingJob(
        stack,
        "Task",
        integration_pattern=RUN_JOB,
        training_job_name=NAME,
        algorithm_specification=l2.AlgorithmSpecification(
            training_image=l2.DockerImage.from_registry(IMAGE.uri(stack)), training_input_mode=l2.InputMode.FILE
        ),
        input_data_config=[l2.Channel(channel_name="train", data_source=l2.DataSource(s3_data_source=source))],
        output_data_config=l2.OutputDataConfig(s3_output_location=l2.S3Location.from_bucket(bucket, "models/")),
    )


def our_training(stack: cdk.Stack, bucket: s3.IBucket) -> sfn.IChainable:
    name = ours.JobName.unique("demo-train")
    train, models = ours.S3Location(bucket, "train/"), ours.S3Location(bucket, "models/")
    role = ours.TrainingExecutionRole(
        stack, "Role", job_name_pattern=name.arn_pattern, image=IMAGE, reads=[train], writes=[models]
    )
    return ours.SageMakerCreateTrainingJob(
        stack,
        "Task",
        integration_pattern=RUN_JOB,
        training_job_name=name,
        image=IMAGE,
        role=role,
        channels=[ours.TrainingChannel("train", train)],
        output=models,
        hyperparameters={"num_round": "5"},
    )


def l2_transform(stack: cdk.Stack, bucket: s3.IBucket) -> sfn.IChainable:
    source = l2.TransformS3DataSource(s3_uri=f"s3://{bucket.bucket_name}/test/")
    return l2.SageMakerCreateTransformJob(
        stack,
        "Task",
        integration_pattern=RUN_JOB,
        transform_job_name=NAME,
        model_name=sfn.JsonPath.string_at("$.model"),
        transform_input=l2.TransformInput(
            transform_data_source=l2.TransformDataSource(s3_data_source=source), content_type="text/csv"
        ),
        transform_output=l2.TransformOutput(s3_output_path=f"s3://{bucket.bucket_name}/output"),
    )


def our_transform(stack: cdk.Stack, bucket: s3.IBucket) -> sfn.IChainable:
    return ours.SageMakerCreateTransformJob(
        stack,
        "Task",
        integration_pattern=RUN_JOB,
        transform_job_name=ours.JobName.unique("demo-batch"),
        model_name=ours.JobName.from_state("$.model", prefix="demo-model"),
        source=ours.S3Location(bucket, "test/"),
        output=ours.S3Location(bucket, "output/"),
        content_type="text/csv",
    )


def l2_model(stack: cdk.Stack, bucket: s3.IBucket) -> sfn.IChainable:
    return l2.SageMakerCreateModel(
        stack,
        "Task",
        model_name=NAME,
        primary_container=l2.ContainerDefinition(
            image=l2.DockerImage.from_registry(IMAGE.uri(stack)),
            mode=l2.Mode.SINGLE_MODEL,
            model_s3_location=l2.S3Location.from_json_expression("$.artifact"),
        ),
    )


def our_model(stack: cdk.Stack, bucket: s3.IBucket) -> sfn.IChainable:
    role = ours.ModelExecutionRole(
        stack,
        "Role",
        job_name_pattern="demo-batch-*",
        image=IMAGE,
        reads=[ours.S3Location(bucket, "models/"), ours.S3Location(bucket, "test/")],
        writes=[ours.S3Location(bucket, "output/")],
    )
    name = ours.JobName.unique("demo-model")
    return ours.SageMakerCreateModel(
        stack, "Task", model_name=name, image=IMAGE, model_data_url="$.artifact", role=role
    )


def l2_endpoint_config(stack: cdk.Stack, bucket: s3.IBucket) -> sfn.IChainable:
    variant = l2.ProductionVariant(
        variant_name="AllTraffic",
        model_name=sfn.JsonPath.string_at("$.model"),
        instance_type=ec2.InstanceType("m5.xlarge"),
        initial_instance_count=1,
    )
    return l2.SageMakerCreateEndpointConfig(stack, "Task", endpoint_config_name=NAME, production_variants=[variant])


def our_endpoint_config(stack: cdk.Stack, bucket: s3.IBucket) -> sfn.IChainable:
    variant = ours.ProductionVariant(ours.JobName.from_state("$.model", prefix="demo-model"))
    name = ours.JobName.unique("demo-config")
    return ours.SageMakerCreateEndpointConfig(stack, "Task", endpoint_config_name=name, variants=[variant])


def l2_endpoint(stack: cdk.Stack, bucket: s3.IBucket) -> sfn.IChainable:
    config = sfn.JsonPath.string_at("$.config")
    return l2.SageMakerCreateEndpoint(stack, "Task", endpoint_name=NAME, endpoint_config_name=config)


def our_endpoint(stack: cdk.Stack, bucket: s3.IBucket) -> sfn.IChainable:
    config = ours.JobName.from_state("$.config", prefix="demo-config")
    name = ours.JobName.unique("demo-endpoint")
    return ours.SageMakerCreateEndpoint(stack, "Task", endpoint_name=name, endpoint_config_name=config)


def l2_update(stack: cdk.Stack, bucket: s3.IBucket) -> sfn.IChainable:
    config = sfn.JsonPath.string_at("$.config")
    return l2.SageMakerUpdateEndpoint(stack, "Task", endpoint_name=NAME, endpoint_config_name=config)


def our_update(stack: cdk.Stack, bucket: s3.IBucket) -> sfn.IChainable:
    config = ours.JobName.from_state("$.config", prefix="demo-config")
    name = ours.JobName.from_state("$.endpoint", prefix="demo-endpoint")
    return ours.SageMakerUpdateEndpoint(stack, "Task", endpoint_name=name, endpoint_config_name=config)


TASKS: dict[str, tuple[Build, Build]] = {
    "SageMakerCreateTrainingJob (`.sync`)": (l2_training, our_training),
    "SageMakerCreateTransformJob (`.sync`)": (l2_transform, our_transform),
    "SageMakerCreateModel": (l2_model, our_model),
    "SageMakerCreateEndpointConfig": (l2_endpoint_config, our_endpoint_config),
    "SageMakerCreateEndpoint": (l2_endpoint, our_endpoint),
    "SageMakerUpdateEndpoint": (l2_update, our_update),
}


def permissions(build: Build) -> dict[str, Rows]:
    """What the state machine's role, and the execution role that the task brings, may do: action → resources."""
    stack = cdk.Stack(cdk.App(), "Stack", env=cdk.Environment(region=REGION, account=ACCOUNT))
    bucket = s3.Bucket.from_bucket_name(stack, "Bucket", "bucket")
    sfn.StateMachine(stack, "Machine", definition_body=sfn.DefinitionBody.from_chainable(build(stack, bucket)))
    resources = Template.from_stack(stack).to_json()["Resources"]
    found: dict[str, Rows] = {"machine": {}, "execution": {}}
    for logical_id, role in resources.items():
        if role["Type"] == "AWS::IAM::Role":
            rows = found["machine" if logical_id.startswith("Machine") else "execution"]
            for action, resource in _grants(logical_id, role, resources):
                rows.setdefault(action, []).append(resource)
    return found


def _grants(role_id: str, role: dict[str, Any], resources: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each action with its resource, in managed policies, inline policies and attached ones."""
    properties = role["Properties"]
    for managed in properties.get("ManagedPolicyArns", []):
        yield f"**managed policy** {_text(managed).rsplit('/', 1)[-1]}", "all that it names"
    documents = [each["PolicyDocument"] for each in properties.get("Policies", [])]
    for each in resources.values():
        if each["Type"] == "AWS::IAM::Policy" and {"Ref": role_id} in each["Properties"]["Roles"]:
            documents.append(each["Properties"]["PolicyDocument"])
    for document in documents:
        for statement in document["Statement"]:
            condition = _condition(statement.get("Condition", {}))
            for action in _as_list(statement["Action"]):
                for resource in _as_list(statement["Resource"]):
                    yield _spelled(action), f"`{_short(_text(resource))}`{condition}"


def _spelled(action: str) -> str:
    """As the documentation spells it; IAM does not mind, and aws-cdk-lib has ``sagemaker:createEndpoint``."""
    service, _, name = action.partition(":")
    return f"{service}:{name[:1].upper()}{name[1:]}"


def _condition(condition: dict[str, dict[str, Any]]) -> str:
    parts = [
        f"{key} = {', '.join(_text(each) for each in _as_list(value))}"
        for keys in condition.values()
        for key, value in keys.items()
    ]
    return f" if {'; '.join(parts)}" if parts else ""


def _short(arn: str) -> str:
    """Without what is the same everywhere: partition, service, region and account."""
    return re.sub(rf"^arn:aws:(?:sagemaker|events|logs|s3):(?:{REGION})?:(?:{ACCOUNT})?:", "", arn)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if "Fn::Join" in value:
        separator, parts = value["Fn::Join"]
        return str(separator).join(_text(part) for part in parts)
    if "Ref" in value:
        return {"AWS::Partition": "aws", "AWS::URLSuffix": "amazonaws.com", "AWS::Region": REGION}[value["Ref"]]
    if "Fn::GetAtt" in value:
        return "the execution role"
    raise ValueError(f"cannot write {json.dumps(value)}")


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def tables() -> str:
    """The generated part of the document."""
    lines: list[str] = []
    for task, (theirs, own) in TASKS.items():
        left, right = permissions(theirs), permissions(own)
        lines += ["", f"### {task}", "", *_table("state machine", left["machine"], right["machine"])]
        if left["execution"]:
            lines += ["", *_table("execution role that comes with it", left["execution"], right["execution"])]
    return "\n".join([*lines, ""])


def _table(role: str, left: Rows, right: Rows) -> Iterator[str]:
    yield f"| {role} may | aws-cdk-lib {version('aws-cdk-lib')} | here |"
    yield "|---|---|---|"
    for action in sorted({*left, *right}):
        yield f"| {action} | {_cell(left.get(action))} | {_cell(right.get(action))} |"


def _cell(resources: list[str] | None) -> str:
    return "<br>".join(sorted(set(resources))) if resources else "–"


def document(text: str) -> str:
    """``text`` with its generated part written anew."""
    before, _, rest = text.partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        sys.exit(f"{DOCUMENT}: the lines {BEGIN} and {END} are missing; write them where the tables belong")
    return f"{before}{BEGIN}\n{tables()}\n{END}{after}"


def main() -> None:
    old = DOCUMENT.read_text("utf-8")
    new = document(old)
    if "--check" in sys.argv[1:]:
        sys.exit(f"{DOCUMENT} is out of date; run python {sys.argv[0]}" if old != new else 0)
    DOCUMENT.write_text(new, "utf-8")


if __name__ == "__main__":
    main()
