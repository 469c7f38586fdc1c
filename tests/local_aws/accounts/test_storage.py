"""Objects and keys of another account: bucket policy, key policy and the policies of the caller decide together."""

from __future__ import annotations

from typing import Any

import pytest

from local_aws import LocalAws

from .conftest import Account, Role, allow, document, refused

UNREACHABLE = (
    "because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based "
    "policy explicitly denies access"
)
READ, WRITE = ("s3:GetObject", "s3:ListBucket"), ("s3:PutObject",)


def everything(bucket: str) -> dict[str, Any]:
    return allow("s3:*", [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"])


def read(role: Role | Account, bucket: str) -> bytes:
    return bytes(role.client("s3").get_object(Bucket=bucket, Key="model")["Body"].read())


def write(role: Role | Account, bucket: str, **options: str) -> Any:
    return role.client("s3").put_object(Bucket=bucket, Key="model", Body=b"data", **options)


@pytest.fixture
def reader(here: Account) -> Role:
    return here.role()


@pytest.fixture
def bucket(there: Account, reader: Role) -> str:
    """A bucket that the reader may read, with an object."""
    name = there.bucket()
    there.open_bucket(name, reader.arn, *READ)
    write(there, name)
    return name


def test_an_object_is_read_when_bucket_and_role_allow_it(bucket: str, reader: Role) -> None:
    reader.may(everything(bucket))
    assert read(reader, bucket) == b"data"


def test_a_role_without_the_permission_reads_nothing(bucket: str, reader: Role) -> None:
    with refused("because no identity-based policy allows the s3:GetObject action"):
        read(reader, bucket)


def test_a_bucket_that_does_not_name_the_role_gives_it_nothing(bucket: str, here: Account) -> None:
    with refused("because no resource-based policy allows the s3:GetObject action"):
        read(here.role(everything(bucket)), bucket)


def test_an_administrator_of_another_account_reads_nothing_that_the_bucket_does_not_allow(
    bucket: str, there: Account, foreign: Account
) -> None:
    with refused(f"User: arn:aws:iam::{foreign.id}:root is not authorized to perform: s3:GetObject"):
        read(foreign, bucket)
    assert read(there, bucket) == b"data"
    there.open_bucket(bucket, f"arn:aws:iam::{foreign.id}:root", *READ)
    assert read(foreign, bucket) == b"data"


def test_a_reader_does_not_write(bucket: str, reader: Role) -> None:
    reader.may(everything(bucket))
    with refused("s3:PutObject"):
        write(reader, bucket)


def test_copies_need_both_buckets(bucket: str, reader: Role, here: Account) -> None:
    own = here.bucket()
    reader.may(everything(own))
    request = {"Bucket": own, "Key": "copy", "CopySource": f"{bucket}/model"}
    with refused("s3:GetObject"):
        reader.client("s3").copy_object(**request)
    reader.may(everything(own), everything(bucket))
    reader.client("s3").copy_object(**request)
    with refused("s3:GetObject"):
        here.client("s3").copy_object(**request)


def test_deleting_several_objects_of_another_account_is_refused_for_each(bucket: str, foreign: Account) -> None:
    answer = foreign.client("s3").delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "model"}]})
    assert [each["Code"] for each in answer["Errors"]] == ["AccessDenied"]


@pytest.fixture
def sealed(there: Account, reader: Role) -> tuple[str, str]:
    """A bucket that the reader may read, and the key that everything in it is encrypted with."""
    key = there.key(reader.arn)
    name = there.bucket(SSEAlgorithm="aws:kms", KMSMasterKeyID=key)
    there.open_bucket(name, reader.arn, *READ, *WRITE)
    write(there, name)
    return name, key


def test_an_encrypted_object_is_read_when_the_key_allows_it_too(sealed: tuple[str, str], reader: Role) -> None:
    bucket, key = sealed
    reader.may(everything(bucket), allow("kms:Decrypt", key))
    assert read(reader, bucket) == b"data"


def test_without_a_permission_on_the_key_the_role_reads_nothing(sealed: tuple[str, str], reader: Role) -> None:
    reader.may(everything(sealed[0]))
    with refused("because no identity-based policy allows the kms:Decrypt action"):
        read(reader, sealed[0])


def test_a_key_that_does_not_name_the_role_lets_it_read_nothing(
    aws: LocalAws, sealed: tuple[str, str], here: Account
) -> None:
    bucket, key = sealed
    other = here.role(everything(bucket), allow("kms:*", key))
    aws.sessions.bucket_owner(bucket).delete_bucket_policy(Bucket=bucket)
    owner = Account(aws, "222222222222")
    owner.open_bucket(bucket, other.arn, *READ)
    with refused(UNREACHABLE):
        read(other, bucket)


def test_writing_needs_a_data_key(sealed: tuple[str, str], reader: Role) -> None:
    bucket, key = sealed
    reader.may(everything(bucket), allow("kms:Decrypt", key))
    with refused("because no identity-based policy allows the kms:GenerateDataKey action"):
        write(reader, bucket)
    reader.may(everything(bucket), allow(["kms:Decrypt", "kms:GenerateDataKey"], key))
    answer = write(reader, bucket)
    assert answer["SSEKMSKeyId"] == key


