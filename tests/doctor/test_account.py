"""The AWS account, looked at by real calls to the emulated one."""

from __future__ import annotations

import json
import os
import typing as t
from collections.abc import Callable, Iterator
from unittest import mock

import pytest

from tests.support import faults
from tests.support.sandbox import Aws as Clients
from tests.support.settings import CERTIFICATE, PREFIX, extra_domain, settings_of
from tutorcloudfront.aws.client import Aws
from tutorcloudfront.doctor.facts import Certificate, Identity, Refusal, Simulation
from tutorcloudfront.doctor.probes.account import DEFAULT_QUOTAS, QUOTA_CODES, look_at_account
from tutorcloudfront.doctor.probes.permissions import needs_of, simulate
from tutorcloudfront.sandbox import Sandbox
from tutorcloudfront.sites import sites_of

ARN = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"
SETTINGS = settings_of()
SITES = sites_of(SETTINGS)
USER = Identity("123456789012", "arn:aws:iam::123456789012:user/ops")


@pytest.fixture
def account(sandbox: Sandbox) -> Iterator[Aws]:
    with mock.patch.dict(os.environ, sandbox.environment(os.environ), clear=True):
        yield Aws(SETTINGS, attempts=1)


class Scripted:
    """Stands for AWS where the emulated one knows no answer: operations and what they return."""

    def __init__(self, **answers: t.Any) -> None:
        self.answers = answers
        self.calls: list[tuple[str, dict[str, t.Any]]] = []

    def call(self, service: str, operation: str, **arguments: t.Any) -> t.Any:
        self.calls.append((f"{service}:{operation}", arguments))
        answer = self.answers[operation]
        return answer(arguments) if callable(answer) else answer


def test_an_empty_account_is_told_of(account: Aws) -> None:
    facts = look_at_account(account, SETTINGS, SITES)

    assert isinstance(facts.identity, Identity)
    assert facts.identity.account == "123456789012"
    assert not any(facts.lists.values())
    assert {usage.kind: (usage.used, usage.quota, usage.asked) for usage in facts.usage} == {
        kind: (0, quota, False) for kind, quota in DEFAULT_QUOTAS.items() if kind in facts.lists
    }
    assert {"distribution", "cache_policy", "function", "tags"} <= facts.lists.keys()


def test_what_others_made_counts_as_well(account: Aws, aws: Clients) -> None:
    nothing: t.Any = {"HeadersConfig": {"HeaderBehavior": "none"}, "CookiesConfig": {"CookieBehavior": "none"}}
    for number in range(3):
        config = {"Name": f"other-{number}", **nothing, "QueryStringsConfig": {"QueryStringBehavior": "none"}}
        aws("cloudfront").create_origin_request_policy(OriginRequestPolicyConfig=config)
    aws("cloudfront").create_function(
        Name="draft",
        FunctionConfig={"Comment": "", "Runtime": "cloudfront-js-2.0"},
        FunctionCode=b"function handler(event) { return event.request; }",
    )

    used = {usage.kind: usage.used for usage in look_at_account(account, SETTINGS, SITES).usage}

    assert (used["origin_request_policy"], used["function"]) == (3, 1)


def test_credentials_that_aws_does_not_accept_end_it_there(sandbox: Sandbox, account: Aws) -> None:
    sandbox.wrap = faults.compose(recorder := faults.Recorder(), faults.bad_credentials)

    facts = look_at_account(account, SETTINGS, SITES, [ARN])

    assert isinstance(facts.identity, Refusal)
    assert "AWS does not accept these credentials." in facts.identity.mend
    assert recorder.operations == ["GetCallerIdentity"]


@pytest.mark.parametrize(
    ("operation", "name", "action"),
    [
        ("ListDistributions", "distribution", "cloudfront:ListDistributions"),
        ("ListCachePolicies", "cache_policy", "cloudfront:ListCachePolicies"),
        ("ListFunctions", "function", "cloudfront:ListFunctions"),
        ("GetResources", "tags", "tag:GetResources"),
    ],
)
def test_a_list_that_may_not_be_had_names_the_permission_and_holds_up_no_other(
    sandbox: Sandbox, account: Aws, operation: str, name: str, action: str
) -> None:
    sandbox.wrap = faults.deny(operation)

    facts = look_at_account(account, SETTINGS, SITES)

    refused = {each: refusal for each, refusal in facts.lists.items() if refusal}
    assert refused.keys() == {name}
    assert f"an IAM policy must allow {action}" in refused[name].mend


