"""The rendered Caddyfiles, served by a real Caddy: what may be kept, by whom, and for how long."""

from __future__ import annotations

import re
import typing as t
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.caddy import Answer, adapt, ask, free_port, running_caddy, running_upstream
from tests.support.project import Project

IMMUTABLE = "public, max-age=31536000, immutable"
LMS, STUDIO, MFE, ORIGIN = (
    "learn.example.com",
    "studio.learn.example.com",
    "apps.learn.example.com",
    "apps-origin.example.com",
)
CHUNK, CONTENT = "0123456789abcdef0123", "0123456789abcdef0123456789abcdef"
#: An MFE build, as in /openedx/dist of tutor-mfe's image. "site" holds the apps of frontend-base, from Tutor 22 on.
DIST = [
    "authn/index.html",
    "learning/index.html",
    "learning/favicon.ico",
    f"learning/app.{CHUNK}.js",
    f"learning/app.{CHUNK}.js.map",
    f"learning/app.{CHUNK}.css",
    f"learning/{CONTENT}.woff2",
    f"learning/report.{CHUNK}.html",
    "learning/app.0123456789ab.js",
    "learning/remoteEntry.js",
    "site/index.html",
    f"site/shell.{CHUNK}.js",
]


class Platform(t.NamedTuple):
    """Ports of Caddy as the platform has it in front, and as it is in the container of the micro-frontends."""

    web: int
    mfe: int

    def ask(self, host: str, path: str, **how: str) -> Answer:
        return ask(self.web, host, path, **how)


def serve(project: Project, caddy: Path, folder: Path, stack: ExitStack) -> Platform:
    """Run a project's rendered Caddyfiles, changed in nothing but ports and folders."""
    for name in DIST:
        (folder / "dist" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "dist" / name).write_text(f"this is {name}", encoding="utf-8")
    upstreams = {f"{service}:8000": stack.enter_context(running_upstream(service)) for service in ("lms", "cms")}
    platform = Platform(web=free_port(), mfe=free_port())
    ports = {**upstreams, "mfe:8002": platform.mfe}

    def moved(caddyfile: str) -> str:
        for upstream, port in ports.items():
            caddyfile = re.sub(rf"\b{upstream}\b", f"127.0.0.1:{port}", caddyfile)
        return caddyfile.replace("/openedx/dist", str(folder / "dist")).replace(":8002 {", f":{platform.mfe} {{")

    mfe_caddyfile = moved(project.rendered("plugins/mfe/apps/mfe/Caddyfile"))
    stack.enter_context(running_caddy(caddy, mfe_caddyfile, folder / "mfe", port=platform.mfe))
    web_caddyfile = moved(project.rendered("apps/caddy/Caddyfile"))
    stack.enter_context(running_caddy(caddy, web_caddyfile, folder / "web", port=platform.web))
    return platform


