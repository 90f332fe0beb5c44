"""Whose tokens are good, and for which services requests are signed: what may be written and what is refused."""

from __future__ import annotations

import typing as t

import pytest

from tests.edge_functions.tokens import jwk, pem, private_key
from tests.support.entries import COGNITO, KEYS, checked, errors, extra, service
from tutorcloudfront.authorization import authorizer_config, jwt_setting, key_set_users
from tutorcloudfront.key_sets import look_for_key_sets, read_key_sets
from tutorcloudfront.settings import Settings, SettingsError
from tutorcloudfront.sites import Site, remarks, sites_of

ISSUER: dict[str, t.Any] = {"issuer": "https://id.example.com", "audience": "viewer", "jwks": KEYS}
URL = "https://id.example.com:8443/keys?v=1"


def site_of(entry: dict[str, t.Any], **settings: t.Any) -> tuple[Settings, Site]:
    all_settings = checked(EXTRA_DOMAINS=[entry], **settings)
    return all_settings, sites_of(all_settings)[-1]


# Tokens


def test_learners_of_the_platform_are_let_in_by_default() -> None:
    settings, site = site_of(extra(access="jwt"), JWT_RSA_PRIVATE_KEY=pem(private_key("lms")))
    config = authorizer_config(settings, site, {})
    assert config
    assert (config.issuer, config.audience) == ("https://learn.example.com/oauth2", ("openedx",))
    assert config.algorithms == ("RS512",)
    assert config.trusted_origins == (
        "https://learn.example.com",
        "https://studio.learn.example.com",
        "https://apps.learn.example.com",
    )
    assert "PRIVATE" not in repr(settings)


def test_a_platform_without_a_key_says_what_is_missing() -> None:
    settings, site = site_of(extra(access="jwt"))
    with pytest.raises(SettingsError, match="CLOUDFRONT_JWT: JWT_RSA_PRIVATE_KEY: "):
        authorizer_config(settings, site, {})


def test_a_site_can_have_an_issuer_of_its_own() -> None:
    claims = {"scope": "read", "groups": ["a", "b"], "org": None, "verified": True}
    own = {**ISSUER, "algorithms": ["RS256", "RS512"], "token_use": "id", "required_claims": claims}
    settings, site = site_of(extra(access="jwt", jwt=own, cache_key="token"), JWT=COGNITO)
    config = authorizer_config(settings, site, {})
    assert config
    assert (config.issuer, config.audience, config.jwks_url) == ("https://id.example.com", ("viewer",), None)
    assert (config.algorithms, config.token_use, config.cache_per_token) == (("RS256", "RS512"), "id", True)
    assert config.required_claims == {"scope": "read", "groups": ("a", "b"), "org": None, "verified": True}


def test_a_user_pool_tells_all_else() -> None:
    settings, site = site_of(extra(access="jwt"), JWT=COGNITO)
    url = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC/.well-known/jwks.json"
    assert key_set_users(settings, [site]) == {url: (site,)}
    assert jwt_setting(site) == "CLOUDFRONT_JWT"
    assert authorizer_config(settings, site, {}) is None
    config = authorizer_config(settings, site, {url: KEYS})
    assert config
    assert (config.issuer, config.client_ids) == (url.removesuffix("/.well-known/jwks.json"), ("a", "b"))
    assert (config.jwks_url, config.algorithms) == (url, ("RS256",))
    # A document in the settings is not asked for.
    settings, site = site_of(extra(access="jwt"), JWT={**COGNITO, "jwks": KEYS})
    assert key_set_users(settings, [site]) == {}


def test_key_sets_are_asked_for_once_and_only_for_sites_with_tokens() -> None:
    own = {**ISSUER, "jwks": URL}
    entries = [extra(domain=f"{name}.example.com", access="jwt", jwt=own) for name in "ab"]
    settings = checked(EXTRA_DOMAINS=[*entries, extra(access="signed")], JWT=COGNITO)
    users = key_set_users(settings, sites_of(settings))
    assert {url: [site.name for site in sites] for url, sites in users.items()} == {
        URL: ["a.example.com", "b.example.com"]
    }
    assert jwt_setting(users[URL][0]) == "site 'a.example.com': jwt"


def test_the_order_of_keys_makes_no_other_function() -> None:
    both = [jwk(private_key()), jwk(private_key("other"), "other")]
    found = []
    for keys in (both, [dict(reversed(key.items())) for key in reversed(both)]):
        settings, site = site_of(extra(access="jwt"), JWT={**ISSUER, "jwks": {"keys": keys}})
        config = authorizer_config(settings, site, {})
        assert config
        found.append([key["kid"] for key in config.document()["jwks"]])
    assert found[0] == found[1]


