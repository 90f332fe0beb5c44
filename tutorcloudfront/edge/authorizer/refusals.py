"""Why a request may not pass, in the words of RFC 6750: https://www.rfc-editor.org/rfc/rfc6750#section-3.1"""

from __future__ import annotations


class Refused(Exception):
    """A request that may not pass.

    :param description: for the viewer; nothing of what it has sent is in it.
    :param error: the field's word, "" where no token was there at all.
    """

    status = 401

    def __init__(self, description: str, error: str = "invalid_token") -> None:
        super().__init__(description)
        self.description = description
        self.error = error


class NotEnough(Refused):
    """A good token of somebody who may not see this."""

    status = 403

    def __init__(self) -> None:
        super().__init__("The token does not have the claims that are required here", "insufficient_scope")
