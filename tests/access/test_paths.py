"""Attempts to have more signed than was asked for, and what becomes of them."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.access.attempts import ATTEMPTS
from tutorcloudfront.access.paths import BadPath, checked, quoted, segment


@pytest.mark.parametrize("path", ATTEMPTS.values(), ids=ATTEMPTS.keys())
def test_refused(path: str) -> None:
    with pytest.raises(BadPath) as caught:
        checked(path)
    assert not path or path not in str(caught.value)


HARMLESS = {
    "course-v1:X+Y+Z/1.ts": "course-v1:X%2BY%2BZ/1.ts",
    "/a/1.ts": "a/1.ts",
    "a/b c.mp4": "a/b%20c.mp4",
    "a/—b.mp4": "a/%E2%80%94b.mp4",
    "a/\uff11.mp4": "a/%EF%BC%91.mp4",
    "a/...mp4": "a/...mp4",
    "a/.hidden": "a/.hidden",
    "a/x;y=z,&'\"<>|": "a/x%3By%3Dz%2C%26%27%22%3C%3E%7C",
    "a/ü/日本.mp4": "a/%C3%BC/%E6%97%A5%E6%9C%AC.mp4",
    "a/" + "x" * 1022: "a/" + "x" * 1022,
}


@pytest.mark.parametrize(("path", "in_url"), HARMLESS.items(), ids=lambda text: text[:30])
def test_harmless_and_written_in_one_way(path: str, in_url: str) -> None:
    assert quoted(checked(path)) == in_url


@given(st.text(max_size=30))
def test_what_is_taken_means_the_same_to_everyone(path: str) -> None:
    try:
        taken = checked(path)
    except BadPath:
        return
    url = f"https://media.example.com/{quoted(taken)}"
    parts = urlsplit(url)
    assert (parts.netloc, parts.query, parts.fragment) == ("media.example.com", "", "")
    assert url.isascii()
    assert not set("*?\\ \n") & set(url)
    # Decoding once or twice gives the same, so that nobody on the way can see another path.
    assert unquote(parts.path) == unquote(unquote(parts.path)) == f"/{taken}"
    assert not {"", ".", ".."} & set(taken.split("/"))


@pytest.mark.parametrize("name", ["a/b", "/a", "a/", "..", "*", "a*", "a?", ""])
def test_folder_is_one_name(name: str) -> None:
    with pytest.raises(BadPath):
        segment(name)
