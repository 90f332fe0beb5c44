"""The verification of JSON Web Tokens that are signed: https://www.rfc-editor.org/rfc/rfc8725"""

from __future__ import annotations

from hashlib import sha256
from time import time

from .claims import Rules
from .encoding import decoded, json_object
from .fetching import Unreachable, fetched
from .keys import KeySet
from .refusals import Refused
from .rsa import ALGORITHMS

TYPE_CHECKING = False
if TYPE_CHECKING:
    import typing as t
    from collections.abc import Callable, Mapping

    from .keys import Key

    Header = Mapping[str, t.Any]

#: A token of so many bytes is none: CloudFront's own limit is 20,480 bytes for all that a request says.
#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-general
MAX_BYTES = 8192
#: Tokens that are remembered; the oldest goes first.
MAX_REMEMBERED = 10_000
#: A key set is fetched at most this often, whatever key ids tokens name, and whether or not it could be had.
SECONDS_BETWEEN_FETCHES = 30.0
#: The types of tokens that are for this: https://www.rfc-editor.org/rfc/rfc9068#section-2.1. Logout tokens are not.
TYPES = (None, "jwt", "at+jwt", "application/jwt", "application/at+jwt")


class Verifier:
    """Verifies tokens, each once until it expires.

    :param clock: in epoch seconds.
    :param fetch: returns the keys at a URL, or raises `Unreachable`.
    """

    def __init__(
        self,
        config: Mapping[str, t.Any],
        clock: Callable[[], float] = time,
        fetch: Callable[[str], list[object]] = fetched,
    ) -> None:
        self._rules = Rules(config)
        self._algorithms = frozenset(config["algorithms"]) & frozenset(ALGORITHMS)
        self._keys = KeySet(config["jwks"])
        self._url: str | None = config["jwks_url"]
        self._clock = clock
        self._fetch = fetch
        self._next_fetch = 0.0
        self._remembered: dict[bytes, float] = {}
        if not self._algorithms or not self._keys:
            raise ValueError("a configuration without algorithm or key")

    def verify(self, token: str) -> bytes:
        """Return the SHA-256 digest of a token that is good; raises `Refused` where it is not."""
        try:
            data = token.encode("ascii")
        except UnicodeEncodeError:
            raise Refused("The token is malformed") from None
        if len(data) >= MAX_BYTES:
            raise Refused("The token is too long")
        digest = sha256(data).digest()
        now = self._clock()
        until = self._remembered.get(digest)
        if until is None or now >= until:
            self._remember(digest, self._verified(data, now))
        return digest

    def _verified(self, token: bytes, now: float) -> float:
        """Return until when a token is good."""
        try:
            first, second, third = token.split(b".")
            header, signature = json_object(decoded(first)), decoded(third)
            algorithm, key_id = _check_header(header)
            self._check_signature(algorithm, key_id, token[: -len(third) - 1], signature, now)
            return self._rules.check(json_object(decoded(second)), now)
        except (ValueError, RecursionError):
            raise Refused("The token is malformed") from None

    def _check_signature(
        self, algorithm: str, key_id: str | None, message: bytes, signature: bytes, now: float
    ) -> None:
        if algorithm not in self._algorithms:
            raise Refused("The token is signed in another way than is expected here")
        keys = self._keys.named(key_id) or self._new_keys(key_id, now)
        if not keys:
            raise Refused("The token is signed with an unknown key")
        if not any(algorithm in key.algorithms and key.public.verifies(algorithm, message, signature) for key in keys):
            raise Refused("The signature is wrong")

    def _new_keys(self, key_id: str | None, now: float) -> list[Key]:
        """Return the keys that an issuer has published since, of this name, unless it was asked a moment ago."""
        # Neither does a clock that was set back stop it for long.
        if self._url is None or key_id is None or 0 <= self._next_fetch - now <= SECONDS_BETWEEN_FETCHES:
            return []
        self._next_fetch = now + SECONDS_BETWEEN_FETCHES
        try:
            keys = KeySet(self._fetch(self._url))
        except Unreachable:
            return []
        if keys:
            self._keys = keys
            # What was signed with a key that has been withdrawn is not good any more.
            self._remembered.clear()
        return keys.named(key_id)

    def _remember(self, digest: bytes, until: float) -> None:
        remembered = self._remembered
        if len(remembered) >= MAX_REMEMBERED:
            del remembered[next(iter(remembered))]
        remembered[digest] = until


def _check_header(header: Header) -> tuple[str, str | None]:
    """Return algorithm and key id; what else a header says of keys (`jwk`, `jku`, `x5u`, `x5c`) is not looked at."""
    algorithm, key_id, type_ = header.get("alg"), header.get("kid"), header.get("typ")
    if not isinstance(algorithm, str) or not (key_id is None or isinstance(key_id, str)):
        raise ValueError("neither an algorithm nor a key id")
    # An extension that must be understood; a token within this one; a token for another purpose.
    if "crit" in header or "cty" in header or (type_.lower() if isinstance(type_, str) else type_) not in TYPES:
        raise ValueError("another kind of token")
    return algorithm, key_id
