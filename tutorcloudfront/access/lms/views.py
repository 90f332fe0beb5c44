"""The two endpoints."""

from __future__ import annotations

import typing as t

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from tutorcloudfront.access.answer import HEADERS, Answer, refusal
from tutorcloudfront.access.lms.configuration import gate
from tutorcloudfront.access.lms.courses import course_key as parsed

if t.TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

NOT_CONFIGURED = refusal(404, "There are no private media here.")


# Cookies do nothing that a page of another site could want of somebody else's browser, and GET sets them as well.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def cookies(request: HttpRequest, course_key: str) -> HttpResponseBase:
    """Give a learner cookies that open all media of a course."""
    found = gate()
    if found is None:
        return _response(NOT_CONFIGURED)
    key = parsed(course_key)
    if key is None:
        return _response(refusal(400, "This is not the key of a course."))
    # What is signed for is written anew from the key, and not what was asked for.
    return _response(found.cookies(_user(request), str(key)))


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Send a learner to a file, by way of the login page if need be."""
    found = gate()
    if found is None:
        return _response(NOT_CONFIGURED)
    answer = found.redirect(_user(request), path)
    if answer.status == 401:
        return _with_headers(redirect_to_login(request.get_full_path()), HEADERS)
    return _response(answer)


def _user(request: HttpRequest) -> AbstractUser | None:
    return t.cast("AbstractUser", request.user) if request.user.is_authenticated else None


def _response(answer: Answer) -> HttpResponse:
    response = (
        HttpResponse(status=answer.status) if answer.location else JsonResponse(answer.body, status=answer.status)
    )
    for cookie in answer.cookies:
        # Django keeps cookies by name, and sends them by their own.
        response.cookies[f"{cookie.key} {cookie['path']}"] = cookie
    return _with_headers(response, answer.headers)


def _with_headers(response: HttpResponse, headers: t.Mapping[str, str]) -> HttpResponse:
    for name, value in headers.items():
        response.headers[name] = value
    return response