def test_all_key_sets_that_can_not_be_had_are_told_of() -> None:
    own = {**ISSUER, "jwks": "https://localhost:1/keys"}
    settings = checked(EXTRA_DOMAINS=[extra(access="jwt", jwt=own)])
    with pytest.raises(SettingsError) as caught:
        read_key_sets(settings, sites_of(settings))
    (told,) = caught.value.errors
    assert told.startswith("site 'apps.learn.example.com': jwt: jwks: ")
    assert "https://localhost:1/keys: see that it can be had from here" in told
    found, (unread,) = look_for_key_sets(settings, sites_of(settings))
    assert found == {}
    assert [site.name for site in unread.sites] == ["apps.learn.example.com"]


@pytest.mark.parametrize(
    ("jwt", "message"),
    [
        ({"issuer": "a"}, ": needs audience and jwks beside issuer"),
        ({"issuer": "a", "audience": "", "jwks": KEYS}, ": needs audience beside issuer and jwks"),
        ({"cognito_client_id": "a"}, ": needs cognito_user_pool_id beside cognito_client_id"),
        ({**COGNITO, "cognito_client_id": []}, ": needs cognito_client_id beside cognito_user_pool_id"),
        ({**COGNITO, "issuer": "a"}, ": must not have issuer beside cognito_user_pool_id, from which it follows"),
        (
            {**COGNITO, "jwks": URL},
            ": must not have the URL of jwks beside cognito_user_pool_id, from which it follows",
        ),
        (
            {"algorithms": "RS256"},
            ": must not have algorithms for the LMS's own tokens, which are signed by RS512",
        ),
        ({**ISSUER, "algorithms": ["none"]}, ".algorithms[0]: must be 'RS256', 'RS384' or 'RS512', not 'none'"),
        ({**ISSUER, "algorithms": "HS256"}, ".algorithms[0]: must be 'RS256', 'RS384' or 'RS512', not 'HS256'"),
        ({**ISSUER, "audience": [""]}, ".audience[0]: must not be empty"),
        ({**ISSUER, "audience": [1]}, ".audience[0]: must be text, not a number: put it in quotes"),
        (
            {**ISSUER, "jwks": "http://id.example.com/keys"},
            ".jwks: must be an https URL without user name and fragment, such as 'https://id.example.com/jwks.json'",
        ),
        (
            {**ISSUER, "jwks": "https://me:secret@id.example.com/"},
            ".jwks: must be an https URL without user name and fragment, such as 'https://id.example.com/jwks.json'",
        ),
        ({**ISSUER, "jwks": 1}, ".jwks: must be an https URL, or a mapping with a list of keys, not a number"),
        ({**ISSUER, "jwks": {}}, ".jwks: must be a key set, with a list under keys"),
        (
            {**ISSUER, "jwks": {"keys": [jwk(private_key("weak", 1024))]}},
            ".jwks: must have an RSA key of 2048 to 4096 bits, for RS256, RS384 or RS512",
        ),
        (
            {**ISSUER, "jwks": {"keys": [{**jwk(private_key()), "d": "secret"}]}},
            ".jwks: must have public keys only, and one of its keys is a private or a secret one",
        ),
        (
            {**ISSUER, "jwks": {"keys": [{"kty": "oct", "k": "secret"}]}},
            ".jwks: must have public keys only, and one of its keys is a private or a secret one",
        ),
        ({**ISSUER, "token_use": "a b"}, ".token_use: must be a word such as 'access' or 'id', not 'a b'"),
        (
            {**ISSUER, "required_claims": {"a": 1.5}},
            ".required_claims.a: must be text, a whole number, true or false, a list of these of which one is enough, or "
            "null for any value, not a number",
        ),
        (
            {"cognito_user_pool_id": "pool", "cognito_client_id": "a"},
            ".cognito_user_pool_id: must be the id of a user pool such as 'us-east-1_AbCdEfGhI', not 'pool'",
        ),
        ({**ISSUER, "isuer": "a"}, ".isuer: is no key that is known here; did you mean issuer?"),
    ],
)
def test_tokens_of_nobody_in_particular_are_not_good(jwt: dict[str, t.Any], message: str) -> None:
    assert errors(JWT=jwt) == [f"CLOUDFRONT_JWT{message}"]
    entry = extra(access="jwt", jwt=jwt)
    assert errors(EXTRA_DOMAINS=[entry]) == [f"CLOUDFRONT_EXTRA_DOMAINS[0].jwt{message}"]


# Services