def test_a_certificate_is_told_as_acm_has_it(sandbox: Sandbox, account: Aws) -> None:
    sandbox.add_certificate(ARN, ["*.example.com"])

    found = look_at_account(account, SETTINGS, SITES, [ARN]).certificates[ARN]

    assert isinstance(found, Certificate)
    assert (found.status, found.names, found.records) == ("ISSUED", ("*.example.com",), ())
    assert found.expires is not None


def test_a_certificate_that_acm_lacks_is_told(account: Aws) -> None:
    found = look_at_account(account, SETTINGS, SITES, [ARN]).certificates[ARN]

    assert isinstance(found, Refusal)
    assert found.code == "ResourceNotFoundException"


def test_a_certificate_that_waits_tells_its_records(account: Aws, aws: Clients) -> None:
    arn = aws("acm").request_certificate(DomainName="a.example.com", ValidationMethod="DNS")["CertificateArn"]

    found = look_at_account(account, SETTINGS, SITES, [arn]).certificates[arn]

    assert isinstance(found, Certificate)
    assert found.status == "PENDING_VALIDATION"
    assert [record.split()[1] for record in found.records] == ["CNAME"]


def test_the_accounts_own_quotas_are_asked_for(sandbox: Sandbox, account: Aws) -> None:
    sandbox.wrap = _with_quotas({QUOTA_CODES["distribution"]: 1000.0})

    usage = {usage.kind: usage for usage in look_at_account(account, SETTINGS, SITES).usage}

    assert (usage["distribution"].quota, usage["distribution"].asked) == (1000, True)
    assert (usage["cache_policy"].quota, usage["cache_policy"].asked) == (20, False)


def _with_quotas(quotas: dict[str, float]) -> faults.Middleware:
    def wrap(application: t.Any) -> t.Any:
        def wrapped(environ: t.Any, start_response: t.Any) -> t.Any:
            if faults.call_of(environ).operation != "GetServiceQuota":
                return application(environ, start_response)
            body = environ["wsgi.input"].read()
            code = next((code for code in quotas if code.encode() in body), "")
            answer = {"Quota": {"Value": quotas[code]}} if code else {"__type": "NoSuchResourceException"}
            start_response("200 OK" if code else "400 Bad", [("Content-Type", "application/x-amz-json-1.1")])
            return [json.dumps(answer).encode()]

        return wrapped

    return wrap


# What IAM says


def decisions(**decided: t.Any) -> Callable[[dict[str, t.Any]], dict[str, t.Any]]:
    def answer(arguments: dict[str, t.Any]) -> dict[str, t.Any]:
        results = [{"EvalActionName": name, "EvalDecision": "allowed"} for name in arguments["ActionNames"]]
        for result in results:
            result.update(decided.get(result["EvalActionName"].partition(":")[2], {}))
        return {"EvaluationResults": results}

    return answer


def test_iam_is_asked_for_resources_of_this_account() -> None:
    aws = Scripted(SimulatePrincipalPolicy=decisions())

    simulation = simulate(t.cast(Aws, aws), USER, SETTINGS, SITES)

    assert simulation.denied == ()
    assert {action for _, actions in needs_of(SETTINGS, SITES, USER.account) for action in actions} == set(
        simulation.allowed
    )
    assert sorted(arguments["ResourceArns"][0] for _, arguments in aws.calls) == [
        f"arn:aws:cloudfront::123456789012:{kind}/EXAMPLE" for kind in ("cache-policy", "distribution", "function")
    ]
    assert {arguments["PolicySourceArn"] for _, arguments in aws.calls} == {USER.arn}


def needs(*entries: dict[str, str], **settings: t.Any) -> dict[str, set[str]]:
    """Return the services whose actions are asked for, with the resources that they are asked for."""
    checked = settings_of(EXTRA_DOMAINS=[{"certificate_arn": CERTIFICATE, **entry} for entry in entries], **settings)
    found: dict[str, set[str]] = {}
    for arn, actions in needs_of(checked, sites_of(checked), USER.account):
        for action in actions:
            found.setdefault(action.partition(":")[0], set()).add(arn)
    return found


def test_static_files_need_cloudfront_and_nothing_else() -> None:
    assert needs().keys() == needs(extra_domain()).keys() == {"cloudfront"}


