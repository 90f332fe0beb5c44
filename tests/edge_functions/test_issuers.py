"""Tokens as real issuers shape them, and the configuration for them."""

from __future__ import annotations

import json
import typing as t

import pytest
from cryptography.hazmat.primitives import serialization

from tests.edge_functions.events import authorizer, event, header, passed, with_token
from tests.edge_functions.tokens import Issuer, Json, config_of, encoded, jwk, pem, private_key
from tutorcloudfront.edge.config import AuthorizerConfig, InvalidConfig
from tutorcloudfront.edge.issuers import cognito_config, cognito_issuer, cognito_jwks_url, lms_config, public_jwk
from tutorcloudfront.edge.package import authorizer_zip

POOL = "eu-west-1_AbCdEf123"
CLIENT = "7ke6cmtbbrbm3qr8a1b2c3d4e5"


def allowed(config: AuthorizerConfig, token: str) -> bool:
    return passed(authorizer(config)(with_token(token)))


def status(config: AuthorizerConfig, token: str) -> str:
    return str(authorizer(config)(with_token(token)).get("status"))


class TestCognito:
    """https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html"""

    header: t.ClassVar[Json] = {"kid": "pool-key-1", "alg": "RS256"}
    user: t.ClassVar[Json] = {
        "iss": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123",
        "sub": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
        "cognito:groups": ["radiologists", "teachers"],
        "origin_jti": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
        "event_id": "dcafce0f-56c7-4b79-8d4f-2b7ac0fbd1a8",
        "auth_time": 1676312777,
        "jti": "9ee9b2e4-2c4b-4b6b-8a3d-4c8f4d2f0b57",
    }
    access = Issuer(
        private_key("cognito"),
        header,
        {
            **user,
            "client_id": CLIENT,
            "version": 2,
            "token_use": "access",
            "scope": "phone openid images/read",
            "username": "learner",
        },
    )
    identity = Issuer(
        private_key("cognito"),
        header,
        {
            **user,
            "aud": CLIENT,
            "token_use": "id",
            "email": "learner@example.com",
            "email_verified": True,
            "cognito:username": "learner",
            "identities": [{"userId": "1", "providerName": "SAML", "primary": "true"}],
        },
    )

    def config(self, client: str = CLIENT, **more: t.Any) -> AuthorizerConfig:
        keys = {"keys": [jwk(private_key("cognito"), "pool-key-1", alg="RS256")]}
        return cognito_config(POOL, (client,), keys, **more)

    def test_short_form(self) -> None:
        issuer = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123"
        assert cognito_issuer(POOL) == issuer
        assert cognito_jwks_url(POOL) == f"{issuer}/.well-known/jwks.json"
        assert self.config().jwks_url == cognito_jwks_url(POOL)
        assert cognito_issuer("cn-north-1_AbC").startswith("https://cognito-idp.cn-north-1.amazonaws.com.cn/")
        assert cognito_issuer("us-gov-west-1_AbC").startswith("https://cognito-idp.us-gov-west-1.amazonaws.com/")

    @pytest.mark.parametrize(
        "pool", ["", "AbCdEf123", "eu-west-1", "eu-west-\u0661_A", "eu-west-1_", "eu-west-1_a/../b", "x.example.com/_A"]
    )
    def test_what_is_no_user_pool(self, pool: str) -> None:
        with pytest.raises(InvalidConfig, match=r"^cognito_user_pool_id: must look like us-east-1_AbCdEfGhI$"):
            cognito_issuer(pool)

    def test_access_and_id_tokens(self) -> None:
        for use, good, other in (("access", self.access, self.identity), ("id", self.identity, self.access)):
            assert allowed(self.config(), good.token())
            assert allowed(self.config(token_use=use), good.token())
            assert status(self.config(token_use=use), other.token()) == "401"

    def test_tokens_of_another_client(self) -> None:
        for issuer in (self.access, self.identity):
            assert status(self.config("another"), issuer.token()) == "401"

    def test_client_where_the_other_kind_of_token_has_it(self) -> None:
        assert status(self.config(), self.access.token(client_id="another", aud=CLIENT)) == "401"
        assert status(self.config(), self.identity.token(aud="another", client_id=CLIENT)) == "401"

    @pytest.mark.parametrize("use", [None, "refresh", "", ["access"], True])
    def test_token_without_a_use(self, use: t.Any) -> None:
        assert status(self.config(), self.access.token(token_use=use)) == "401"

    @pytest.mark.parametrize("client", [None, [], True, {"a": CLIENT}, f"{CLIENT} ", [CLIENT, 1]])
    def test_client_that_is_none(self, client: t.Any) -> None:
        assert status(self.config(), self.access.token(client_id=client)) == "401"

    def test_access_token_for_a_resource_server(self) -> None:
        """https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html"""
        config = self.config(audience=("https://images.example.com",))
        assert allowed(config, self.access.token(aud="https://images.example.com"))
        assert status(config, self.access.token(aud="https://other.example.com")) == "401"
        assert status(config, self.access.token()) == "401"

    def test_groups_and_scopes(self) -> None:
        groups = self.config(required_claims={"cognito:groups": ("admins", "radiologists")})
        scope = self.config(required_claims={"scope": "images/read"})
        assert allowed(groups, self.access.token())
        assert allowed(scope, self.access.token())
        assert status(groups, self.access.token({}, **{"cognito:groups": ["students"]})) == "403"
        assert status(scope, self.access.token(scope="images/reader openid")) == "403"


