"""Signed cookies for FastAPI: all of a user's own files, `https://{host}/{sub}/*`, once the user is verified.

from tutorcloudfront.access.fastapi import Granted, signed_cookies

granted = signed_cookies(media, user=verified_subject)

@app.post("/media")
def open_media(granted: Annotated[Granted, Depends(granted)]) -> Granted:
    return granted
"""

from __future__ import annotations

import inspect
import typing as t
from collections.abc import Awaitable, Callable

from fastapi import Depends, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from typing_extensions import TypedDict

from tutorcloudfront.access.answer import Answer
from tutorcloudfront.access.gate import Gate
from tutorcloudfront.access.media import Media

#: Whether a user, the first, may open the files of another: `grants(sub, owner)`.
Grants = Callable[[str, str], "bool | Awaitable[bool]"]


class Granted(TypedDict):
    """What has been opened, and until when in epoch seconds."""

    url: str
    expires: int


def signed_cookies(
    media: Media, user: Callable[..., t.Any], grants: Grants | None = None, owner: str = "owner"
) -> Callable[..., Awaitable[Granted]]:
    """Return a dependency that sets the cookies on the answer, which must not be a `Response` of the route's own.

    :param media: the host, and the signer for it.
    :param user: the dependency that verifies who asks, and returns the `sub`. Nothing in it is trusted but who it is.
    :param grants: says whether a user may open another's files; without it nobody may.
    :param owner: the parameter of the route's path that names the other user. Routes without it are for one's own files.
    """

    async def dependency(request: Request, response: Response, sub: str = Depends(user)) -> Granted:
        wanted = request.path_params.get(owner, sub)
        is_granted = await _is_granted(sub, wanted, grants)
        gate: Gate[str] = Gate(media, lambda _user, _path: is_granted)
        # Signing is work for the processor; the loop has others to serve.
        answer = await run_in_threadpool(gate.cookies, sub or None, wanted)
        return _granted(answer, response)

    return dependency


async def _is_granted(sub: str, owner: str, grants: Grants | None) -> bool:
    if not isinstance(sub, str):
        raise TypeError("the dependency that verifies the user must return the sub as text")
    if owner == sub:
        return True
    if grants is None:
        return False
    # What is not asynchronous may take its time, at a database perhaps.
    said = await run_in_threadpool(grants, sub, owner)
    return (await said if inspect.isawaitable(said) else said) is True


def _granted(answer: Answer, response: Response) -> Granted:
    if answer.status != 200:
        raise HTTPException(answer.status, answer.body["detail"], headers=answer.headers)
    response.headers.update(answer.headers)
    for cookie in answer.cookies:
        response.headers.append("set-cookie", cookie.OutputString())
    return Granted(url=answer.body["url"], expires=answer.body["expires"])