def test_a_large_object_is_written_in_parts_with_the_key(aws: LocalAws, sealed: tuple[str, str], reader: Role) -> None:
    bucket, key = sealed
    reader.may(everything(bucket), allow(["kms:Decrypt", "kms:GenerateDataKey"], key))
    s3, name = reader.client("s3"), {"Bucket": bucket, "Key": "large"}
    upload = s3.create_multipart_upload(**name, ServerSideEncryption="aws:kms", SSEKMSKeyId=key)["UploadId"]
    part = s3.upload_part(**name, UploadId=upload, PartNumber=1, Body=b"x")
    parts = {"Parts": [{"ETag": part["ETag"], "PartNumber": 1}]}
    with refused("s3:PutObject"):
        Account(aws, "333333333333").client("s3").complete_multipart_upload(
            **name, UploadId=upload, MultipartUpload=parts
        )
    s3.complete_multipart_upload(**name, UploadId=upload, MultipartUpload=parts)
    assert s3.get_object(**name)["SSEKMSKeyId"] == key


def test_an_id_of_a_key_counts_in_the_account_of_the_caller(sealed: tuple[str, str], reader: Role) -> None:
    bucket, key = sealed
    reader.may(everything(bucket), allow("kms:*"))
    with refused("kms:GenerateDataKey"):
        write(reader, bucket, ServerSideEncryption="aws:kms", SSEKMSKeyId=key.rpartition("/")[2])


def test_an_object_keeps_the_arn_of_the_key_that_its_writer_named_by_its_id(there: Account, reader: Role) -> None:
    key, name = there.key(reader.arn), there.bucket()
    there.open_bucket(name, reader.arn, *READ)
    write(there, name, ServerSideEncryption="aws:kms", SSEKMSKeyId=key.rpartition("/")[2])
    assert there.client("s3").head_object(Bucket=name, Key="model")["SSEKMSKeyId"] == key
    reader.may(everything(name), allow("kms:Decrypt", key))
    assert read(reader, name) == b"data"


@pytest.mark.parametrize("named", [{}, {"SSEKMSKeyId": "alias/aws/s3"}])
def test_no_other_account_reads_what_an_aws_managed_key_encrypts(
    there: Account, reader: Role, named: dict[str, str]
) -> None:
    name = there.bucket()
    there.open_bucket(name, reader.arn, *READ)
    write(there, name, ServerSideEncryption="aws:kms", **named)
    reader.may(everything(name), allow("kms:*"))
    with refused(UNREACHABLE):
        read(reader, name)
    assert read(there, name) == b"data"
    assert read(there.role(everything(name)), name) == b"data"


def test_no_other_account_writes_with_an_aws_managed_key(there: Account, reader: Role) -> None:
    name = there.bucket()
    there.open_bucket(name, reader.arn, *READ, *WRITE)
    reader.may(everything(name), allow("kms:*"))
    alias = there.arn("kms", "alias/aws/s3")
    with refused(UNREACHABLE):
        write(reader, name, ServerSideEncryption="aws:kms", SSEKMSKeyId=alias)


def test_what_a_writer_encrypts_with_its_own_managed_key_the_owner_of_the_bucket_cannot_read(
    there: Account, reader: Role
) -> None:
    name = there.bucket()
    there.open_bucket(name, reader.arn, *WRITE)
    reader.may(everything(name))
    write(reader, name, ServerSideEncryption="aws:kms")
    with refused(UNREACHABLE):
        read(there.role(everything(name), allow("kms:*")), name)


def test_keys_are_used_across_accounts_by_their_arn(there: Account, here: Account, reader: Role) -> None:
    key = there.key(reader.arn)
    reader.may(allow("kms:*", key))
    kms = reader.client("kms")
    made = kms.generate_data_key(KeyId=key, KeySpec="AES_256")
    assert made["KeyId"] == key
    opened = kms.decrypt(CiphertextBlob=made["CiphertextBlob"])
    assert (opened["Plaintext"], opened["KeyId"]) == (made["Plaintext"], key)
    assert there.client("kms").decrypt(CiphertextBlob=made["CiphertextBlob"])["Plaintext"] == made["Plaintext"]


@pytest.mark.parametrize("action", ["generate", "decrypt"])
def test_keys_of_another_account_are_refused_when_either_side_is_missing(
    there: Account, here: Account, reader: Role, foreign: Account, action: str
) -> None:
    key = there.key(reader.arn)
    sealed = there.client("kms").encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    options = {"KeyId": key, "KeySpec": "AES_256"} if action == "generate" else {"CiphertextBlob": sealed}
    method = {"generate": "generate_data_key", "decrypt": "decrypt"}[action]
    with refused("because no identity-based policy allows the kms:"):
        getattr(reader.client("kms"), method)(**options)
    for outsider in (here.role(allow("kms:*")), foreign):
        with refused(UNREACHABLE):
            getattr(outsider.client("kms"), method)(**options)


def test_a_policy_can_name_the_account_and_leave_the_role_to_a_condition(there: Account, here: Account) -> None:
    """So a policy is legal on AWS before the role is there: AWS refuses principals that do not exist."""
    name, named, other = there.bucket(), here.role(), here.role()
    write(there, name)
    statement = allow("s3:GetObject", f"arn:aws:s3:::{name}/*", Principal={"AWS": f"arn:aws:iam::{here.id}:root"})
    statement["Condition"] = {"ArnEquals": {"aws:PrincipalArn": named.arn}}
    there.client("s3").put_bucket_policy(Bucket=name, Policy=document(statement))
    for role in (named, other):
        role.may(everything(name))
    assert read(named, name) == b"data"
    with refused("because no resource-based policy allows the s3:GetObject action"):
        read(other, name)
