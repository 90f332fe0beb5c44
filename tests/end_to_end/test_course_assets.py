"""`CLOUDFRONT_COURSE_ASSETS`: what the distribution of the LMS serves with it and without it."""

from __future__ import annotations

import pytest

from tests.support.platform import Platform

ASSETS = ["/assets/courseware/*", "/asset-v1:*", "/c4x/*"]


def paths(platform: Platform) -> dict[str, list[str]]:
    """Return the path patterns of each site that AWS holds."""
    return {
        item["Comment"].rpartition(" ")[2]: [each["PathPattern"] for each in item["CacheBehaviors"].get("Items", [])]
        for item in platform.distributions()
    }


@pytest.mark.parametrize("shared", [False, True], ids=["", "one distribution for LMS and Studio"])
def test_course_assets_are_served_and_no_more_once_switched_off(platform: Platform, shared: bool) -> None:
    platform.project.set(CLOUDFRONT_COURSE_ASSETS=True, CLOUDFRONT_EXTRA_DOMAINS=[])
    if shared:
        platform.project.set(CLOUDFRONT_CMS_DOMAIN="{{ LMS_HOST }}")
    studio = {} if shared else {"cms": ["/static/*"]}

    platform.create()
    assert paths(platform) == {"lms": ["/static/*", *ASSETS], **studio}
    platform.run("plan", status=0)

    platform.project.set(CLOUDFRONT_COURSE_ASSETS="False")
    platform.create("--yes")
    assert paths(platform) == {"lms": ["/static/*"], **studio}
