"""The rules for paths: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/invalidation-specifying-objects.html"""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.settings import extra_domain, settings_of
from tutorcloudfront.invalidation.paths import batches, default_paths, errors, notes, tidied
from tutorcloudfront.sites import Behavior, Site, sites_of

PATHS = st.text(alphabet="/ab", max_size=4).map(lambda text: f"/{text}")
WITH_WILDCARDS = st.one_of(PATHS, PATHS.map(lambda path: f"{path}*"))


@pytest.mark.parametrize(
    "path",
    [
        "/*",
        "/static/*",
        "/index.html",
        "/static/a.css?v=1&w=2",
        "/static/a*",
        "/asset-v1:edX+DemoX+Demo+type@asset+block@logo.png",
        "/%C3%A4%20b%7E.css",
        "/(a),b;c='$!_-.",
        "/" + "a" * 3999,
    ],
)
def test_what_cloudfront_takes_is_taken(path: str) -> None:
    assert errors(path) == []


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("", "'': must begin with `/`, such as '/static/*'"),
        ("static/*", "'static/*': must begin with `/`: '/static/*'"),
        ("#tag", "'#tag': must begin with `/`: '/#tag'"),
        ("https://x.example.com/a/b", "give the path without the host, '/a/b'"),
        ("https://x.example.com/a?v=1", "give the path without the host, '/a?v=1'"),
        ("https://[x/a", "give the path without the host, '/a'"),
        ("https://x.example.com", "give the path without the host, '/*'"),
        ("/static/*.css", "`*` may stand only at the end"),
        ("/a**", "`*` may stand only at the end"),
        ("/" + "a" * 4000, "may have 4000 characters, and these are 4001"),
        ("/ä b", "must be URL-encoded: '/%C3%A4%20b'"),
        ("/~user", "must be URL-encoded: '/%7Euser'"),
        ("/100%", "two hexadecimal digits; one that is meant as such is written `%25`"),
        ("/a%2", "two hexadecimal digits"),
    ],
)
def test_what_cloudfront_refuses_is_told_with_what_is_right(path: str, told: str) -> None:
    assert any(told in error for error in errors(path)), errors(path)


@pytest.mark.parametrize("character", [*' "<>#{}|\\^~`[]', "\x00", "\n", "\x7f", "é", "日", "\ud800"])
def test_unsafe_characters_must_be_encoded(character: str) -> None:
    assert len(errors(f"/a{character}b")) == 1


def test_all_errors_of_a_path_are_told() -> None:
    assert len(errors("a*b c")) == 3


@pytest.mark.parametrize("character", [*string.ascii_letters, *string.digits, *"-._$+!'(),"])
def test_encoding_what_is_safe_is_noted_since_it_invalidates_nothing(character: str) -> None:
    path = f"/x%{ord(character):02x}"

    (note,) = notes([path])

    assert repr(path) in note
    assert repr(f"/x{character}") in note


@pytest.mark.parametrize(
    "path", ["/a%20b", "/a%7Eb", "/a%2Fb", "/a%3Ab", "/a%40b", "/%C3%A4", "/a%2Ab", "/a%25b", "/a%26b", "/plain"]
)
def test_encoding_what_is_unsafe_or_reserved_is_not_noted(path: str) -> None:
    assert notes([path]) == []


def test_paths_are_asked_for_once_and_not_where_a_wildcard_covers_them() -> None:
    paths = ["/static/*", "/static/a.css", "/b", "/b", "/static", "/static/x/*", "/stat*"]

    assert tidied(paths) == ["/b", "/stat*"]
    assert tidied(["/static/*", "/static", "/static/", "/a*"]) == ["/a*", "/static", "/static/*"]


def _matches(wanted: str, path: str) -> bool:
    return path.startswith(wanted[:-1]) if wanted.endswith("*") else path == wanted


@given(st.lists(WITH_WILDCARDS), PATHS)
def test_tidying_changes_nothing_of_what_is_invalidated(paths: list[str], file: str) -> None:
    assert any(_matches(path, file) for path in paths) == any(_matches(path, file) for path in tidied(paths))


@given(st.lists(WITH_WILDCARDS), st.randoms())
def test_the_same_paths_are_tidied_to_the_same_whatever_their_order(paths: list[str], random: object) -> None:
    shuffled = [*paths, *paths[:2]]
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert tidied(shuffled) == tidied(paths)


def test_batches_are_as_large_as_cloudfront_takes() -> None:
    files = [f"/{number}" for number in range(7000)]
    wildcards = [f"/{number}/*" for number in range(16)]

    parts = batches([*files, *wildcards])

    assert [sum(path.endswith("*") for path in part) for part in parts] == [15, 1, 0]
    assert [sum(not path.endswith("*") for path in part) for part in parts] == [3000, 3000, 1000]
    assert sorted(path for part in parts for path in part) == sorted([*files, *wildcards])


def test_by_default_it_is_the_static_files_of_lms_and_studio_and_all_of_a_site_that_is_served_whole() -> None:
    sites = sites_of(settings_of(EXTRA_DOMAINS=[extra_domain()]))

    assert [default_paths(site) for site in sites] == [("/static/*",), ("/static/*",), ("/*",)]


@pytest.mark.parametrize("path", ["*.css", "/a/*/b", "/img?/*"])
def test_a_pattern_that_is_no_path_of_an_invalidation_means_everything(path: str) -> None:
    refused = Behavior(serve="refused")
    site = Site("x", "origin.example.com", refused, (Behavior(serve="static", path=path),))

    assert default_paths(site) == ("/*",)
