"""RSASSA-PKCS1-v1_5 as RFC 8017 has it, for RS256, RS384 and RS512.

Verification takes apart nothing that a signature says: it works out the one encoded message that a signature of these
bytes must have, and compares all of it. Forgeries that hide bytes in padding or in the digest's description have no place.

https://www.rfc-editor.org/rfc/rfc8017#section-8.2.2
https://www.rfc-editor.org/rfc/rfc7518#section-3.3
"""

from __future__ import annotations

from hashlib import sha256, sha384, sha512

#: The hash of each algorithm, and the DER with which its digest begins: https://www.rfc-editor.org/rfc/rfc8017#page-47
ALGORITHMS = {
    "RS256": (sha256, 32, "3031300d060960864801650304020105000420"),
    "RS384": (sha384, 48, "3041300d060960864801650304020205000430"),
    "RS512": (sha512, 64, "3051300d060960864801650304020305000440"),
}


class PublicKey:
    """A public key, with what is the same in all messages worked out beforehand."""

    __slots__ = ("_encoded", "_exponent", "_modulus", "_size")

    def __init__(self, modulus: int, exponent: int) -> None:
        self._modulus = modulus
        self._exponent = exponent
        self._size = (modulus.bit_length() + 7) // 8
        self._encoded = {name: _without_digest(name, self._size) for name in ALGORITHMS}

    def verifies(self, algorithm: str, message: bytes, signature: bytes) -> bool:
        """Tell whether this is the signature of a message."""
        number = int.from_bytes(signature, "big")
        if len(signature) != self._size or number >= self._modulus:
            return False
        digest = ALGORITHMS[algorithm][0](message).digest()
        expected = self._encoded[algorithm] | int.from_bytes(digest, "big")
        return pow(number, self._exponent, self._modulus) == expected


def _without_digest(algorithm: str, size: int) -> int:
    """Return an encoded message as a number, with zeros where the digest is to stand."""
    _, length, der = ALGORITHMS[algorithm]
    info = bytes.fromhex(der) + bytes(length)
    return int.from_bytes(b"\x00\x01" + b"\xff" * (size - len(info) - 3) + b"\x00" + info, "big")
