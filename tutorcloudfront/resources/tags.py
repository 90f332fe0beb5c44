"""The tags of a resource: whose it is, what the user wants on it, and what else it has.

Nothing but its tags says later what was once asked for a resource. So they also remember which of the user's tags came
from the settings, and which features a distribution has that AWS's lists do not show.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from tutorcloudfront.settings import Settings
from tutorcloudfront.settings.values import OWN_TAGS

PREFIX_TAG = f"{OWN_TAGS}prefix"
NAME_TAG = f"{OWN_TAGS}name"
#: Digests of the keys of the user's tags: the keys themselves would not fit into the 256 characters of a value.
KEYS_TAG = f"{OWN_TAGS}tags"
METRICS_TAG = f"{OWN_TAGS}metrics"
LOGS_TAG = f"{OWN_TAGS}logs"
#: Which signing keys a secret holds, which only who may read it would see otherwise.
FINGERPRINTS_TAG = f"{OWN_TAGS}keys"
#: Of a Lambda function: of what its published version was made, and the number of that.
DIGEST_TAG = f"{OWN_TAGS}digest"
VERSION_TAG = f"{OWN_TAGS}version"


def ownership(settings: Settings, name: str) -> dict[str, str]:
    """Return the tags of the resource called `name` (of a distribution: the site), the user's own among them."""
    remembered = {KEYS_TAG: " ".join(sorted(map(_digest, settings.tags)))} if settings.tags else {}
    # The `*` of a wildcard is no character of a tag's, and the `@` none of a host name's.
    return {**settings.tags, **remembered, PREFIX_TAG: settings.resource_prefix, NAME_TAG: name.replace("*", "@")}


def name_in(tags: Mapping[str, str]) -> str:
    """Return the name of the resource that carries the tags, "" if they do not say."""
    return tags.get(NAME_TAG, "").replace("@", "*")


def features(settings: Settings) -> dict[str, str]:
    """Return the tags that say which features the distributions have."""
    metrics = {METRICS_TAG: "on"} if settings.realtime_metrics else {}
    logs = {LOGS_TAG: settings.log_bucket} if settings.log_bucket else {}
    return {**metrics, **logs}


def version_of_stack(digest: str) -> str:
    """Return the description of a version that a stack publishes, which its function's tags say in place of the number.

    A template can not tell the number there: the function comes before its versions.
    """
    return f"stack {digest}"


def tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Return tags as most services of AWS's and CloudFormation have them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def unwanted(desired: Mapping[str, str], actual: Mapping[str, str]) -> list[str]:
    """Return the keys of the tags that were set by this plugin and are no longer desired; others' tags stay."""
    digests = actual.get(KEYS_TAG, "").split()
    return [key for key in actual if key not in desired and (key.startswith(OWN_TAGS) or _digest(key) in digests)]


def _digest(key: str) -> str:
    return sha256(key.encode()).hexdigest()[:5]
