"""Sites that are guarded at the edge: by one entry in the settings, through the real command, to a real request."""

from __future__ import annotations

import io
import itertools
import json
import os
import typing as t
import zipfile

import pytest

from tests.edge_functions.tokens import Issuer, jwk, pem, private_key
from tests.edge_functions.web import Web
from tests.support import faults
from tests.support.edge_platform import COGNITO, DOMAIN, FRAME, Edge, bearer
from tests.support.roles import trust
from tutorcloudfront.aws.client import Answer
from tutorcloudfront.aws.client import Aws as Client
from tutorcloudfront.aws.errors import AwsError
from tutorcloudfront.reconcile.apply import apply_plan
from tutorcloudfront.reconcile.comparison import compare
from tutorcloudfront.settings import check


def test_one_entry_guards_a_service_and_a_second_run_finds_nothing_to_do(edge: Edge) -> None:
    told = edge.platform.create().stderr

    assert "Then set the DNS records above." in told
    assert "your server" not in told  # it is AWS's
    edge.platform.run("plan", status=0)
    assert edge.functions() == ["authorizer", "signer"]
    assert [role["Path"] for role in edge.roles()] == ["/tutor-cloudfront/learn-example-com/"] * 2
    assert list(edge.associations()) == ["viewer-request", "origin-request"]
    assert all(arn.endswith(":1") for arn in edge.associations().values())

    edge.assert_guarded()
    assert edge.get(f"{FRAME}?imageSetId=a:b", Accept="image/png", **bearer("user-2"))[:2] == (200, "Miss")
    preflight = {"Origin": "https://viewer.example.org", "Access-Control-Request-Method": "GET"}
    status, _, headers = edge.get(method="OPTIONS", **preflight, **{"Access-Control-Request-Headers": "authorization"})
    assert (status, headers["access-control-allow-origin"]) == (204, "*")


def test_roles_may_write_logs_and_call_what_the_site_says_and_no_more(edge: Edge) -> None:
    edge.set(edge.entry(actions="GetDICOMInstance", resources="arn:aws:medical-imaging:us-east-1:*:datastore/1"))
    edge.platform.create()

    iam = edge.platform.aws("iam")
    found = {}
    for role in edge.roles():
        (name,) = iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"]
        document = iam.get_role_policy(RoleName=role["RoleName"], PolicyName=name)["PolicyDocument"]
        statements = {item["Sid"]: (item["Action"], item["Resource"]) for item in document["Statement"]}
        found[role["RoleName"].rpartition("-")[2]] = statements
    logs = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
    assert {name: statements["Logs"][0] for name, statements in found.items()} == {"authorizer": logs, "signer": logs}
    assert found["authorizer"].keys() == {"Logs"}
    assert found["signer"]["Calls"] == (
        ["medical-imaging:GetDICOMInstance"],
        ["arn:aws:medical-imaging:us-east-1:*:datastore/1"],
    )
    # A role that differs is put right, and no function for it.
    edge.set(edge.entry(actions="GetDICOMInstanceFrames"))
    edge.platform.put_in_front()
    edge.platform.create("--yes")
    assert set(edge.platform.recorder.writes) == {"UpdateAssumeRolePolicy", "PutRolePolicy", "TagRole", "UpdateRole"}


def test_new_keys_make_a_new_version_and_change_only_its_association(edge: Edge) -> None:
    edge.platform.create()
    before = edge.associations()
    other = {**COGNITO, "jwks": {"keys": [jwk(private_key("other"), "other"), *COGNITO["jwks"]["keys"]]}}
    edge.set(CLOUDFRONT_JWT=other)

    planned = json.loads(edge.platform.run("plan", "--format", "json", status=2).stdout)
    changes = {item["kind"]: item["diff"] for item in planned["changes"] if item["action"] != "none"}
    assert changes.keys() == {"lambda_function", "distribution"}
    assert [item["path"] for item in changes["lambda_function"]] == ["Digest"]
    paths = [item["path"] for item in changes["distribution"]]
    assert all(path.endswith("LambdaFunctionAssociations[viewer-request].LambdaFunctionARN") for path in paths), paths
    edge.platform.put_in_front()
    edge.platform.create("--yes")

    assert edge.platform.recorder.writes == [
        "UpdateFunctionCode",
        "PublishVersion",
        "TagResource",
        "UpdateDistribution",
    ]
    after = edge.associations()
    assert after["origin-request"] == before["origin-request"]
    assert after["viewer-request"] == before["viewer-request"].removesuffix(":1") + ":2"
    assert edge.get(**bearer())[0] == 200
    # The same keys in another order are no other function.
    edge.set(CLOUDFRONT_JWT={**other, "jwks": {"keys": other["jwks"]["keys"][::-1]}})
    edge.platform.run("plan", status=0)