class TestKeycloak:
    """https://www.keycloak.org/docs/latest/server_admin/index.html#con-oidc-token-mappings_server_administration_guide"""

    issuer = Issuer(
        private_key("keycloak"),
        {"alg": "RS256", "typ": "JWT", "kid": "FJ86GcF3jTbNLOco4NvZkUCIUmfYCqoqtOQeMfbhNlE"},
        {
            "auth_time": 0,
            "jti": "onrtac:6f3a",
            "iss": "https://sso.example.com/realms/campus",
            "aud": ["images", "account"],
            "sub": "c5f2d1b0-7d1d-4f5b-8a7e-0e7a0e7a0e7a",
            "typ": "Bearer",
            "azp": "viewer",
            "sid": "b4a5",
            "acr": "1",
            "allowed-origins": ["https://viewer.example.com"],
            "realm_access": {"roles": ["offline_access", "learner"]},
            "resource_access": {"account": {"roles": ["manage-account"]}},
            "scope": "openid email profile",
        },
    )

    def config(self, **more: t.Any) -> AuthorizerConfig:
        keys = [
            jwk(
                private_key("keycloak"),
                "FJ86GcF3jTbNLOco4NvZkUCIUmfYCqoqtOQeMfbhNlE",
                alg="RS256",
                x5c=["MIIC"],
                x5t="a",
            ),
            jwk(private_key("encryption"), "enc", use="enc", alg="RSA-OAEP"),
        ]
        base: Json = {
            "issuer": "https://sso.example.com/realms/campus",
            "jwks": {"keys": keys},
            "audience": ("images",),
        }
        return AuthorizerConfig(**{**base, **more})

    def test_access_token(self) -> None:
        assert allowed(self.config(), self.issuer.token())

    def test_refresh_id_and_logout_tokens_can_be_told_apart(self) -> None:
        config = self.config(required_claims={"typ": "Bearer"})
        assert allowed(config, self.issuer.token())
        for typ in ("Refresh", "ID", "Offline"):
            assert status(config, self.issuer.token(typ=typ)) == "403"
        assert status(config, self.issuer.token({"typ": "logout+jwt"})) == "401"

    def test_roles(self) -> None:
        assert allowed(self.config(required_claims={"realm_access.roles": "learner"}), self.issuer.token())
        config = self.config(required_claims={"realm_access.roles": "learner"})
        others: list[t.Any] = [{"roles": ["other"]}, {"roles": []}, {}, "learner", ["learner"], None]
        for roles in others:
            assert status(config, self.issuer.token(realm_access=roles)) == "403"

    def test_another_realm(self) -> None:
        assert status(self.config(), self.issuer.token(iss="https://sso.example.com/realms/other")) == "401"

    def test_key_for_encryption_is_not_for_signatures(self) -> None:
        forged = Issuer(private_key("encryption"), {**self.issuer.header, "kid": "enc"}, self.issuer.claims)
        assert status(self.config(), forged.token()) == "401"
        assert [key["kid"] for key in self.config().document()["jwks"]] == [self.issuer.header["kid"]]
        assert "x5c" not in json.dumps(self.config().document())


