"""What an adapter needs is its framework, and what the platform's image has not is needed by none."""

from __future__ import annotations

import subprocess
import sys

import pytest

CODE = """
import importlib, sys

class Refuse:
    def find_spec(self, name, *_):
        if name.partition(".")[0] in sys.argv[2].split():
            raise ImportError("refused: " + name)

sys.meta_path.insert(0, Refuse())
if "lms" in sys.argv[1]:
    import django
    from django.conf import settings
    settings.configure(INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"])
    django.setup()
for module in sys.argv[1].split():
    importlib.import_module("tutorcloudfront.access." + module)
"""
ABSENT = "tutor yaml boto3 botocore dns"


@pytest.mark.parametrize(
    ("modules", "refused"),
    [
        (
            "paths answer media gate keys storages",
            "django flask fastapi pydantic jinja2 click cryptography opaque_keys",
        ),
        ("lms.apps lms.urls lms.views lms.checks lms.courses", "flask fastapi pydantic jinja2 click cryptography"),
        ("flask", "django fastapi pydantic"),
        ("fastapi", "django flask"),
    ],
)
def test_modules_do_with_what_their_users_have(modules: str, refused: str) -> None:
    done = subprocess.run([sys.executable, "-c", CODE, modules, f"{ABSENT} {refused}"], capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
