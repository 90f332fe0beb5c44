"""Where the private key comes from: PEM at hand, or a secret in AWS Secrets Manager."""

from __future__ import annotations

import functools
import typing as t
from collections.abc import Callable
from dataclasses import dataclass, field

if t.TYPE_CHECKING:
    from tutorcloudfront.signing import Signer


class KeyNotFound(Exception):
    """There is no key where it should be; the message says where, and nothing of what is there."""


@dataclass(frozen=True)
class Key:
    """A key pair that CloudFront knows, and where its private half is.

    :param id: the id that CloudFront gave the public key.
    :param pem: the private key.
    :param secret: the name of a secret that has it: the key alone, or a JSON object with keys.
    :param region: of the secret; "" leaves it to boto3's own chain.
    :param fingerprint: of the public key.
    """

    id: str
    pem: str = field(default="", repr=False)
    secret: str = ""
    region: str = ""
    fingerprint: str = ""
    algorithm: str = "rsa-sha1"

    @classmethod
    def of(cls, setting: Callable[[str], object]) -> Key:
        """Return the key that the settings of a Django project name, with nothing looked up yet."""

        def text(name: str) -> str:
            return str(setting(name) or "")

        return cls(
            id=text("CLOUDFRONT_KEY_ID"),
            pem=text("CLOUDFRONT_PRIVATE_KEY"),
            secret=text("CLOUDFRONT_SIGNING_SECRET"),
            region=text("CLOUDFRONT_SIGNING_SECRET_REGION"),
            fingerprint=text("CLOUDFRONT_KEY_FINGERPRINT"),
            algorithm=text("CLOUDFRONT_SIGNING_ALGORITHM") or "rsa-sha1",
        )

    def __bool__(self) -> bool:
        return bool(self.id and (self.pem or self.secret))

    def signer(self) -> Signer:
        """Return the signer with this key, made once in a process."""
        return _signer(self)


@functools.lru_cache(maxsize=16)
def _signer(key: Key) -> Signer:
    # Whoever only reads settings needs no cryptography.
    from tutorcloudfront.signing import Signer

    pem = key.pem or from_secret(key.secret, key.region, key.fingerprint)
    return Signer(key.id, pem, key.algorithm)


def from_secret(name: str, region: str, fingerprint: str) -> str:
    """Return the private key that a secret has under the fingerprint of its public half.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
    """
    import boto3

    from tutorcloudfront.signing import keys

    client = boto3.Session().client("secretsmanager", region_name=region or None)
    try:
        held = keys.by_fingerprint(client.get_secret_value(SecretId=name)["SecretString"])
    except (KeyError, ValueError):
        # The text that cannot be read is the secret: it must not be part of a traceback.
        raise KeyNotFound(f"the secret {name} is no private key and no JSON object with private keys") from None
    if fingerprint not in held:
        raise KeyNotFound(f"the secret {name} has no private key for the public key with the fingerprint {fingerprint}")
    return held[fingerprint]
