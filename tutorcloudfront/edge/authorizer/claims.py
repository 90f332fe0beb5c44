"""What a token whose signature is good must say: https://www.rfc-editor.org/rfc/rfc7519#section-4.1"""

from __future__ import annotations

from .refusals import NotEnough, Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    import typing as t
    from collections.abc import Iterable, Mapping

    Claims = Mapping[str, t.Any]

#: No time is later: greater numbers are not exact in floating point, and a mistake at best.
END_OF_TIME = 2**53
#: Claims that are lists, written as text with blanks between: https://www.rfc-editor.org/rfc/rfc8693#section-4.2
SPACED = ("scope", "scp")
#: Where tokens of Amazon Cognito name the client, by their use:
#: https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
CLIENT_CLAIMS = {"access": "client_id", "id": "aud"}


class Rules:
    """The rules of one configuration, which `package` has checked."""

    __slots__ = ("_audience", "_clients", "_issuer", "_leeway", "_required", "_use")

    def __init__(self, config: Mapping[str, t.Any]) -> None:
        self._issuer: str = config["issuer"]
        self._audience = frozenset(config["audience"])
        self._clients = frozenset(config["client_ids"])
        self._use: str | None = config["token_use"]
        self._required: dict[str, list[object] | None] = dict(config["required_claims"])
        self._leeway = float(config["leeway"])
        if not self._issuer or not (self._audience or self._clients):
            raise ValueError("a configuration without issuer or audience")

    def check(self, claims: Claims, now: float) -> float:
        """Return until when a token is good; raises `Refused` where it is not now, or not here."""
        until = self._check_times(claims, now)
        if claims.get("iss") != self._issuer:
            raise Refused("The token is from another issuer")
        if not isinstance(claims.get("sub", ""), str):
            raise Refused("The token's subject is not text")
        self._check_audience(claims)
        for name, wanted in self._required.items():
            if not _has(claims, name, wanted):
                raise NotEnough
        return until

    def _check_times(self, claims: Claims, now: float) -> float:
        expires = _time(claims.get("exp"))
        if now >= expires + self._leeway:
            raise Refused("The token has expired")
        for name in ("nbf", "iat"):
            if name in claims and now < _time(claims[name]) - self._leeway:
                raise Refused("The token is not valid yet")
        return expires + self._leeway

    def _check_audience(self, claims: Claims) -> None:
        use = claims.get("token_use")
        if self._use is not None and use != self._use:
            raise Refused("The token is for another use")
        if self._clients:
            name = CLIENT_CLAIMS.get(use) if isinstance(use, str) else None
            if name is None or self._clients.isdisjoint(_texts(claims.get(name))):
                raise Refused("The token is for another client")
        if self._audience and self._audience.isdisjoint(_texts(claims.get("aud"))):
            raise Refused("The token is for another audience")


def _time(value: object) -> float:
    # Neither true nor false, nor numbers in text; what is not a number is not greater than 0 either.
    if (type(value) is int or type(value) is float) and 0 <= value < END_OF_TIME:
        return value
    raise Refused("The token's times are not numbers")


def _texts(value: object) -> list[str]:
    """Return the texts of a claim that may be one or a list of them; none where there is anything else in it."""
    values: list[t.Any] = value if isinstance(value, list) else [value]
    return values if all(isinstance(item, str) for item in values) else []


def _has(claims: Claims, name: str, wanted: Iterable[object] | None) -> bool:
    value = _claim(claims, name)
    if wanted is None:
        return value is not None
    values = value.split(" ") if name in SPACED and isinstance(value, str) else value
    values = values if isinstance(values, list) else [values]
    # In Python True equals 1.
    return any(type(item) is type(one) and item == one for item in values for one in wanted)


def _claim(claims: Claims, name: str) -> t.Any:
    """Return a claim by its name, or by its place within others: `realm_access.roles`."""
    if name in claims:
        return claims[name]
    first, dot, rest = name.partition(".")
    inner = claims.get(first) if dot else None
    return _claim(inner, rest) if isinstance(inner, dict) else None
