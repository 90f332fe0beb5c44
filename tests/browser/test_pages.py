"""Pages whose files come through the local edge, as a browser has them."""

from __future__ import annotations

import typing as t

import pytest

from tests.browser.conftest import LMS, MFE, Platform
from tests.browser.font import FAMILY, UNITS_PER_EM, WIDTH, wide_font
from tests.support.chromium import Browser, eventually

SIZE = 100
STYLE = f"""
@font-face {{ font-family: "{FAMILY}"; src: url("../fonts/wide.ttf") format("truetype"); }}
#measured {{ font: {SIZE}px "{FAMILY}", monospace; color: rgb(1, 2, 3); }}
"""
MEASURE = """
await document.fonts.ready;
const measured = document.getElementById("measured");
return {
  width: Math.round(measured.getBoundingClientRect().width),
  color: getComputedStyle(measured).color,
  fonts: [...document.fonts].map(font => font.status),
  script: window.scriptHasRun || false,
  hosts: [...new Set(performance.getEntriesByType("resource").map(entry => new URL(entry.name).host))],
};
"""


def page(static_url: str) -> bytes:
    """Return a page as the LMS writes it, with its files by STATIC_URL."""
    return f"""<!doctype html>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{static_url}css/app.css">
<script type="module" src="{static_url}js/app.js"></script>
<span id="measured">AA</span>""".encode()


def put_files(platform: Platform) -> None:
    platform.pages.say("/", body=page(platform.static_url), content_type="text/html")
    platform.static.say("/static/css/app.css", body=STYLE.encode(), content_type="text/css")
    platform.static.say("/static/fonts/wide.ttf", body=wide_font(), content_type="font/ttf")
    platform.static.say("/static/js/app.js", body=b"window.scriptHasRun = true", content_type="text/javascript")


def test_style_font_and_script_come_from_the_cdn_and_are_used(platform: Platform, browser: Browser) -> None:
    put_files(platform)
    browser.open(f"https://{LMS}/")
    found = browser.run(MEASURE)

    assert found == {
        "width": 2 * SIZE * WIDTH // UNITS_PER_EM,
        "color": "rgb(1, 2, 3)",
        "fonts": ["loaded"],
        "script": True,
        "hosts": [platform.static_url.split("/")[2]],
    }
    assert browser.complaints() == []
    assert platform.static_url.split("/")[2].endswith(".cloudfront.net")


def test_what_a_page_has_brought_into_the_cache_is_served_from_there(platform: Platform, browser: Browser) -> None:
    put_files(platform)
    script = f'return (await fetch("{platform.static_url}js/app.js", {{cache: "no-store", mode: "cors"}})).ok'
    browser.open(f"https://{LMS}/")
    browser.run(MEASURE)
    asked = len(platform.static.asked)

    assert browser.run(script) is True
    assert len(platform.static.asked) == asked == 3


def test_without_cors_headers_the_font_is_not_used_and_the_browser_complains(
    platform: Platform, browser: Browser
) -> None:
    """What the tests before would see, were it not for the policy."""
    put_files(platform)
    cloudfront = platform.aws("cloudfront")
    listed = cloudfront.list_distributions()["DistributionList"]["Items"]
    (id_,) = [item["Id"] for item in listed if item["DomainName"] == platform.static_url.split("/")[2]]
    answer = cloudfront.get_distribution_config(Id=id_)
    config, etag = answer["DistributionConfig"], answer["ETag"]
    policy = config["CacheBehaviors"]["Items"][0].pop("ResponseHeadersPolicyId")
    etag = cloudfront.update_distribution(Id=id_, IfMatch=etag, DistributionConfig=config)["ETag"]
    try:
        browser.open(f"https://{LMS}/")
        found = browser.run(MEASURE)
    finally:
        config["CacheBehaviors"]["Items"][0]["ResponseHeadersPolicyId"] = policy
        cloudfront.update_distribution(Id=id_, IfMatch=etag, DistributionConfig=config)

    assert found["fonts"] == ["error"]
    assert found["width"] != 2 * SIZE * WIDTH // UNITS_PER_EM
    assert not found["script"]
    assert any("CORS" in complaint for complaint in browser.complaints())


# Micro-frontends


def bundle(number: int) -> str:
    """Return the name of a bundle, with a digest as webpack makes it."""
    return f"app.{number:020x}.js"


def deploy(platform: Platform, number: int) -> None:
    """Put a build of a micro-frontend in the place of the one before."""
    folder = platform.dist / "learning"
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    shell = f'<!doctype html><link rel="icon" href="data:,"><div id="root"></div><script src="/learning/{bundle(number)}"></script>'
    (folder / "index.html").write_text(shell, encoding="utf-8")
    (folder / bundle(number)).write_text(f'document.title = "build {number}"', encoding="utf-8")


def title(browser: Browser) -> str:
    found: str = browser.run("return document.title")
    return found


def fetched(browser: Browser, path: str) -> dict[str, t.Any]:
    """Return how a path is answered to a page of the micro-frontends' host."""
    found: dict[str, t.Any] = browser.run(
        f"""const answer = await fetch("{path}", {{cache: "no-store"}});
        return {{status: answer.status, type: answer.headers.get("content-type"),
                cache: answer.headers.get("x-cache"), control: answer.headers.get("cache-control")}}"""
    )
    return found


def test_micro_frontend_loads_and_its_bundle_is_cached_for_long(platform: Platform, browser: Browser) -> None:
    deploy(platform, 1)
    browser.open(f"https://{MFE}/learning/course/home")

    assert eventually(lambda: title(browser) == "build 1")
    again = fetched(browser, f"/learning/{bundle(1)}")
    assert (again["cache"], again["control"]) == ("Hit from cloudfront", "public, max-age=31536000, immutable")
    assert browser.complaints() == []


def test_deployment_is_seen_at_once(platform: Platform, browser: Browser) -> None:
    for number in (1, 2):
        deploy(platform, number)
        browser.open(f"https://{MFE}/learning/")
        assert eventually(lambda number=number: title(browser) == f"build {number}")  # type: ignore[misc]


@pytest.mark.parametrize("times", [1, 3])
def test_bundle_that_was_missing_during_a_deployment_does_not_poison_the_cache(
    platform: Platform, browser: Browser, times: int
) -> None:
    deploy(platform, 1)
    browser.open(f"https://{MFE}/learning/")
    for _ in range(times):
        early = fetched(browser, f"/learning/{bundle(2)}")
        assert (early["status"], early["type"]) == (200, "text/html; charset=utf-8")
    deploy(platform, 2)
    browser.open(f"https://{MFE}/learning/")

    assert eventually(lambda: title(browser) == "build 2")
    assert fetched(browser, f"/learning/{bundle(2)}")["cache"] == "Hit from cloudfront"
    assert browser.complaints() == []
