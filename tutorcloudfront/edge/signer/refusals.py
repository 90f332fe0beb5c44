"""Why a request is not signed; what is not signed goes nowhere."""

from __future__ import annotations


class Refused(Exception):
    """A request that is not signed.

    :param status: 4xx where the viewer can do something about it.
    """

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
