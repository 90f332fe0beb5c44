"""The tags that say which platform and which site a resource belongs to."""

from __future__ import annotations

from tutorcloudfront.settings import Settings

PREFIX_TAG = "tutor-cloudfront:prefix"
NAME_TAG = "tutor-cloudfront:name"


def ownership(settings: Settings, name: str) -> dict[str, str]:
    """Return the tags of the resource called `name` (of a distribution: the site), the user's own among them."""
    return {**settings.tags, PREFIX_TAG: settings.resource_prefix, NAME_TAG: name}
