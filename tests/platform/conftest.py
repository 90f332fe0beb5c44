from __future__ import annotations

import pytest

from tests.support.project import Project

#: As the plugin saves them.
DISTRIBUTIONS = {
    "learn.example.com": {"id": "E1", "domain_name": "d1.cloudfront.net", "host": "d1.cloudfront.net"},
    "studio.learn.example.com": {"id": "E2", "domain_name": "d2.cloudfront.net", "host": "cdn.example.com"},
    "apps.learn.example.com": {"id": "E3", "domain_name": "d3.cloudfront.net", "host": "apps.learn.example.com"},
}


@pytest.fixture(scope="session")
def distributions() -> dict[str, dict[str, str]]:
    """What is saved for a platform that has LMS, Studio and micro-frontends behind CloudFront."""
    return DISTRIBUTIONS


@pytest.fixture(scope="session")
def behind_cloudfront(project_template: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A platform all of which is behind CloudFront, rendered. Not to be changed."""
    project = project_template.copy(tmp_path_factory.mktemp("behind-cloudfront"))
    project.set(
        CLOUDFRONT_DISTRIBUTIONS=DISTRIBUTIONS,
        CLOUDFRONT_EXTRA_DOMAINS=[{"domain": "apps.learn.example.com", "alias": "apps-origin.example.com"}],
    )
    project.save()
    return project
