"""Key pairs that CloudFront takes for signed URLs and cookies: RSA with 2048 bits, and ECDSA on the curve P-256.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-trusted-signers.html
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import typing as t
from collections.abc import Callable

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

from tutorcloudfront.signing.errors import KeyPairError

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

#: What `CLOUDFRONT_SIGNING_ALGORITHM` can be, and what a key for it is.
ALGORITHMS: dict[str, type[PrivateKey]] = {
    "rsa-sha1": rsa.RSAPrivateKey,
    "rsa-sha256": rsa.RSAPrivateKey,
    "ecdsa-sha256": ec.EllipticCurvePrivateKey,
}
RSA_BITS = 2048
ENCRYPTED = "the private key is encrypted, and must not be: openssl pkey -in KEY -out KEY.pem"
#: Digits of a fingerprint: enough to tell apart the few keys that an account can have.
FINGERPRINT_LENGTH = 16


def generate(algorithm: str) -> str:
    """Make a private key for an algorithm, in PEM (PKCS#8)."""
    if _kind(algorithm) is rsa.RSAPrivateKey:
        key: PrivateKey = rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)
    else:
        key = ec.generate_private_key(ec.SECP256R1())
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(*form).decode()


def public_key(private_pem: str | bytes) -> str:
    """Return the public half of a private key, in the PEM that CloudFront takes."""
    form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    return _private_key(private_pem).public_key().public_bytes(*form).decode()


def fingerprint(public_pem: str | bytes) -> str:
    """Return a short name of a public key that stays the same however its PEM is wrapped or ended."""
    key = _public(public_pem)
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()[:FINGERPRINT_LENGTH]


def by_fingerprint(content: str) -> dict[str, str]:
    """Return the private keys (PEM) that a text holds, by fingerprint of their public halves.

    The text is one key, or a JSON object with keys, whatever they are called there, and with whatever else.
    """
    # What is no key is nobody else's business, so nothing is chained here.
    try:
        members = json.loads(content) if content.lstrip().startswith("{") else {"": content}
    except ValueError:
        raise KeyPairError("this is no JSON object with private keys") from None
    found = {}
    for member in members.values():
        with contextlib.suppress(KeyPairError):
            found[fingerprint(public_key(member))] = member
    if members and not found:
        raise KeyPairError("there is no private key in it")
    return found


def fitting(public_pem: str | bytes, algorithm: str) -> str:
    """Return the algorithm if it is one for a key, and else one that is."""
    is_rsa = isinstance(_public(public_pem), rsa.RSAPublicKey)
    if is_rsa == (_kind(algorithm) is rsa.RSAPrivateKey):
        return algorithm
    return "rsa-sha1" if is_rsa else "ecdsa-sha256"


def check(private_pem: str | bytes, algorithm: str) -> None:
    """Raise `KeyPairError` unless CloudFront takes such a key, and the algorithm is one for it."""
    load(private_pem, algorithm)


def load(private_pem: str | bytes, algorithm: str) -> PrivateKey:
    """Read the private key for an algorithm: PKCS#1, PKCS#8 or SEC1, in PEM and not encrypted."""
    kind = _kind(algorithm)
    key = _private_key(private_pem)
    if not isinstance(key, kind):
        its_own = " or ".join(name for name, other in ALGORITHMS.items() if isinstance(key, other))
        raise KeyPairError(f"the key is for {its_own}, and not for {algorithm}")
    return key


def signing(key: PrivateKey, algorithm: str) -> Callable[[bytes], bytes]:
    """Return the function that signs, with all that is the same for every signature made beforehand."""
    # SHA-1 is what CloudFront takes a signature for that names no hash, and what older software speaks alone.
    hash_ = hashes.SHA1() if algorithm.endswith("-sha1") else hashes.SHA256()  # noqa: S303
    sign = key.sign
    if isinstance(key, ec.EllipticCurvePrivateKey):
        scheme: tuple[t.Any, ...] = (ec.ECDSA(hash_),)
    else:
        scheme = padding.PKCS1v15(), hash_
    return lambda message: sign(message, *scheme)


def _kind(algorithm: str) -> type[PrivateKey]:
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise KeyPairError(f"the algorithm must be one of {', '.join(ALGORITHMS)}")
    return ALGORITHMS[algorithm]


def _private_key(pem: str | bytes) -> PrivateKey:
    data = _bytes(pem)
    # What a library says of a key that it cannot read is nobody else's business, so nothing is chained here.
    try:
        key = serialization.load_pem_private_key(data, password=None)
    except TypeError:
        raise KeyPairError(ENCRYPTED) from None
    except (ValueError, UnsupportedAlgorithm):
        raise KeyPairError(_unreadable(data)) from None
    if not _is_taken(key):
        raise KeyPairError(
            f"CloudFront takes RSA keys of {RSA_BITS} bits, and ECDSA keys on the curve P-256 (prime256v1)"
        )
    return t.cast(PrivateKey, key)


def _is_taken(key: object) -> bool:
    if isinstance(key, rsa.RSAPrivateKey):
        return key.key_size == RSA_BITS
    return isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1)


def _unreadable(data: bytes) -> str:
    if b"PUBLIC KEY-----" in data:
        return "this is a public key, and the private one is needed"
    if b"\\n" in data:
        return "the private key must have true ends of lines, where this has a backslash and an n"
    if b"ENCRYPTED" in data:
        return ENCRYPTED
    return (
        "the private key must be in PEM (PKCS#8, PKCS#1 or SEC1), with all of its lines, "
        "beginning with -----BEGIN PRIVATE KEY----- or the like"
    )


def _public(pem: str | bytes) -> PublicKeyTypes:
    try:
        return serialization.load_pem_public_key(_bytes(pem))
    except (ValueError, UnsupportedAlgorithm):
        raise KeyPairError("the public key must be in PEM, beginning with -----BEGIN PUBLIC KEY-----") from None


def _bytes(pem: str | bytes) -> bytes:
    if isinstance(pem, str):
        return pem.encode(errors="replace")
    if isinstance(pem, bytes):
        return pem
    raise KeyPairError("the key must be given as text or bytes, in PEM")
