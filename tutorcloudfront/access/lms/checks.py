"""What Django says at its start of settings with which the app cannot work."""

from __future__ import annotations

import typing as t

from django.core.checks import CheckMessage, Warning  # noqa: A004 (Django's name)

from tutorcloudfront.access.lms.configuration import configuration


def check_settings(**_arguments: t.Any) -> list[CheckMessage]:
    """Warn of cookies that will not arrive."""
    found = configuration()
    if not found.is_complete or found.cookies_arrive:
        return []
    message = (
        f"The cookies for private media will not arrive: browsers send those of {found.cookie_domain or 'the LMS'} "
        f"to that host and its subdomains only, and {found.host} is none of them."
    )
    hint = f"Give the media a host such as media.{found.cookie_domain or 'LMS_HOST'}. Redirects to signed URLs work."
    return [Warning(message, hint=hint, id="tutorcloudfront_access.W001")]
