"""The sandbox as a server, and what a command sees of it."""

from __future__ import annotations

import http.client
import json
import os
import stat
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest
from tutor.exceptions import TutorError

from tests.sandbox.examples import CERTIFICATE, created, distribution
from tests.support.sandbox import Aws
from tutorcloudfront.sandbox import Sandbox

#: What a user's environment may hold, each of which would lead to real AWS.
REAL = {
    "AWS_ACCESS_KEY_ID": "AKIAREAL",
    "AWS_SECRET_ACCESS_KEY": "real-secret",
    "AWS_SESSION_TOKEN": "real-token",
    "AWS_SECURITY_TOKEN": "real-token",
    "AWS_PROFILE": "real-profile",
    "AWS_DEFAULT_PROFILE": "real-profile",
    "AWS_ENDPOINT_URL": "https://real.example.com",
    "AWS_ENDPOINT_URL_CLOUDFRONT": "https://real.example.com",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
    "AWS_WEB_IDENTITY_TOKEN_FILE": "/real/token",
    "AWS_ROLE_ARN": "arn:aws:iam::999999999999:role/real",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/real",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://real.example.com",
    "AWS_CONFIG_FILE": "/real/config",
    "AWS_SHARED_CREDENTIALS_FILE": "/real/credentials",
    "AWS_CA_BUNDLE": "/real/bundle",
    "AWS_REGION": "eu-west-1",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_USE_FIPS_ENDPOINT": "true",
    "BOTO_CONFIG": "/real/boto",
}
#: Prints who one is, and what there is, by a boto3 that is configured by nothing but its environment.
CLIENT = """
import json, sys, boto3
session = boto3.Session(**json.loads(sys.argv[1]))
found = session.client("cloudfront").list_distributions()["DistributionList"]
print(json.dumps([session.client("sts").get_caller_identity()["Account"], found["Quantity"]]))
"""


def run_client(environment: t.Mapping[str, str], **arguments: str) -> t.Any:
    command = [sys.executable, "-c", CLIENT, json.dumps(arguments)]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


