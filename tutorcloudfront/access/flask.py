"""Redirects to signed URLs for Flask, with the interface of Flask-CloudFront: https://github.com/mattdeboard/flask-cloudfront

from tutorcloudfront.access.flask import CloudFrontRedirect

class Chapter(CloudFrontRedirect):
    def authorize(self, book):
        return 200 if may_read(book) else 403

@app.route("/content/<book>/<path:rest>")
def content(book, rest):
    return Chapter(f"/{book}/{rest}").go(book)
"""

from __future__ import annotations

import functools
import typing as t
from collections.abc import Mapping
from pathlib import Path

from flask import Response, current_app

from tutorcloudfront.access.answer import Answer, refusal
from tutorcloudfront.access.media import Media
from tutorcloudfront.access.paths import BadPath
from tutorcloudfront.signing import Signer

#: https://www.rfc-editor.org/rfc/rfc9110#section-15.4
REDIRECTS = (301, 302, 303, 307, 308)


class CloudFrontRedirect:
    """Sends who is authorized to a signed URL. Subclass it, and say in `authorize` who that is.

    :param location: what to sign for, decoded: `/book/page 1`, or the same with the domain that CLOUDFRONT_DOMAIN names
        before it. "" is the domain's root.
    :param code: the status of the redirect.
    :param headers: further headers of the redirect.
    :param config: `priv_key_string` (PEM, or the path of a file with it), `key_pair_id`, `expires` (seconds), and
        `algorithm` unless it is `rsa-sha1`; without them, the application's CLOUDFRONT_CONFIG.
    """

    #: What `authorize` returns when the redirect may be made.
    good_codes = (200, 204)

    def __init__(
        self, location: str = "", code: int = 303, headers: Mapping[str, str] | None = None, **config: t.Any
    ) -> None:
        if code not in REDIRECTS:
            raise ValueError(f"the status of a redirect must be one of {', '.join(map(str, REDIRECTS))}")
        self.location = location or ""
        self.code = code
        self.further_headers = dict(headers or {})
        self._domain = current_app.config["CLOUDFRONT_DOMAIN"]
        self._config = config or current_app.config["CLOUDFRONT_CONFIG"]

    def authorize(self, *args: t.Any, **kwargs: t.Any) -> int:
        """Return an HTTP status: 200 or 204 for yes, anything else is the answer."""
        raise NotImplementedError("say in a subclass who is authorized")

    def go(self, *args: t.Any, **kwargs: t.Any) -> Response:
        """Ask `authorize` with these arguments, and answer."""
        status = self.authorize(*args, **kwargs)
        if not isinstance(status, int) or isinstance(status, bool):
            raise TypeError("authorize() must return an HTTP status")
        if status not in self.good_codes:
            return _response(Answer(int(status)))
        try:
            url = self._signed_url()
        except BadPath as error:
            return _response(refusal(400, f"The location {error}."))
        return _response(Answer(self.code, location=url), self.further_headers)

    def _signed_url(self) -> str:
        media, domain = _media_of(self._domain, **self._config)
        path = self.location.removeprefix(domain)
        if path in ("", "/"):
            return media.root_url()
        # Neither another host, nor text that has not been put under a path by the application.
        if not path.startswith("/"):
            raise BadPath("must begin with a slash, or with CLOUDFRONT_DOMAIN")
        return media.url(path)


def _response(answer: Answer, headers: Mapping[str, str] | None = None) -> Response:
    response = Response(answer.body.get("detail", ""), status=answer.status, mimetype="text/plain")
    response.headers.update(headers or {})
    response.headers.update(answer.headers)
    return response


@functools.lru_cache(maxsize=64)
def _media_of(
    domain: str, priv_key_string: str, key_pair_id: str, expires: int, algorithm: str = "rsa-sha1"
) -> tuple[Media, str]:
    """Return the host, with a signer whose key has been read, and how the host is spelled in locations."""
    signer = Signer(key_pair_id, _pem(priv_key_string), algorithm)
    return Media(signer, domain, seconds=int(expires)), domain.rstrip("/")


def _pem(key: str) -> str:
    if "-----BEGIN" in key:
        return key
    try:
        return Path(key).read_text(encoding="ascii")
    except (OSError, ValueError):
        # A key that was pasted without its first line is not to be found in a log.
        raise ValueError("priv_key_string must be a private key in PEM, or the path of a file with it") from None
