"""A platform with a site that is guarded at the edge, before a service that checks signatures by itself."""

from __future__ import annotations

import http.client
import typing as t
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.edge_functions import aws_service
from tests.edge_functions.tokens import Issuer, jwk, private_key
from tests.support import faults
from tests.support.commands import Commands
from tests.support.origin import Asked, Origin
from tests.support.platform import Platform
from tests.support.project import Project
from tests.support.sandbox import Aws
from tutorcloudfront.sandbox import Sandbox
from tutorcloudfront.sandbox.surroundings import ACCESS_KEY_ID, SECRET_ACCESS_KEY

ACCOUNT = "345678901234"
DOMAIN = "images.learn.example.com"
SERVICE_HOST = "dicom-medical-imaging.us-east-1.amazonaws.com"
FRAME = "/datastore/1/studies/1.2/series/1.3/instances/1.4/frames/1"
POOL, CLIENT = "us-east-1_AbCdEfGhI", "client-1"
COGNITO: dict[str, t.Any] = {
    "cognito_user_pool_id": POOL,
    "cognito_client_id": CLIENT,
    "jwks": {"keys": [jwk(private_key())]},
}
CLAIMS: dict[str, t.Any] = {
    "iss": f"https://cognito-idp.us-east-1.amazonaws.com/{POOL}",
    "client_id": CLIENT,
    "token_use": "access",
}
SERVICE = aws_service.Service("medical-imaging", "us-east-1", ACCESS_KEY_ID, SECRET_ACCESS_KEY, "sandbox")


def token(user: str = "user-1", **changes: t.Any) -> str:
    """Return an access token of a user of the pool."""
    return Issuer(claims={**CLAIMS, "sub": user}).token(**changes)


def bearer(*args: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token(*args)}"}


@dataclass
class Edge:
    """The platform with its service, and how the guarded site is asked."""

    platform: Platform
    service: Origin

    def entry(self, **keys: t.Any) -> dict[str, t.Any]:
        found = {"domain": DOMAIN, "service": "medical-imaging", "access": "jwt", **keys}
        entry = {"certificate_arn": self.platform.certificate, **found}
        return {name: value for name, value in entry.items() if value is not None}

    def set(self, entry: dict[str, t.Any] | None = None, **settings: t.Any) -> None:
        """Have the guarded site and no other."""
        self.platform.project.set(
            **{
                "CLOUDFRONT_LMS_DOMAIN": "",
                "CLOUDFRONT_CMS_DOMAIN": "",
                "CLOUDFRONT_JWT": COGNITO,
                "CLOUDFRONT_EXTRA_DOMAINS": [entry or self.entry()],
                **settings,
            }
        )

    def get(self, path: str = FRAME, *, method: str = "GET", **headers: str) -> tuple[int, str, dict[str, str]]:
        """Ask the local edge; return status, `Hit` or the like, and the headers in lower case."""
        connection = http.client.HTTPConnection("127.0.0.1", self.platform.sandbox.edge.port, timeout=30)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, headers={"Host": DOMAIN, "X-Forwarded-Proto": "https", **named})
            response = connection.getresponse()
            response.read()
            found = {name.lower(): value for name, value in response.getheaders()}
            return response.status, found.get("x-cache", "").removesuffix(" from cloudfront"), found
        finally:
            connection.close()

    def accepted(self) -> Asked:
        """Return what the service was asked last, which has to be signed as AWS wants it."""
        last = self.service.last
        path, _, query = last.path.partition("?")
        SERVICE.check(aws_service.Asked(last.method, path, query, last.headers, last.body))
        return last

    def assert_guarded(self) -> None:
        """Check that nobody gets in without a token, that the service sees a signature and no token, and all share answers."""
        status, _, headers = self.get()
        assert (status, headers["www-authenticate"]) == (401, "Bearer")
        assert self.get(Authorization=f"Bearer {Issuer(private_key('attacker')).token(**CLAIMS)}")[0] == 401
        assert not self.service.asked
        assert self.get(f"{FRAME}?imageSetId=a:b", Accept="image/jph", **bearer())[:2] == (200, "Miss")
        asked = self.accepted()
        assert (asked["Accept"], asked.path) == ("image/jph", f"{FRAME}?imageSetId=a%3Ab")
        assert "eyJ" not in repr(asked)
        assert self.get(f"{FRAME}?imageSetId=a:b", Accept="image/jph", **bearer("user-2"))[:2] == (200, "Hit")

    def associations(self) -> dict[str, str]:
        """Return the version of the function at each event, of the default behavior."""
        (distribution,) = self.platform.distributions()
        items = distribution["DefaultCacheBehavior"]["LambdaFunctionAssociations"].get("Items", [])
        return {item["EventType"]: item["LambdaFunctionARN"] for item in items}

    def functions(self) -> list[str]:
        found = self.platform.aws("lambda").list_functions()["Functions"]
        return sorted(item["FunctionName"].rpartition("-")[2] for item in found)

    def roles(self) -> list[t.Any]:
        found: list[t.Any] = self.platform.aws("iam").list_roles(PathPrefix="/tutor-cloudfront/")["Roles"]
        return found


@pytest.fixture(scope="module")
def guarded_account(running_origin: Origin) -> Iterator[tuple[Sandbox, Aws]]:
    """An account whose edge has the service, and whose functions stay at the edge for a second."""
    origins = {SERVICE_HOST: running_origin.url, "files.example.com": running_origin.url}
    with Sandbox(account=ACCOUNT, deploy_seconds=0, replica_seconds=1.0, origins=origins) as sandbox:
        yield sandbox, Aws(sandbox)


@pytest.fixture
def edge(guarded_account: tuple[Sandbox, Aws], running_origin: Origin, project: Project, commands: Commands) -> Edge:
    sandbox, aws = guarded_account
    sandbox.reset()
    running_origin.forget()
    platform = Platform(project, sandbox, aws, faults.Recorder(), commands)
    sandbox.add_certificate(platform.certificate, ["*.learn.example.com"])
    platform.put_in_front()
    edge = Edge(platform, running_origin)
    edge.set()
    return edge
