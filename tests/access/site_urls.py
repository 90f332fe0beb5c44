"""The URLs of the small LMS: a page with a form to log in, and what its plugins have."""

from __future__ import annotations

from django.contrib.auth import authenticate, login
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from edx_django_utils.plugins import get_plugin_url_patterns

FORM = """<!doctype html><link rel="icon" href="data:,"><title>Log in</title>
<form method="post"><input name="name" autocomplete="username"><input name="password" type="password" autocomplete="current-password"><button>Log in</button></form>"""


@csrf_exempt
def log_in(request: HttpRequest) -> HttpResponse:
    user = authenticate(request, username=request.POST.get("name"), password=request.POST.get("password"))
    if user is None:
        return HttpResponse(FORM)
    login(request, user)
    return HttpResponse('<!doctype html><link rel="icon" href="data:,"><title>Welcome</title>')


urlpatterns = [path("login", log_in), *get_plugin_url_patterns("lms.djangoapp")]
