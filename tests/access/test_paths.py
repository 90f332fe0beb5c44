"""Attempts to have more signed than was asked for, and what becomes of them."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutorcloudfront.access.paths import BadPath, checked, quoted, segment

#: As a path reaches an application: decoded once.
ATTEMPTS = {
    "dot segments": "course-a/../course-b/1.ts",
    "dot segments at the beginning": "../course-b/1.ts",
    "dot segments at the end": "course-a/..",
    "one dot": "course-a/./1.ts",
    "dot segments that are encoded twice (%252e%252e)": "course-a/%2e%2e/course-b/1.ts",
    "slash that is encoded twice (%252f)": "course-a%2fcourse-b/1.ts",
    "backslash that is encoded twice (%255c)": "course-a%5c..%5ccourse-b",
    "escape of a percent sign": "course-a/%25",
    "dot segments after a slash that was encoded (%2f)": "course-a/../course-b",
    "backslash": "course-a\\..\\course-b",
    "doubled slash": "course-a//1.ts",
    "another host": "//evil.example.com/1.ts",
    "another host with its scheme": "https://evil.example.com/1.ts",
    "asterisk": "course-a/*",
    "asterisk in the place of the course": "*/1.ts",
    "question mark": "course-?/1.ts",
    "query": "course-a/1.ts?Policy=x",
    "fragment": "course-a/1.ts#x",
    "newline": "course-a/1.ts\nSet-Cookie: a=b",
    "carriage return": "course-a/1.ts\rLocation: x",
    "tab": "course-a/\t1.ts",
    "NUL": "course-a/1.ts\x00.mp4",
    "delete": "course-a/\x7f1.ts",
    "control character of the second block": "course-a/\x851.ts",
    "line separator": "course-a/\u20281.ts",
    "look-alike of a slash": "course-a\uff0fcourse-b/1.ts",
    "look-alike of a backslash": "course-a\uff3ccourse-b/1.ts",
    "look-alikes of dots": "course-a/\uff0e\uff0e/course-b",
    "two dots in one character": "course-a/\u2025/course-b",
    "look-alike of an asterisk": "course-a/\uff0a",
    "look-alike of a question mark": "course-\uff1f/1.ts",
    "look-alike of a percent sign": "course-a/\uff052e",
    "look-alike of a colon": "course-v1\uff1aX+Y+Z/1.ts",
    "look-alike of a plus sign": "course-v1:X\uff0bY+Z/1.ts",
    "invisible character": "course-a/\u200b1.ts",
    "text that runs backwards": "course-a/\u202e1.ts",
    "half of a character": "course-a/\udcff1.ts",
    "bytes that were no text": "course-a/\ufffd1.ts",
    "very long path": "course-a/" + "x" * 1016,
    "very long path in other letters": "course-a/" + "ж" * 508,
    "nothing": "",
    "slash alone": "/",
    "folder": "course-a/",
}


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
