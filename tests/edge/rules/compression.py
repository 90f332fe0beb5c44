"""Which answers the edge compresses."""

from __future__ import annotations

import gzip
import typing as t

import brotli

from tests.edge.rules.table import rule
from tests.sandbox.examples import Config
from tests.support.lab import Answer, Lab
from tests.support.origin import breaks_off

PAGE = "ServingCompressedFiles.html"
TEXT = b"a text that is long enough " * 100
BOTH: Config = {"EnableAcceptEncodingGzip": True, "EnableAcceptEncodingBrotli": True}


def serve(lab: Lab, *, compress: bool = True, key: Config = BOTH) -> None:
    lab.serve(default={"CachePolicyId": lab.cache(key=key), "Compress": compress})


def get(lab: Lab, body: bytes = TEXT, encodings: str = "gzip, br", **headers: t.Any) -> Answer:
    arranged: dict[str, t.Any] = {"content_type": "text/css", **headers}
    lab.origin.say("/file", body=body, **arranged)
    return lab.get(accept_encoding=encodings)


@rule(PAGE, "a viewer that takes Brotli gets Brotli")
def uses_brotli(lab: Lab) -> None:
    serve(lab)
    answer = get(lab)
    assert (answer["Content-Encoding"], brotli.decompress(answer.body)) == ("br", TEXT)
    assert answer["Content-Length"] == str(len(answer.body))


@rule(PAGE, "a viewer that takes gzip alone gets gzip, and what is cached is the compressed object")
def uses_gzip(lab: Lab) -> None:
    serve(lab)
    first, second = get(lab, encodings="gzip"), get(lab, encodings="gzip")
    assert (first["Content-Encoding"], gzip.decompress(first.body)) == ("gzip", TEXT)
    assert (second.body, second.result) == (first.body, "Hit")


@rule(PAGE, "a viewer that takes neither gets the object as it is")
def uncompressed(lab: Lab) -> None:
    serve(lab)
    answer = get(lab, encodings="deflate")
    assert (answer["Content-Encoding"], answer.body) == ("", TEXT)


@rule(PAGE, "only behaviors with Compress are compressed")
def not_wanted(lab: Lab) -> None:
    serve(lab, compress=False)
    assert get(lab).body == TEXT


@rule(PAGE, "Brotli needs the cache policy's setting for it")
def brotli_not_enabled(lab: Lab) -> None:
    serve(lab, key={"EnableAcceptEncodingGzip": True})
    assert get(lab)["Content-Encoding"] == "gzip"


@rule(PAGE, "objects from 1,000 to 10,000,000 bytes are compressed, smaller and larger ones are not")
def sizes(lab: Lab) -> None:
    serve(lab)
    found = []
    for size in (999, 1_000, 10_000_000, 10_000_001):
        lab.origin.say(f"/{size}", body=b"a" * size, content_type="text/css")
        found.append(lab.get(f"/{size}", accept_encoding="gzip")["Content-Encoding"])
    assert found == ["", "gzip", "gzip", ""]


@rule(
    f"{PAGE}#compressed-content-cloudfront-file-types",
    "only the listed content types are compressed, with parameters or not",
)
def types(lab: Lab) -> None:
    serve(lab)
    wanted = (
        "text/html; charset=utf-8",
        "application/javascript",
        "image/svg+xml",
        "font/ttf",
        "image/png",
        "font/woff2",
        "video/mp4",
    )
    found = []
    for number, type_ in enumerate(wanted):
        lab.origin.say(f"/{number}", body=TEXT, content_type=type_)
        found.append(lab.get(f"/{number}", accept_encoding="gzip")["Content-Encoding"])
    assert found == ["gzip", "gzip", "gzip", "gzip", "", "", ""]


@rule(PAGE, "what the origin has encoded, in whatever way, is left alone")
def already_encoded(lab: Lab) -> None:
    serve(lab)
    answer = get(lab, content_encoding="identity")
    assert (answer["Content-Encoding"], answer.body) == ("identity", TEXT)


@rule(PAGE, "without a Content-Length of the origin's nothing is compressed")
def unknown_length(lab: Lab) -> None:
    serve(lab)
    chunks = f"{len(TEXT):x}\r\n".encode() + TEXT + b"\r\n0\r\n\r\n"
    lab.origin.do("/file", breaks_off("Content-Type: text/css", "Transfer-Encoding: chunked", body=chunks))
    answer = lab.get(accept_encoding="gzip")
    assert (answer["Content-Encoding"], answer.body) == ("", TEXT)


@rule(PAGE, "errors are not compressed")
def errors(lab: Lab) -> None:
    serve(lab)
    lab.origin.say("/missing", 404, body=TEXT, content_type="text/html")
    assert lab.get("/missing", accept_encoding="gzip").body == TEXT


@rule(f"{PAGE}#compressed-content-cloudfront-etag-header", "a strong ETag becomes a weak one, a weak one stays")
def etags(lab: Lab) -> None:
    serve(lab)
    for number, (sent, got) in enumerate([('"1"', 'W/"1"'), ('W/"1"', 'W/"1"')]):
        lab.origin.say(f"/{number}", body=TEXT, content_type="text/css", etag=sent)
        assert lab.get(f"/{number}", accept_encoding="gzip")["ETag"] == got


@rule(
    f"{PAGE}#compressed-content-cloudfront-etag-header", "an ETag that is none is taken away from a compressed object"
)
def wrong_etag(lab: Lab) -> None:
    serve(lab)
    assert get(lab, etag="1")["ETag"] == ""


@rule(
    f"{PAGE}#compressed-content-cloudfront-how-it-works",
    "the compressed object and the plain one are cached side by side",
)
def side_by_side(lab: Lab) -> None:
    serve(lab)
    results = [get(lab, encodings=encodings).result for encodings in ("gzip", "", "gzip", "")]
    assert results == ["Miss", "Miss", "Hit", "Hit"]


@rule("RangeGETs.html", "a compressed object that is still the same stays compressed, and keeps its weak ETag")
def revalidated(lab: Lab) -> None:
    serve(lab)
    lab.origin.say("/file", body=TEXT, content_type="text/css", etag='"1"')
    lab.get(accept_encoding="gzip")
    lab.later(301)
    answer = lab.get(accept_encoding="gzip")
    assert (answer.result, answer["ETag"], gzip.decompress(answer.body)) == ("RefreshHit", 'W/"1"', TEXT)