class TestAuth0:
    """https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles"""

    claims: t.ClassVar[Json] = {
        "iss": "https://example.eu.auth0.com/",
        "sub": "auth0|507f1f77bcf86cd799439020",
        "aud": ["https://images.example.com", "https://example.eu.auth0.com/userinfo"],
        "azp": "PtzY2lsAvxsaxAMPGvVOJbYyOAKUKCmK",
        "scope": "openid profile read:images",
        "permissions": ["read:images"],
        "https://example.com/roles": ["teacher"],
    }

    def config(self, **more: t.Any) -> AuthorizerConfig:
        keys = [jwk(private_key("auth0"), "NjVBRjY5MDlCMUIwNzU4RTA2", alg="RS256", x5t="NjVB", x5c=["MIIC"])]
        base: Json = {"issuer": "https://example.eu.auth0.com/", "jwks": {"keys": keys}}
        return AuthorizerConfig(**{**base, "audience": ("https://images.example.com",), **more})

    @pytest.mark.parametrize("typ", ["JWT", "at+jwt"])
    def test_both_profiles(self, typ: str) -> None:
        head = {"alg": "RS256", "typ": typ, "kid": "NjVBRjY5MDlCMUIwNzU4RTA2"}
        assert allowed(self.config(), Issuer(private_key("auth0"), head, self.claims).token())

    def test_claims_whose_names_are_urls(self) -> None:
        head = {"alg": "RS256", "typ": "JWT", "kid": "NjVBRjY5MDlCMUIwNzU4RTA2"}
        token = Issuer(private_key("auth0"), head, self.claims).token()
        assert allowed(self.config(required_claims={"https://example.com/roles": "teacher"}), token)
        assert status(self.config(required_claims={"https://example.com/roles": "student"}), token) == "403"