@pytest.mark.parametrize(
    "entry", [{"alias": "origin.example.com", "access": "jwt"}, {"service": "medical-imaging", "access": "signed"}]
)
def test_sites_with_functions_need_lambda_and_iam(entry: dict[str, str]) -> None:
    found = needs({"domain": "images.example.com", **entry})

    assert found.keys() == {"cloudfront", "lambda", "iam"}
    assert found["lambda"] == {f"arn:aws:lambda:us-east-1:123456789012:function:{PREFIX}-EXAMPLE"}
    assert f"arn:aws:iam::123456789012:role/tutor-cloudfront/{PREFIX}/EXAMPLE" in found["iam"]


def test_private_media_need_buckets_and_the_secret() -> None:
    entry = {"domain": "media.learn.example.com", "bucket": "acme-media", "access": "signed"}
    found = needs(entry, SIGNING_SECRET="media-keys", AWS_REGION="eu-west-1")

    assert found["s3"] == {"arn:aws:s3:::acme-media"}
    assert found["secretsmanager"] == {"arn:aws:secretsmanager:eu-west-1:123456789012:secret:media-keys-EXAMPL"}
    assert "lambda" not in found
    assert "secretsmanager" not in needs(entry)


def test_a_secret_of_ones_own_need_not_be_written(account: Aws, aws: Clients) -> None:
    aws("secretsmanager").create_secret(Name="media-keys", SecretString="{}")
    entry = {"domain": "media.learn.example.com", "bucket": "acme-media", "access": "signed"}
    settings = settings_of(EXTRA_DOMAINS=[{"certificate_arn": CERTIFICATE, **entry}], SIGNING_SECRET="media-keys")
    asked = Scripted(
        SimulatePrincipalPolicy=decisions(),
        DescribeSecret=lambda _: account.call("secretsmanager", "DescribeSecret", SecretId="media-keys"),
    )

    simulation = simulate(t.cast(Aws, asked), USER, settings, sites_of(settings))

    assert "s3:PutBucketPolicy" in simulation.allowed
    assert not any(action.startswith("secretsmanager:") for action in simulation.allowed)


def test_logs_and_metrics_need_what_they_need() -> None:
    assert needs(LOG_BUCKET="acme-logs", REALTIME_METRICS=True).keys() == {"cloudfront", "logs", "s3"}


def test_what_iam_denies_is_named_and_what_hangs_on_conditions_is_not() -> None:
    denied = {"EvalDecision": "implicitDeny"}
    hanging = {**denied, "MissingContextValues": ["aws:RequestTag/team"]}
    aws = Scripted(SimulatePrincipalPolicy=decisions(CreateFunction=denied, CreateDistribution=hanging))

    assert simulate(t.cast(Aws, aws), USER, SETTINGS, SITES).denied == ("cloudfront:CreateFunction",)


def test_a_session_is_asked_for_by_its_role() -> None:
    role = "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/Admin"
    aws = Scripted(GetRole={"Role": {"Arn": role}}, SimulatePrincipalPolicy=decisions())

    session = Identity("123456789012", "arn:aws:sts::123456789012:assumed-role/Admin/me@example.com")
    simulate(t.cast(Aws, aws), session, SETTINGS, SITES)

    assert aws.calls[0] == ("iam:GetRole", {"RoleName": "Admin"})
    assert {arguments["PolicySourceArn"] for name, arguments in aws.calls[1:]} == {role}


def test_the_root_user_may_do_everything() -> None:
    identity = Identity("123456789012", "arn:aws:iam::123456789012:root")

    assert not simulate(t.cast(Aws, Scripted()), identity, SETTINGS, SITES).denied


def test_who_is_neither_user_nor_role_is_not_asked_for() -> None:
    identity = Identity("123456789012", "arn:aws:sts::123456789012:federated-user/ops")

    assert simulate(t.cast(Aws, Scripted()), identity, SETTINGS, SITES) == Simulation(
        reason="IAM can tell it for users and roles only"
    )


def test_an_iam_that_may_not_be_asked_is_told_of(sandbox: Sandbox, account: Aws) -> None:
    sandbox.wrap = faults.deny("SimulatePrincipalPolicy")

    reason = simulate(account, USER, SETTINGS, SITES).reason

    assert "not authorized to perform: iam:SimulatePrincipalPolicy" in reason
