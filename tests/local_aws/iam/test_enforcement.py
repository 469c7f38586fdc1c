"""What a role session can do at the endpoint is what its policies, and the resource's, allow at that moment."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
import requests
from botocore.exceptions import ClientError

from local_aws import LocalAws
from local_aws.base.errors import AccessDeniedError, NotSupportedLocallyError

SESSION = "arn:aws:sts::123456789012:assumed-role/Worker/job"
OBJECTS = "arn:aws:s3:::data/*"


def refused(call: Any) -> ClientError:
    with pytest.raises(ClientError) as raised:
        call()
    return raised.value


def code_and_status(error: ClientError) -> tuple[str, int]:
    return error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]


def message(error: ClientError) -> str:
    return error.response["Error"]["Message"]


class TestS3:
    def test_an_allowed_object_can_be_written_and_read_back(self, worker: Any, bucket: str) -> None:
        worker.may({"Action": ["s3:PutObject", "s3:GetObject"], "Resource": OBJECTS})
        s3 = worker.client("s3")
        s3.put_object(Bucket=bucket, Key="a/ü b+c.csv", Body=b"1,2\n")
        assert s3.get_object(Bucket=bucket, Key="a/ü b+c.csv")["Body"].read() == b"1,2\n"

    def test_a_refusal_is_aws_answer_in_code_status_and_message(self, worker: Any, bucket: str) -> None:
        worker.may({"Action": "s3:GetObject", "Resource": OBJECTS})
        error = refused(lambda: worker.client("s3").put_object(Bucket=bucket, Key="k", Body=b"x"))
        assert code_and_status(error) == ("AccessDenied", 403)
        assert message(error) == (
            f'User: {SESSION} is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::data/k" '
            "because no identity-based policy allows the s3:PutObject action"
        )

    def test_a_refused_upload_of_megabytes_is_answered_not_cut_off(self, worker: Any, bucket: str) -> None:
        body = io.BytesIO(bytes(20_000_000))
        error = refused(lambda: worker.client("s3").put_object(Bucket=bucket, Key="k", Body=body))
        assert code_and_status(error) == ("AccessDenied", 403)

    def test_a_listing_is_decided_with_its_prefix(self, worker: Any, bucket: str) -> None:
        prefix = {"StringLike": {"s3:prefix": "raw/*"}}
        worker.may({"Action": "s3:ListBucket", "Resource": "arn:aws:s3:::data", "Condition": prefix})
        s3 = worker.client("s3")
        assert s3.list_objects_v2(Bucket=bucket, Prefix="raw/x")["KeyCount"] == 0
        assert code_and_status(refused(lambda: s3.list_objects_v2(Bucket=bucket))) == ("AccessDenied", 403)

    def test_a_multipart_upload_needs_only_put_object(self, worker: Any, bucket: str) -> None:
        worker.may({"Action": "s3:PutObject", "Resource": OBJECTS})
        s3 = worker.client("s3")
        upload = s3.create_multipart_upload(Bucket=bucket, Key="big")["UploadId"]
        part = s3.upload_part(Bucket=bucket, Key="big", UploadId=upload, PartNumber=1, Body=b"x" * 100)
        parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
        s3.complete_multipart_upload(Bucket=bucket, Key="big", UploadId=upload, MultipartUpload=parts)
        assert "s3:AbortMultipartUpload" in message(
            refused(lambda: s3.abort_multipart_upload(Bucket=bucket, Key="big", UploadId=upload))
        )

    def test_a_missing_object_is_told_only_to_those_who_may_list(self, worker: Any, bucket: str) -> None:
        read = {"Action": "s3:GetObject", "Resource": OBJECTS}
        worker.may(read)
        s3 = worker.client("s3")
        assert "s3:ListBucket" in message(refused(lambda: s3.get_object(Bucket=bucket, Key="none")))
        worker.may(read, {"Action": "s3:ListBucket", "Resource": "arn:aws:s3:::data"})
        assert code_and_status(refused(lambda: s3.get_object(Bucket=bucket, Key="none"))) == ("NoSuchKey", 404)

    def test_delete_objects_answers_for_each_object(
        self, aws: LocalAws, worker: Any, administrator: Any, bucket: str
    ) -> None:
        for key in ("mine/1", "yours/1"):
            administrator("s3").put_object(Bucket=bucket, Key=key, Body=b"x")
        worker.may({"Action": "s3:DeleteObject", "Resource": "arn:aws:s3:::data/mine/*"})
        objects = {"Objects": [{"Key": "mine/1"}, {"Key": "yours/1"}]}
        answer = worker.client("s3").delete_objects(Bucket=bucket, Delete=objects)
        assert [each["Key"] for each in answer["Deleted"]] == ["mine/1"]
        assert [(each["Key"], each["Code"]) for each in answer["Errors"]] == [("yours/1", "AccessDenied")]
        assert [each.resource for each in aws.authorizer.denials()] == ["arn:aws:s3:::data/yours/1"]

    def test_a_presigned_url_has_the_rights_of_who_signed_it(
        self, worker: Any, administrator: Any, bucket: str
    ) -> None:
        administrator("s3").put_object(Bucket=bucket, Key="k", Body=b"x")
        url = worker.client("s3").generate_presigned_url("get_object", {"Bucket": bucket, "Key": "k"})
        assert requests.get(url, timeout=10).status_code == 403
        worker.may({"Action": "s3:GetObject", "Resource": OBJECTS})
        assert requests.get(url, timeout=10).content == b"x"


class TestBucketPolicies:
    def policy(self, administrator: Any, **statement: Any) -> None:
        body = {"Version": "2012-10-17", "Statement": [{"Sid": "Given", "Principal": "*", **statement}]}
        administrator("s3").put_bucket_policy(Bucket="data", Policy=json.dumps(body))

    def test_a_tls_only_policy_refuses_nobody_here(self, worker: Any, administrator: Any, bucket: str) -> None:
        insecure = {"BoolIfExists": {"aws:SecureTransport": "false"}}
        resources = ["arn:aws:s3:::data", OBJECTS]
        self.policy(administrator, Effect="Deny", Action="s3:*", Resource=resources, Condition=insecure)
        worker.may({"Action": "s3:*", "Resource": resources})
        worker.client("s3").put_object(Bucket=bucket, Key="k", Body=b"x")
        administrator("s3").put_object(Bucket=bucket, Key="k", Body=b"y")
        assert administrator("s3").get_object(Bucket=bucket, Key="k")["Body"].read() == b"y"

    def test_an_explicit_deny_wins_and_is_recorded_with_its_statement(
        self, aws: LocalAws, worker: Any, administrator: Any, bucket: str
    ) -> None:
        principal = {"AWS": worker.arn}
        self.policy(administrator, Effect="Deny", Principal=principal, Action="s3:PutObject", Resource=OBJECTS)
        worker.may({"Action": "s3:*", "Resource": "*"})
        error = refused(lambda: worker.client("s3").put_object(Bucket=bucket, Key="k", Body=b"x"))
        assert "with an explicit deny" in message(error)
        [denial] = aws.authorizer.denials()
        assert (denial.explicit, denial.statement) == (True, "Given")

    def test_an_allow_for_the_role_is_enough(self, worker: Any, administrator: Any, bucket: str) -> None:
        principal = {"AWS": worker.arn}
        self.policy(administrator, Effect="Allow", Principal=principal, Action="s3:PutObject", Resource=OBJECTS)
        worker.client("s3").put_object(Bucket=bucket, Key="k", Body=b"x")

    def test_an_anonymous_reader_is_decided_by_the_bucket_policy_with_its_conditions(
        self, administrator: Any, bucket: str
    ) -> None:
        administrator("s3").put_object(Bucket=bucket, Key="k", Body=b"x", ACL="private")
        url = f"{administrator('s3').meta.endpoint_url}/data/k"
        assert requests.get(url, timeout=10).status_code == 403
        self.policy(administrator, Effect="Allow", Action="s3:GetObject", Resource=OBJECTS)
        assert requests.get(url, timeout=10).status_code == 200


class TestEncryptedBuckets:
    @pytest.fixture
    def key(self, administrator: Any, bucket: str) -> str:
        key: str = administrator("kms").create_key()["KeyMetadata"]["Arn"]
        default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
        configuration = {"Rules": [{"ApplyServerSideEncryptionByDefault": default}]}
        administrator("s3").put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=configuration)
        return key

    def test_writing_needs_a_data_key(self, worker: Any, bucket: str, key: str) -> None:
        write = {"Action": "s3:PutObject", "Resource": OBJECTS}
        worker.may(write)
        put: Callable[[], Any] = lambda: worker.client("s3").put_object(Bucket=bucket, Key="k", Body=b"x")  # noqa: E731
        assert f'kms:GenerateDataKey on resource: "{key}"' in message(refused(put))
        via = {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}
        worker.may(write, {"Action": "kms:GenerateDataKey", "Resource": key, "Condition": via})
        put()

    def test_reading_needs_the_key(self, worker: Any, administrator: Any, bucket: str, key: str) -> None:
        administrator("s3").put_object(Bucket=bucket, Key="k", Body=b"x")
        read = {"Action": "s3:GetObject", "Resource": OBJECTS}
        worker.may(read)
        get: Callable[[], Any] = lambda: worker.client("s3").get_object(Bucket=bucket, Key="k")  # noqa: E731
        assert f'kms:Decrypt on resource: "{key}"' in message(refused(get))
        worker.may(read, {"Action": "kms:Decrypt", "Resource": key})
        assert get()["Body"].read() == b"x"


class TestSageMaker:
    MODEL = "arn:aws:sagemaker:us-east-1:123456789012:model/m-1"

    def create(self, worker: Any, **more: Any) -> Any:
        return worker.client("sagemaker").create_model(
            ModelName="m-1",
            ExecutionRoleArn=worker.arn,
            PrimaryContainer={"Image": "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"},
            **more,
        )

    def test_a_grant_scoped_to_a_name_prefix_is_enough(self, worker: Any) -> None:
        service = {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}
        worker.may(
            {"Action": "sagemaker:CreateModel", "Resource": "arn:aws:sagemaker:*:*:model/m-*"},
            {"Action": "iam:PassRole", "Resource": worker.arn, "Condition": service},
        )
        assert self.create(worker)["ModelArn"] == self.MODEL

    def test_a_refusal_names_the_action_and_the_arn(self, worker: Any) -> None:
        error = refused(lambda: self.create(worker))
        assert code_and_status(error) == ("AccessDeniedException", 400)
        assert f"not authorized to perform: sagemaker:CreateModel on resource: {self.MODEL} because" in message(error)

    def test_passing_the_role_to_another_service_does_not_count(self, worker: Any) -> None:
        other = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
        worker.may(
            {"Action": "sagemaker:*", "Resource": "*"},
            {"Action": "iam:PassRole", "Resource": "*", "Condition": other},
        )
        assert "iam:PassRole" in message(refused(lambda: self.create(worker)))

    def test_tags_need_add_tags(self, worker: Any) -> None:
        worker.may({"Action": ["sagemaker:CreateModel", "iam:PassRole"], "Resource": "*"})
        error = refused(lambda: self.create(worker, Tags=[{"Key": "k", "Value": "v"}]))
        assert "sagemaker:AddTags" in message(error)

    def test_policies_count_as_they_are_at_the_time_of_the_call(self, worker: Any) -> None:
        worker.may({"Action": ["sagemaker:CreateModel", "iam:PassRole"], "Resource": "*"})
        self.create(worker)
        worker.may({"Action": "sagemaker:DescribeModel", "Resource": "*"})
        refused(lambda: self.create(worker))
        assert worker.client("sagemaker").describe_model(ModelName="m-1")["ModelArn"] == self.MODEL


class TestOtherServices:
    def test_logs_are_written_with_a_grant_on_the_streams_of_one_group(self, worker: Any) -> None:
        group = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/sagemaker/ProcessingJobs"
        worker.may({"Action": "logs:*", "Resource": f"{group}:*"})
        logs = worker.client("logs")
        name = "/aws/sagemaker/ProcessingJobs"
        logs.create_log_group(logGroupName=name)
        logs.create_log_stream(logGroupName=name, logStreamName="job/1")
        event = [{"timestamp": 1700000000000, "message": "hello"}]
        logs.put_log_events(logGroupName=name, logStreamName="job/1", logEvents=event)
        error = refused(lambda: logs.create_log_group(logGroupName="/other"))
        assert code_and_status(error) == ("AccessDeniedException", 400)

    def test_metrics_are_put_in_the_granted_namespace_only(self, worker: Any) -> None:
        namespace = {"StringEquals": {"cloudwatch:namespace": "/aws/sagemaker/TrainingJobs"}}
        worker.may({"Action": "cloudwatch:PutMetricData", "Resource": "*", "Condition": namespace})
        cloudwatch = worker.client("cloudwatch")
        data = [{"MetricName": "rmse", "Value": 0.1}]
        cloudwatch.put_metric_data(Namespace="/aws/sagemaker/TrainingJobs", MetricData=data)
        error = refused(lambda: cloudwatch.put_metric_data(Namespace="Mine", MetricData=data))
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] in (400, 403)
        assert "cloudwatch:PutMetricData" in message(error)

    def test_lambda_answers_403(self, worker: Any) -> None:
        error = refused(lambda: worker.client("lambda").invoke(FunctionName="seed", Payload=b"{}"))
        assert code_and_status(error) == ("AccessDeniedException", 403)
        assert "arn:aws:lambda:us-east-1:123456789012:function:seed " in message(error)

    def test_a_query_service_answers_access_denied(self, worker: Any) -> None:
        error = refused(lambda: worker.client("sts").assume_role(RoleArn=f"{worker.arn}2", RoleSessionName="another"))
        assert code_and_status(error) == ("AccessDenied", 403)

    def test_everybody_may_ask_who_he_is(self, worker: Any) -> None:
        assert worker.client("sts").get_caller_identity()["Arn"] == SESSION

    @pytest.mark.parametrize(
        ("service", "operation", "named"),
        [("iam", "list_users", "iam:ListUsers"), ("sagemaker", "list_domains", "sagemaker:ListDomains")],
    )
    def test_a_call_that_the_tables_do_not_know_is_refused_by_name(
        self, worker: Any, service: str, operation: str, named: str
    ) -> None:
        worker.may({"Action": "*", "Resource": "*"})
        error = refused(getattr(worker.client(service), operation))
        assert error.response["Error"]["Code"] == "NotSupportedLocally"
        assert named in message(error)


class TestWhoIsRestricted:
    def test_the_administrator_is_not(self, administrator: Any) -> None:
        assert administrator("iam").list_users()["Users"] == []

    def test_the_roles_of_the_cdk_bootstrap_stack_are_not(self, administrator: Any) -> None:
        arn = "arn:aws:iam::123456789012:role/cdk-hnb659fds-deploy-role-123456789012-us-east-1"
        credentials = administrator("sts").assume_role(RoleArn=arn, RoleSessionName="deploy")["Credentials"]
        s3 = boto3.client(
            "s3",
            endpoint_url=administrator("s3").meta.endpoint_url,
            region_name="us-east-1",
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials["SessionToken"],
        )
        s3.create_bucket(Bucket="assets")

    def test_a_role_that_is_deleted_can_do_nothing_any_more(self, worker: Any, administrator: Any, bucket: str) -> None:
        worker.may({"Action": "s3:*", "Resource": "*"})
        s3 = worker.client("s3")
        s3.put_object(Bucket=bucket, Key="k", Body=b"x")
        administrator("iam").delete_role_policy(RoleName="Worker", PolicyName="Policy")
        administrator("iam").delete_role(RoleName="Worker")
        refused(lambda: s3.put_object(Bucket=bucket, Key="k", Body=b"x"))

    def test_an_attached_policy_counts_and_a_boundary_limits(
        self, worker: Any, administrator: Any, bucket: str
    ) -> None:
        iam = administrator("iam")

        def managed(name: str, action: str) -> str:
            statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
            body = json.dumps({"Version": "2012-10-17", "Statement": statement})
            arn: str = iam.create_policy(PolicyName=name, PolicyDocument=body)["Policy"]["Arn"]
            return arn

        iam.attach_role_policy(RoleName="Worker", PolicyArn=managed("Attached", "s3:*"))
        s3 = worker.client("s3")
        s3.put_object(Bucket=bucket, Key="k", Body=b"x")
        iam.put_role_permissions_boundary(RoleName="Worker", PermissionsBoundary=managed("Boundary", "s3:Get*"))
        s3.get_object(Bucket=bucket, Key="k")
        assert "s3:PutObject" in message(refused(lambda: s3.put_object(Bucket=bucket, Key="k", Body=b"x")))


class TestSessions:
    def test_a_service_that_the_role_trusts_gets_a_session(self, aws: LocalAws, worker: Any) -> None:
        sts = aws.sessions.client("sts", role_arn=worker.arn, service_principal="sagemaker.amazonaws.com")
        assert sts.get_caller_identity()["Arn"].endswith("assumed-role/Worker/local-aws")

    @pytest.mark.parametrize("role", ["Worker", "Nobody"])
    def test_a_service_that_the_role_does_not_trust_gets_none(self, aws: LocalAws, worker: Any, role: str) -> None:
        arn = f"arn:aws:iam::123456789012:role/{role}"
        with pytest.raises(AccessDeniedError, match=rf"states\.amazonaws\.com .* sts:AssumeRole on resource: {arn}"):
            aws.sessions.client("s3", role_arn=arn, service_principal="states.amazonaws.com")

    def test_trust_may_depend_on_account_and_source(self, aws: LocalAws, worker: Any) -> None:
        condition = {
            "StringEquals": {"aws:SourceAccount": "123456789012"},
            "ArnLike": {"aws:SourceArn": "arn:aws:states:us-east-1:123456789012:stateMachine:*"},
        }
        principal = {"Service": "states.amazonaws.com"}
        worker.trusts({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", "Condition": condition})
        machine = "arn:aws:states:us-east-1:123456789012:stateMachine:Flow"
        aws.sessions.check_trust(worker.arn, "states.amazonaws.com", machine)
        with pytest.raises(AccessDeniedError):
            aws.sessions.check_trust(worker.arn, "states.amazonaws.com", machine.replace("us-east-1", "eu-west-1"))

    def test_clients_of_one_session_are_shared_and_outlive_a_reset(self, aws: LocalAws, worker: Any) -> None:
        assert worker.client("s3") is worker.client("s3")
        assert worker.client("s3") is not aws.sessions.client("s3", role_arn=worker.arn, session_name="other")

    def test_a_subprocess_gets_the_session_and_nothing_of_the_users_configuration(
        self, aws: LocalAws, worker: Any
    ) -> None:
        variables = aws.sessions.environment(worker.arn, "job", "sagemaker.amazonaws.com")
        session = boto3.Session(
            variables["AWS_ACCESS_KEY_ID"], variables["AWS_SECRET_ACCESS_KEY"], variables["AWS_SESSION_TOKEN"]
        )
        sts = session.client("sts", variables["AWS_REGION"], endpoint_url=variables["AWS_ENDPOINT_URL"])
        assert sts.get_caller_identity()["Arn"] == SESSION
        assert variables["AWS_CONFIG_FILE"] == variables["AWS_SHARED_CREDENTIALS_FILE"] == "/dev/null"


class TestAuthorize:
    PULL = "arn:aws:ecr:us-east-1:683313688378:repository/sagemaker-xgboost"

    def pull(self, worker: Any) -> None:
        worker.aws.authorizer.authorize(
            role_arn=worker.arn, session_name="job", action="ecr:BatchGetImage", resource=self.PULL, context={}
        )

    def test_calls_beside_the_endpoint_are_decided_alike(self, aws: LocalAws, worker: Any) -> None:
        with pytest.raises(AccessDeniedError) as raised:
            self.pull(worker)
        assert (raised.value.action, raised.value.resource) == ("ecr:BatchGetImage", self.PULL)
        assert [each.action for each in aws.authorizer.denials()] == ["ecr:BatchGetImage"]

    def test_something_that_is_no_role_is_refused(self, aws: LocalAws, worker: Any) -> None:
        with pytest.raises(NotSupportedLocallyError, match="user/somebody"):
            aws.authorizer.authorize(
                role_arn="arn:aws:iam::123456789012:user/somebody", session_name="s", action="s3:Get", resource="*"
            )
