"""The public keys of an issuer: https://www.rfc-editor.org/rfc/rfc7517"""

from __future__ import annotations

from .encoding import decoded
from .rsa import ALGORITHMS, PublicKey

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MIN_BITS, MAX_BITS = 2048, 4096
#: Smaller exponents have a history of forgeries, greater ones only take time.
MIN_EXPONENT, MAX_EXPONENT = 65537, 2**32
#: A token that names no key is tried with as many as have no name.
MAX_KEYS = 32


class Key:
    """A key as a key set has it: its name, if it has one, and what it may verify."""

    __slots__ = ("algorithms", "id", "public")

    def __init__(self, jwk: Mapping[str, object]) -> None:
        """Read a JWK; raises `ValueError` where it is none that tokens can be verified with."""
        _check_purpose(jwk)
        id_, algorithm = jwk.get("kid"), jwk.get("alg")
        if id_ is not None and not isinstance(id_, str):
            raise ValueError("its kid is not text")
        self.id = id_
        self.algorithms = tuple(name for name in ALGORITHMS if algorithm in (None, name))
        if not self.algorithms:
            raise ValueError("its alg is none of RS256, RS384 and RS512")
        self.public = PublicKey(*_numbers(jwk))


class KeySet:
    """The keys of an issuer, those left out that are of no use here."""

    __slots__ = ("_keys",)

    def __init__(self, jwks: Iterable[object]) -> None:
        self._keys = [key for jwk in jwks for key in _usable(jwk)][:MAX_KEYS]

    def __bool__(self) -> bool:
        return bool(self._keys)

    def named(self, id_: str | None) -> list[Key]:
        """Return the keys that a token may mean with its `kid`; without one, those without a name, or the only one."""
        found = [key for key in self._keys if key.id == id_]
        if not found and id_ is None and len(self._keys) == 1:
            return self._keys
        return found


def _usable(jwk: object) -> list[Key]:
    try:
        return [Key(jwk)] if isinstance(jwk, dict) else []
    except ValueError:
        return []


def _check_purpose(jwk: Mapping[str, object]) -> None:
    operations = jwk.get("key_ops", ["verify"])
    if jwk.get("kty") != "RSA":
        raise ValueError("it is no RSA key")
    if jwk.get("use", "sig") != "sig" or not isinstance(operations, list) or "verify" not in operations:
        raise ValueError("it is not for signatures")


def _numbers(jwk: Mapping[str, object]) -> tuple[int, int]:
    modulus, exponent = _number(jwk.get("n")), _number(jwk.get("e"))
    if not MIN_BITS <= modulus.bit_length() <= MAX_BITS or modulus % 2 == 0:
        raise ValueError(f"its modulus must have {MIN_BITS} to {MAX_BITS} bits")
    if not MIN_EXPONENT <= exponent <= MAX_EXPONENT or exponent % 2 == 0:
        raise ValueError(f"its exponent must be odd, and at least {MIN_EXPONENT}")
    return modulus, exponent


def _number(text: object) -> int:
    if not isinstance(text, str):
        raise ValueError("its numbers n and e are missing")
    return int.from_bytes(decoded(text.encode()), "big")
