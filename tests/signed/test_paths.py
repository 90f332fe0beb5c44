"""What could widen a signature by its path: refused, or harmless where it comes to the origin."""

from __future__ import annotations

import time
from importlib.resources import files

import pytest

from tests.signed.conftest import FILES, MEDIA, Signed, cookie_header, signer_of
from tutorcloudfront.sandbox.edge.functions import viewer_request
from tutorcloudfront.sandbox.edge.request import Request
from tutorcloudfront.sandbox.edge.restrictions import Context

NO_DOTS = files("tutorcloudfront.resources").joinpath("no_dots.js").read_bytes()
REFUSED = (
    "/a/../b/x",
    "/a/..",
    "/a/.",
    "/a/./x",
    "/a/%2e%2e/b/x",
    "/a/%2E./b/x",
    "/a/..%2fb/x",
    "/a/..%2Fb/x",
    "/a/%252e%252e/b/x",
    "/a/%25252e%25252e/b/x",
    "/a/..%252fb/x",
    "/a/%2e%2e%2fb%2fx",
    "/a/..;/b/x",
    "/a/..;v=1/b/x",
    "/a/..%3b/b/x",
    "/a/%2e%2e%3bx/b",
    "/a/..%5cb/x",
    "/a/..%5Cb",
    "/a/x%5c..%5c..%5cb",
    "/a/..%20/b",
    "/a/%20../b",
    "/a/.../b",
    "/a//../b/x",
    "/a/..//b/x",
    # Overlong UTF-8, and no UTF-8 at all
    "/a/%c0%ae%c0%ae/b",
    "/a/%e0%80%ae%e0%80%ae/b",
    "/a/%25c0%25ae/b",
    "/a/%ff/b",
    # Control characters, some of which end a name
    "/a/..%00/b",
    "/a/x%00.mp4",
    "/a/x%0d%0aX-Header:%20y",
    "/a/%2500",
    # What looks like a dot or a slash, and becomes one where text is normalized
    "/a/%ef%bc%8e%ef%bc%8e/b",
    "/a/%e2%80%a5/b",
    "/a/%e2%80%a4%e2%80%a4/b",
    "/a/..%ef%bc%8fb",
    "/a/..%e2%81%84b",
    "/a/..%ef%bc%bcb",
    # Encoded so often that nobody means well
    "/a/%25252525252541",
)
PASSED = (
    "/a/video%201.mp4",
    "/a/%C3%BCbung.pdf",
    "/a/%E8%AC%9B%E7%BE%A9.mp4",
    "/a/v1.2.3/segment..7.ts",
    "/a/.well-known/x",
    "/a/..x/y..",
    "/a//b",
    "/a/100%25.txt",
    "/a/100%.txt",
    "/a/a%2Fb",
    "/a/%2541",
    "/a/x;v=1.2/y",
    "/course-v1:Acme+Wasps+2026/1.ts",
    "/a/%F0%9F%90%9D.png",
    "/a/",
    "/",
)


def lets_pass(path: str) -> bool:
    request = Request("GET", "https", FILES, path)
    answer = viewer_request(NO_DOTS, Context("E1", FILES, "id"), request)
    return answer == request


@pytest.mark.parametrize("path", REFUSED)
def test_no_path_goes_through_that_an_origin_may_resolve(path: str) -> None:
    assert not lets_pass(path)


@pytest.mark.parametrize("path", PASSED)
def test_names_with_dots_and_all_else_go_through(path: str) -> None:
    assert lets_pass(path)


def test_at_the_edge_a_signature_for_a_folder_is_good_for_the_folder(signed: Signed) -> None:
    signed.create()
    (key,) = signed.saved_keys()
    signer = signer_of(key["id"], key["private_key"])
    for host in (FILES, MEDIA):
        cookies = {"Cookie": cookie_header(signer.cookies(f"https://{host}/a/*", int(time.time()) + 60))}
        asked = [path for path in (*REFUSED, *PASSED) if path.startswith("/a/")]
        answers = {path: signed.status(f"https://{host}/", path=path, **cookies) for path in asked}
        if host == FILES:
            assert {path for path, status in answers.items() if status == 200} == {
                path for path in PASSED if path.startswith("/a/")
            }
            assert {request.path for request in signed.origin.asked} <= set(PASSED)
        else:
            # S3 takes keys as they are, and none of these is one.
            assert set(answers.values()) <= {400, 403, 404}
        assert signed.status(f"https://{host}/course-b/x", **cookies) == 403
