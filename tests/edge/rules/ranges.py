"""Parts of objects."""

from __future__ import annotations

from tests.edge.rules.table import rule
from tests.support.lab import Answer, Lab
from tests.support.origin import breaks_off

PAGE = "RangeGETs.html"
BODY = bytes(range(256)) * 4


def cached(lab: Lab) -> None:
    lab.serve()
    lab.origin.say("/file", body=BODY, etag='"1"')
    lab.get()


def shape(answer: Answer) -> tuple[int, str, bytes]:
    return answer.status, answer["Content-Range"], answer.body


@rule(PAGE, "a range of a cached object is served from the cache")
def from_cache(lab: Lab) -> None:
    cached(lab)
    answer = lab.get(range="bytes=10-19")
    assert (*shape(answer), answer.result) == (206, "bytes 10-19/1024", BODY[10:20], "Hit")
    assert answer["Content-Length"] == "10"


@rule(PAGE, "a range may be open at its end, run over the end, or count from the end")
def open_ends(lab: Lab) -> None:
    cached(lab)
    found = [shape(lab.get(range=f"bytes={range_}")) for range_ in ("1000-", "1000-9999", "-24")]
    assert found == [(206, "bytes 1000-1023/1024", BODY[1000:])] * 3


@rule(PAGE, "a range behind the end of a cached object is answered with 416")
def unsatisfiable(lab: Lab) -> None:
    cached(lab)
    assert shape(lab.get(range="bytes=1024-")) == (416, "bytes */1024", b"")


@rule(PAGE, "several ranges that are in order and apart come as multipart/byteranges")
def several(lab: Lab) -> None:
    cached(lab)
    answer = lab.get(range="bytes=0-1,10-11")
    boundary = answer["Content-Type"].partition("boundary=")[2]
    assert answer.status == 206
    assert answer.body.count(f"--{boundary}".encode()) == 3
    assert b"bytes 10-11/1024\r\n\r\n" + BODY[10:12] in answer.body


@rule(PAGE, "ranges that overlap, are out of order or make no sense get the whole object")
def not_taken(lab: Lab) -> None:
    cached(lab)
    for range_ in (
        "bytes=300-400,100-200",
        "bytes=100-200,150-250",
        "bytes=5-2",
        "bytes=a-b",
        "lines=1-2",
        "bytes=--1",
    ):
        assert shape(lab.get(range=range_)) == (200, "", BODY), range_


@rule(PAGE, "a range of what is not cached goes to the origin, and the part is kept for the same range")
def from_origin(lab: Lab) -> None:
    lab.serve()
    lab.origin.say("/file", 206, body=BODY[:10], content_range="bytes 0-9/1024")
    answers = [lab.get(range="bytes=0-9") for _ in range(2)]
    assert [(*shape(answer), answer.result) for answer in answers] == [
        (206, "bytes 0-9/1024", BODY[:10], "Miss"),
        (206, "bytes 0-9/1024", BODY[:10], "Hit"),
    ]
    assert lab.origin.last["Range"] == "bytes=0-9"


@rule(PAGE, "a part is not taken for the whole")
def part_and_whole(lab: Lab) -> None:
    lab.serve()
    lab.origin.say("/file", 206, body=BODY[:10], content_range="bytes 0-9/1024")
    lab.get(range="bytes=0-9")
    lab.origin.say("/file", body=BODY)
    assert shape(lab.get()) == (200, "", BODY)


@rule(PAGE, "an origin that knows no ranges gives the whole object, which is served, and cached for ranges to come")
def origin_without_ranges(lab: Lab) -> None:
    lab.serve()
    lab.origin.say("/file", body=BODY)
    assert shape(lab.get(range="bytes=0-9")) == (200, "", BODY)
    answer = lab.get(range="bytes=0-9")
    assert (*shape(answer), answer.result) == (206, "bytes 0-9/1024", BODY[:10], "Hit")


@rule(PAGE, "of what the origin sends in chunks, viewers get the whole object in place of a range")
def chunked(lab: Lab) -> None:
    lab.serve()
    lab.origin.do("/file", breaks_off("Transfer-Encoding: chunked", body=b"4\r\nbody\r\n0\r\n\r\n"))
    assert [shape(lab.get(range="bytes=0-1")) for _ in range(2)] == [(200, "", b"body")] * 2


@rule("If-Range (RFC 9110)", "If-Range has a viewer that holds a part of another version get the whole")
def if_range(lab: Lab) -> None:
    cached(lab)
    assert [lab.get(range="bytes=0-9", if_range=tag).status for tag in ('"1"', '"0"')] == [206, 200]
