"""Replacing the key that signs, so that at every moment all signatures that are about are accepted.

A rotation is in the stage that the keys themselves show, so that it goes on from there whenever it was interrupted:

1. There is a `new` key, or one is made: CloudFront is told of it, and once that is known everywhere, it signs.
2. A `retiring` key has no `until` yet: the platform may not know of the new one before it is restarted.
3. A `retiring` key has one: when that has passed, the key goes.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-trusted-signers.html#private-content-rotating-key-pairs
"""

from __future__ import annotations

import typing as t

from tutorcloudfront.keyring import Keys
from tutorcloudfront.settings import SigningKey

#: Keys that a key group can hold: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
MAX_KEYS = 5
#: Seconds by which clocks may differ.
LEEWAY = 60

Stage = t.Literal["none", "switch", "restart", "wait", "remove"]


def stage(keys: Keys, now: float) -> Stage:
    """Return what is to be done next with the keys, `none` where no rotation is under way."""
    retiring = [key for key in keys if key.state == "retiring"]
    if any(key.state == "new" for key in keys):
        return "switch"
    if any(not key.until for key in retiring):
        return "restart"
    if any(key.until <= now for key in retiring):
        return "remove"
    return "wait" if retiring else "none"


def switched(keys: Keys) -> Keys:
    """Return the keys with the newest one signing."""
    *others, newest = keys
    retired = (key.model_copy(update={"state": "retiring", "until": 0}) if _signs(key) else key for key in others)
    return (*retired, newest.model_copy(update={"state": "signing"}))


def restarted(keys: Keys, now: float, ttl: int) -> Keys:
    """Return the keys with the time at which the last signature of each retiring one expires, none being made any more."""
    return tuple(
        key.model_copy(update={"until": int(now) + max(ttl, key.lifetime) + LEEWAY}) if _is_open(key) else key
        for key in keys
    )


def expired(keys: Keys, now: float) -> Keys:
    """Return the keys of which no signature is good any more."""
    return tuple(key for key in keys if key.state == "retiring" and 0 < key.until <= now)


def _signs(key: SigningKey) -> bool:
    return key.state in ("signing", "new")


def _is_open(key: SigningKey) -> bool:
    return key.state == "retiring" and not key.until
