"""Signed cookies of a FastAPI application, for a user who has been verified."""

from __future__ import annotations

import asyncio
import time
import typing as t
from dataclasses import dataclass
from http.cookies import Morsel, SimpleCookie
from urllib.parse import quote

import httpx
import pytest
from fastapi import Depends, FastAPI, HTTPException, Request

from tests.access.keys import is_admitted, sent, signer
from tutorcloudfront.access.fastapi import Granted, signed_cookies
from tutorcloudfront.access.media import Media

HOST = "files.example.com"
MEDIA = Media(signer(), HOST, seconds=600, cookie_domain="example.com")


def verified(request: Request) -> str:
    """Stands for the check of a token: who asks is what the header says."""
    if "x-sub" not in request.headers:
        raise HTTPException(401)
    return request.headers["x-sub"].encode("latin-1").decode()


def tutors(sub: str, owner: str) -> bool:
    return (sub, owner) == ("tutor", "ada")


async def tutors_later(sub: str, owner: str) -> bool:
    await asyncio.sleep(0)
    return tutors(sub, owner)


class Tutors:
    """An object with an asynchronous answer, as services have them."""

    async def __call__(self, sub: str, owner: str) -> bool:
        return tutors(sub, owner)


@dataclass(frozen=True)
class Client:
    """Asks an application in this process; what it raises is its answer 500, as of a server."""

    app: FastAPI

    def ask(self, method: str, path: str, sub: str | None = None) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
            headers = {} if sub is None else {"x-sub": sub.encode()}
            async with httpx.AsyncClient(transport=transport, base_url="https://api.example.com") as client:
                return await client.request(method, path, headers=headers)  # type: ignore[arg-type]

        return asyncio.run(ask())

    def get(self, path: str, sub: str | None = None) -> httpx.Response:
        return self.ask("GET", path, sub)

    def post(self, path: str, sub: str | None = None) -> httpx.Response:
        return self.ask("POST", path, sub)


def client(grants: t.Any = None, media: Media = MEDIA) -> Client:
    app = FastAPI()
    dependency = Depends(signed_cookies(media, verified, grants))

    @app.post("/mine")
    def mine(granted: Granted = dependency) -> Granted:
        return granted

    @app.get("/of/{owner:path}")
    async def of(granted: Granted = dependency) -> Granted:
        return granted

    return Client(app)


def cookies_of(response: t.Any) -> list[Morsel[str]]:
    lines = [value for name, value in response.headers.multi_items() if name == "set-cookie"]
    return [morsel for line in lines for morsel in SimpleCookie(line).values()]


def opens(response: t.Any, path: str) -> bool:
    return is_admitted(f"https://{HOST}{path}", time.time(), cookies=sent(cookies_of(response), path))


def test_user_gets_cookies_for_their_own_files_and_for_no_others() -> None:
    response = client().post("/mine", "ada")

    assert response.status_code == 200
    assert response.json()["url"] == f"https://{HOST}/ada/"
    assert opens(response, "/ada/scans/1.dcm")
    for path in ("/bob/1.dcm", "/ada2/1.dcm", "/ada", "/"):
        assert not is_admitted(f"https://{HOST}{path}", time.time(), cookies=sent(cookies_of(response), "/ada/")), path


def test_who_is_not_verified_gets_nothing() -> None:
    response = client().post("/mine")

    assert (response.status_code, cookies_of(response)) == (401, [])


def test_answer_is_kept_by_nobody() -> None:
    for response in (
        client().post("/mine", "ada"),
        client().get("/of/bob", "ada"),
    ):
        assert response.headers["cache-control"] == "no-store, private"
        assert "Authorization" in response.headers["vary"]


@pytest.mark.parametrize("grants", [None, tutors, tutors_later, Tutors()])
@pytest.mark.parametrize(
    ("sub", "owner", "granted"),
    [
        ("ada", "ada", True),
        ("tutor", "ada", "by hook"),
        ("tutor", "bob", False),
        ("ada", "bob", False),
        ("bob", "ada", False),
    ],
)
def test_files_of_others_are_opened_by_the_hook_alone(grants: t.Any, sub: str, owner: str, granted: t.Any) -> None:
    response = client(grants).get(f"/of/{owner}", sub)

    expected = grants is not None if granted == "by hook" else granted
    assert response.status_code == (200 if expected else 403)
    assert opens(response, f"/{owner}/1.dcm") is expected


@pytest.mark.parametrize("said", [None, 1, "yes", [True]])
def test_hook_that_does_not_say_yes_opens_nothing(said: object) -> None:
    response = client(lambda sub, owner: said).get("/of/ada", "tutor")

    assert (response.status_code, cookies_of(response)) == (403, [])


def test_hook_that_fails_opens_nothing() -> None:
    def fails(sub: str, owner: str) -> bool:
        raise RuntimeError

    response = client(fails).get("/of/ada", "tutor")

    assert (response.status_code, cookies_of(response)) == (500, [])


WIDER = [
    "*",
    "ad?",
    "..",
    ".",
    "ada/..",
    "ada/../bob",
    "a/b",
    "ada\\bob",
    "%2e%2e",
    "ada%2f..%2fbob",
    "\uff0a",
    "\u2025",
    "a\x00",
    "x" * 1025,
    "/",
]


@pytest.mark.parametrize("sub", WIDER, ids=ascii)
def test_sub_that_would_widen_what_is_signed_is_refused(sub: str) -> None:
    signing = client(lambda sub, owner: True)
    responses = [
        signing.post("/mine", sub),
        signing.get(f"/of/{quote(sub, safe='')}", "tutor"),
    ]

    # Some of them are another route's path.
    assert all(response.status_code in (307, 400, 404) for response in responses), responses
    assert not any(map(cookies_of, responses))


@pytest.mark.parametrize("sub", ["auth0|5f7c", "a@b.example.com", "日本", "a b", "a;Domain=com", "a,b", 'a"b', "a+b"])
def test_sub_with_unusual_characters_is_written_so_that_it_stays_one_folder(sub: str) -> None:
    response = client().post("/mine", sub)

    folder = quote(sub, safe=":@")
    assert response.json()["url"] == f"https://{HOST}/{folder}/"
    assert opens(response, f"/{folder}/1.dcm")
    assert {cookie["domain"] for cookie in cookies_of(response)} == {"example.com"}


def test_empty_sub_is_nobody() -> None:
    response = client().post("/mine", "")

    assert (response.status_code, cookies_of(response)) == (401, [])


def test_dependency_that_returns_no_text_opens_nothing() -> None:
    app = FastAPI()
    dependency = Depends(signed_cookies(MEDIA, lambda: {"sub": "ada"}))

    @app.get("/")
    def route(granted: Granted = dependency) -> Granted:
        return granted

    assert Client(app).get("/").status_code == 500


def test_documentation_of_the_service_can_be_made() -> None:
    schema = client().get("/openapi.json").json()

    assert set(schema["paths"]) == {"/mine", "/of/{owner}"}
