"""The keys that sign for learners: their public halves for CloudFront, and the secret that may hold the private ones."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tutorcloudfront.resources.resource import Resource
from tutorcloudfront.resources.shared import comment
from tutorcloudfront.resources.tags import ownership
from tutorcloudfront.settings import Settings, SigningKey

#: In place of a key that is yet to be made, in a plan that only looks.
TO_BE_MADE = "(made when it is created)"


def signing_resources(settings: Settings) -> Iterator[Resource]:
    """Yield what must be there before the key group of a platform.

    Fields: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_PublicKeyConfig.html
    """
    secret = [_secret(settings)] if settings.signing_secret else []
    yield from secret
    # A key whose private half got lost would be of no use in CloudFront.
    needs = tuple(each.ref for each in secret)
    for key in settings.signing_keys:
        name = key.name(settings.resource_prefix)
        config = {
            "CallerReference": name,
            "Name": name,
            "EncodedKey": key.public_key or TO_BE_MADE,
            "Comment": comment(settings, "signs for learners"),
        }
        yield Resource("public_key", name, config, needs=needs)


def secret_text(keys: tuple[SigningKey, ...]) -> str:
    """Return what is kept in the secret: a JSON object of private keys (PEM) by the fingerprints of the public ones."""
    return json.dumps({key.fingerprint: key.private_key.get_secret_value() for key in keys if key.private_key})


def _secret(settings: Settings) -> Resource:
    name = settings.signing_secret
    config = {
        "Name": name,
        "Description": comment(settings, "private keys that sign for learners"),
        "Keys": {"Items": [key.fingerprint for key in settings.signing_keys if key.private_key or not key.public_key]},
    }
    attachments = {"SecretString": secret_text(settings.signing_keys).encode()}
    return Resource("secret", name, config, ownership(settings, name), attachments)
