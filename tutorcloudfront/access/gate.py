"""The gate: decides who asks, for what, and whether they may, and signs if so."""

from __future__ import annotations

import typing as t
from collections.abc import Callable
from dataclasses import dataclass

from tutorcloudfront.access.answer import Answer, refusal
from tutorcloudfront.access.media import Media
from tutorcloudfront.access.paths import BadPath, checked, segment

User = t.TypeVar("User")


@dataclass(frozen=True)
class Gate(t.Generic[User]):
    """Answers requests for private media. What is not allowed is refused.

    :param media: the host that the media are on.
    :param may_open: whether a user may open a path, `folder/file.mp4`, or all that is in a folder, `folder/`.
    :param code: the status of a redirect. A browser does not keep 303 by itself:
        https://www.rfc-editor.org/rfc/rfc9110#section-15.4.4
    """

    media: Media
    may_open: Callable[[User, str], bool]
    code: int = 303

    def redirect(self, user: User | None, path: str) -> Answer:
        """Send a user to a file, or refuse. `None` is somebody unknown."""
        return self._answer(user, path, checked, self._to_file)

    def cookies(self, user: User | None, folder: str) -> Answer:
        """Give a user cookies for a folder at the top, or refuse."""
        if not self.media.takes_cookies:
            return refusal(404, "No cookie that is set here gets to the media host.")
        return self._answer(user, folder, lambda name: f"{segment(name)}/", self._for_folder)

    def _answer(
        self, user: User | None, asked: str, check: Callable[[str], str], give: Callable[[str], Answer]
    ) -> Answer:
        if user is None:
            return refusal(401, "Authentication is required.")
        try:
            path = check(asked)
        except BadPath as error:
            return refusal(400, f"The path {error}.")
        # Only what says yes is a yes.
        if self.may_open(user, path) is not True:
            return refusal(403, "You may not open this.")
        return give(path)

    def _to_file(self, path: str) -> Answer:
        return Answer(self.code, location=self.media.url(path))

    def _for_folder(self, path: str) -> Answer:
        expires = self.media.expires()
        cookies = self.media.cookies(path.removesuffix("/"), expires)
        return Answer(200, cookies=cookies, body={"url": self.media.address_of(path), "expires": expires})
