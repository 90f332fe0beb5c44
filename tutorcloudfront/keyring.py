"""The signing keys of a platform: made, kept, and told to CloudFront.

config.yml keeps them, oldest first, as `CLOUDFRONT_SIGNING_KEYS`. With `CLOUDFRONT_SIGNING_SECRET`, the private halves are
in a secret of AWS Secrets Manager instead, by the fingerprints of the public ones.
"""

from __future__ import annotations

import json
import typing as t
from collections.abc import Iterable, Mapping

from pydantic import SecretStr
from tutor.exceptions import TutorError
from tutor.types import Config

from tutorcloudfront import project
from tutorcloudfront.aws.client import Aws
from tutorcloudfront.aws.kinds import Existing
from tutorcloudfront.aws.kinds.secret import secret_content
from tutorcloudfront.resources.resource import Ref
from tutorcloudfront.settings import Settings, SigningKey
from tutorcloudfront.sites import Site

SAVED = "CLOUDFRONT_SIGNING_KEYS"

Keys = tuple[SigningKey, ...]


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
    content = secret_content(aws, settings.signing_secret)
    held = _held(settings.signing_secret, content) if content else {}
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


def signing_key(settings: Settings) -> SigningKey | None:
    """Return the key that signs: the newest that does."""
    return next((key for key in reversed(settings.signing_keys) if key.state == "signing"), None)


def signing_algorithm(settings: Settings, key: SigningKey) -> str:
    """Return how a key signs: as the settings say, or until the next rotation as it can."""
    from tutorcloudfront.signing import keys as pems  # cryptography takes a while to load

    return pems.fitting(key.public_key, settings.signing_algorithm)


def with_ids(keys: Keys, prefix: str, existing: Mapping[Ref, Existing]) -> Keys:
    """Return the keys with the ids that CloudFront has given them; the first one that has any signs from now on."""
    named = [_with_id(key, existing.get(Ref("public_key", key.name(prefix)))) for key in keys]
    if any(key.state == "signing" for key in named):
        return tuple(named)
    first = next((key for key in named if key.id), None)
    return tuple(key.model_copy(update={"state": "signing"}) if key is first else key for key in named)


def saved_form(keys: Keys, *, private: bool) -> list[dict[str, t.Any]]:
    """Return the value of CLOUDFRONT_SIGNING_KEYS; `private` says whether the private halves are kept there."""
    return [_saved(key, private=private) for key in keys]


def save(root: str, keys: Keys, settings: Settings, forgotten: Keys = ()) -> bool:
    """Write the keys into config.yml, if they are not there like this; return whether they were not.

    What another run has put there since this one read it stays, except for the `forgotten` ones.

    Raises:
        TutorError: the file can not be written.
    """
    form = saved_form(keys, private=not settings.signing_secret)
    known = {key.public_key.strip() for key in (*keys, *forgotten)}

    def changed(saved: Config) -> Mapping[str, t.Any]:
        there = t.cast("list[dict[str, str]]", saved.get(SAVED) or [])
        others = [key for key in there if key.get("public_key") and key["public_key"].strip() not in known]
        return {SAVED: [*form, *others]}

    return project.update(root, changed, secret=True)


def _saved(key: SigningKey, *, private: bool) -> dict[str, t.Any]:
    secret = {"private_key": key.private_key.get_secret_value()} if private else {}
    until = {"until": key.until} if key.until else {}
    return {"id": key.id, "public_key": key.public_key, **secret, "state": key.state, **until}


def _with_id(key: SigningKey, existing: Existing | None) -> SigningKey:
    return key.model_copy(update={"id": existing.id}) if existing else key


def _with_private(key: SigningKey, held: Mapping[str, str]) -> SigningKey:
    return key.model_copy(update={"private_key": SecretStr(held.get(key.fingerprint, ""))})


def _from_secret(private: str) -> SigningKey:
    from tutorcloudfront.signing import keys as pems  # cryptography takes a while to load

    return SigningKey(public_key=pems.public_key(private), private_key=SecretStr(private), state="new")


def _held(name: str, content: str) -> dict[str, str]:
    """Return the private keys of a secret by fingerprint; one that a user put in may be a key and nothing else."""
    from tutorcloudfront.signing import keys as pems  # cryptography takes a while to load

    try:
        held: t.Any = json.loads(content) if content.lstrip().startswith("{") else {"": content}
        found = [pem for pem in held.values() if pem]
        return {pems.fingerprint(pems.public_key(pem)): pem for pem in found}
    except (ValueError, AttributeError, TypeError):
        # Nothing of what it holds is told.
        raise TutorError(
            f"Secret {name} holds something else than private keys: name another one in CLOUDFRONT_SIGNING_SECRET."
        ) from None
