"""A platform with private files: one site from a bucket, one from a web server, and browsers that ask the local edge."""

from __future__ import annotations

import http.client
import json
import os
import signal
import typing as t
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest

from tests.support import faults
from tests.support.commands import Commands
from tests.support.origin import Origin
from tests.support.platform import Platform, new_platform
from tests.support.project import Project
from tests.support.sandbox import Aws
from tutorcloudfront.sandbox import Sandbox
from tutorcloudfront.signing import KeyPairError, Signer, keys

#: What the sandboxes of other tests do not share with this one.
ACCOUNT = "310987654321"
#: Names of buckets are global in AWS and in its emulation; the documents of the docs speak of another one.
BUCKET = "acme-signed-media"
MEDIA, FILES = "media.learn.example.com", "files.learn.example.com"
FILES_ORIGIN = "files-origin.example.com"
SITES = (MEDIA, FILES)
KEYS = "CLOUDFRONT_SIGNING_KEYS"
SECRET = "learn/cloudfront"
#: Everything that a learner could be given in the bucket.
OBJECTS = ("course-a/video 1.mp4", "course-b/x", "course-a/übung.pdf", "course-a/v1.2.3/segment..7.ts")


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Signed:
    """The platform, and what browsers and learners do with it."""

    platform: Platform
    origin: Origin
    #: All private keys that were ever seen, by the ids that CloudFront gave their public halves.
    seen: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def project(self) -> Project:
        return self.platform.project

    def aws(self, service: str, region: str = "us-east-1") -> t.Any:
        return self.platform.aws(service, region)

    # Commands

    def run(self, *args: str, status: int = 0) -> tuple[str, str]:
        """Run `tutor cloudfront …`; return what goes to stdout and to stderr."""
        result = self.platform.run(*args, status=status)
        self.note()
        # Tutor's words to those who are root.
        return result.stdout, "".join(line for line in result.stderr.splitlines(keepends=True) if "as root" not in line)

    def killed_after_every_write(self, *args: str) -> Iterator[None]:
        """Run a command until it gets to its end, killed after the first calls that change something, or seem to."""
        for number in range(40):
            if not self._killed_after_writes(1 + number % 3, *args):
                return
            yield
        raise AssertionError(f"{args} does not get any further")

    def _killed_after_writes(self, number: int, *args: str) -> bool:
        running: list[int] = []
        self.platform.put_in_front(faults.AfterCall(number, lambda: os.kill(running[0], signal.SIGKILL), writes=True))
        environment = {**self.project.environment(), **self.platform.environment()}
        result = self.platform.commands.run(["cloudfront", *args], environment, self.project.folder, running.append)
        self.platform.put_in_front()
        assert result.returncode in (0, -signal.SIGKILL), result.stderr
        self.note()
        return result.returncode != 0

    def create(self, *args: str, status: int = 0) -> str:
        """Run the main command; return what it says."""
        return self.run("create-cloudfront-resources", "--yes", "--no-wait", *args, status=status)[1]

    def sign(self, url: str, *args: str) -> str:
        return self.run("sign-url", url, *args)[0].strip()

    # What is there

    def saved_keys(self) -> list[dict[str, t.Any]]:
        found: list[dict[str, t.Any]] = self.project.config().get(KEYS) or []
        return found

    def set_keys(self, entries: Iterable[dict[str, t.Any]]) -> None:
        self.project.set(**{KEYS: list(entries)})

    def note(self) -> None:
        """Remember the private keys of config.yml and of the secret."""
        held = self.secret_keys()
        for entry in self.saved_keys():
            private = entry.get("private_key") or held.get(keys.fingerprint(entry["public_key"]))
            if entry.get("id") and private:
                self.seen[entry["id"]] = private

    def secret_keys(self) -> dict[str, str]:
        client = self.aws("secretsmanager")
        names = [item["Name"] for item in client.list_secrets()["SecretList"]]
        if SECRET not in names:
            return {}
        try:
            return keys.by_fingerprint(client.get_secret_value(SecretId=SECRET)["SecretString"])
        except KeyPairError:
            return {}

    def public_keys(self) -> dict[str, str]:
        """Return the public keys of the account by name, with their ids."""
        items = self.aws("cloudfront").list_public_keys()["PublicKeyList"].get("Items", [])
        return {item["Name"]: item["Id"] for item in items}

    def groups(self) -> dict[str, list[str]]:
        """Return the key groups of the account by name, with the ids of their keys."""
        items = self.aws("cloudfront").list_key_groups()["KeyGroupList"].get("Items", [])
        configs = [item["KeyGroup"]["KeyGroupConfig"] for item in items]
        return {config["Name"]: config["Items"] for config in configs}

    def access_controls(self) -> list[str]:
        answer = self.aws("cloudfront").list_origin_access_controls()["OriginAccessControlList"]
        return [item["Name"] for item in answer.get("Items", [])]

    def statements(self, bucket: str = BUCKET) -> list[dict[str, t.Any]]:
        client = self.aws("s3")
        try:
            policy = client.get_bucket_policy(Bucket=bucket)["Policy"]
        except client.exceptions.ClientError:
            return []
        found: list[dict[str, t.Any]] = json.loads(policy)["Statement"]
        return found

    def account(self) -> dict[str, t.Any]:
        """Return all that signed access needs in the account."""
        return {
            "keys": sorted(self.public_keys()),
            "groups": sorted(self.groups()),
            "access controls": self.access_controls(),
            "statements": self.statements(),
            "secrets": [item["Name"] for item in self.aws("secretsmanager").list_secrets()["SecretList"]],
            "distributions": len(self.platform.distributions()),
            "policies": [name for names in self.platform.policies().values() for name in names],
        }

    def assert_no_key_lost(self) -> None:
        """Check that the private half of every public key in CloudFront is known."""
        held = self.secret_keys()
        known = {keys.fingerprint(entry["public_key"]) for entry in self.saved_keys() if entry.get("private_key")} | {
            *held
        }
        assert {name.rpartition("-")[2] for name in self.public_keys()} <= known

    # What browsers do

    def get(self, url: str, *, method: str = "GET", path: str = "", **headers: str) -> Answer:
        """Ask the edge for a URL, or for another path on its host."""
        parts = urlsplit(url)
        asked = path or f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
        connection = http.client.HTTPConnection("127.0.0.1", self.platform.sandbox.edge.port, timeout=30)
        try:
            connection.putrequest(method, asked, skip_host=True, skip_accept_encoding=True)
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            for name, value in {"Host": parts.netloc, "X-Forwarded-Proto": "https", **named}.items():
                connection.putheader(name, value)
            connection.endheaders()
            response = connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()

    def status(self, url: str, **options: str) -> int:
        return self.get(url, **options).status

    def later(self, seconds: float) -> None:
        """Let time pass for the edge, and for what config.yml says of keys that retire."""
        edge = self.platform.sandbox.edge.edge
        now = edge.clock
        edge.clock = lambda: now() + seconds
        self.set_keys(
            {**key, **({"until": key["until"] - int(seconds)} if "until" in key else {})} for key in self.saved_keys()
        )


