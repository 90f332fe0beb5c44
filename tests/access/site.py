"""A small LMS: real Django, with the app found as the platform finds it, and stand-ins for the platform's courses."""

from __future__ import annotations

import subprocess
import sys
import typing as t
from pathlib import Path

from tests.support import ROOT

LMS, MFE, MEDIA = "learn.example.com", "apps.learn.example.com", "media.learn.example.com"
COURSE, OTHER_COURSE = "course-v1:Acme+Bees+2026", "course-v1:Acme+Wasps+2026"
STAND_INS = Path(__file__).with_name("standin")
PASSWORD = "honey"


def configure(folder: Path) -> None:
    """Configure Django, once in a process, and make its database."""
    subprocess.run(
        [sys.executable, "setup.py", "-q", "egg_info", "--egg-base", folder], cwd=ROOT, check=True, capture_output=True
    )
    # What pip would have installed: the package's entry points.
    sys.path[:0] = [str(folder), str(STAND_INS)]

    import django
    from django.conf import settings
    from edx_django_utils.plugins import get_plugin_apps

    settings.configure(
        ALLOWED_HOSTS=["*"],
        CORS_ALLOW_CREDENTIALS=True,
        CORS_ALLOWED_ORIGINS=[f"https://{LMS}", f"https://{MFE}"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "db.sqlite3"}},
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "corsheaders",
            *get_plugin_apps("lms.djangoapp"),
        ],
        LOGIN_URL="/login",
        MIDDLEWARE=[
            "corsheaders.middleware.CorsMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        # The cheapest that there is: passwords are no subject here.
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        ROOT_URLCONF="tests.access.site_urls",
        SECRET_KEY="none",
        SESSION_COOKIE_DOMAIN=LMS,
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    _populate()


def _populate() -> None:
    from django.contrib.auth.models import User
    from lms.djangoapps.courseware.courses import ENROLMENTS
    from openedx.core.djangoapps.content.course_overviews.models import COURSES

    COURSES.update({COURSE, OTHER_COURSE})
    for name, more in {"learner": {}, "stranger": {}, "teacher": {"is_staff": True}}.items():
        User.objects.create_user(name, password=PASSWORD, **t.cast("dict[str, t.Any]", more))
    ENROLMENTS.add(("learner", COURSE))
