"""Issuers with keys of their own, and tokens that they sign as the real ones do."""

from __future__ import annotations

import base64
import functools
import json
import time
import typing as t
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tutorcloudfront.edge.config import AuthorizerConfig

Json = dict[str, t.Any]
HASHES: dict[str, hashes.HashAlgorithm] = {
    "RS256": hashes.SHA256(),
    "RS384": hashes.SHA384(),
    "RS512": hashes.SHA512(),
}
ISSUER = "https://issuer.example.com/"
AUDIENCE = "viewer"


@functools.cache
def private_key(name: str = "first", bits: int = 2048, exponent: int = 65537) -> rsa.RSAPrivateKey:
    """Return a key, the same one for the same name."""
    return rsa.generate_private_key(exponent, bits)


def pem(key: rsa.RSAPrivateKey) -> str:
    """Return a private key as Tutor keeps it."""
    form = serialization.PrivateFormat.TraditionalOpenSSL
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


def encoded(data: bytes | Json) -> str:
    """Encode bytes, or a part of a token, as base64url."""
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def number(value: int) -> str:
    return encoded(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def jwk(key: rsa.RSAPrivateKey, kid: str | None = "first", **more: t.Any) -> Json:
    numbers = key.public_key().public_numbers()
    named = {"kid": kid} if kid is not None else {}
    return {"kty": "RSA", "use": "sig", "n": number(numbers.n), "e": number(numbers.e), **named, **more}


def signed(key: rsa.RSAPrivateKey, header: str, payload: str, algorithm: str = "RS256") -> str:
    """Return a token of two parts that are encoded already."""
    message = f"{header}.{payload}"
    return f"{message}.{encoded(key.sign(message.encode(), padding.PKCS1v15(), HASHES[algorithm]))}"


@dataclass
class Issuer:
    """Signs tokens. What it puts into every one of them can be told apart from what a test adds."""

    key: rsa.RSAPrivateKey = field(default_factory=private_key)
    header: Json = field(default_factory=lambda: {"alg": "RS256", "kid": "first", "typ": "JWT"})
    claims: Json = field(default_factory=lambda: {"iss": ISSUER, "aud": AUDIENCE, "sub": "user-1"})

    def claims_with(self, **changes: t.Any) -> Json:
        """Return claims of an hour; `None` leaves one out."""
        now = int(time.time())
        claims = {**self.claims, "iat": now, "exp": now + 3600, **changes}
        return {name: value for name, value in claims.items() if value is not None}

    def token(self, header: Json | None = None, **changes: t.Any) -> str:
        """Return a good token, spoiled by the changes of a test."""
        full = {**self.header, **(header or {})}
        full = {name: value for name, value in full.items() if value is not None}
        algorithm = str(full.get("alg")) if str(full.get("alg")) in HASHES else "RS256"
        return signed(self.key, encoded(full), encoded(self.claims_with(**changes)), algorithm)


def config_of(**changes: t.Any) -> AuthorizerConfig:
    """Return the configuration for the issuer that tests use where it does not matter which."""
    base: Json = {"issuer": ISSUER, "audience": (AUDIENCE,), "jwks": {"keys": [jwk(private_key())]}}
    return AuthorizerConfig(**{**base, **changes})