def test_versions_that_nothing_needs_any_more_go(edge: Edge) -> None:
    edge.platform.sandbox.store.replica_seconds = 0
    for use in ("", "access", "id"):
        edge.set(CLOUDFRONT_JWT={**COGNITO, "token_use": use})
        edge.platform.create("--yes")

    authorizer = edge.associations()["viewer-request"].split(":")[-2]
    versions = edge.platform.aws("lambda").list_versions_by_function(FunctionName=authorizer)["Versions"]
    assert [item["Version"] for item in versions] == ["$LATEST", "2", "3"]


def test_each_token_has_answers_of_its_own_where_that_is_asked_for(edge: Edge) -> None:
    edge.set(edge.entry(cache_key="token"))
    edge.platform.create()

    assert [edge.get(**bearer(user))[1] for user in ("user-1", "user-2")] == ["Miss", "Miss"]
    same = bearer()
    assert [edge.get("/datastore/1", **same)[1] for _ in range(2)] == ["Miss", "Hit"]
    assert "x-cloudfront-token-digest" not in edge.accepted().headers


def test_a_web_server_is_guarded_by_the_platform_s_own_tokens_by_default(edge: Edge) -> None:
    key = private_key("lms")
    entry = {"alias": "files.example.com", "service": None}
    edge.set(edge.entry(**entry), CLOUDFRONT_JWT={}, JWT_RSA_PRIVATE_KEY=pem(key))
    edge.platform.create()

    assert edge.functions() == ["authorizer"]
    claims = {"iss": "https://learn.example.com/oauth2", "aud": "openedx", "sub": "learner"}
    first, second, third = Issuer(key, {"alg": "RS512", "typ": "JWT"}, claims).token().split(".")
    cookies = f"edx-jwt-cookie-header-payload={first}.{second}; edx-jwt-cookie-signature={third}; sessionid=1"
    status, _, headers = edge.get("/a", Cookie=cookies, Origin="https://apps.learn.example.com")
    assert (status, headers["access-control-allow-origin"]) == (200, "https://apps.learn.example.com")
    assert headers["access-control-allow-credentials"] == "true"
    assert edge.get("/a", Cookie="sessionid=1")[0] == 401
    assert "Cookie" not in edge.service.last.headers


def test_nobody_gets_in_by_a_function_that_is_broken(edge: Edge) -> None:
    edge.platform.create()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("lambda_function.py", "raise OSError")
    client, name = edge.platform.aws("lambda"), edge.associations()["viewer-request"].split(":")[-2]
    client.update_function_code(FunctionName=name, ZipFile=archive.getvalue())
    version = client.publish_version(FunctionName=name)["Version"]
    (distribution,) = edge.platform.distributions()
    cloudfront = edge.platform.aws("cloudfront")
    answer = cloudfront.get_distribution_config(Id=distribution["Id"])
    config = answer["DistributionConfig"]
    for behavior in (config["DefaultCacheBehavior"], *config["CacheBehaviors"]["Items"]):
        behavior["LambdaFunctionAssociations"]["Items"][0]["LambdaFunctionARN"] = (
            edge.associations()["viewer-request"].rpartition(":")[0] + f":{version}"
        )
    cloudfront.update_distribution(Id=distribution["Id"], IfMatch=answer["ETag"], DistributionConfig=config)

    assert edge.get(**bearer())[0] == 503
    assert not edge.service.asked
    edge.platform.create("--yes")
    assert edge.get(**bearer())[0] == 200


def test_access_is_opened_only_by_writing_so_and_with_a_warning(edge: Edge) -> None:
    entry = {"alias": "files.example.com", "service": None}
    edge.set(edge.entry(**entry))
    edge.platform.create()
    edge.platform.put_in_front()

    edge.set(edge.entry(**entry, access=None))
    told = edge.platform.create("--yes", status=1).stderr
    assert f"At CloudFront, {DOMAIN} can be had only with a token, and the settings no longer say so." in told
    assert "write `access: jwt` into its entry; to open it to everybody, `access: public`" in told
    assert edge.platform.recorder.writes == []

    edge.set(edge.entry(**entry, access="public"))
    told = edge.platform.run("plan", status=2).stderr
    assert f"Note: Site {DOMAIN} can be had only with a token now. This opens it to everybody" in told
    edge.platform.create("--yes")
    assert edge.associations() == {}
    assert edge.get("/a")[0] == 200


