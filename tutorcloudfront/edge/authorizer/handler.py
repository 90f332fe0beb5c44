"""What is done with a viewer's request.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html#lambda-event-structure-request
"""

from __future__ import annotations

import sys

from . import answers
from .refusals import Refused
from .sources import DIGEST_HEADER, Found, preflight
from .tokens import Verifier

TYPE_CHECKING = False
if TYPE_CHECKING:
    import typing as t
    from collections.abc import Mapping

    Json = dict[str, t.Any]


class Handler:
    """Lets requests with a good token pass, without it, and nothing else but preflight requests.

    :param config: as `package` puts it into the zip.
    """

    def __init__(self, config: Mapping[str, t.Any]) -> None:
        self._verifier = Verifier(config)
        self._tells_digest: bool = config["cache_per_token"]
        self._trusted = frozenset(config["trusted_origins"])

    def __call__(self, event: Json, _context: object = None) -> Json:
        """Return the request to go on with, or an answer in its place; whatever happens, nobody else gets in."""
        try:
            return self._handled(event["Records"][0]["cf"])
        except Exception as error:
            # Of its message nothing: there may be a token in it.
            sys.stderr.write(f"A request could not be checked: {type(error).__name__}\n")
            return answers.failure()

    def _handled(self, cf: Json) -> Json:
        if cf["config"]["eventType"] != "viewer-request":
            raise ValueError("elsewhere, what is cached would be given to everybody")
        request = cf["request"]
        return preflight(request) or self._authorized(request)

    def _authorized(self, request: Json) -> Json:
        try:
            found = Found(request)
            digest = self._verifier.verify(found.token())
        except Refused as refused:
            return answers.refusal(refused, request, self._trusted)
        if self._tells_digest:
            found.request["headers"][DIGEST_HEADER] = [{"key": DIGEST_HEADER, "value": digest.hex()}]
        return found.request