@pytest.fixture(scope="module")
def platform(behind_cloudfront: Project, caddy: Path, tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[Platform]:
    with ExitStack() as stack:
        yield serve(behind_cloudfront, caddy, tmp_path_factory.mktemp("caddy"), stack)


@pytest.mark.parametrize("https", [True, False], ids=["https", "http"])
def test_caddy_takes_the_rendered_files(project: Project, caddy: Path, https: bool, distributions: object) -> None:
    project.set(
        ENABLE_HTTPS=https,
        CLOUDFRONT_DISTRIBUTIONS=distributions,
        CLOUDFRONT_EXTRA_DOMAINS=[{"domain": MFE, "alias": ORIGIN}],
    )
    project.save()

    assert f"{ORIGIN}{{$default_site_port}} {{" in project.rendered("apps/caddy/Caddyfile")
    for path in ("apps/caddy/Caddyfile", "plugins/mfe/apps/mfe/Caddyfile"):
        adapt(caddy, project.rendered(path), project.folder)


@pytest.mark.parametrize("alias", [LMS, STUDIO, MFE, f"meilisearch.{LMS}"])
def test_caddy_starts_though_the_origin_is_a_host_that_it_serves(
    project: Project, caddy: Path, alias: str, distributions: object
) -> None:
    project.set(CLOUDFRONT_DISTRIBUTIONS=distributions, CLOUDFRONT_EXTRA_DOMAINS=[{"domain": MFE, "alias": alias}])
    project.save()

    adapt(caddy, project.rendered("apps/caddy/Caddyfile"), project.folder)


def test_without_distributions_caddy_says_nothing_of_caching(
    project_template: Project, caddy: Path, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        platform = serve(project_template, caddy, tmp_path / "caddy", stack)

        assert platform.ask(LMS, "/static/css/lms-main.0123456789ab.css").cache_control is None
        assert platform.ask(MFE, f"/learning/app.{CHUNK}.js").cache_control is None
        assert platform.ask(MFE, "/learning/").cache_control is None
        assert platform.ask(MFE, "/api/mfe_config/v1").cache_control == "max-age=300"


class TestLmsAndStudio:
    HASHED = "/static/css/lms-main.0123456789ab.css"

    @pytest.mark.parametrize(("host", "upstream"), [(LMS, "lms"), (STUDIO, "cms")])
    def test_hashed_files_are_kept_for_a_year(self, platform: Platform, host: str, upstream: str) -> None:
        answer = platform.ask(host, self.HASHED)

        assert (answer.status, answer.body, answer.cache_control) == (200, b"body {}", IMMUTABLE)
        assert answer.headers["X-Upstream"] == upstream
        assert answer.headers["ETag"] == '"tag"'

    def test_studio_has_its_files_in_a_folder(self, platform: Platform) -> None:
        assert platform.ask(STUDIO, "/static/studio/js/base.0123456789ab.js").cache_control == IMMUTABLE

    @pytest.mark.parametrize(
        ("how", "status"),
        [({"method": "HEAD"}, 200), ({"If_None_Match": '"tag"'}, 304), ({"Range": "bytes=0-0"}, 206)],
        ids=["head", "revalidated", "part"],
    )
    def test_other_successful_answers_are_kept_as_well(
        self, platform: Platform, how: dict[str, str], status: int
    ) -> None:
        answer = platform.ask(LMS, self.HASHED, **how)

        assert (answer.status, answer.cache_control) == (status, IMMUTABLE)

    @pytest.mark.parametrize(
        ("path", "status"),
        [
            ("/static/css/gone.0123456789ab.css", 404),
            ("/static/css/lms-main.0123456789ab.css?error", 503),
        ],
    )
    def test_errors_are_not_kept(self, platform: Platform, path: str, status: int) -> None:
        answer = platform.ask(LMS, path)

        assert (answer.status, answer.cache_control) == (status, None)

    @pytest.mark.parametrize(
        "path",
        [
            "/static/css/lms-main.css",
            "/static/js/vendor.0123456789abc.js",
            "/static/js/vendor.ABCDEF012345.js",
            "/media/report.0123456789ab.csv",
            "/login",
        ],
    )
    def test_files_without_digest_in_their_names_are_left_alone(self, platform: Platform, path: str) -> None:
        answer = platform.ask(LMS, path)

        assert (answer.status, answer.cache_control) == (200, None)

    def test_only_reading_is_answered_for_a_year(self, platform: Platform) -> None:
        assert platform.ask(LMS, self.HASHED, method="POST").cache_control is None

    def test_the_platform_is_asked_as_for_any_other_file(self, platform: Platform) -> None:
        hashed, other = platform.ask(LMS, self.HASHED), platform.ask(LMS, "/static/css/lms-main.css")

        seen = [(name, value) for name, value in other.headers.items() if name.startswith("X-Seen")]
        assert seen == [("X-Seen-Host", LMS), ("X-Seen-Port", "443")]
        assert [(name, value) for name, value in hashed.headers.items() if name.startswith("X-Seen")] == seen
        assert set(hashed.headers) - set(other.headers) == {"Cache-Control"}


@pytest.mark.parametrize("host", [MFE, ORIGIN])
class TestMicroFrontends:
    @pytest.mark.parametrize("name", [f"app.{CHUNK}.js", f"app.{CHUNK}.js.map", f"app.{CHUNK}.css", f"{CONTENT}.woff2"])
    def test_bundles_are_kept_for_a_year(self, platform: Platform, host: str, name: str) -> None:
        answer = platform.ask(host, f"/learning/{name}")

        assert (answer.status, answer.cache_control) == (200, IMMUTABLE)
        assert answer.body == f"this is learning/{name}".encode()
        revalidated = platform.ask(host, f"/learning/{name}", If_None_Match=answer.headers["ETag"])
        assert (revalidated.status, revalidated.cache_control) == (304, IMMUTABLE)

    @pytest.mark.parametrize(
        "path",
        [
            f"/learning/app.{CHUNK[::-1]}.js",
            f"/learning/course/app.{CHUNK}.js",
            f"/learning/{CONTENT[::-1]}.woff2",
            f"/site/shell.{CHUNK}.js",
            f"/learning/../site/shell.{CHUNK}.js",
            f"/shell.{CHUNK[::-1]}.js",
            f"/authn/app.{CHUNK}.js",
        ],
    )
    def test_what_stands_in_for_a_missing_bundle_is_not_kept(self, platform: Platform, host: str, path: str) -> None:
        answer = platform.ask(host, path)

        # Before Tutor 22 nothing stands in outside the folders of the apps: Caddy's answer is empty.
        assert answer.cache_control == ("no-cache" if answer.body else None)
        assert b"shell." not in answer.body
        assert b"app." not in answer.body

    @pytest.mark.parametrize("path", ["/learning/", "/learning", "/learning/index.html", "/learning/course/x/home"])
    def test_pages_are_asked_for_again(self, platform: Platform, host: str, path: str) -> None:
        answer = platform.ask(host, path)

        assert answer.cache_control == "no-cache"

    @pytest.mark.parametrize("name", [f"report.{CHUNK}.html", "favicon.ico", "remoteEntry.js", "app.0123456789ab.js"])
    def test_files_without_digest_in_their_names_are_asked_for_again(
        self, platform: Platform, host: str, name: str
    ) -> None:
        answer = platform.ask(host, f"/learning/{name}")

        assert (answer.status, answer.cache_control) == (200, "no-cache")

    @pytest.mark.parametrize(
        ("how", "status"),
        [
            ({"Range": "bytes=999-"}, 416),
            ({"If_Match": '"other"'}, 412),
            ({"If_Unmodified_Since": "Thu, 01 Jan 1970 00:00:00 GMT"}, 412),
            ({"method": "POST"}, 405),
        ],
        ids=["range", "tag", "date", "method"],
    )
    def test_refusals_are_not_kept(self, platform: Platform, host: str, how: dict[str, str], status: int) -> None:
        answer = platform.ask(host, f"/learning/app.{CHUNK}.js", **how)

        assert answer.status == status
        assert answer.cache_control in (None, "no-cache")

    @pytest.mark.parametrize("name", ["mfe_config", "frontend_site_config"])
    def test_runtime_configuration_is_not_stored(self, platform: Platform, host: str, name: str) -> None:
        answer = platform.ask(host, f"/api/{name}/v1?mfe=learning")

        if name == "frontend_site_config" and not answer.body:
            pytest.skip("tutor-mfe has a site from version 22 on")
        assert (answer.status, answer.cache_control) == (200, "no-store")

    def test_the_bare_host_leads_to_the_lms(self, platform: Platform, host: str) -> None:
        answer = platform.ask(host, "/")

        assert (answer.status, answer.headers["Location"]) == (302, f"https://{LMS}")


def test_bundles_of_the_site_are_kept_for_a_year(platform: Platform, behind_cloudfront: Project) -> None:
    if "/openedx/dist/site" not in behind_cloudfront.rendered("plugins/mfe/apps/mfe/Caddyfile").rpartition("handle")[2]:
        pytest.skip("tutor-mfe has a site from version 22 on")

    answer = platform.ask(MFE, f"/shell.{CHUNK}.js")

    assert (answer.status, answer.cache_control) == (200, IMMUTABLE)
    assert answer.body == f"this is site/shell.{CHUNK}.js".encode()