class TestEnvironment:
    def test_holds_nothing_that_leads_to_real_aws(self, sandbox: Sandbox) -> None:
        environment = sandbox.environment({**REAL, "HOME": "/home/me", "PATH": "/bin"})
        assert not [value for value in environment.values() if "real" in value.lower()]
        assert (environment["HOME"], environment["PATH"]) == ("/home/me", "/bin")
        assert environment["AWS_ENDPOINT_URL"] == sandbox.url
        assert environment["AWS_REGION"] == environment["AWS_DEFAULT_REGION"] == "us-east-1"
        assert environment["AWS_EC2_METADATA_DISABLED"] == "true"
        assert {name for name in environment if name.startswith("AWS_")} == {
            "AWS_ACCESS_KEY_ID",
            "AWS_CONFIG_FILE",
            "AWS_DEFAULT_REGION",
            "AWS_EC2_METADATA_DISABLED",
            "AWS_ENDPOINT_URL",
            "AWS_REGION",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SHARED_CREDENTIALS_FILE",
        }

    def test_does_not_change_what_it_is_made_from(self, sandbox: Sandbox) -> None:
        base = dict(REAL)
        sandbox.environment(base)
        assert base == REAL

    def test_files_are_for_the_user_alone(self, sandbox: Sandbox) -> None:
        environment = sandbox.environment({}, ["acme"])
        for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
            path = Path(environment[name])
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            assert "acme" in path.read_text()

    def test_loopback_needs_no_proxy(self, sandbox: Sandbox) -> None:
        environment = sandbox.environment({"NO_PROXY": "intranet.example.com"})
        assert environment["NO_PROXY"] == "intranet.example.com,127.0.0.1,localhost"
        assert environment["no_proxy"] == "127.0.0.1,localhost"

    def test_serves_a_client_of_another_process(self, sandbox: Sandbox, cloudfront: t.Any) -> None:
        created(cloudfront)
        dead_proxy = {"HTTP_PROXY": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9"}
        environment = sandbox.environment({**os.environ, **REAL, **dead_proxy}, ["acme", "default"])
        assert run_client(environment) == ["123456789012", 1]
        assert run_client(environment, profile_name="acme", region_name="eu-west-1") == ["123456789012", 1]

    def test_profile_is_one_of_those_named(self, sandbox: Sandbox) -> None:
        environment = sandbox.environment(os.environ, ["acme"])
        with pytest.raises(AssertionError, match="ProfileNotFound"):
            run_client(environment, profile_name="real-profile")


class TestLife:
    def test_files_are_gone_when_it_has_stopped(self) -> None:
        with Sandbox(account="111122223333") as sandbox:
            folder = Path(sandbox.environment({})["AWS_CONFIG_FILE"]).parent.parent
            assert folder.is_dir()
        assert not folder.exists()

    def test_is_on_loopback_only(self, sandbox: Sandbox) -> None:
        assert sandbox.url == f"http://127.0.0.1:{sandbox.port}"
        assert sandbox._server is not None
        assert sandbox._server.server_address[0] == "127.0.0.1"

    def test_reset_empties_the_account(self, sandbox: Sandbox, aws: Aws, cloudfront: t.Any) -> None:
        created(cloudfront)
        aws("s3").create_bucket(Bucket="media")
        sandbox.reset()
        assert cloudfront.list_distributions()["DistributionList"]["Quantity"] == 0
        assert aws("s3").list_buckets()["Buckets"] == []
        created(cloudfront)

    def test_accounts_are_apart(self, sandbox: Sandbox, cloudfront: t.Any) -> None:
        created(cloudfront)
        with Sandbox(account="111122223333") as other:
            client = Aws(other)
            assert client("sts").get_caller_identity()["Account"] == "111122223333"
            assert client("cloudfront").list_distributions()["DistributionList"]["Quantity"] == 0
            arn = client("cloudfront").create_distribution(DistributionConfig=distribution())["Distribution"]["ARN"]
            assert arn.startswith("arn:aws:cloudfront::111122223333:distribution/")
            with pytest.raises(ValueError, match="111122223333"):
                other.add_certificate(CERTIFICATE, ["apps.example.com"])

    def test_another_account_is_left_alone(self, sandbox: Sandbox, aws: Aws) -> None:
        aws("s3").create_bucket(Bucket="media")
        with Sandbox(account="111122223333") as other:
            other.reset()
        assert [bucket["Name"] for bucket in aws("s3").list_buckets()["Buckets"]] == ["media"]

    def test_port_that_is_taken(self, sandbox: Sandbox) -> None:
        with pytest.raises(TutorError, match=f"port {sandbox.port}"):
            Sandbox(port=sandbox.port, account="111122223333").start()

    def test_user_profile_does_not_matter(self) -> None:
        script = """
from tutorcloudfront.sandbox import Sandbox
with Sandbox() as sandbox:
    import os, boto3
    environment = sandbox.environment(os.environ)
    os.environ.clear()
    os.environ.update(environment)
    print(boto3.client("cloudfront").list_distributions()["DistributionList"]["Quantity"])
    print(boto3.client("acm").list_certificates()["CertificateSummaryList"])
"""
        environment = {**os.environ, **REAL}
        result = subprocess.run(
            [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
        )
        assert (result.stdout, result.stderr) == ("0\n[]\n", "")

    def test_stop_closes_connections_that_are_kept_alive(self) -> None:
        with Sandbox(account="111122223333") as sandbox:
            connection = http.client.HTTPConnection("127.0.0.1", sandbox.port, timeout=30)
            for _ in range(2):
                connection.request("GET", "/moto-api/")
                assert connection.getresponse().read()
            assert connection.sock is not None
        connection.request("GET", "/moto-api/")
        with pytest.raises((ConnectionError, http.client.RemoteDisconnected)):
            connection.getresponse()

    def test_needs_an_extra(self) -> None:
        script = """
import sys
sys.modules["moto"] = None
from tutorcloudfront.sandbox import Sandbox
from tutor.exceptions import TutorError
try:
    Sandbox().start()
except TutorError as error:
    print(error)
"""
        result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        assert result.stdout == "The sandbox needs an extra: pip install 'tutor-contrib-cloudfront[sandbox]'\n"

    def test_import_does_not_import_moto(self) -> None:
        script = "import sys, tutorcloudfront.sandbox; print('moto' in sys.modules)"
        result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        assert result.stdout == "False\n"


class TestOtherServices:
    def test_bytes_of_a_bucket_come_back(self, aws: Aws) -> None:
        s3, body = aws("s3"), os.urandom(300_000)
        s3.create_bucket(Bucket="media")
        s3.put_object(Bucket="media", Key="a b/\u00e4.bin", Body=body)
        assert s3.get_object(Bucket="media", Key="a b/\u00e4.bin")["Body"].read() == body
        assert s3.head_object(Bucket="media", Key="a b/\u00e4.bin")["ContentLength"] == len(body)

    def test_certificate_is_in_acm(self, sandbox: Sandbox, aws: Aws) -> None:
        long = ".".join(["a" * 60] * 2) + ".example.com"
        sandbox.add_certificate(CERTIFICATE, [long, "apps.example.com"])
        certificate = aws("acm").describe_certificate(CertificateArn=CERTIFICATE)["Certificate"]
        assert certificate["Status"] == "ISSUED"
        assert set(certificate["SubjectAlternativeNames"]) == {long, "apps.example.com"}
