"""What AWS is to hold for sites that are guarded at the edge."""

from __future__ import annotations

import typing as t

import pytest

from tests.edge_functions.tokens import jwk, private_key
from tests.support.entries import COGNITO, KEYS, service
from tests.support.settings import PREFIX, extra_domain, settings_of
from tests.unit.resources import behavior, desired
from tutorcloudfront.aws.kinds import Existing
from tutorcloudfront.aws.kinds.lambda_function import LAMBDA_FUNCTION
from tutorcloudfront.edge.package import TOKEN_DIGEST_HEADER
from tutorcloudfront.reconcile.inventory import Inventory
from tutorcloudfront.reconcile.plan import make_plan
from tutorcloudfront.resources.desired import desired_resources
from tutorcloudfront.resources.distributions import distribution
from tutorcloudfront.resources.edge import function_ref
from tutorcloudfront.resources.resource import Ref, Resource
from tutorcloudfront.resources.shared import CACHING_DISABLED, CACHING_OPTIMIZED, CORS_S3_ORIGIN
from tutorcloudfront.resources.tags import DIGEST_TAG, VERSION_TAG, version_of_stack
from tutorcloudfront.sites import Behavior, Site, sites_of

SITE = "images.learn.example.com"
JWT = {**COGNITO, "jwks": KEYS}
ALONE: dict[str, t.Any] = {"LMS_DOMAIN": "", "CMS_DOMAIN": "", "JWT": JWT}


def served(entry: dict[str, t.Any], path: str = "", **settings: t.Any) -> t.Any:
    """Return a behavior of the one site."""
    found = desired(EXTRA_DOMAINS=[entry], **ALONE, **settings)
    return behavior(found[Ref("distribution", entry["domain"])].config, path)


def ref(task: str, site: str = SITE, **entry: t.Any) -> Ref:
    settings = settings_of(EXTRA_DOMAINS=[service(domain=site, **entry)], **ALONE)
    return function_ref(settings, sites_of(settings)[0], task)


def key_of(id_: Ref, entry: dict[str, t.Any]) -> t.Any:
    policy = desired(EXTRA_DOMAINS=[entry], **ALONE)[id_].config
    return policy["ParametersInCacheKeyAndForwardedToOrigin"]["HeadersConfig"]


def test_authorizer_stands_before_the_cache_and_signer_behind_it() -> None:
    for path in ("", "/datastore/*/frames/*"):
        assert served(service(), path)["LambdaFunctionAssociations"]["Items"] == [
            {"EventType": "viewer-request", "LambdaFunctionARN": ref("authorizer"), "IncludeBody": False},
            {"EventType": "origin-request", "LambdaFunctionARN": ref("signer"), "IncludeBody": False},
        ]
        # CloudFront does not take both kinds of function at the viewer.
        assert served(service(), path)["FunctionAssociations"]["Items"] == []


def test_body_is_signed_where_there_can_be_one() -> None:
    found = served(service(methods="all"))
    assert [item["IncludeBody"] for item in found["LambdaFunctionAssociations"]["Items"]] == [False, True]
    assert len(found["AllowedMethods"]["Items"]) == 7
    assert found["AllowedMethods"]["CachedMethods"]["Items"] == ["GET", "HEAD"]


def test_what_is_refused_to_all_needs_no_token() -> None:
    settings = settings_of(**ALONE)
    site = Site(
        name="docs.example.com",
        origin="origin.example.com",
        behaviors=(Behavior(serve="origin", path="/docs/*"),),
        default=Behavior(serve="refused"),
        access="jwt",
    )
    config = distribution(site, settings).config
    # CloudFront does not take both kinds of function at the viewer.
    assert config["DefaultCacheBehavior"]["LambdaFunctionAssociations"]["Items"] == []
    assert len(config["DefaultCacheBehavior"]["FunctionAssociations"]["Items"]) == 1
    (docs,) = config["CacheBehaviors"]["Items"]
    assert [item["EventType"] for item in docs["LambdaFunctionAssociations"]["Items"]] == ["viewer-request"]


def test_everything_comes_after_what_it_needs() -> None:
    settings = settings_of(EXTRA_DOMAINS=[service()], **ALONE)
    resources = desired_resources(settings, sites_of(settings), {})
    order = [Ref(resource.kind, resource.name) for resource in resources]
    for place, resource in enumerate(resources):
        assert resource.refs <= set(order[:place]), resource.name
    assert {item.kind for item in order} >= {"role", "lambda_function"}


