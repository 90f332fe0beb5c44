"""Both functions at a local edge, from their zips, before a real origin and by HTTP."""

from __future__ import annotations

import io
import itertools
import typing as t
import zipfile

import pytest

from tests.edge_functions.aws_service import Asked, Denied, Service
from tests.edge_functions.tokens import Issuer, config_of, pem, private_key
from tests.sandbox.examples import Config, items
from tests.support.lab import Lab
from tests.support.roles import trust
from tutorcloudfront.edge.config import SignerConfig
from tutorcloudfront.edge.issuers import lms_config
from tutorcloudfront.edge.package import HANDLER, TOKEN_DIGEST_HEADER, authorizer_zip, signer_zip
from tutorcloudfront.sandbox.surroundings import ACCESS_KEY_ID, SECRET_ACCESS_KEY

FIRST, SECOND = Issuer().token(), Issuer().token(sub="user-2")
BAD = Issuer(private_key("attacker")).token()
#: The origin of `lab`, as if it were a service of AWS.
SERVICE = SignerConfig("medical-imaging", "us-west-2", "learn.example.com")
#: All that a policy can forward, so that it is not the policy that keeps the token from the origin.
ALL: Config = {
    "HeadersConfig": {"HeaderBehavior": "allViewer"},
    "CookiesConfig": {"CookieBehavior": "all"},
    "QueryStringsConfig": {"QueryStringBehavior": "all"},
}
NUMBERS = itertools.count()


def function(lab: Lab, code: bytes, position: str = "viewer-request", seconds: int = 30) -> Config:
    """Deploy a function that may take so long, and return its association."""
    name = f"edge-{next(NUMBERS)}"
    role = lab.aws("iam").create_role(RoleName=name, AssumeRolePolicyDocument=trust())["Role"]["Arn"]
    made = lab.aws("lambda").create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role=role,
        Handler=HANDLER,
        Code={"ZipFile": code},
        Timeout=min(seconds, 5) if position.startswith("viewer") else seconds,
        Publish=True,
    )
    arn = f"{made['FunctionArn'].removesuffix(':1')}:1"
    return {"EventType": position, "LambdaFunctionARN": arn, "IncludeBody": position == "origin-request"}


def guarded(lab: Lab, *functions: Config, key: Config | None = None, **more: t.Any) -> None:
    """Serve what these functions stand before."""
    policy = lab.cache(key={"QueryStringsConfig": {"QueryStringBehavior": "all"}, **(key or {})})
    methods = {
        **items("GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"),
        "CachedMethods": items("GET", "HEAD"),
    }
    associations = {"LambdaFunctionAssociations": items(*functions), "AllowedMethods": methods}
    lab.serve(default={"CachePolicyId": policy, "OriginRequestPolicyId": lab.forward(**ALL), **associations, **more})


def written(code: str) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("lambda_function.py", code)
    return archive.getvalue()


