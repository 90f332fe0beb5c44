"""How the LMS finds the app: https://docs.openedx.org/projects/edx-django-utils/en/latest/plugins/readme.html"""

from __future__ import annotations

import typing as t

from django.apps import AppConfig
from django.core.checks import register


class CloudFrontConfig(AppConfig):
    name = "tutorcloudfront.access.lms"
    label = "tutorcloudfront_access"
    verbose_name = "Private course media behind CloudFront"
    plugin_app: t.ClassVar[dict[str, t.Any]] = {
        "url_config": {"lms.djangoapp": {"namespace": "cloudfront", "regex": r"^cloudfront/", "relative_path": "urls"}}
    }

    def ready(self) -> None:
        from tutorcloudfront.access.lms.checks import check_settings

        register(check_settings)