def test_destroy_says_when_to_come_back_for_functions_that_are_still_at_the_edge(edge: Edge) -> None:
    edge.platform.sandbox.store.replica_seconds = 3600
    edge.platform.create()

    told = edge.platform.run("destroy", "--yes", status=1).stderr

    assert f"distribution {DOMAIN}: deleted" in told
    assert "Run this again tomorrow, or in some hours: it goes on from here." in told
    assert "not done: its function is still there" in told
    assert (edge.platform.distributions(), edge.functions()) == ([], ["authorizer", "signer"])
    edge.platform.sandbox.store.replica_seconds = 0
    edge.platform.run("destroy", "--yes")
    assert (edge.functions(), edge.roles()) == ([], [])
    assert "Nothing to do" in edge.platform.run("destroy").stderr


@pytest.fixture
def here(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> dict[str, t.Any]:
    """Have this process see the account, for what would take too long by commands; return the platform's configuration."""
    for name, value in edge.platform.sandbox.environment(os.environ).items():
        monkeypatch.setenv(name, value)
    return full_config(edge)


@pytest.mark.parametrize(
    ("operation", "code", "message"),
    [
        (
            "CreateFunction",
            "InvalidParameterValueException",
            "The role defined for the function cannot be assumed by Lambda.",
        ),
        ("PublishVersion", "ResourceConflictException", "An update is in progress for resource: …"),
        (
            "CreateDistributionWithTags",
            "InvalidLambdaFunctionAssociation",
            "The function must be in an Active state. The current state for function … is Pending.",
        ),
    ],
)
def test_what_is_new_to_aws_is_waited_for(
    edge: Edge, here: dict[str, t.Any], monkeypatch: pytest.MonkeyPatch, operation: str, code: str, message: str
) -> None:
    monkeypatch.setattr("tutorcloudfront.aws.patience.FIRST_PAUSE", 0)
    edge.platform.put_in_front(faults.Refuse(operation, 400, code, message, times=4))

    comparison = compare(here)
    results = apply_plan(comparison.aws, comparison.plan, lambda _result: None)

    assert [result.error for result in results if result.error] == []
    assert edge.platform.recorder.operations.count(operation) > 4
    assert compare(here).plan.pending == ()


def test_a_function_or_a_role_of_somebody_else_is_left_alone(edge: Edge, here: dict[str, t.Any]) -> None:
    comparison = compare(here)
    roles = [change.resource.name for change in comparison.plan.changes if change.resource.kind == "role"]
    iam, client = edge.platform.aws("iam"), edge.platform.aws("lambda")
    theirs = iam.create_role(RoleName=roles[0], AssumeRolePolicyDocument=trust())["Role"]["Arn"]
    code = {"ZipFile": b"theirs"}
    client.create_function(FunctionName=roles[1], Runtime="python3.13", Role=theirs, Handler="a.b", Code=code)

    comparison = compare(here)
    results = apply_plan(comparison.aws, comparison.plan, lambda _result: None)

    errors = {(result.change.resource.kind, result.change.resource.name): result.error for result in results}
    assert f"IAM role {roles[0]} is not this platform's" in errors["role", roles[0]]
    assert f"Lambda function {roles[1]} is not this platform's" in errors["lambda_function", roles[1]]
    assert not edge.platform.distributions()
    assert [item["FunctionName"] for item in client.list_functions()["Functions"]] == [roles[1]]
    removal = compare(here, removing=True).removal_plan()
    assert {change.resource.name for change in removal.changes} & {roles[0]} == set()


class Stopping(Client):
    """Makes some calls that change something, and then none any more, as if it had been killed."""

    left = 0
    stopped = False

    def after(self, writes: int) -> None:
        self.left, self.stopped = writes, False

    def call(self, service: str, operation: str, **arguments: t.Any) -> Answer:
        if self.stopped:
            raise AwsError("stopped", "Stopped")
        answer = super().call(service, operation, **arguments)
        if not operation.startswith(("Get", "List", "Describe")):
            self.left -= 1
            self.stopped = self.left == 0
        return answer


def test_a_run_that_ends_after_any_change_is_completed_by_the_next(
    edge: Edge, here: dict[str, t.Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox = edge.platform.sandbox
    client = Stopping(check(here))
    monkeypatch.setattr("tutorcloudfront.reconcile.comparison.Aws", lambda _settings: client)
    monkeypatch.setattr("tutorcloudfront.reconcile.apply.PARALLEL", 1)
    for number in itertools.count(1):
        sandbox.reset()
        sandbox.add_certificate(edge.platform.certificate, ["*.learn.example.com"])
        first = compare(here)
        client.after(number)
        results = apply_plan(client, first.plan, lambda _result: None)
        client.after(0)

        again = apply_plan(client, compare(here).plan, lambda _result: None)

        assert [result.error for result in again if result.error] == [], f"after {number} changes"
        assert compare(here).plan.pending == (), f"after {number} changes"
        assert edge.functions() == ["authorizer", "signer"]
        assert {arn.rpartition(":")[2] for arn in edge.associations().values()} == {"1"}
        if not any(result.error for result in results):
            break
    # Two roles and functions, four policies, a distribution: most of them are made in several steps.
    assert number > 20
    assert edge.get(**bearer())[0] == 200


def assert_looking_goes_on_without_key_sets(edge: Edge) -> None:
    status = json.loads(edge.platform.run("status", "--format", "json").stdout)
    (site,) = status["sites"]
    assert (site["state"], site["drift"]) == ("Deployed", None)
    assert f"whether the functions of {DOMAIN} are as the settings want them is not known" in status["notes"][0]
    findings = json.loads(edge.platform.run("doctor", "--format", "json", status=1).stdout)["findings"]
    (unread,) = (finding for finding in findings if finding["check"] == "jwt")
    assert (unread["severity"], unread["subject"]) == ("error", "CLOUDFRONT_JWT")
    assert unread["mend"] == "See that it can be had from here, or write what is there under jwks."
    assert {"distribution", "dns"} <= {finding["check"] for finding in findings if finding["subject"] == DOMAIN}


def full_config(edge: Edge) -> dict[str, t.Any]:
    from tutorcloudfront.plugin import DEFAULTS

    defaults = {f"CLOUDFRONT_{name}": value for name, value in DEFAULTS.items()}
    return {**defaults, **edge.platform.project.config(), "CLOUDFRONT_RESOURCE_PREFIX": "learn-example-com"}


def test_packages_are_what_is_deployed_and_key_sets_are_read_from_their_issuer(edge: Edge, tmp_path: t.Any) -> None:
    web = Web(tmp_path)
    try:
        web.answer = 200, json.dumps({"keys": [jwk(private_key())]}).encode()
        url = f"https://localhost:{web.port}/jwks.json"
        edge.set(CLOUDFRONT_JWT={"issuer": "https://id.example.com", "audience": "viewer", "jwks": url})
        environment = {**edge.platform.environment(), "SSL_CERT_FILE": web.certificate}

        def run(*args: str) -> t.Any:
            return edge.platform.project.tutor("cloudfront", *args, env=environment, check=False)

        packaged = run("edge", "package", "--output", str(tmp_path / "zips"))
        assert packaged.returncode == 0, packaged.stderr
        created = run("create-cloudfront-resources", "--no-wait")
        assert created.returncode == 0, created.stderr
    finally:
        web.close()
    assert sorted(path.name for path in (tmp_path / "zips").iterdir()) == [
        f"{DOMAIN}-authorizer.zip",
        f"{DOMAIN}-signer.zip",
    ]
    sandbox = edge.platform.sandbox
    for event, task in (("viewer-request", "authorizer"), ("origin-request", "signer")):
        deployed = sandbox.store.neighbours.function_version(edge.associations()[event])
        assert deployed
        assert (tmp_path / "zips" / f"{DOMAIN}-{task}.zip").read_bytes() == deployed.code
    # The issuer is gone: nothing can be told of the functions, all else can, and all can be taken away.
    told = edge.platform.run("plan", status=1).stderr
    assert "CLOUDFRONT_JWT: jwks: " in told
    assert "see that it can be had from here, or write what is there under jwks" in told
    assert_looking_goes_on_without_key_sets(edge)
    edge.platform.run("destroy", "--yes", status=1)
    assert edge.platform.distributions() == []