def without(archive: bytes, name: str, text: str) -> bytes:
    """Return a zip with another text in one of its files."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as before, zipfile.ZipFile(changed, "w") as after:
        for entry in before.namelist():
            after.writestr(entry, text if entry == name else before.read(entry))
    return changed.getvalue()


class TestAuthorizer:
    def test_without_a_token_401_with_one_200_and_cached(self, lab: Lab) -> None:
        guarded(lab, function(lab, authorizer_zip(config_of())))
        refused = lab.get()
        assert (refused.status, refused["WWW-Authenticate"], refused.result) == (
            401,
            "Bearer",
            "LambdaGeneratedResponse",
        )
        assert lab.get(authorization=f"Bearer {BAD}").status == 401
        assert not lab.origin.asked

        answers = [lab.get(authorization=f"Bearer {FIRST}") for _ in range(2)]
        assert [(answer.status, answer.body, answer.result) for answer in answers] == [
            (200, b"body", "Miss"),
            (200, b"body", "Hit"),
        ]
        # What is cached is guarded as well.
        assert [lab.get().status, lab.get(authorization=f"Bearer {BAD}").status] == [401, 401]

    def test_cache_is_shared_by_all_whose_tokens_are_good(self, lab: Lab) -> None:
        guarded(lab, function(lab, authorizer_zip(config_of())))
        assert lab.get(authorization=f"Bearer {FIRST}").result == "Miss"
        assert lab.get(authorization=f"Bearer {SECOND}").result == "Hit"
        assert lab.get(token=SECOND).result == "Hit"
        assert lab.get(f"/file?token={SECOND}").result == "Hit"
        assert len(lab.origin.asked) == 1

    def test_cache_of_a_token_is_its_own_where_that_is_asked_for(self, lab: Lab) -> None:
        of_tokens = {"HeadersConfig": {"HeaderBehavior": "whitelist", "Headers": items(TOKEN_DIGEST_HEADER)}}
        guarded(lab, function(lab, authorizer_zip(config_of(cache_per_token=True))), key=of_tokens)
        tokens = (FIRST, SECOND, FIRST, SECOND)
        assert [lab.get(token=token).result for token in tokens] == ["Miss", "Miss", "Hit", "Hit"]
        digest = lab.origin.asked[0][TOKEN_DIGEST_HEADER]
        forged: Config = {TOKEN_DIGEST_HEADER.replace("-", "_"): digest}
        assert lab.get(token=SECOND, **forged).result == "Hit"
        assert lab.get("/other", token=SECOND, **forged).result == "Miss"
        assert lab.origin.last[TOKEN_DIGEST_HEADER] == lab.origin.asked[1][TOKEN_DIGEST_HEADER] != digest

    def test_origin_never_sees_a_token(self, lab: Lab) -> None:
        guarded(lab, function(lab, authorizer_zip(config_of())))
        first, second, third = SECOND.split(".")
        cookies = f"a=b; edx-jwt-cookie-header-payload={first}.{second}; edx-jwt-cookie-signature={third}"
        sent: list[tuple[str, Config]] = [
            ("/1?v=1", {"authorization": f"Bearer {FIRST}"}),
            ("/2?v=1", {"token": FIRST}),
            (f"/3?token={FIRST}&v=1", {}),
            ("/4?v=1", {"cookie": cookies}),
        ]
        for path, headers in sent:
            for method in ("GET", "POST"):
                assert lab.get(path, method=method, **{"cookie": cookies, **headers}).status == 200
        assert [asked.path for asked in lab.origin.asked] == [f"/{number}?v=1" for number in (1, 1, 2, 2, 3, 3, 4, 4)]
        assert {asked["Cookie"] for asked in lab.origin.asked} == {"a=b"}
        told = repr(lab.origin.asked)
        assert not [part for part in (*FIRST.split("."), first, second, third) if part in told]

    def test_learners_by_the_cookies_of_the_lms(self, lab: Lab) -> None:
        config = lms_config("learn.example.com", True, pem(private_key("lms")))
        guarded(lab, function(lab, authorizer_zip(config)))
        claims = {"iss": "https://learn.example.com/oauth2", "aud": "openedx", "sub": "learner"}
        first, second, third = Issuer(private_key("lms"), {"alg": "RS512", "typ": "JWT"}, claims).token().split(".")
        cookies = f"edx-jwt-cookie-header-payload={first}.{second}; sessionid=1; edx-jwt-cookie-signature={third}"
        assert [lab.get(cookie=cookies).status, lab.get(cookie="sessionid=1").status] == [200, 401]

    def test_preflight_requests_pass_and_a_viewer_can_read_a_refusal(self, lab: Lab) -> None:
        guarded(lab, function(lab, authorizer_zip(config_of())))
        asking: Config = {"origin": "https://viewer.example.com", "access_control_request_method": "GET"}
        assert lab.get(method="OPTIONS", **asking).status == 200
        assert lab.get(method="OPTIONS").status == 401
        refused = lab.get(origin="https://viewer.example.com")
        assert (refused.status, refused["Access-Control-Allow-Origin"]) == (401, "*")

    @pytest.mark.parametrize(
        "code",
        [
            pytest.param(written("def handler(event, context):\n    raise ValueError"), id="raises"),
            pytest.param(written("import time\ndef handler(event, context):\n    time.sleep(60)"), id="hangs"),
            pytest.param(written("raise SystemExit"), id="exits"),
            pytest.param(without(authorizer_zip(config_of()), "config.json", "{}"), id="empty configuration"),
            pytest.param(without(authorizer_zip(config_of()), "config.json", "nothing"), id="broken configuration"),
            pytest.param(without(authorizer_zip(config_of()), "authorizer/rsa.py", "raise OSError"), id="broken file"),
            pytest.param(
                without(
                    authorizer_zip(config_of()), "authorizer/claims.py", "class Rules:\n    __init__ = lambda *a: None"
                ),
                id="raises in the middle",
            ),
        ],
    )
    def test_nobody_gets_in_by_a_function_that(self, lab: Lab, code: bytes) -> None:
        guarded(lab, function(lab, code, seconds=1))
        statuses = [lab.get().status, lab.get(authorization=f"Bearer {FIRST}").status]
        assert set(statuses) <= {401, 500, 502, 503}
        assert not lab.origin.asked


class TestSigner:
    def accepted(self, lab: Lab) -> Asked:
        """Return what the origin was asked last, as which it is a request to AWS."""
        last = lab.origin.last
        path, _, query = last.path.partition("?")
        asked = Asked(last.method, path, query, last.headers, last.body)
        Service(SERVICE.service, SERVICE.region, ACCESS_KEY_ID, SECRET_ACCESS_KEY, "sandbox").check(asked)
        return asked

    def test_service_accepts_what_comes(self, lab: Lab) -> None:
        both = [
            function(lab, authorizer_zip(config_of())),
            function(lab, signer_zip(SERVICE), "origin-request"),
        ]
        # The viewer's Host would be signed for in vain.
        guarded(lab, *both, OriginRequestPolicyId=None)
        path = "/datastore/1/studies/1.2/series/1.3/instances/1.4/frames/1"
        answer = lab.get(f"{path}?token={FIRST}&imageSetId=a:b", accept="image/jph")
        assert (answer.status, answer.result) == (200, "Miss")
        asked = self.accepted(lab)
        assert (asked.path, asked.query) == (path, "imageSetId=a%3Ab")
        assert asked.headers["host"] == "learn.example.com"
        assert asked.headers["x-amz-cf-id"] == answer["X-Amz-Cf-Id"]
        assert FIRST not in repr(asked)
        assert lab.get(f"{path}?token={SECOND}&imageSetId=a:b").result == "Hit"

        lab.get("/datastore/1/imageSet/2/getImageFrame", method="POST", body=b'{"imageFrameId":"1"}', token=SECOND)
        assert self.accepted(lab).body == b'{"imageFrameId":"1"}'

    def test_viewers_cannot_sign_for_themselves(self, lab: Lab) -> None:
        guarded(lab, function(lab, signer_zip(SERVICE), "origin-request"))
        lab.get(authorization="AWS4-HMAC-SHA256 Credential=mine", x_amz_security_token="mine", x_amz_date="now")
        assert "mine" not in repr(self.accepted(lab))
        with pytest.raises(Denied):
            Service("s3", SERVICE.region, ACCESS_KEY_ID, SECRET_ACCESS_KEY, "sandbox").check(self.accepted(lab))

    def test_preflight_requests_do_not_get_to_the_service(self, lab: Lab) -> None:
        both = [function(lab, authorizer_zip(config_of())), function(lab, signer_zip(SERVICE), "origin-request")]
        cors = {
            "AccessControlAllowOrigins": items("https://viewer.example.com"),
            "AccessControlAllowHeaders": items("Authorization"),
            "AccessControlAllowMethods": items("GET"),
            "AccessControlAllowCredentials": False,
            "OriginOverride": True,
        }
        guarded(lab, *both, ResponseHeadersPolicyId=lab.response_headers(CorsConfig=cors))
        asking: Config = {
            "origin": "https://viewer.example.com",
            "access_control_request_method": "GET",
            "access_control_request_headers": "authorization",
        }
        answer = lab.get(method="OPTIONS", **asking)
        assert (answer.status, answer["Access-Control-Allow-Origin"]) == (204, "https://viewer.example.com")
        assert not lab.origin.asked

    @pytest.mark.parametrize(
        "code",
        [
            pytest.param(signer_zip(SignerConfig("s3", "us-east-1", "other.example.com")), id="another origin"),
            pytest.param(without(signer_zip(SERVICE), "config.json", "{}"), id="empty configuration"),
            pytest.param(
                without(
                    signer_zip(SERVICE),
                    "lambda_function.py",
                    "import json, os\nfrom signer.handler import Handler\nos.environ.pop('AWS_ACCESS_KEY_ID')\n"
                    f"handler = Handler({SERVICE.document()})",
                ),
                id="no credentials",
            ),
        ],
    )
    def test_nothing_is_sent_unsigned(self, lab: Lab, code: bytes) -> None:
        guarded(lab, function(lab, code, "origin-request"))
        assert lab.get().status in (500, 502, 503)
        assert not lab.origin.asked
