"""The signing keys of a platform: made, kept, and told to CloudFront.

config.yml keeps them, oldest first, as `CLOUDFRONT_SIGNING_KEYS`. With `CLOUDFRONT_SIGNING_SECRET`, the private halves are
in a secret of AWS Secrets Manager instead, by the fingerprints of the public ones.
"""

from __future__ import annotations

import typing as t
from collections.abc import Collection, Iterable, Mapping

from pydantic import SecretStr
from tutor.exceptions import TutorError
from tutor.types import Config

from tutorcloudfront import project
from tutorcloudfront.aws.client import Aws
from tutorcloudfront.aws.kinds import Existing
from tutorcloudfront.aws.kinds.secret import private_keys
from tutorcloudfront.resources.resource import Ref
from tutorcloudfront.settings import Settings, SigningKey
from tutorcloudfront.sites import Site

SAVED = "CLOUDFRONT_SIGNING_KEYS"
#: The states of a key, in the order in which it goes through them.
STATES = ("new", "signing", "retiring")

Keys = tuple[SigningKey, ...]
#: Keys as config.yml has them.
SavedKeys = list[dict[str, t.Any]]


def are_needed(sites: Iterable[Site]) -> bool:
    return any(site.access == "signed" for site in sites)


def new_key(settings: Settings) -> SigningKey:
    """Return a new key pair of the kind that the platform signs with."""
    from tutorcloudfront.signing import keys as pems  # cryptography takes a while to load

    private = pems.generate(settings.signing_algorithm)
    return SigningKey(public_key=pems.public_key(private), private_key=SecretStr(private), state="new")


def known_keys(settings: Settings, aws: Aws) -> Keys:
    """Return the keys that there are, with the private halves of those that a secret holds.

    Raises:
        AwsError: the secret may not be read.
        TutorError: there is something else in it.
    """
    if not settings.signing_secret:
        return settings.signing_keys
    held = private_keys(aws, settings.signing_secret)
    known = tuple(_with_private(key, held) for key in settings.signing_keys)
    # A run that ended before it could save the result has left them, or another copy of config.yml knows them.
    fingerprints = {key.fingerprint for key in known}
    more = (_from_secret(private) for fingerprint, private in held.items() if fingerprint not in fingerprints)
    return (*known, *more)


def with_known_keys(settings: Settings, sites: Iterable[Site], aws: Aws, *, make: bool) -> Settings:
    """Return the settings with the keys that there are; where one is needed and there is none, with one to be made.

    `make` says whether it is made now, or, for a plan that only looks, spoken of.
    """
    if not are_needed(sites):
        return settings
    found = known_keys(settings, aws)
    if not found:
        found = (new_key(settings) if make else SigningKey(state="new"),)
    return settings.model_copy(update={"signing_keys": found})


def with_private_keys(settings: Settings) -> Settings:
    """Return the settings with the private halves of the keys, which a secret may hold.

    Raises:
        AwsError: the secret may not be read.
        TutorError: there is something else in it.
    """
    return settings.model_copy(update={"signing_keys": known_keys(settings, Aws(settings))})


def require_private_keys(settings: Settings) -> None:
    """Raise a `TutorError` where the secret has lost what the platform signs with."""
    for key in settings.signing_keys:
        if key.state != "retiring" and key.public_key and not key.private_key:
            raise TutorError(
                f"Secret {settings.signing_secret} does not hold the private half of the key {key.id or key.fingerprint}. "
                f"Put it back, or take the key out of {SAVED}, and another one is made."
            )


def signing_key(settings: Settings) -> SigningKey | None:
    """Return the key that signs: the newest that does and that CloudFront knows."""
    return next((key for key in reversed(settings.signing_keys) if key.state == "signing" and key.id), None)


def signing_algorithm(settings: Settings, key: SigningKey) -> str:
    """Return how a key signs: as the settings say, or until the next rotation as it can."""
    from tutorcloudfront.signing import keys as pems  # cryptography takes a while to load

    return pems.fitting(key.public_key, settings.signing_algorithm)


def with_ids(settings: Settings, existing: Mapping[Ref, Existing]) -> Keys:
    """Return the keys with the ids that CloudFront has given them; the first one that has any signs from now on."""
    prefix = settings.resource_prefix
    named = [_with_id(key, existing.get(Ref("public_key", key.name(prefix)))) for key in settings.signing_keys]
    if not any(key.state == "signing" for key in named):
        first = next((key for key in named if key.id), None)
        named = [key.model_copy(update={"state": "signing"}) if key is first else key for key in named]
    return tuple(_with_lifetime(key, settings.signed_ttl) for key in named)


