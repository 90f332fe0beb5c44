"""What the functions are told, as plain data that is checked where it is made."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tutorcloudfront.edge.authorizer.keys import Key
from tutorcloudfront.edge.authorizer.rsa import ALGORITHMS

#: The members of a JWK that the function gets: with a private or a secret key, it would get only the public half.
PUBLIC_MEMBERS = ("kty", "kid", "alg", "use", "key_ops", "n", "e")
MAX_LEEWAY = 300

#: What a claim may be compared with.
Value = str | bool | int


class InvalidConfig(ValueError):
    """A configuration of which no function is made; its message begins with the field."""


@dataclass(frozen=True)
class AuthorizerConfig:
    """Whose tokens are good at viewer-request.

    :param issuer: the claim `iss`, letter by letter.
    :param jwks: the issuer's key set, `{"keys": […]}`; what is not public of it is left out.
    :param audience: one of these must be in the claim `aud`.
    :param client_ids: as Amazon Cognito has it, one of these must be the claim `client_id` of an access token, or `aud`
        of an id token. At least one of `audience` and `client_ids` is needed; with both, both must be met.
    :param jwks_url: where the function looks for a key that is not in `jwks`; an https URL.
    :param token_use: must be the claim of this name.
    :param required_claims: by claim, one value or several of which one must be there, or `None` for any. A claim that is
        a list must contain it, `scope` and `scp` among their words. `a.b` is `b` within the claim `a`.
    :param leeway: seconds that clocks may differ.
    :param cache_per_token: tells the cache by the header `TOKEN_DIGEST_HEADER` whose answer it is.
    :param trusted_origins: `https://host` of pages that may read a refusal of a request with cookies.
    """

    issuer: str
    jwks: Mapping[str, t.Any]
    audience: tuple[str, ...] = ()
    client_ids: tuple[str, ...] = ()
    jwks_url: str | None = None
    algorithms: tuple[str, ...] = ("RS256",)
    token_use: str | None = None
    required_claims: Mapping[str, Value | tuple[Value, ...] | None] = field(default_factory=dict)
    leeway: int = 30
    cache_per_token: bool = False
    trusted_origins: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _refuse_first(self._errors())

    def document(self) -> dict[str, t.Any]:
        """Return the configuration as the function reads it."""
        return {
            "issuer": self.issuer,
            "jwks": public_keys(self.jwks),
            "audience": list(self.audience),
            "client_ids": list(self.client_ids),
            "jwks_url": self.jwks_url,
            "algorithms": list(self.algorithms),
            "token_use": self.token_use,
            "required_claims": {name: _values(value) for name, value in self.required_claims.items()},
            "leeway": self.leeway,
            "cache_per_token": self.cache_per_token,
            "trusted_origins": list(self.trusted_origins),
        }

    def _errors(self) -> Iterator[str]:
        yield from self._shape_errors()
        if not self.issuer:
            yield "issuer: is missing"
        if not self.audience and not self.client_ids:
            yield "audience: is missing; without it, a token that was made for something else would be good here"
        if not self.algorithms or not set(self.algorithms) <= set(ALGORITHMS):
            yield f"algorithms: must be of {', '.join(ALGORITHMS)}"
        if not 0 <= self.leeway <= MAX_LEEWAY:
            yield f"leeway: must be 0 to {MAX_LEEWAY} seconds"
        keys = public_keys(self.jwks)
        if not keys:
            yield f"jwks: has no key that can be used: {_reasons(self.jwks)}"
        elif not any(jwk.get("alg") in (None, *self.algorithms) for jwk in keys):
            yield f"jwks: has no key for {' or '.join(self.algorithms)}"

    def _shape_errors(self) -> Iterator[str]:
        for name in ("audience", "client_ids", "algorithms", "trusted_origins"):
            values = getattr(self, name)
            if not isinstance(values, tuple) or not all(isinstance(value, str) and value for value in values):
                yield f"{name}: must be a tuple of texts"
        if not all(re.fullmatch(r"https?://[^/]+", origin) for origin in self.trusted_origins):
            yield "trusted_origins: must look like https://learn.example.com"
        for name, value in self.required_claims.items():
            if not all(isinstance(item, (str, int)) for item in _values(value) or ()):
                yield f"required_claims.{name}: must be text, true, false or a whole number, or several of these"
        if self.jwks_url is not None and not re.fullmatch(r"https://[\x21-\x7e]+", self.jwks_url):
            yield "jwks_url: must be an https URL"


@dataclass(frozen=True)
class SignerConfig:
    """Where requests go that are signed at origin-request.

    :param service: the name that AWS signs for, `medical-imaging` or `s3`.
    :param region: where the service is.
    :param host: of the origin; a request that would go elsewhere is not signed.
    """

    service: str
    region: str
    host: str

    def __post_init__(self) -> None:
        _refuse_first(self._errors())

    def document(self) -> dict[str, t.Any]:
        """Return the configuration as the function reads it."""
        return {"service": self.service, "region": self.region, "host": self.host}

    def _errors(self) -> Iterator[str]:
        for name in ("service", "region"):
            if not re.fullmatch(r"[a-z0-9-]+", getattr(self, name)):
                yield f"{name}: must be letters, digits and -"
        if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", self.host):
            yield "host: must be a host name in lower case"


def public_keys(jwks: Mapping[str, t.Any]) -> list[dict[str, t.Any]]:
    """Return the keys of a key set that can be used, without what is not public in them."""
    return [
        {name: jwk[name] for name in PUBLIC_MEMBERS if name in jwk} for jwk in _keys(jwks) if _error_of(jwk) is None
    ]


def _keys(jwks: Mapping[str, t.Any]) -> list[t.Any]:
    keys = jwks.get("keys") if isinstance(jwks, Mapping) else None
    return keys if isinstance(keys, list) else []


def _error_of(jwk: t.Any) -> str | None:
    if not isinstance(jwk, Mapping):
        return "it is no JWK"
    try:
        Key(jwk)
    except ValueError as error:
        return str(error)
    return None


def _reasons(jwks: Mapping[str, t.Any]) -> str:
    return "; ".join(dict.fromkeys(error for jwk in _keys(jwks) if (error := _error_of(jwk)))) or "it is empty"


def _values(value: Value | tuple[Value, ...] | None) -> list[Value] | None:
    if value is None:
        return None
    return list(value) if isinstance(value, (tuple, list)) else [value]


def _refuse_first(errors: Iterator[str]) -> None:
    for error in errors:
        raise InvalidConfig(error)