def test_image_frames_need_no_more_than_the_name_of_the_service() -> None:
    _, site = site_of(service(), AWS_REGION="us-west-2")
    assert site.origin == "dicom-medical-imaging.us-west-2.amazonaws.com"
    assert (site.service_region, site.methods, site.cache_key, site.origin_https) == (
        "us-west-2",
        "read",
        "shared",
        True,
    )
    assert "medical-imaging:GetDICOMInstanceFrames" in site.actions
    assert not any("*" in action or "Delete" in action for action in site.actions)
    assert site.resources == ("arn:aws:medical-imaging:us-west-2:*:datastore/*",)
    assert [(item.path, item.serve) for item in (*site.behaviors, site.default)] == [
        ("/datastore/*/frames/*", "fixed"),
        ("", "static"),
    ]


def test_a_service_can_be_any() -> None:
    entry = service(
        service="execute-api",
        service_region="eu-west-1",
        service_host="abc.execute-api.eu-west-1.amazonaws.com",
        actions=["Invoke", "execute-api:ManageConnections"],
        resources="arn:aws:execute-api:eu-west-1:111122223333:abc/*",
        methods="all",
        access="public",
    )
    _, site = site_of(entry)
    assert (site.origin, site.service_region) == ("abc.execute-api.eu-west-1.amazonaws.com", "eu-west-1")
    assert site.actions == ("execute-api:Invoke", "execute-api:ManageConnections")
    assert site.resources == ("arn:aws:execute-api:eu-west-1:111122223333:abc/*",)
    _, site = site_of(service(service="polly", actions="DescribeVoices", resources="*"), ENABLE_HTTPS=False)
    assert (site.origin, site.origin_https) == ("polly.us-east-1.amazonaws.com", True)


@pytest.mark.parametrize(
    ("keys", "messages"),
    [
        (
            {"access": None},
            [
                ": needs access beside service: write access: jwt, or signed, or public if everybody may do what its "
                "actions say"
            ],
        ),
        ({"alias": "a.example.com"}, [".service: must not be set beside alias: a site is fetched from one origin"]),
        (
            {"service": "Medical Imaging"},
            [
                ".service: must be the name that an AWS service has in ARNs, such as 'medical-imaging', not "
                "'Medical Imaging'"
            ],
        ),
        (
            {"service": "polly"},
            [
                ".actions: is missing: the IAM actions that polly is asked for, such as 'polly:Get…'",
                ".resources: is missing: the ARNs of what polly is asked about",
            ],
        ),
        (
            {"service": "es", "actions": "ESHttpGet", "resources": "*"},
            [".service_host: is missing: 'es' has another host for each of its users, so name yours"],
        ),
        (
            {"service_host": "images.example.com"},
            [
                ".service_host: must be a host of AWS's, such as 'dicom-medical-imaging.us-east-1.amazonaws.com', not "
                "'images.example.com'"
            ],
        ),
        (
            {"actions": "*"},
            [".actions: must be IAM actions such as 'medical-imaging:Get…', not '*'"],
        ),
        (
            {"actions": "medical-imaging:*"},
            [".actions: must be IAM actions such as 'medical-imaging:Get…', not 'medical-imaging:*'"],
        ),
        (
            {"resources": ["datastore/1"]},
            [
                ".resources: must be ARNs such as 'arn:aws:medical-imaging:us-east-1:111122223333:…', or '*' for actions "
                "that know no resources, not 'datastore/1'"
            ],
        ),
        (
            {"access": "signed", "jwt": {}, "cache_key": "token"},
            [".cache_key: must not be set without access: jwt", ".jwt: must not be set without access: jwt"],
        ),
        (
            {"service": None, "alias": "a.example.com", "methods": "all", "actions": "a", "bucket_region": "eu"},
            [
                ".bucket_region: must be an AWS region such as 'us-east-1', not 'eu'",
                ".actions: must not be set without service",
                ".methods: must not be set without service",
            ],
        ),
    ],
)
def test_a_service_that_could_be_asked_for_more_than_is_said_is_refused(
    keys: dict[str, t.Any], messages: list[str]
) -> None:
    assert errors(EXTRA_DOMAINS=[service(**keys)]) == [f"CLOUDFRONT_EXTRA_DOMAINS[0]{text}" for text in messages]


def test_cookies_with_tokens_that_will_not_arrive_are_told_of() -> None:
    settings = checked(EXTRA_DOMAINS=[extra(domain="files.example.org", access="jwt")])
    (told,) = remarks(settings, sites_of(settings))
    assert told.startswith("Cookies with the LMS's tokens will not arrive at files.example.org")
    settings = checked(EXTRA_DOMAINS=[extra(domain="files.example.org", access="jwt", jwt=ISSUER)])
    assert list(remarks(settings, sites_of(settings))) == []
