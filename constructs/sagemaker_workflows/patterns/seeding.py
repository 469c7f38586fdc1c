"""The Lambda function that seeds the bucket with a dataset and the processing script."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Unpack

from aws_cdk import Size
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3_assets as s3_assets
from constructs import Construct

from sagemaker_workflows._core.arguments import checks_arguments, checks_fields
from sagemaker_workflows._core.errors import InvalidDatasetError, InvalidParameterError
from sagemaker_workflows.iam.policies import WRITE_OBJECTS, use_key_through_s3
from sagemaker_workflows.resources.datasets import Dataset
from sagemaker_workflows.resources.functions import ScopedFunction
from sagemaker_workflows.resources.locations import S3Location
from sagemaker_workflows.state_machines.tasks._task import TaskOptions
from sagemaker_workflows.state_machines.tasks.invoke_function import InvokeFunction


@checks_fields
@dataclass(frozen=True)
class TestSplit:
    """Rows set aside for testing.

    Args:
        features: Object for the test rows without their labels, as batch transform wants them.
        labels: Object for the labels of the test rows, one a line, in the same order.
        fraction: Share of the rows, between 0 and 1; default: 0.2.
        seed: The same seed and data give the same split; default: 42.
    """

    # Not a test class, whatever its name begins with.
    __test__ = False

    features: S3Location
    labels: S3Location
    fraction: float = 0.2
    seed: int = 42


@checks_fields
@dataclass(frozen=True)
class ValidationSplit:
    """Training rows set aside for validation, as tuning needs them.

    Args:
        rows: Object for them, label first.
        fraction: Share of the training rows, between 0 and 1; default: 0.2. The seed is that of the test rows.
    """

    rows: S3Location
    fraction: float = 0.2


class SeedingFunction(ScopedFunction):
    """Lambda function that writes a dataset, label first and without header, and the processing script into a bucket.

    It may write exactly the objects named here.

    Args:
        scope: Parent construct.
        id: Construct id.
        train: Object for the training rows; for all rows where there is no ``test``.
        dataset: What to seed; default: the built-in dataset.
        test: Rows to set aside; default: none.
        validation: Training rows to set aside for validation; default: none.
        script: Local path of a processing script; default: none.
        script_destination: Object for the script; required with ``script``.

    Raises:
        InvalidDatasetError: The script is not there.
        InvalidParameterError: The fraction is not between 0 and 1, or a destination is missing, in another bucket than
            ``train``, or a prefix.

    Example::

        seeding = SeedingFunction(
            self,
            "Seeding",
            train=S3Location(bucket, "raw/train.csv"),
            test=TestSplit(S3Location(bucket, "raw/test.csv"), S3Location(bucket, "raw/labels.csv"), fraction=0.3),
        )
        WorkflowStateMachine(self, "Workflow", definition=seeding.task(self, "Generate dataset"))
    """

    @checks_arguments
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        train: S3Location,
        dataset: Dataset | None = None,
        test: TestSplit | None = None,
        validation: ValidationSplit | None = None,
        script: str | Path | None = None,
        script_destination: S3Location | None = None,
    ) -> None:
        dataset = dataset or Dataset.builtin()
        path = f"{scope.node.path}/{id}"
        _check_fractions(path, test, validation)
        _check_destinations(path, train, test, validation, script_destination)
        environment = {"BUCKET": train.bucket.bucket_name, "TRAIN_KEY": train.key, **_dataset_environment(dataset)}
        written = [train]
        if test:
            environment |= {
                "TEST_KEY": test.features.key,
                "TEST_LABELS_KEY": test.labels.key,
                "TEST_FRACTION": str(test.fraction),
                "SPLIT_SEED": str(test.seed),
            }
            written += [test.features, test.labels]
        if validation:
            environment |= {"VALIDATION_KEY": validation.rows.key, "VALIDATION_FRACTION": str(validation.fraction)}
            written.append(validation.rows)
        super().__init__(
            scope,
            id,
            folder="seed_dataset",
            description="Seeds the workflow's bucket with a dataset and the processing script",
            environment=environment,
            memory=512,
            ephemeral_storage=Size.gibibytes(2),
        )
        if script:
            if script_destination is None:
                raise InvalidParameterError(path, "script_destination", "is missing; it is required with script")
            self._seed_script(Path(script), script_destination)
            written.append(script_destination)
        if dataset.path:
            asset = s3_assets.Asset(self, "Dataset", path=str(dataset.path))
            self.add_environment("DATASET", asset.s3_object_url)
            self.allow(_read_statement("ReadDataset", asset))
        self.allow(*_write_statements(written))

    def task(self, scope: Construct, id: str, **options: Unpack[TaskOptions]) -> InvokeFunction:
        """A task state that invokes the function. Its result is ``{"Payload": {...}}`` with row counts and S3 URIs."""
        return InvokeFunction(scope, id, function=self, **options)

    def _seed_script(self, script: Path, destination: S3Location) -> None:
        if not script.is_file():
            raise InvalidDatasetError(f"processing script {script}: there is no such file; give the path of a script")
        asset = s3_assets.Asset(self, "Script", path=str(script))
        self.add_environment("SCRIPT_SOURCE", asset.s3_object_url)
        self.add_environment("SCRIPT_KEY", destination.key)
        self.allow(_read_statement("ReadScript", asset))


def _check_fractions(path: str, test: TestSplit | None, validation: ValidationSplit | None) -> None:
    for field, split in {"test": test, "validation": validation}.items():
        if split and not 0 < split.fraction < 1:
            raise InvalidParameterError(
                path, f"{field}.fraction", f"is {split.fraction}; write a number between 0 and 1"
            )


def _check_destinations(
    path: str,
    train: S3Location,
    test: TestSplit | None,
    validation: ValidationSplit | None,
    script_destination: S3Location | None,
) -> None:
    destinations = {
        "train": train,
        "script_destination": script_destination,
        "validation.rows": validation.rows if validation else None,
    }
    if test:
        destinations |= {"test.features": test.features, "test.labels": test.labels}
    for field, location in destinations.items():
        if location is None:
            continue
        if location.is_prefix:
            raise InvalidParameterError(path, field, f"{location.key!r} is a prefix; give the key of an object")
        if location.bucket.node.path != train.bucket.node.path:
            raise InvalidParameterError(path, field, "is in another bucket than train; write into one bucket")


def _read_statement(sid: str, asset: s3_assets.Asset) -> iam.PolicyStatement:
    # Asset.grant_read would open the whole assets bucket.
    return iam.PolicyStatement(
        sid=sid, actions=["s3:GetObject"], resources=[asset.bucket.arn_for_objects(asset.s3_object_key)]
    )


def _write_statements(written: list[S3Location]) -> list[iam.PolicyStatement]:
    objects = [each.object_arn for each in written]
    statements = [iam.PolicyStatement(sid="WriteSeeds", actions=list(WRITE_OBJECTS), resources=objects)]
    if key := written[0].bucket.encryption_key:
        statements.append(use_key_through_s3(sid="UseKey", actions=["kms:Decrypt", "kms:GenerateDataKey"], key=key))
    return statements


def _dataset_environment(dataset: Dataset) -> dict[str, str]:
    if dataset.path is None:
        return {}
    return {
        "DATASET_NAME": dataset.path.name,
        "DATASET_HEADER": str(dataset.header).lower(),
        "LABEL_COLUMN": str(dataset.label_column),
    }
