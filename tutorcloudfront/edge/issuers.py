"""The configuration for issuers that are known here."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Mapping

from tutorcloudfront.edge.authorizer.encoding import encoded
from tutorcloudfront.edge.authorizer.fetching import Unreachable, fetched
from tutorcloudfront.edge.config import AuthorizerConfig, InvalidConfig

#: What Tutor calls the key in the key set of the platform. Its tokens do not name it.
LMS_KEY_ID = "openedx"
LMS_AUDIENCE = "openedx"


def cognito_issuer(user_pool_id: str) -> str:
    """Return the issuer of a user pool, whose id begins with its region.

    https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
    """
    match = re.fullmatch(r"([a-z]{2,}(?:-[a-z]+)+-[0-9]+)_[A-Za-z0-9]+", user_pool_id)
    if not match:
        raise InvalidConfig("cognito_user_pool_id: must look like us-east-1_AbCdEfGhI")
    domain = "amazonaws.com.cn" if match[1].startswith("cn-") else "amazonaws.com"
    return f"https://cognito-idp.{match[1]}.{domain}/{user_pool_id}"


def cognito_jwks_url(user_pool_id: str) -> str:
    """Return where a user pool publishes its keys."""
    return f"{cognito_issuer(user_pool_id)}/.well-known/jwks.json"


def cognito_config(
    user_pool_id: str, client_ids: tuple[str, ...], jwks: Mapping[str, t.Any], **more: t.Any
) -> AuthorizerConfig:
    """Return the configuration for clients of a user pool.

    :param jwks: what is at `cognito_jwks_url`.
    :param more: other fields, such as `token_use="access"`; without it, id tokens are good as well.
    """
    return AuthorizerConfig(
        issuer=cognito_issuer(user_pool_id),
        jwks=jwks,
        client_ids=client_ids,
        jwks_url=cognito_jwks_url(user_pool_id),
        **more,
    )


def lms_config(lms_host: str, https: bool, private_pem: str, **more: t.Any) -> AuthorizerConfig:
    """Return the configuration for the LMS's own tokens.

    :param private_pem: Tutor's `JWT_RSA_PRIVATE_KEY`, of which only the public half gets into the configuration.
    :param more: other fields, such as `cache_per_token`.
    """
    return AuthorizerConfig(
        issuer=f"{'https' if https else 'http'}://{lms_host}/oauth2",
        jwks={"keys": [public_jwk(private_pem)]},
        audience=(LMS_AUDIENCE,),
        algorithms=("RS512",),
        **more,
    )


def public_jwk(private_pem: str) -> dict[str, str]:
    """Return the public half of an RSA key, as Tutor puts it into the platform's key set."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(private_pem.encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, RSAPrivateKey):
        # Without the error behind it, which may quote what it could not read.
        raise InvalidConfig("JWT_RSA_PRIVATE_KEY: is no RSA key in PEM")
    numbers = key.public_key().public_numbers()
    return {"kty": "RSA", "kid": LMS_KEY_ID, "n": _encoded(numbers.n), "e": _encoded(numbers.e)}


def fetched_jwks(url: str) -> dict[str, list[object]]:
    """Return the key set at a URL, for the field `jwks`; raises `InvalidConfig`."""
    try:
        return {"keys": fetched(url, seconds=10)}
    except Unreachable as error:
        raise InvalidConfig(f"jwks: {error} {url}") from error


def _encoded(number: int) -> str:
    return encoded(number.to_bytes((number.bit_length() + 7) // 8, "big")).decode()
