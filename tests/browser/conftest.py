"""A platform behind the local edge, as one command has made it, and a browser that looks at it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.caddy import free_port, running_caddy
from tests.support.chromium import Browser, require_chromium, started
from tests.support.origin import Origin, server_context
from tests.support.project import Project
from tests.support.sandbox import Aws
from tutorcloudfront.sandbox import Sandbox

LMS, MFE, MFE_ORIGIN = "learn.example.com", "apps.learn.example.com", "apps-origin.learn.example.com"
ACCOUNT = "510987654321"
CERTIFICATE = f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/12345678-1234-1234-1234-123456789012"


@dataclass(frozen=True)
class Platform:
    """What there is: `pages` is the LMS's web server for browsers, `static` the same for CloudFront."""

    project: Project
    sandbox: Sandbox
    aws: Aws
    pages: Origin
    static: Origin
    #: The folder that the web server of the micro-frontends serves.
    dist: Path

    @property
    def static_url(self) -> str:
        """STATIC_URL as the LMS has it."""
        settings = self.project.rendered("apps/openedx/settings/lms/production.py")
        (url,) = re.findall(r'^STATIC_URL = "(https://.*)"$', settings, re.MULTILINE)
        return str(url)


@pytest.fixture(scope="session")
def running_platform(
    project_template: Project, caddy: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Platform]:
    require_chromium()
    folder = tmp_path_factory.mktemp("browser")
    project = project_template.copy(folder / "project")
    extra = {"domain": MFE, "alias": MFE_ORIGIN, "certificate_arn": CERTIFICATE}
    project.set(CLOUDFRONT_EXTRA_DOMAINS=[extra])
    pages, static = Origin(server_context(folder, [LMS])), Origin()
    port = free_port()
    origins = {LMS: static.url, MFE_ORIGIN: f"http://127.0.0.1:{port}"}
    with ExitStack() as stack:
        stack.callback(pages.close)
        stack.callback(static.close)
        sandbox = stack.enter_context(Sandbox(account=ACCOUNT, deploy_seconds=0, origins=origins))
        sandbox.add_certificate(CERTIFICATE, ["*.learn.example.com"])
        environment = sandbox.environment(project.environment())
        project.tutor("cloudfront", "create-cloudfront-resources", env=environment)
        dist = folder / "dist"
        dist.mkdir()
        caddyfile = _moved(project.rendered("plugins/mfe/apps/mfe/Caddyfile"), dist, port)
        stack.enter_context(running_caddy(caddy, caddyfile, folder / "caddy", port=port))
        yield Platform(project, sandbox, Aws(sandbox), pages, static, dist)


@pytest.fixture
def platform(running_platform: Platform) -> Platform:
    """The platform, with nothing in the cache and nothing on its web servers."""
    running_platform.sandbox.edge.clear()
    running_platform.pages.forget()
    running_platform.static.forget()
    return running_platform


@pytest.fixture
def browser(platform: Platform) -> Iterator[Browser]:
    """A browser that has seen nothing yet."""
    edge = platform.sandbox.edge.tls_port
    hosts = {"*.cloudfront.net": edge, MFE: edge, LMS: int(platform.pages.url.rpartition(":")[2])}
    with started(hosts) as browser:
        yield browser


def _moved(caddyfile: str, dist: Path, port: int) -> str:
    return caddyfile.replace("/openedx/dist", str(dist)).replace(":8002 {", f":{port} {{")