class TestLms:
    """https://github.com/openedx/edx-platform/blob/master/openedx/core/djangoapps/oauth_dispatch/jwt.py"""

    key = private_key("lms")
    issuer = Issuer(
        key,
        {"alg": "RS512", "typ": "JWT"},
        {
            "aud": "openedx",
            "grant_type": "password",
            "iss": "https://learn.example.com/oauth2",
            "preferred_username": "learner",
            "scopes": ["user_id", "email", "profile"],
            "version": "1.2.0",
            "sub": "0123456789abcdef0123456789abcdef",
            "filters": ["user:me"],
            "is_restricted": False,
            "email_verified": True,
            "email": "learner@example.com",
            "administrator": False,
            "superuser": False,
        },
    )

    def config(self, **more: t.Any) -> AuthorizerConfig:
        return lms_config("learn.example.com", True, pem(self.key), **more)

    def cookies(self, token: str) -> str:
        first, second, third = token.split(".")
        return f"csrftoken=abc; edx-jwt-cookie-header-payload={first}.{second}; sessionid=1|x; edx-jwt-cookie-signature={third}"

    def test_cookies(self) -> None:
        result = authorizer(self.config())(event({"Cookie": self.cookies(self.issuer.token())}))
        assert passed(result)
        assert header(result, "Cookie") == "csrftoken=abc; sessionid=1|x"

    @pytest.mark.parametrize("scheme", ["JWT", "Bearer", "jwt", "BEARER"])
    def test_token_in_the_header(self, scheme: str) -> None:
        result = authorizer(self.config())(event({"Authorization": f"{scheme} {self.issuer.token()}"}))
        assert passed(result)
        assert header(result, "Authorization") is None

    def test_key_by_its_name_in_the_platform_s_key_set(self) -> None:
        assert allowed(self.config(), self.issuer.token({"kid": "openedx"}))
        assert status(self.config(), self.issuer.token({"kid": "other"})) == "401"

    def test_symmetric_token_of_the_platform(self) -> None:
        assert status(self.config(), self.issuer.token({"alg": "HS256"})) == "401"
        assert status(self.config(), self.issuer.token({"alg": "RS256"})) == "401"

    def test_another_platform(self) -> None:
        assert status(self.config(), self.issuer.token(iss="https://other.example.com/oauth2")) == "401"
        assert status(self.config(), self.issuer.token(iss="http://learn.example.com/oauth2")) == "401"
        assert allowed(
            lms_config("learn.example.com", False, pem(self.key)),
            self.issuer.token(iss="http://learn.example.com/oauth2"),
        )

    def test_flags(self) -> None:
        staff = self.config(required_claims={"administrator": True})
        assert status(staff, self.issuer.token()) == "403"
        assert status(staff, self.issuer.token(administrator=1)) == "403"
        assert status(staff, self.issuer.token(administrator="true")) == "403"
        assert allowed(staff, self.issuer.token(administrator=True))

    def test_private_key_does_not_get_into_the_zip(self) -> None:
        config = self.config()
        numbers = self.key.private_numbers()
        secrets = [getattr(numbers, name) for name in ("d", "p", "q", "dmp1", "dmq1", "iqmp")]
        written = authorizer_zip(config) + repr(config).encode()
        for secret in secrets:
            raw = secret.to_bytes((secret.bit_length() + 7) // 8, "big")
            for form in (raw, encoded(raw).encode(), str(secret).encode(), f"{secret:x}".encode()):
                assert form not in written
        assert b"PRIVATE" not in written
        assert encoded(numbers.public_numbers.n.to_bytes(256, "big")).encode() in written

    @pytest.mark.parametrize(
        "form", [serialization.PrivateFormat.TraditionalOpenSSL, serialization.PrivateFormat.PKCS8]
    )
    def test_forms_of_the_key(self, form: serialization.PrivateFormat) -> None:
        text = self.key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()
        assert public_jwk(text) == public_jwk(pem(self.key))

    @pytest.mark.parametrize(
        "text", ["", "secret", "-----BEGIN RSA PRIVATE KEY-----\nsecret\n-----END RSA PRIVATE KEY-----"]
    )
    def test_what_is_no_key_is_not_quoted(self, text: str) -> None:
        with pytest.raises(InvalidConfig, match=r"^JWT_RSA_PRIVATE_KEY: is no RSA key in PEM$") as caught:
            public_jwk(text)
        assert (caught.value.__cause__, caught.value.__context__) == (None, None)


class TestConfig:
    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("issuer", ""),
            ("audience", ()),
            ("audience", "viewer"),
            ("audience", ("",)),
            ("algorithms", ()),
            ("algorithms", ("none",)),
            ("algorithms", ("RS256", "HS256")),
            ("algorithms", "RS256"),
            ("leeway", -1),
            ("leeway", 301),
            ("jwks_url", "http://issuer.example.com/jwks.json"),
            ("jwks_url", "https://issuer.example.com/a b"),
            ("jwks", {}),
            ("jwks", {"keys": [jwk(private_key(), alg="RS512")]}),
            ("trusted_origins", ["https://learn.example.com"]),
            ("trusted_origins", ("https://learn.example.com/",)),
            ("trusted_origins", ("*",)),
            ("required_claims", {"role": 1.5}),
            ("required_claims", {"role": ("teacher", None)}),
            ("required_claims", {"role": {"a": 1}}),
        ],
    )
    def test_of_which_no_function_is_made(self, field: str, value: t.Any) -> None:
        with pytest.raises(InvalidConfig, match=f"^{field}(: |\\.)"):
            config_of(**{field: value})

    def test_private_and_secret_members_of_a_key_set_are_left_out(self) -> None:
        secret = {"kty": "oct", "k": "c2VjcmV0LXNlY3JldA", "kid": "hmac"}
        private = jwk(private_key(), d="cHJpdmF0ZS1leHBvbmVudA", p="cHJpbWU", q="cXVpdGU")
        written = authorizer_zip(config_of(jwks={"keys": [secret, private]}))
        for text in ("c2VjcmV0LXNlY3JldA", "cHJpdmF0ZS1leHBvbmVudA", "cHJpbWU", "cXVpdGU", '"d"'):
            assert text.encode() not in written

    @pytest.mark.parametrize(
        ("wanted", "claim", "good"),
        [
            (None, "x", True),
            (None, False, True),
            (None, None, False),
            ("x", "x", True),
            ("x", ["w", "x"], True),
            ("x", "w x", False),
            ("x", ["w"], False),
            (("x", "y"), "y", True),
            (("x", "y"), ["z"], False),
            ((), "x", False),
            (True, True, True),
            (True, 1, False),
            (1, True, False),
            (1, 1, True),
            ("1", 1, False),
            ("x", {"x": True}, False),
            ("x", [["x"]], False),
        ],
    )
    def test_required_claims(self, wanted: t.Any, claim: t.Any, good: bool) -> None:
        config = config_of(required_claims={"extra": wanted})
        result = authorizer(config)(with_token(Issuer().token(extra=claim)))
        assert passed(result) == good
        if not good:
            assert result["status"] == "403"
            assert 'error="insufficient_scope"' in str(header(result, "WWW-Authenticate"))