def cookie_header(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def signer_of(key_id: str, private: str) -> Signer:
    return Signer(key_id, private, keys.fitting(keys.public_key(private), "rsa-sha1"))


def foreign_key(client: t.Any, name: str) -> str:
    """Put a public key into the account that is not the plugin's, and return its id."""
    pem = keys.public_key(keys.generate("ecdsa-sha256"))
    config = {"CallerReference": name, "Name": name, "EncodedKey": pem}
    id_: str = client.create_public_key(PublicKeyConfig=config)["PublicKey"]["Id"]
    return id_


def sites(platform: Platform) -> list[dict[str, str]]:
    return [
        {"domain": MEDIA, "bucket": BUCKET, "access": "signed", "certificate_arn": platform.certificate},
        {"domain": FILES, "alias": FILES_ORIGIN, "access": "signed", "certificate_arn": platform.certificate},
    ]


@pytest.fixture(scope="session")
def running_signed(running_origin: Origin) -> Iterator[tuple[Sandbox, Aws]]:
    """The account of the session. Tests take `signed`, whose account is empty."""
    with Sandbox(account=ACCOUNT, deploy_seconds=0, origins={FILES_ORIGIN: running_origin.url}) as sandbox:
        yield sandbox, Aws(sandbox)


@pytest.fixture
def signed(
    project: Project, running_signed: tuple[Sandbox, Aws], running_origin: Origin, commands: Commands
) -> Iterator[Signed]:
    """A platform whose settings want private files, an empty account with a bucket, and nothing created yet."""
    sandbox, aws = running_signed
    sandbox.reset()
    running_origin.forget()
    clock = sandbox.edge.edge.clock
    platform = new_platform(project, sandbox, aws, commands)
    project.set(
        CLOUDFRONT_LMS_DOMAIN="",
        CLOUDFRONT_CMS_DOMAIN="",
        CLOUDFRONT_EXTRA_DOMAINS=sites(platform),
    )
    aws("s3").create_bucket(Bucket=BUCKET)
    for name in OBJECTS:
        aws("s3").put_object(Bucket=BUCKET, Key=name, Body=name.encode())
    yield Signed(platform, running_origin)
    # Buckets have names that no other account of the process can have as well.
    sandbox.reset()
    sandbox.wrap = None
    sandbox.edge.edge.clock = clock