def test_functions_are_as_lambda_at_edge_takes_them_and_say_of_what_they_are_made() -> None:
    found = desired(EXTRA_DOMAINS=[service()], **ALONE)
    authorizer, signer = (found[ref(task)] for task in ("authorizer", "signer"))
    assert (authorizer.config["MemorySize"], authorizer.config["Timeout"]) == (128, 5)
    assert (signer.config["MemorySize"], signer.config["Timeout"]) == (512, 30)
    for function in (authorizer, signer):
        assert (function.config["Runtime"], function.config["Architectures"]) == ("python3.13", ["x86_64"])
        assert not {"Environment", "VpcConfig", "Layers"} & function.config.keys()
        assert len(function.attachments["ZipFile"]) < 1_000_000
    others = desired(EXTRA_DOMAINS=[service()], **{**ALONE, "JWT": {**JWT, "token_use": "id"}})
    assert others[ref("authorizer")].config["Digest"] != authorizer.config["Digest"]
    assert others[ref("signer")] == signer


def test_names_of_functions_fit_and_are_a_site_s_own() -> None:
    long = ".".join(["a" * 60] * 3) + ".example.com"
    names = [ref("authorizer", site).name for site in ("a.b.example.com", "a-b.example.com", "*.example.com", long)]
    assert len(set(names)) == len(names)
    assert all(len(name) <= 64 and name.startswith(f"{PREFIX}-") for name in names)


@pytest.mark.parametrize(
    ("entry", "policy"),
    [
        pytest.param(service(), "static-service", id="a service"),
        pytest.param(service(cache_key="token"), "static-service-token", id="a service, by token"),
        pytest.param(extra_domain(access="jwt"), "origin", id="a web server"),
        pytest.param(extra_domain(access="jwt", cache_key="token"), "origin-token", id="a web server, by token"),
        pytest.param(
            extra_domain(access="jwt", cache_key="token", alias="", bucket="acme"), "bucket-token", id="a bucket"
        ),
    ],
)
def test_answers_are_told_apart_by_what_they_depend_on(entry: dict[str, t.Any], policy: str) -> None:
    cache = served(entry)["CachePolicyId"]
    assert cache == Ref("cache_policy", f"{PREFIX}-{policy}")
    headers = ["Accept"] * bool(entry.get("service")) + [TOKEN_DIGEST_HEADER] * policy.endswith("token")
    wanted = {"HeaderBehavior": "whitelist", "Headers": {"Items": headers}} if headers else {"HeaderBehavior": "none"}
    assert key_of(cache, entry) == wanted


def test_a_bucket_with_tokens_is_cached_and_forwarded_to_by_policies_of_aws() -> None:
    found = served(extra_domain(access="jwt", alias="", bucket="acme"))
    assert (found["CachePolicyId"], found["OriginRequestPolicyId"]) == (CACHING_OPTIMIZED, CORS_S3_ORIGIN)


def test_frames_are_kept_for_a_year_and_all_else_as_configured() -> None:
    assert served(service(), "/datastore/*/frames/*")["CachePolicyId"] == Ref("cache_policy", f"{PREFIX}-fixed-service")
    policy = desired(EXTRA_DOMAINS=[service()], **ALONE)[Ref("cache_policy", f"{PREFIX}-fixed-service")].config
    assert (policy["MinTTL"], policy["DefaultTTL"], policy["MaxTTL"]) == (0, 31_536_000, 31_536_000)
    uncached = served(service(), CACHE_CONFIG={"max_ttl": 0})
    assert uncached["CachePolicyId"] == CACHING_DISABLED
    assert uncached["OriginRequestPolicyId"] == Ref("origin_request_policy", f"{PREFIX}-service")


def test_host_of_the_viewer_is_told_to_no_service() -> None:
    policy = desired(EXTRA_DOMAINS=[service()], **ALONE)[Ref("origin_request_policy", f"{PREFIX}-service")].config
    assert policy["HeadersConfig"]["Headers"]["Items"] == ["Accept", "Content-Type", "X-Amz-Target"]
    assert policy["CookiesConfig"] == {"CookieBehavior": "none"}