def save(root: str, keys: Keys, *, forgotten: Keys = (), elsewhere: Collection[str] | None = None) -> bool:
    """Write the keys into config.yml, if they are not there like this; return whether they were not.

    What another run has put there since this one read it stays, except for the `forgotten` ones. `elsewhere` are the
    fingerprints of those whose private halves are in the secret, where there is to be one: keys that have no id yet are
    found there, or nobody knows of them.

    Raises:
        TutorError: the file can not be written.
    """
    named = [key for key in keys if key.id or elsewhere is None]
    held = elsewhere or ()

    def changed(saved: Config) -> Mapping[str, t.Any]:
        there = {_fingerprint(entry): entry for entry in t.cast(SavedKeys, saved.get(SAVED) or [])}
        mine = [_saved(_further(key, there.get(key.fingerprint)), held) for key in named]
        known = {key.fingerprint for key in (*named, *forgotten)}
        return {SAVED: [*mine, *(entry for fingerprint, entry in there.items() if fingerprint not in known)]}

    return project.update(root, changed, secret=any(key.fingerprint not in held for key in named))


def ensure(root: str, settings: Settings, sites: Iterable[Site]) -> bool:
    """Have a key in config.yml where one is needed and there is none.

    Returns whether there was none when the settings were read; another run may have made it since then.
    """
    if settings.signing_keys or not are_needed(sites):
        return False
    add(root, settings)
    return True


def add(root: str, settings: Settings) -> None:
    """Have a new key in config.yml, if there is none that another run has put there at the same moment."""
    entry = _saved(new_key(settings), ())

    def changed(saved: Config) -> Mapping[str, t.Any]:
        there = t.cast(SavedKeys, saved.get(SAVED) or [])
        known = {key.fingerprint for key in settings.signing_keys}
        others = [each for each in there if _fingerprint(each) not in known]
        return {SAVED: there if others else [*there, entry]}

    project.update(root, changed, secret=True)


def in_secret(settings: Settings, existing: Mapping[Ref, Existing]) -> frozenset[str] | None:
    """Return the fingerprints of the keys whose private halves are in the platform's secret, `None` if it has none."""
    if not settings.signing_secret:
        return None
    found = existing.get(Ref("secret", settings.signing_secret))
    return frozenset(found.config["Keys"]["Items"] if found else ())


def _saved(key: SigningKey, elsewhere: Collection[str]) -> dict[str, t.Any]:
    private = "" if key.fingerprint in elsewhere else key.private_key.get_secret_value()
    more = {"private_key": private, "until": key.until, "lifetime": key.lifetime}
    given = {name: value for name, value in more.items() if value}
    return {"id": key.id, "public_key": key.public_key, "state": key.state, **given}


def _fingerprint(entry: Mapping[str, t.Any]) -> str:
    """Return the fingerprint of a key as config.yml has it, where a user may have given the private half alone."""
    from tutorcloudfront.signing import keys as pems  # cryptography takes a while to load

    public = entry.get("public_key") or pems.public_key(entry.get("private_key") or "")
    return pems.fingerprint(public)


def _further(key: SigningKey, entry: Mapping[str, t.Any] | None) -> SigningKey:
    """Return a key as far on its way as this run or another has brought it."""
    if not entry:
        return key
    state, until = entry.get("state", "signing"), int(entry.get("until") or 0)
    if (STATES.index(key.state), bool(key.until)) >= (STATES.index(state), bool(until)):
        return key
    return key.model_copy(update={"state": state, "until": until})


def _with_id(key: SigningKey, existing: Existing | None) -> SigningKey:
    return key.model_copy(update={"id": existing.id}) if existing else key


def _with_lifetime(key: SigningKey, seconds: int) -> SigningKey:
    """Return a key that signs with the longest time for which it has signed, for its retirement."""
    longest = max(key.lifetime, seconds)
    return key.model_copy(update={"lifetime": longest}) if key.state == "signing" else key


def _with_private(key: SigningKey, held: Mapping[str, str]) -> SigningKey:
    """Return a key with the private half that the secret holds, or will: until then config.yml has it."""
    private = held.get(key.fingerprint) or key.private_key.get_secret_value()
    return key.model_copy(update={"private_key": SecretStr(private)})


def _from_secret(private: str) -> SigningKey:
    from tutorcloudfront.signing import keys as pems  # cryptography takes a while to load

    return SigningKey(public_key=pems.public_key(private), private_key=SecretStr(private), state="new")