@pytest.mark.parametrize(("jwt", "policy"), [(JWT, "scripts"), ({}, "learners")])
def test_scripts_of_all_pages_may_read_by_tokens_and_those_of_the_platform_by_cookies(
    jwt: dict[str, t.Any], policy: str
) -> None:
    values = {**ALONE, "JWT": jwt}
    settings = settings_of(EXTRA_DOMAINS=[service()], **values)
    settings = settings.model_copy(update={"jwt_rsa_private_key": _pem()})
    found = {
        Ref(resource.kind, resource.name): resource for resource in desired_resources(settings, sites_of(settings), {})
    }
    config = found[Ref("distribution", SITE)].config["DefaultCacheBehavior"]
    assert config["ResponseHeadersPolicyId"] == Ref("response_headers_policy", f"{PREFIX}-{policy}")
    cors = found[config["ResponseHeadersPolicyId"]].config["CorsConfig"]
    assert cors["AccessControlAllowCredentials"] == (policy == "learners")
    assert ("*" in cors["AccessControlAllowOrigins"]["Items"]) == (policy == "scripts")
    assert "Authorization" in cors["AccessControlAllowHeaders"]["Items"]


def _pem() -> t.Any:
    from pydantic import SecretStr

    from tests.edge_functions.tokens import pem

    return SecretStr(pem(private_key("lms")))


def deployed(resource: Resource, **tags: str) -> Existing:
    told = {**resource.tags, DIGEST_TAG: resource.config["Digest"], VERSION_TAG: "1", **tags}
    arn = f"arn:aws:lambda:us-east-1:111122223333:function:{resource.name}"
    return LAMBDA_FUNCTION.tagged({arn: told})[0]


def planned(function: Existing, version: str, **values: t.Any) -> dict[str, list[str]]:
    """Return what is planned for the authorizer and a distribution that has a version of it."""
    found = desired(EXTRA_DOMAINS=[extra_domain(SITE, access="jwt")], **{**ALONE, **values})
    resource = found[Ref("lambda_function", function.name)]
    user = Resource("distribution", SITE, {"Function": Ref("lambda_function", function.name)})
    current = Existing("distribution", SITE, "E1", "E1", {"Function": f"{function.arn}:{version}"})
    held = {Ref(item.kind, item.name): item for item in (function, current)}
    plan = make_plan([resource, user], Inventory(held, {}), PREFIX)
    return {change.resource.kind: [item.path for item in change.diff] for change in plan.pending}


def test_a_plan_shows_that_new_code_changes_the_distribution_as_well() -> None:
    found = desired(EXTRA_DOMAINS=[extra_domain(SITE, access="jwt")], **ALONE)
    now = deployed(found[ref("authorizer")])
    assert planned(now, "1") == {}
    other = {"JWT": {**JWT, "jwks": {"keys": [jwk(private_key("other"))]}}}
    assert planned(now, "1", **other) == {"lambda_function": ["Digest"], "distribution": ["Function"]}
    # A function that is published already, and a distribution that does not know it yet.
    assert planned(now, "0") == {"distribution": ["Function"]}
    # Other tags are no other version.
    assert planned(now, "1", TAGS={"team": "a"}).keys() == {"lambda_function"}
    # A version whose number got lost is looked for again.
    lost = deployed(found[ref("authorizer")], **{VERSION_TAG: ""})
    assert planned(lost, "1") == {"lambda_function": ["Digest"], "distribution": ["Function"]}


def test_the_version_of_a_stack_is_looked_up_by_its_description() -> None:
    found = desired(EXTRA_DOMAINS=[extra_domain(SITE, access="jwt")], **ALONE)
    resource = found[ref("authorizer")]
    told = deployed(resource, **{VERSION_TAG: version_of_stack("0123456789")})
    # What the tags say is not yet which number.
    assert (told.reference, told.config["Digest"]) == ("", None)

    def item(number: str, description: str) -> dict[str, str]:
        return {"Version": number, "Description": description}

    pages = {
        None: {"Versions": [item("$LATEST", version_of_stack("0123456789")), item("10", "")], "NextMarker": "more"},
        "more": {"Versions": [item("9", version_of_stack("0123456789")), item("2", version_of_stack("0123456789"))]},
    }

    class Answers:
        def call(self, _service: str, operation: str, **arguments: t.Any) -> t.Any:
            if operation == "GetFunction":
                return {"Configuration": {"FunctionArn": told.arn}, "Tags": told.tags}
            return pages[arguments["Marker"]]

    known = LAMBDA_FUNCTION.look_up(t.cast(t.Any, Answers()), resource.name, PREFIX)
    assert known
    assert (known.reference, known.config["Digest"]) == (f"{told.arn}:9", resource.config["Digest"])
    assert LAMBDA_FUNCTION.differences(resource, known) == ()
    # A version that is gone is made again.
    pages["more"] = {"Versions": []}
    known = LAMBDA_FUNCTION.look_up(t.cast(t.Any, Answers()), resource.name, PREFIX)
    assert known
    assert [item.path for item in LAMBDA_FUNCTION.differences(resource, known)] == ["Digest"]
